// Oracle D16 at the rate of a real cluster: one in fifty heartbeats gets lost, and whoever misses four in a row is fenced. Without
// an event for any beat, 100 nodes and a year take a second.

import { expect, test } from 'vitest';
import { lossyRun, lossyStudy } from '../kit/lossy-study.ts';

test('a cluster of 100 nodes gets 49.48 false fencings a year at q = 0.02', () => {
  const q = 0.02;
  const beats = (1 - q ** 4) / (q ** 4 * (1 - q));
  const yearMs = 365.25 * 86_400_000;
  const expected = (100 * yearMs) / 10_000 / beats;
  expect(expected).toBeCloseTo(49.48, 2);
  const { config, policy } = lossyStudy({ hosts: 100, lossShare: '2%', duration: '8766h', boot: '1s' });
  const counts = Array.from({ length: 220 }, (_, index) => lossyRun(config, policy, index + 1).fencings);
  const n = counts.length;
  const mean = counts.reduce((sum, count) => sum + count, 0) / n;
  const variance = counts.reduce((sum, count) => sum + (count - mean) ** 2, 0) / (n - 1);
  const standardError = Math.sqrt(variance / n);
  expect(Math.abs(mean - expected)).toBeLessThanOrEqual(4 * standardError);
  expect(standardError).toBeLessThanOrEqual(0.01 * expected);
});
