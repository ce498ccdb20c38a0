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

  test('the time of every group counts by itself', () => {
    expect(times.groupMs).toEqual([0, 30, 50 + 20 + 70, 600 - 170]);
  });
});

test('all levels together last as long as the run, and the worst group is never better than the average one', () => {
  const step = fc.record({ afterMs: fc.nat(1000), group: fc.nat(4), up: fc.boolean() });
  fc.assert(
    fc.property(fc.array(step), (steps) => {
      const clock = { nowMs: 500 };
      const times = new RedundancyTimes(clock, 5, 3);
      const levels = [0, 0, 0, 0, 0];
      for (const { afterMs, group, up } of steps) {
        clock.nowMs += afterMs;
        const from = levels[group] ?? 0;
        const to = Math.max(0, Math.min(3, from + (up ? 1 : -1)));
        if (from === to) continue;
        times.moved(from, to);
        levels[group] = to;
      }
      const sum = (parts: readonly number[]) => parts.reduce((total, ms) => total + ms, 0);
      const mean = (parts: readonly number[]) => parts.reduce((total, ms, level) => total + ms * level, 0);
      expect(sum(times.worstMs)).toBe(clock.nowMs - 500);
      expect(sum(times.groupMs)).toBe(5 * (clock.nowMs - 500));
      expect(mean(times.worstMs)).toBeLessThanOrEqual(mean(times.groupMs) / 5 + 1e-6);
    }),
    { numRuns: 50 },
  );
});
