// Workloads over the replications of one policy. A run names only the workloads to which something happened, so a workload
// that is absent from a run had zeros there; merged in the order of replications, the same runs give the same bytes.

import type { RunResult, WorkloadResult } from '../sim/result.ts';
import type { Bootstrap } from './statistics/bootstrap-interval.ts';
import { estimateCost } from './statistics/estimate.ts';
import type { Estimate, WorkloadSummary } from './summary.ts';

type Figure = Exclude<keyof WorkloadResult, 'kind' | 'workload' | 'requiredReplicas'>;

/** @param runs at least one, in ascending order of replication. Returns the workloads of all runs, by name and kind. */
export function summariseWorkloads(runs: readonly RunResult[], bootstrap: Bootstrap): readonly WorkloadSummary[] {
  const byIdentity = new Map<string, (WorkloadResult | undefined)[]>();
  runs.forEach((run, index) => {
    for (const row of run.workloads) {
      const identity = `${row.workload} ${row.kind}`;
      let rows = byIdentity.get(identity);
      if (rows === undefined) {
        rows = runs.map(() => undefined);
        byIdentity.set(identity, rows);
      }
      rows[index] = row;
    }
  });
  return [...byIdentity]
    .sort(([one], [other]) => (one < other ? -1 : 1))
    .flatMap(([, rows]) => {
      const known = rows.findLast((row) => row !== undefined);
      return known === undefined ? [] : [summaryOf(known, rows, bootstrap)];
    });
}

/** @param known the last run that names it: its required replicas are what it needs at the end. */
function summaryOf(
  known: WorkloadResult,
  rows: readonly (WorkloadResult | undefined)[],
  bootstrap: Bootstrap,
): WorkloadSummary {
  const values = (figure: Figure): readonly number[] => rows.map((row) => row?.[figure] ?? 0);
  const mean = (figure: Figure): Estimate => estimateCost(values(figure), bootstrap);
  const longest = (figure: Figure): number => values(figure).reduce((most, value) => Math.max(most, value), 0);
  return {
    kind: known.kind,
    workload: known.workload,
    requiredReplicas: known.requiredReplicas,
    unavailableMs: mean('unavailableMs'),
    unavailableApiMs: mean('unavailableApiMs'),
    lostReplicaMs: mean('lostReplicaMs'),
    outages: mean('outages'),
    lostCoreMs: mean('lostCoreMs'),
    lostMemoryGibMs: mean('lostMemoryGibMs'),
    pendingPodMs: mean('pendingPodMs'),
    lostWorkMs: mean('lostWorkMs'),
    ...(known.degradedMs === undefined ? {} : { degradedMs: mean('degradedMs'), slowReplicaMs: mean('slowReplicaMs') }),
    longestOutageMs: longest('longestOutageMs'),
    longestPendingMs: longest('longestPendingMs'),
  };
}
