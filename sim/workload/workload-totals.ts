// What users of the cluster lost in all: sums and extremes over the accounts of single workloads. Unavailability, outages and
// lost replicas are summed over the kinds that count for availability; capacity, waiting pods and lost work over all of them.

import type { RunMetrics, SlownessMeasures, WorkloadKind, WorkloadResult } from '../result.ts';

/** The metrics of a run that are sums over workloads, or the largest of them. */
export type WorkloadMetrics = Pick<
  RunMetrics,
  | 'workloadUnavailableMs'
  | 'workloadUnavailableApiMs'
  | 'lostReplicaMs'
  | 'outages'
  | 'longestOutageMs'
  | 'lostCoreMs'
  | 'lostMemoryGibMs'
  | 'pendingPodMs'
  | 'longestPendingMs'
  | 'lostWorkMs'
> &
  Partial<SlownessMeasures>;

export interface AvailabilityTotals extends WorkloadMetrics {
  readonly workloads: readonly WorkloadResult[];
}

const COUNTED: ReadonlySet<WorkloadKind> = new Set(['Deployment', 'ReplicaSet', 'StatefulSet', 'VirtualMachine']);

/** Whether missing replicas of this kind make something unavailable. */
export function countsForAvailability(kind: WorkloadKind): boolean {
  return COUNTED.has(kind);
}

/**
 * The rows with their sums.
 * @param measuresSlowness they say how long they served slowly.
 */
export function totalsOf(workloads: readonly WorkloadResult[], measuresSlowness = false): AvailabilityTotals {
  const counted = workloads.filter(({ kind }) => countsForAvailability(kind));
  return {
    workloadUnavailableMs: sum(counted, 'unavailableMs'),
    workloadUnavailableApiMs: sum(counted, 'unavailableApiMs'),
    lostReplicaMs: sum(counted, 'lostReplicaMs'),
    outages: sum(counted, 'outages'),
    longestOutageMs: largest(counted, 'longestOutageMs'),
    lostCoreMs: sum(workloads, 'lostCoreMs'),
    lostMemoryGibMs: sum(workloads, 'lostMemoryGibMs'),
    pendingPodMs: sum(workloads, 'pendingPodMs'),
    longestPendingMs: largest(workloads, 'longestPendingMs'),
    lostWorkMs: sum(workloads, 'lostWorkMs'),
    ...(measuresSlowness
      ? { workloadDegradedMs: sum(counted, 'degradedMs'), slowReplicaMs: sum(counted, 'slowReplicaMs') }
      : {}),
    workloads,
  };
}

/** Whether the run did anything to it. A result names only such workloads. */
export function isTouched(row: WorkloadResult): boolean {
  return (
    row.unavailableApiMs > 0 ||
    row.lostReplicaMs > 0 ||
    row.pendingPodMs > 0 ||
    row.lostWorkMs > 0 ||
    row.outages > 0 ||
    (row.slowReplicaMs ?? 0) > 0
  );
}

type Figure = Exclude<keyof WorkloadResult, 'kind' | 'workload'>;

function sum(rows: readonly WorkloadResult[], figure: Figure): number {
  return rows.reduce((total, row) => total + (row[figure] ?? 0), 0);
}

function largest(rows: readonly WorkloadResult[], figure: Figure): number {
  return rows.reduce((most, row) => Math.max(most, row[figure] ?? 0), 0);
}
