// What users of the cluster notice, as tables: the worst first, absent workloads as zeros, and how many are left out.

import { describe, expect, test } from 'vitest';
import type { StudySummary, WorkloadSummary } from '../../lab/summary.ts';
import { lossesTable, usersTable, WORKLOADS_SHOWN, WORST_SHOWN, workloadsTable } from '../../reports/user-tables.ts';
import { about, always, never, THREE_POLICIES } from './fixtures/summary.ts';

const HOUR = 3_600_000;

function workload(name: string, hours: number, change: Partial<WorkloadSummary> = {}): WorkloadSummary {
  return {
    kind: 'Deployment',
    workload: name,
    requiredReplicas: 1,
    unavailableMs: hours === 0 ? never() : about(hours * HOUR, 0.1 * HOUR),
    unavailableApiMs: hours === 0 ? never() : about((hours + 1) * HOUR, 0.1 * HOUR),
    lostReplicaMs: always(2 * hours * HOUR),
    outages: hours === 0 ? never() : always(2),
    lostCoreMs: always(0),
    lostMemoryGibMs: never(),
    pendingPodMs: never(),
    lostWorkMs: never(),
    longestOutageMs: hours * HOUR,
    longestPendingMs: 0,
    ...change,
  };
}

/** Two policies with these workloads. */
function withWorkloads(a: readonly WorkloadSummary[], b: readonly WorkloadSummary[]): StudySummary {
  const [first, second] = THREE_POLICIES.policies;
  if (first === undefined || second === undefined) throw new Error('the fixture has three policies');
  const nothing = Object.fromEntries(Object.keys(first.metrics).map((name) => [name, never()])) as typeof first.metrics;
  return {
    ...THREE_POLICIES,
    policies: [
      { ...first, workloads: a, metrics: { ...nothing, workloadUnavailableMs: always(7 * HOUR), outages: always(3) } },
      { ...second, workloads: b, metrics: nothing },
    ],
  };
}

const SHOP = withWorkloads(
  [
    workload('a/little', 1),
    workload('a/none', 0, { kind: 'DaemonSet', lostReplicaMs: always(9 * HOUR) }),
    workload('a/much', 3),
  ],
  [workload('a/little', 5), workload('b/other', 4)],
);

describe('the worst workloads first, by the policy that is worst for them', () => {
  test('on a screen, with what was lost in all; what nobody lost is left out', () => {
    const { title, columns, rows, note } = usersTable(SHOP, 'main');
    expect([title, columns.map(({ label }) => label), note]).toEqual([
      'What users of the cluster notice: unavailable by truth / by API, h per run, the worst first',
      ['workload', 'reboot-first', 'reprovision'],
      undefined,
    ]);
    expect(rows).toEqual([
      ['a/little', '1.00 / 2.00', '5.00 / 6.00'],
      ['b/other', '0 / 0', '4.00 / 5.00'],
      ['a/much', '3.00 / 4.00', '0 / 0'],
      ['all workloads', '7 / 0', '0 / 0'],
      ['outages', '3', '< 3/100'],
    ]);
  });

  test('with intervals', () => {
    expect(workloadsTable(SHOP).rows).toEqual([
      ['a/little', 'Deployment', '1', '1.00 [0.90, 1.10]', '5.00 [4.90, 5.10]'],
      ['b/other', 'Deployment', '1', '0', '4.00 [3.90, 4.10]'],
      ['a/much', 'Deployment', '1', '3.00 [2.90, 3.10]', '0'],
    ]);
  });

  test('every figure, one line per workload and policy, those that do not count at the end', () => {
    expect(lossesTable(SHOP).rows.map((row) => row.join(' | '))).toEqual([
      'a/little | Deployment | reboot-first | 2.00 h [1.90, 2.10] | 2 | 1h | 2 h | 0 | 0 | 0 | 0 | 0',
      'a/little | Deployment | reprovision | 6.00 h [5.90, 6.10] | 2 | 5h | 10 h | 0 | 0 | 0 | 0 | 0',
      'b/other | Deployment | reprovision | 5.00 h [4.90, 5.10] | 2 | 4h | 8 h | 0 | 0 | 0 | 0 | 0',
      'a/much | Deployment | reboot-first | 4.00 h [3.90, 4.10] | 2 | 3h | 6 h | 0 | 0 | 0 | 0 | 0',
      'a/none | DaemonSet | reboot-first | 0 | 0 | 0 | 9 h | 0 | 0 | 0 | 0 | 0',
    ]);
  });
});

test.each([
  [WORST_SHOWN, WORKLOADS_SHOWN, 0],
  [WORST_SHOWN, WORKLOADS_SHOWN, 3],
])('a screen shows %d, a report %d, and both say that %d more are in summary.json', (onScreen, inReport, more) => {
  const many = (count: number) =>
    withWorkloads(
      Array.from({ length: count }, (_, n) => workload(`a/w-${n}`, n + 1)),
      [],
    );
  const words = more === 0 ? undefined : `${more} more workloads are in summary.json.`;
  const screen = usersTable(many(onScreen + more), 'main');
  expect([screen.rows.filter(([name]) => name?.startsWith('a/')).length, screen.note]).toEqual([onScreen, words]);
  const report = workloadsTable(many(inReport + more));
  expect([report.rows.length, report.note]).toEqual([inReport, words]);
});
