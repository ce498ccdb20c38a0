// Workloads merged over runs that each name only what something happened to.

import { expect, test } from 'vitest';
import { Bootstrap } from '../../lab/statistics/bootstrap-interval.ts';
import { summariseWorkloads } from '../../lab/workload-summary.ts';
import type { RunResult, WorkloadKind, WorkloadResult } from '../../sim/result.ts';
import { aPolicy, CONFIG, runWith } from './analytic-world.ts';

function row(kind: WorkloadKind, workload: string, ms: number): WorkloadResult {
  return {
    kind,
    workload,
    requiredReplicas: 1,
    unavailableMs: ms,
    unavailableApiMs: 2 * ms,
    lostReplicaMs: 3 * ms,
    outages: 1,
    longestOutageMs: ms,
    lostCoreMs: 4 * ms,
    lostMemoryGibMs: 5 * ms,
    pendingPodMs: 6 * ms,
    longestPendingMs: ms / 2,
    lostWorkMs: 0,
  };
}

function runs(...rows: readonly (readonly WorkloadResult[])[]): readonly RunResult[] {
  return rows.map((workloads, index) => ({
    ...runWith(() => 0)(CONFIG, aPolicy('p'), { replication: index + 1, record: false }).result,
    workloads,
  }));
}

/** `kind name: mean of each figure, longest outage and wait`. */
function lines(results: readonly RunResult[]): readonly string[] {
  return summariseWorkloads(results, new Bootstrap('s')).map((found) => {
    const { unavailableMs, unavailableApiMs, lostReplicaMs, outages, lostCoreMs, lostMemoryGibMs, pendingPodMs } =
      found;
    const means = [unavailableMs, unavailableApiMs, lostReplicaMs, outages, lostCoreMs, lostMemoryGibMs, pendingPodMs];
    return `${found.kind} ${found.workload}: ${means.map(({ mean, n }) => `${mean}/${n}`).join(' ')}, ${found.longestOutageMs} ${found.longestPendingMs} ${found.lostWorkMs.method}`;
  });
}

test.each<[string, readonly RunResult[], readonly string[]]>([
  ['nothing happened in any run', runs([], []), []],
  [
    'one of four runs: the others count as zeros',
    runs([], [], [row('Deployment', 'a/web', 800)], []),
    ['Deployment a/web: 200/4 400/4 600/4 0.25/4 800/4 1000/4 1200/4, 800 400 rule-of-three'],
  ],
  [
    'different workloads in each run, in the order of name and kind; the longest of all runs',
    runs(
      [row('VirtualMachine', 'b/x', 40)],
      [row('Deployment', 'b/x', 20), row('VirtualMachine', 'b/x', 60)],
      [row('Pod', 'a/p', 30)],
    ),
    [
      'Pod a/p: 10/3 20/3 30/3 0.3333333333333333/3 40/3 50/3 60/3, 30 15 rule-of-three',
      'Deployment b/x: 6.666666666666667/3 13.333333333333334/3 20/3 0.3333333333333333/3 26.666666666666668/3 33.333333333333336/3 40/3, 20 10 rule-of-three',
      'VirtualMachine b/x: 33.333333333333336/3 66.66666666666667/3 100/3 0.6666666666666666/3 133.33333333333334/3 166.66666666666666/3 200/3, 60 30 rule-of-three',
    ],
  ],
])('%s', (_, results, expected) => {
  expect(lines(results)).toEqual(expected);
});
