// Names, uids and stamps of generated objects: functions of what they belong to, so that the same scenario gives the same
// objects and adding a host renames nobody else's.

import type { KubeObject, ObjectMeta, OwnerReference, StringMap } from '../../core/api/object.ts';
import { formatTime } from '../../core/api/time.ts';
import { Fingerprint } from '../../sim/kernel/fingerprint.ts';
import { uuidFrom } from '../../sim/printed/identity.ts';

/** Assumption: generated clusters start on a fixed day, so that time stamps never depend on when they are run. */
export const GENERATED_START_MS = 1_798_761_600_000; // 2027-01-01T00:00:00Z
const CREATED = formatTime(GENERATED_START_MS - 90 * 86_400_000);
/** Long before the start, so that no condition looks fresh. */
export const SETTLED = formatTime(GENERATED_START_MS - 30 * 86_400_000);

export const RACK_LABEL = 'topology.rook.io/rack';

/** A text that stays as long as its object does: joined, for a concatenated one keeps its parts beside itself. */
export function kept(parts: TemplateStringsArray, ...values: readonly string[]): string {
  return parts.flatMap((part, at) => [part, values[at] ?? '']).join('');
}

/** A uid in the usual form from any text. */
export function uidOf(text: string): string {
  return uuidFrom(hashOf(text), hashOf(`${text}#`));
}

const SUFFIX_LETTERS = 'bcdfghjklmnpqrstvwxz2456789';

/** Five characters as generated names end in. */
export function suffixOf(text: string): string {
  const hash = hashOf(text);
  let suffix = '';
  for (let i = 0; i < 5; i++)
    suffix += SUFFIX_LETTERS[Number.parseInt(hash.slice(i * 3, i * 3 + 3), 16) % SUFFIX_LETTERS.length];
  return suffix;
}

function hashOf(text: string): string {
  const fingerprint = new Fingerprint();
  fingerprint.addText(text);
  return fingerprint.digest();
}

export interface MetaOptions {
  readonly namespace?: string;
  readonly labels?: StringMap;
  readonly annotations?: StringMap;
  readonly finalizers?: readonly string[];
  readonly owners?: readonly OwnerReference[];
}

/** Kinds whose objects a real API server counts no generations of. Source: kubernetes 1.32, as its objects print. */
const UNGENERATED: ReadonlySet<string> = new Set([
  'Node',
  'Pod',
  'PersistentVolume',
  'PersistentVolumeClaim',
  'VolumeAttachment',
]);

/** Metadata of a generated object. The resourceVersion is set when the whole cluster is known. */
export function metaOf(kind: string, name: string, options: MetaOptions): ObjectMeta {
  const { namespace, labels, annotations, finalizers, owners } = options;
  return {
    name,
    ...(namespace === undefined ? {} : { namespace }),
    uid: uidOf(`${kind}/${namespace ?? ''}/${name}`),
    resourceVersion: '0',
    ...(UNGENERATED.has(kind) ? {} : { generation: 1 }),
    creationTimestamp: CREATED,
    ...(labels === undefined ? {} : { labels }),
    ...(annotations === undefined ? {} : { annotations }),
    ...(finalizers === undefined ? {} : { finalizers }),
    ...(owners === undefined ? {} : { ownerReferences: owners }),
  };
}

/** The references of what an object controls. */
export function ownedBy(owner: KubeObject): readonly OwnerReference[] {
  return [ownerReference(owner)];
}

/** The reference of a controller to what it made. */
export function ownerReference(owner: KubeObject): OwnerReference {
  return {
    apiVersion: owner.apiVersion,
    kind: owner.kind,
    name: owner.metadata.name,
    uid: owner.metadata.uid,
    controller: true,
    blockOwnerDeletion: true,
  };
}

/** `worker-07`: wide enough for the last of `count`. */
export function numbered(prefix: string, index: number, count: number): string {
  return `${prefix}-${String(index).padStart(String(count - 1).length, '0')}`;
}
