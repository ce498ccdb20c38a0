// Time at each redundancy level, by known answers and for random histories.

import { describe, expect, test } from 'vitest';
import { RedundancyTimes } from '../../../sim/storage/redundancy-times.ts';
import { fc } from '../../kit/property.ts';

describe('two groups of three replicas', () => {
  const clock = { nowMs: 0 };
  const times = new RedundancyTimes(clock, 2, 3);
  for (let group = 0; group < 2; group++) for (let level = 0; level < 3; level++) times.moved(level, level + 1);
  const at = (nowMs: number, from: number, to: number): void => {
    clock.nowMs = nowMs;
    times.moved(from, to);
  };
  at(100, 3, 2);
  at(150, 2, 1);
  at(160, 3, 2);
  at(180, 1, 2);
  at(200, 2, 3);
  at(230, 2, 3);
  clock.nowMs = 300;

  test('the worst group decides the time of the pool', () => {
    expect(times.worstMs).toEqual([0, 30, 50 + 50, 100 + 70]);
  });
});

test('by the worst of all groups at every instant, and all levels together last as long as the run', () => {
  const step = fc.record({ afterMs: fc.nat(1000), group: fc.nat(4), up: fc.boolean() });
  fc.assert(
    fc.property(fc.array(step), (steps) => {
      const clock = { nowMs: 500 };
      const times = new RedundancyTimes(clock, 5, 3);
      const levels = [0, 0, 0, 0, 0];
      const expected = [0, 0, 0, 0];
      for (const { afterMs, group, up } of steps) {
        clock.nowMs += afterMs;
        const worst = Math.min(...levels);
        expected[worst] = (expected[worst] ?? 0) + afterMs;
        const from = levels[group] ?? 0;
        const to = Math.max(0, Math.min(3, from + (up ? 1 : -1)));
        if (from === to) continue;
        times.moved(from, to);
        levels[group] = to;
      }
      expect(times.worstMs).toEqual(expected);
    }),
    { numRuns: 50 },
  );
});
