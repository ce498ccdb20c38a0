// Oracle D18: a burst against the placement of replicas, by configuring the simulator: 30 hosts in 5 racks, a pool that CRUSH places, as
// many volumes as it has placement groups, and outages of four hosts or of a rack at once.

import { describe, expect, test } from 'vitest';
import { startedRun } from '../../sim/simulation.ts';
import { writtenRun } from '../kit/written-study.ts';

const GROUPS = 65_536;
const HOUR_MS = 3_600_000;

/** Seven bursts of four hosts each that share none; host i stands in rack i mod 5. */
const BURSTS = Array.from({ length: 7 }, (_, burst) => Array.from({ length: 4 }, (_, i) => (burst + 7 * i) % 28));
const RACKS = [1, 2, 3, 4, 5];

/** States of a group of three replicas with min_size 2, by how many of its replicas are away. */
const STATES = [
  'active+clean',
  'active+undersized+degraded',
  'undersized+degraded+peered',
  'stale+down+undersized+degraded',
];

/** Groups by the number of their replicas that are away in a burst, all bursts together. */
function hits(failureDomain: 'host' | 'rack', bursts: readonly (readonly string[])[]): readonly number[] {
  const script = bursts.flatMap((targets, burst) =>
    targets.map((target) => `      - { at: ${2 * burst + 1}h, for: 10m, ${target} }`),
  );
  const { config, policy } = writtenRun(
    { scenarioFile: 'burst.yaml', policies: [{ name: 'none', files: [] }] },
    {
      'burst.yaml': `
apiVersion: metaltwin.dev/v1alpha1
kind: Scenario
metadata: { name: burst }
spec:
  study: steady
  duration: 20h
  seed: burst
  cluster:
    generate:
      machineApi: cluster-api
      racks: 5
      groups:
        - { name: master, role: control-plane, count: 1 }
        - { name: w, count: 30, dataDisks: 1 }
  storage:
    failureDomain: ${failureDomain}
    placementGroups: ${GROUPS}
    writesPerSecondPerHost: 0
    crush: {}
  faults:
    background: none
    script:
${script.join('\n')}
  people: { page: 36500d, lateNotice: 36500d }
  plannedReboots: { every: never }
`,
    },
  );
  const { world } = startedRun(config, policy, { replication: 1, record: false });
  const counts = STATES.map(() => 0);
  bursts.forEach((_, burst) => {
    world.kernel.runUntil(config.startMs + (2 * burst + 1) * HOUR_MS + 300_000);
    for (const [state, groups] of world.storage.pool(0)?.groupStates() ?? []) {
      counts[STATES.indexOf(state)] = (counts[STATES.indexOf(state)] ?? 0) + groups;
    }
  });
  for (const runtime of world.runtimes) runtime.stop();
  return counts;
}

function expectShares(counts: readonly number[], expected: readonly number[], samples: number): void {
  expect(counts.reduce((sum, count) => sum + count, 0)).toBe(samples);
  expected.forEach((share, replicas) => {
    const found = (counts[replicas] ?? 0) / samples;
    const standardError = Math.sqrt((share * (1 - share)) / samples);
    expect(Math.abs(found - share)).toBeLessThanOrEqual(4 * standardError);
    expect(standardError).toBeLessThanOrEqual((share < 0.01 ? 0.05 : 0.01) * share);
  });
}

describe('oracle D18: a burst against replica placement', () => {
  test('four hosts of 30 die: 0 to 3 replicas of a volume are hit by the hypergeometric law', () => {
    const bursts = BURSTS.map((hosts) =>
      hosts.map((host) => `fault: selfHealingOutage, target: { host: w-${String(host).padStart(2, '0')} }`),
    );
    expectShares(hits('host', bursts), [0.6403941, 0.320197, 0.0384236, 0.000985222], 7 * GROUPS);
  });

  const racks = RACKS.map((rack) => [`fault: rackPowerLoss, target: { rack: rack-${rack} }`]);

  test('a rack of five dies, replicas anywhere', () => {
    expectShares(hits('host', racks), [0.4985222, 0.4078818, 0.08867, 0.00492611], 5 * GROUPS);
  });

  test('a rack of five dies, replicas in distinct racks: three in five volumes lose one replica, none two', () => {
    const counts = hits('rack', racks);
    expectShares(counts.slice(0, 2), [0.4, 0.6], 5 * GROUPS);
    expect(counts.slice(2)).toEqual([0, 0]);
  });
});
