// What users lost in whole runs: the sums over workloads are the metrics, the figures of one workload fit together, and
// virtual machines are part of it all.

import { describe, expect, test } from 'vitest';
import type { WorkloadResult } from '../../sim/result.ts';
import { simulate } from '../../sim/simulation.ts';
import { countsForAvailability } from '../../sim/workload/workload-totals.ts';
import { policyOf, smallStudy, stormy } from '../kit/small-study.ts';

const MACHINES = `        - { name: vm, kind: VirtualMachine, count: 4, cpu: 2, memory: 4GiB, volume: 20GiB }
        - { name: mv, kind: VirtualMachine, count: 4, memory: 4GiB, volume: 20GiB, sharedDisk: true, evictionStrategy: LiveMigrate }
`;
const study = smallStudy(MACHINES);
const storm = { ...stormy(study.config, 20), durationMs: 20 * 86_400_000 };
const RUNS = (['reboot', 'delete', 'none'] as const).flatMap((policy) =>
  [1, 2].map((replication) => ({ policy, replication })),
);

describe.each(RUNS)('$policy, replication $replication', ({ policy, replication }) => {
  const { metrics, workloads } = simulate(storm, policyOf(study, policy), { replication, record: false }).result;
  const counted = workloads.filter(({ kind }) => countsForAvailability(kind));
  const sum = (
    rows: readonly WorkloadResult[],
    figure:
      | 'unavailableMs'
      | 'unavailableApiMs'
      | 'lostReplicaMs'
      | 'outages'
      | 'lostCoreMs'
      | 'lostMemoryGibMs'
      | 'pendingPodMs'
      | 'lostWorkMs',
  ) => rows.reduce((total, row) => total + row[figure], 0);

  test('the sums over the workloads that it names are the metrics', () => {
    expect({
      workloadUnavailableMs: sum(counted, 'unavailableMs'),
      workloadUnavailableApiMs: sum(counted, 'unavailableApiMs'),
      lostReplicaMs: sum(counted, 'lostReplicaMs'),
      outages: sum(counted, 'outages'),
      longestOutageMs: Math.max(...counted.map(({ longestOutageMs }) => longestOutageMs)),
      lostCoreMs: sum(workloads, 'lostCoreMs'),
      lostMemoryGibMs: sum(workloads, 'lostMemoryGibMs'),
      pendingPodMs: sum(workloads, 'pendingPodMs'),
      longestPendingMs: Math.max(...workloads.map(({ longestPendingMs }) => longestPendingMs)),
      lostWorkMs: sum(workloads, 'lostWorkMs'),
    }).toEqual({
      workloadUnavailableMs: metrics.workloadUnavailableMs,
      workloadUnavailableApiMs: metrics.workloadUnavailableApiMs,
      lostReplicaMs: metrics.lostReplicaMs,
      outages: metrics.outages,
      longestOutageMs: metrics.longestOutageMs,
      lostCoreMs: metrics.lostCoreMs,
      lostMemoryGibMs: metrics.lostMemoryGibMs,
      pendingPodMs: metrics.pendingPodMs,
      longestPendingMs: metrics.longestPendingMs,
      lostWorkMs: metrics.lostWorkMs,
    });
  });

  test('the figures of each workload fit together', () => {
    const wrong = workloads.filter(
      (row) =>
        row.unavailableMs > row.outages * row.longestOutageMs ||
        row.unavailableMs < row.longestOutageMs ||
        row.unavailableMs > row.lostReplicaMs ||
        row.longestPendingMs > row.pendingPodMs,
    );
    expect(wrong).toEqual([]);
  });

  test('machines are among them, and every one needs its one instance', () => {
    const machines = workloads.filter(({ kind }) => kind === 'VirtualMachine');
    expect(machines.length).toBeGreaterThan(0);
    expect(new Set(machines.map(({ requiredReplicas }) => requiredReplicas))).toEqual(new Set([1]));
  });
});

test('the same run twice, recorded or not, is the same to the last bit', () => {
  const run = (record: boolean) => simulate(storm, policyOf(study, 'delete'), { replication: 3, record }).result;
  expect(run(false)).toEqual(run(false));
  expect(run(true)).toEqual(run(false));
});

test('without remediation machines are down longer than with reboots', () => {
  const of = (policy: string) => {
    const { workloads } = simulate(storm, policyOf(study, policy), { replication: 1, record: false }).result;
    return workloads
      .filter(({ kind }) => kind === 'VirtualMachine')
      .reduce((total, row) => total + row.unavailableMs, 0);
  };
  expect(of('none')).toBeGreaterThan(of('reboot'));
});
