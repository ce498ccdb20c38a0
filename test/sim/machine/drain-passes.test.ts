// When the end of a drain is seen: seconds after its start.

import { describe, expect, test } from 'vitest';
import type { MachineApi } from '../../../core/api/machine.ts';
import { drainSeenAtMs, gridAtMs } from '../../../sim/machine/drain-passes.ts';

test.each<{ machineApi: MachineApi; endedS: number; seenS: number }>([
  { machineApi: 'cluster-api', endedS: 0, seenS: 0 },
  { machineApi: 'cluster-api', endedS: 1, seenS: 20 },
  { machineApi: 'cluster-api', endedS: 20, seenS: 20 },
  { machineApi: 'cluster-api', endedS: 21, seenS: 40 },
  { machineApi: 'cluster-api', endedS: 600, seenS: 600 },
  // Passes of 20 s at 0, 25, 55, 95, 155 s: back-off 5, 10, 20, 40 s.
  { machineApi: 'openshift', endedS: 0, seenS: 0 },
  { machineApi: 'openshift', endedS: 20, seenS: 20 },
  { machineApi: 'openshift', endedS: 21, seenS: 25 },
  { machineApi: 'openshift', endedS: 26, seenS: 26 },
  { machineApi: 'openshift', endedS: 50, seenS: 55 },
  { machineApi: 'openshift', endedS: 80, seenS: 95 },
  { machineApi: 'openshift', endedS: 116, seenS: 155 },
])('$machineApi: a drain that ends after $endedS s is seen after $seenS s', ({ machineApi, endedS, seenS }) => {
  const startMs = 1_800_000_000_000;
  expect(drainSeenAtMs(machineApi, startMs, startMs + endedS * 1000, 0) - startMs).toBe(seenS * 1000);
});

test('the back-off of OpenShift stops growing at 1000 s', () => {
  // After the 8th failed pass every back-off is 1000 s, so passes are 1020 s apart.
  const ends = [10_000_000, 11_020_000, 12_040_000];
  const seen = ends.map((endMs) => drainSeenAtMs('openshift', 0, endMs, 0));
  expect([(seen[1] ?? 0) - (seen[0] ?? 0), (seen[2] ?? 0) - (seen[1] ?? 0)]).toEqual([1_020_000, 1_020_000]);
});

test('a drain that needed no eviction is seen when it ends, whatever the passes', () => {
  expect(drainSeenAtMs('cluster-api', 0, 10, 10)).toBe(10);
});

describe('a grid', () => {
  test.each([
    [0, 20],
    [1, 20],
    [20, 20],
    [20.5, 40],
    [41, 60],
  ])('at %d the next instant is %d, never the origin', (at, next) => {
    expect(gridAtMs(0, 20, at)).toBe(next);
  });
});
