// Which pods of a node a drain evicts, and which stop it before the first eviction: the filters of kubectl in their order. A
// pod that one filter passes by is not shown to the next. One rule for everybody who drains: the node maintenance operator
// here, and what stands for kubectl in the world.
// Source: kubernetes staging/src/k8s.io/kubectl/pkg/drain/filters.go.

import { controllerOwner, type OwnerReference } from '../api/object.ts';
import { parseTime } from '../api/time.ts';
import type { Pod } from '../api/workload.ts';

/** The flags of `kubectl drain`. */
export interface DrainFlags {
  readonly force: boolean;
  readonly ignoreDaemonSets: boolean;
  readonly deleteEmptyDirData: boolean;
  /** A pod that has been terminating longer is not waited for; 0 waits for every pod. */
  readonly skipWaitForDeleteTimeoutMs: number;
}

export const ALL_ALLOWED: DrainFlags = {
  force: true,
  ignoreDaemonSets: true,
  deleteEmptyDirData: true,
  skipWaitForDeleteTimeoutMs: 0,
};

/** What the filters must know beside the pod. */
export interface DrainSurroundings {
  readonly nowMs: number;
  /** The DaemonSet that a pod names as its owner is known not to exist. */
  daemonSetIsGone(namespace: string, owner: OwnerReference): boolean;
}

const MIRROR_POD = 'kubernetes.io/config.mirror';

const DAEMON_SET_FATAL = 'cannot delete DaemonSet-managed Pods (use --ignore-daemonsets to ignore)';
const LOCAL_STORAGE_FATAL = 'cannot delete Pods with local storage (use --delete-emptydir-data to override)';
const UNMANAGED_FATAL = 'cannot delete Pods that declare no controller (use --force to override)';

/** What a filter says of a pod: on to the next one, pass it by, or stop the drain for this reason. */
export type DrainVerdict = 'evict' | 'skip' | { readonly fatal: string };

type Filter = (pod: Pod, flags: DrainFlags, around: DrainSurroundings) => DrainVerdict | 'next';

/** What a drain does with one pod. */
export function drainVerdict(pod: Pod, flags: DrainFlags, around: DrainSurroundings): DrainVerdict {
  for (const filter of FILTERS) {
    const verdict = filter(pod, flags, around);
    if (verdict !== 'next') return verdict;
  }
  return 'evict';
}

const FILTERS: readonly Filter[] = [skipsTerminating, daemonSet, mirror, localStorage, unmanaged];

function skipsTerminating({ metadata }: Pod, flags: DrainFlags, { nowMs }: DrainSurroundings): DrainVerdict | 'next' {
  const { deletionTimestamp } = metadata;
  if (deletionTimestamp === undefined || flags.skipWaitForDeleteTimeoutMs <= 0) return 'next';
  return nowMs - parseTime(deletionTimestamp) > flags.skipWaitForDeleteTimeoutMs ? 'skip' : 'next';
}

/** Pods of a DaemonSet are never evicted, unless they are finished or their DaemonSet is gone. */
function daemonSet(pod: Pod, flags: DrainFlags, around: DrainSurroundings): DrainVerdict | 'next' {
  const owner = controllerOwner(pod);
  if (owner?.kind !== 'DaemonSet' || isFinished(pod)) return 'next';
  if (around.daemonSetIsGone(pod.metadata.namespace ?? '', owner)) {
    return flags.force ? 'next' : { fatal: `daemonsets.apps "${owner.name}" not found` };
  }
  return flags.ignoreDaemonSets ? 'skip' : { fatal: DAEMON_SET_FATAL };
}

function mirror({ metadata }: Pod): DrainVerdict | 'next' {
  return metadata.annotations?.[MIRROR_POD] === undefined ? 'next' : 'skip';
}

function localStorage(pod: Pod, flags: DrainFlags): DrainVerdict | 'next' {
  const isLocal = pod.spec?.volumes?.some(({ emptyDir }) => emptyDir !== undefined) === true;
  return !isLocal || isFinished(pod) || flags.deleteEmptyDirData ? 'next' : { fatal: LOCAL_STORAGE_FATAL };
}

function unmanaged(pod: Pod, flags: DrainFlags): DrainVerdict | 'next' {
  const isManaged = controllerOwner(pod) !== undefined;
  return isManaged || isFinished(pod) || flags.force ? 'next' : { fatal: UNMANAGED_FATAL };
}

function isFinished({ status }: Pod): boolean {
  return status?.phase === 'Succeeded' || status?.phase === 'Failed';
}
