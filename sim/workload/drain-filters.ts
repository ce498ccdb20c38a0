// Which pods of a node a drain evicts, and which stop it before the first eviction: the filters of kubectl in their order. A
// pod that one filter passes by is not shown to the next.
// Source: kubernetes staging/src/k8s.io/kubectl/pkg/drain/filters.go.
//
// Divergence from reality: a DaemonSet that the initial objects name but do not hold is taken to exist, because dumps seldom
// hold every kind.

import { controllerOwner } from '../../core/api/object.ts';
import { parseTime } from '../../core/api/time.ts';
import { DAEMON_SET } from '../../core/api/workload.ts';
import { isFinished, type PodRecord } from './pod-table.ts';
import type { WorkloadContext } from './workload-context.ts';

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

const MIRROR_POD = 'kubernetes.io/config.mirror';

const DAEMON_SET_FATAL = 'cannot delete DaemonSet-managed Pods (use --ignore-daemonsets to ignore)';
const LOCAL_STORAGE_FATAL = 'cannot delete Pods with local storage (use --delete-emptydir-data to override)';
const UNMANAGED_FATAL = 'cannot delete Pods that declare no controller (use --force to override)';

/** What a filter says of a pod: on to the next one, pass it by, or stop the drain for this reason. */
type Verdict = 'next' | 'skip' | { readonly fatal: string };

export interface DrainChoice {
  readonly pods: readonly PodRecord[];
  /** One line per reason, with the pods that it concerns: `reason: namespace/name, namespace/name`. */
  readonly problems: readonly string[];
}

export function podsToDrain(records: readonly PodRecord[], flags: DrainFlags, context: WorkloadContext): DrainChoice {
  const pods: PodRecord[] = [];
  const fatal = new Map<string, string[]>();
  for (const record of records) {
    const verdict = judge(record, flags, context);
    if (verdict === 'next') {
      pods.push(record);
    } else if (verdict !== 'skip') {
      const known = fatal.get(verdict.fatal);
      if (known === undefined) fatal.set(verdict.fatal, [record.text]);
      else known.push(record.text);
    }
  }
  return { pods, problems: [...fatal].map(([reason, names]) => `${reason}: ${names.join(', ')}`) };
}

function judge(record: PodRecord, flags: DrainFlags, context: WorkloadContext): Verdict {
  for (const filter of FILTERS) {
    const verdict = filter(record, flags, context);
    if (verdict !== 'next') return verdict;
  }
  return 'next';
}

const FILTERS: readonly ((record: PodRecord, flags: DrainFlags, context: WorkloadContext) => Verdict)[] = [
  skipsTerminating,
  daemonSet,
  mirror,
  localStorage,
  unmanaged,
];

function skipsTerminating({ object }: PodRecord, flags: DrainFlags, { kernel }: WorkloadContext): Verdict {
  const { deletionTimestamp } = object.metadata;
  if (deletionTimestamp === undefined || flags.skipWaitForDeleteTimeoutMs <= 0) return 'next';
  return kernel.nowMs - parseTime(deletionTimestamp) > flags.skipWaitForDeleteTimeoutMs ? 'skip' : 'next';
}

/** Pods of a DaemonSet are never evicted, unless they are finished or their DaemonSet is gone. */
function daemonSet(record: PodRecord, flags: DrainFlags, { store }: WorkloadContext): Verdict {
  const owner = controllerOwner(record.object);
  if (owner?.kind !== 'DaemonSet' || isFinished(record)) return 'next';
  const { namespace } = record.key;
  if (store.ownerIsGone(DAEMON_SET, { namespace, name: owner.name }, owner.uid)) {
    return flags.force ? 'next' : { fatal: `daemonsets.apps "${owner.name}" not found` };
  }
  return flags.ignoreDaemonSets ? 'skip' : { fatal: DAEMON_SET_FATAL };
}

function mirror({ object }: PodRecord): Verdict {
  return object.metadata.annotations?.[MIRROR_POD] === undefined ? 'next' : 'skip';
}

function localStorage(record: PodRecord, flags: DrainFlags): Verdict {
  const isLocal = record.object.spec?.volumes?.some(({ emptyDir }) => emptyDir !== undefined) === true;
  return !isLocal || isFinished(record) || flags.deleteEmptyDirData ? 'next' : { fatal: LOCAL_STORAGE_FATAL };
}

function unmanaged(record: PodRecord, flags: DrainFlags): Verdict {
  const isManaged = controllerOwner(record.object) !== undefined;
  return isManaged || isFinished(record) || flags.force ? 'next' : { fatal: UNMANAGED_FATAL };
}
