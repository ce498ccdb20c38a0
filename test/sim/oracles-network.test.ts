// Closed-form answers about the network, by configuring it.

import { describe, expect, test } from 'vitest';
import { LOST_IN_A_ROW, lossyRun, lossyStudy } from '../kit/lossy-study.ts';

describe('oracle D16: false positives from lost heartbeats, q = 0.2, fence after 4 in a row', () => {
  const q = 0.2;
  const expected = (1 - q ** LOST_IN_A_ROW) / (q ** LOST_IN_A_ROW * (1 - q));

  test('780 beats to the first run of 4, within four standard errors, which are under 1 %', () => {
    const { config, policy } = lossyStudy({ hosts: 108, lossShare: '20%', duration: '60d', boot: '5m' });
    const runsEach = 100;
    const { beatsToRun } = lossyRun(config, { ...policy, objects: [] }, 1, runsEach);
    const n = beatsToRun.length;
    expect(n).toBe(108 * runsEach);
    const mean = beatsToRun.reduce((sum, beats) => sum + beats, 0) / n;
    const variance = beatsToRun.reduce((sum, beats) => sum + (beats - mean) ** 2, 0) / (n - 1);
    const standardError = Math.sqrt(variance / n);
    expect(expected).toBeCloseTo(780, 9);
    expect(Math.abs(mean - expected)).toBeLessThanOrEqual(4 * standardError);
    expect(standardError).toBeLessThanOrEqual(0.01 * expected);
  });

  test('each of those runs is a fencing under our own policy', () => {
    // Whoever is fenced does not come back within the run.
    const { config, policy } = lossyStudy({ hosts: 30, lossShare: '20%', duration: '44h', boot: '1000d' });
    const { beatsToRun, fencings } = lossyRun(config, policy, 1);
    expect([beatsToRun.length, fencings]).toEqual([30, 30]);
  });
});
