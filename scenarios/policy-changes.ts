// The changes of a policy in the course of a study: files to manifests, and from version to version what is applied and what is
// deleted. Everything is checked as if each version were a policy of its own.

import { type KubeObject, kindKeyOf } from '../core/api/object.ts';
import { CONFIG_MAP, UNHEALTHY_CONDITIONS_NAME } from '../core/health/mro-unhealthy-conditions.ts';
import type { PolicyChange } from '../sim/config.ts';
import { didYouMean } from './did-you-mean.ts';
import type { FileReader } from './file-reader.ts';
import { manifestLine } from './policy/matched-pair.ts';
import { type Manifest, type PolicyFile, readPolicy } from './policy/read-policy.ts';
import type { Place, Problem } from './problem.ts';
import { formatDuration } from './quantities.ts';

/** What is to be deleted, as written. */
export interface NamedObject {
  readonly kind: string;
  readonly name: string;
  readonly namespace?: string | undefined;
  readonly place: Place;
}

/** A change as written, with places for its problems. */
export interface ChangeRequest {
  readonly atMs: number;
  readonly apply: readonly PolicyFile[] | undefined;
  readonly replace: readonly PolicyFile[] | undefined;
  readonly delete: readonly NamedObject[];
  readonly place: Place;
  readonly timePlace: Place;
}

export interface PolicyVersion {
  readonly change: PolicyChange;
  /** The whole policy from then on. */
  readonly manifests: readonly Manifest[];
  /** One per manifest that the change is about, for reports. */
  readonly lines: readonly string[];
  /** Kinds and names of documents with problems of their own. */
  readonly refused: ReadonlySet<string>;
}

/** In the order of time; changes of one instant in the order in which they are written. */
export function policyVersions(
  start: readonly Manifest[],
  changes: readonly ChangeRequest[],
  sources: { readonly files: FileReader; readonly durationMs: number },
): { readonly versions: readonly PolicyVersion[]; readonly problems: readonly Problem[] } {
  const problems: Problem[] = [];
  const versions: PolicyVersion[] = [];
  let manifests = start;
  for (const request of changes.toSorted((a, b) => a.atMs - b.atMs)) {
    const version = versionOf(manifests, request, sources.files, problems);
    problems.push(...timeProblems(request, sources.durationMs), ...shapeProblems(request), ...fixedProblems(version));
    versions.push(version);
    manifests = version.manifests;
  }
  return { versions, problems };
}

function versionOf(
  before: readonly Manifest[],
  request: ChangeRequest,
  files: FileReader,
  problems: Problem[],
): PolicyVersion {
  const read = readPolicy([...(request.apply ?? []), ...(request.replace ?? [])], files);
  problems.push(...read.problems);
  const applied = new Map(read.manifests.map((manifest) => [identityOf(manifest.object), manifest]));
  const gone = new Set<Manifest>();
  for (const named of request.delete) {
    const found = before.filter(({ object }) => isNamed(object, named));
    const [only] = found;
    if (only === undefined || found.length > 1) problems.push(notOne(named, found, before));
    else gone.add(only);
  }
  if (request.replace !== undefined) {
    for (const manifest of before) if (!applied.has(identityOf(manifest.object))) gone.add(manifest);
  }
  const kept = before.filter((manifest) => !gone.has(manifest) && !applied.has(identityOf(manifest.object)));
  const at = `at ${formatDuration(request.atMs)}`;
  return {
    change: {
      atMs: request.atMs,
      apply: read.manifests.map(({ object }) => object),
      delete: [...gone].map(({ object }) => object),
    },
    manifests: [...kept, ...read.manifests],
    lines: [
      ...read.manifests.map(({ object }) => `${at} applied: ${manifestLine(object)}`),
      ...[...gone].map(({ object }) => `${at} deleted: ${manifestLine(object)}`),
    ],
    refused: read.refused,
  };
}

function identityOf({ metadata, ...object }: KubeObject): string {
  return `${kindKeyOf(object)} ${metadata.namespace ?? ''}/${metadata.name}`;
}

function isNamed({ kind, metadata }: KubeObject, named: NamedObject): boolean {
  if (kind !== named.kind || metadata.name !== named.name) return false;
  return named.namespace === undefined || metadata.namespace === named.namespace;
}

function notOne(named: NamedObject, found: readonly Manifest[], before: readonly Manifest[]): Problem {
  const { kind, name, place } = named;
  if (found.length > 1) {
    const namespaces = found.map(({ object }) => object.metadata.namespace ?? '').join(', ');
    return {
      code: 'MT121',
      severity: 'error',
      message: `the policy has ${found.length} of ${kind} "${name}" then`,
      ...place,
      remedy: `add its namespace: ${namespaces}`,
    };
  }
  const known = before.map(({ object }) => `${object.kind} "${object.metadata.name}"`);
  const ofKind = before.filter(({ object }) => object.kind === kind).map(({ object }) => object.metadata.name);
  const meant = didYouMean(name, ofKind);
  return {
    code: 'MT121',
    severity: 'error',
    message: `${kind} "${name}" is to be deleted, and the policy does not have it then`,
    ...place,
    why: known.length === 0 ? 'It has no manifests.' : `It has ${known.join(', ')}.`,
    ...(meant === undefined ? {} : { remedy: `did you mean "${meant}"?` }),
  };
}

function timeProblems({ atMs, timePlace }: ChangeRequest, durationMs: number): readonly Problem[] {
  if (atMs < durationMs) return [];
  return [
    {
      code: 'MT124',
      severity: 'error',
      message: `the policy changes after ${formatDuration(atMs)}, the study lasts ${formatDuration(durationMs)}`,
      ...timePlace,
      remedy: 'change it earlier, or lengthen spec.duration',
    },
  ];
}

function shapeProblems({ apply, replace, delete: gone, place }: ChangeRequest): readonly Problem[] {
  const problem = (message: string, remedy: string): readonly Problem[] => [
    { code: 'MT105', severity: 'error', message, ...place, remedy },
  ];
  if (replace !== undefined && (apply !== undefined || gone.length > 0)) {
    return problem('a change replaces the whole policy, or applies and deletes parts of it', 'make it two changes');
  }
  if (replace === undefined && apply === undefined && gone.length === 0) {
    return problem('a change that changes nothing', 'add apply, delete or replace');
  }
  return [];
}

/** What the simulation reads at the start of a run only. */
function fixedProblems({ change, manifests }: PolicyVersion): readonly Problem[] {
  return manifests.flatMap(({ object, document }): readonly Problem[] => {
    const isFixed =
      object.kind === 'DaemonSet' ||
      (kindKeyOf(object) === CONFIG_MAP.key && object.metadata.name === UNHEALTHY_CONDITIONS_NAME);
    if (!isFixed || document === undefined || !change.apply.includes(object)) return [];
    return [
      {
        code: 'MT142',
        severity: 'error',
        message: `${object.kind} "${object.metadata.name}" is read at the start of a run only`,
        ...document.placeOf(['kind']),
        remedy: 'have it in the files of the policy',
      },
    ];
  });
}
