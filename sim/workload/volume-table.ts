// The volumes behind claims: who uses them, where they are attached, and which storage pool carries them. Bookkeeping only;
// attach-detach.ts decides about attachments.
//
// Divergence from reality: a claim is resolved once, when the first pod names it. A claim without a PersistentVolume is a
// volume of its own, and a claim that does not exist at all holds nothing back and never fails: dumps are often partial.

import type { ObjectKey } from '../../core/api/object.ts';
import {
  PERSISTENT_VOLUME,
  PERSISTENT_VOLUME_CLAIM,
  type PersistentVolume,
  type PersistentVolumeClaim,
  type Pod,
  VOLUME_ATTACHMENT,
} from '../../core/api/workload.ts';
import type { ObjectStore } from '../api-server/object-store.ts';
import type { EventHandle } from '../kernel/kernel.ts';
import type { PodRecord } from './pod-table.ts';

export interface Attachment {
  readonly nodeName: string;
  /** The VolumeAttachment, or undefined where the initial objects lack one for a volume that a pod evidently uses. */
  readonly key: ObjectKey | undefined;
  /** Since when no pod of the node wants it; undefined while one does. */
  detachRequestedMs: number | undefined;
  timer: EventHandle | undefined;
}

export interface Volume {
  /** Name of the PersistentVolume, or `namespace/claim` without one. */
  readonly id: string;
  /** One node at a time: ReadWriteOnce or ReadWriteOncePod. */
  readonly exclusive: boolean;
  /** Has to be attached before a pod starts: CSI volumes, and claims whose PersistentVolume is unknown. */
  readonly attachable: boolean;
  /** Name of the CSI driver, for VolumeAttachments. */
  readonly attacher: string;
  /** Node to which a local volume belongs. */
  readonly localNode: string | undefined;
  /** Storage pool, or -1. */
  readonly pool: number;
  /** Pods bound to a node whose objects exist, in order of binding. */
  readonly users: Set<PodRecord>;
  readonly attachments: Map<string, Attachment>;
}

/** What a local volume's nodeAffinity looks like; core does not read it. */
interface LocalVolume extends PersistentVolume {
  readonly spec?: NonNullable<PersistentVolume['spec']> & {
    readonly nodeAffinity?: {
      readonly required?: {
        readonly nodeSelectorTerms?: readonly {
          readonly matchExpressions?: readonly { readonly key: string; readonly values?: readonly string[] }[];
        }[];
      };
    };
  };
}

const UNKNOWN_ATTACHER = 'unknown';

export class VolumeTable {
  private readonly store: ObjectStore;
  private readonly poolOfClaim: (claim: PersistentVolumeClaim) => number;
  private readonly byClaim = new Map<string, Volume | undefined>();
  private readonly byId = new Map<string, Volume>();
  private readonly byPool = new Map<number, Volume[]>();

  constructor(store: ObjectStore, poolOfClaim: (claim: PersistentVolumeClaim) => number) {
    this.store = store;
    this.poolOfClaim = poolOfClaim;
  }

  /** The volume behind a claim; undefined while the claim does not exist. */
  ofClaim(namespace: string, claimName: string): Volume | undefined {
    const text = `${namespace}/${claimName}`;
    const known = this.byClaim.get(text);
    if (known !== undefined) return known;
    const claim = this.store.get(PERSISTENT_VOLUME_CLAIM, { namespace, name: claimName });
    if (claim === undefined) return undefined;
    const volume = this.resolve(text, claim);
    this.byClaim.set(text, volume);
    return volume;
  }

  get(id: string): Volume | undefined {
    return this.byId.get(id);
  }

  /** In the order in which they became known. */
  all(): IterableIterator<Volume> {
    return this.byId.values();
  }

  /** Volumes of a pool, in the order in which they became known. */
  ofPool(pool: number): readonly Volume[] {
    return this.byPool.get(pool) ?? [];
  }

  /** Takes over the attachments that the store holds, for volumes known so far. */
  loadAttachments(): void {
    for (const object of this.store.list(VOLUME_ATTACHMENT)) {
      const id = object.spec?.source?.persistentVolumeName;
      const nodeName = object.spec?.nodeName;
      if (id === undefined || nodeName === undefined || object.status?.attached !== true) continue;
      const volume = this.byId.get(id);
      if (volume === undefined) continue;
      const key = { namespace: '', name: object.metadata.name };
      volume.attachments.set(nodeName, { nodeName, key, detachRequestedMs: undefined, timer: undefined });
    }
  }

  private resolve(text: string, claim: PersistentVolumeClaim): Volume {
    const id = claim.spec?.volumeName ?? text;
    const same = this.byId.get(id);
    if (same !== undefined) return same;
    const object: LocalVolume | undefined =
      claim.spec?.volumeName === undefined
        ? undefined
        : this.store.get<LocalVolume>(PERSISTENT_VOLUME, { namespace: '', name: claim.spec.volumeName });
    const modes = object?.spec?.accessModes ?? claim.spec?.accessModes ?? [];
    const volume: Volume = {
      id,
      exclusive: modes.includes('ReadWriteOnce') || modes.includes('ReadWriteOncePod'),
      attachable: object === undefined || object.spec?.csi !== undefined,
      attacher: object?.spec?.csi?.driver ?? UNKNOWN_ATTACHER,
      localNode: object?.spec?.local === undefined ? undefined : nodeOfLocalVolume(object),
      pool: this.poolOfClaim(claim),
      users: new Set(),
      attachments: new Map(),
    };
    this.byId.set(id, volume);
    if (volume.pool >= 0) {
      const list = this.byPool.get(volume.pool);
      if (list === undefined) this.byPool.set(volume.pool, [volume]);
      else list.push(volume);
    }
    return volume;
  }
}

function nodeOfLocalVolume(object: LocalVolume): string | undefined {
  for (const term of object.spec?.nodeAffinity?.required?.nodeSelectorTerms ?? []) {
    for (const { key, values } of term.matchExpressions ?? []) if (key === 'kubernetes.io/hostname') return values?.[0];
  }
  return undefined;
}

/** Names of the claims that a pod's volumes use, in their order. */
export function claimNames(pod: Pod): readonly string[] {
  const names: string[] = [];
  for (const volume of pod.spec?.volumes ?? []) {
    if (volume.persistentVolumeClaim !== undefined) names.push(volume.persistentVolumeClaim.claimName);
  }
  return names;
}
