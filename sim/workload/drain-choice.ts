// The pods of a node that a drain evicts, by the filters that everybody who drains has in common.
//
// Divergence from reality: a DaemonSet that the initial objects name but do not hold is taken to exist, because dumps seldom
// hold every kind.

import { DAEMON_SET } from '../../core/api/workload.ts';
import { type DrainFlags, drainVerdict } from '../../core/maintenance/drain-filters.ts';
import type { PodRecord } from './pod-table.ts';
import type { WorkloadContext } from './workload-context.ts';

export interface DrainChoice {
  readonly pods: readonly PodRecord[];
  /** One line per reason, with the pods that it concerns: `reason: namespace/name, namespace/name`. */
  readonly problems: readonly string[];
}

export function podsToDrain(
  records: readonly PodRecord[],
  flags: DrainFlags,
  { kernel, store }: WorkloadContext,
): DrainChoice {
  const around = {
    nowMs: kernel.nowMs,
    daemonSetIsGone: (namespace: string, owner: { readonly name: string; readonly uid: string }) =>
      store.ownerIsGone(DAEMON_SET, { namespace, name: owner.name }, owner.uid),
  };
  const pods: PodRecord[] = [];
  const fatal = new Map<string, string[]>();
  for (const record of records) {
    const verdict = drainVerdict(record.object, flags, around);
    if (verdict === 'evict') {
      pods.push(record);
    } else if (verdict !== 'skip') {
      const known = fatal.get(verdict.fatal);
      if (known === undefined) fatal.set(verdict.fatal, [record.text]);
      else known.push(record.text);
    }
  }
  return { pods, problems: [...fatal].map(([reason, names]) => `${reason}: ${names.join(', ')}`) };
}
