// Closed-form answers about redundancy and resync that must come out of the simulator by configuring it: scenarios as YAML.

import { describe, expect, test } from 'vitest';
import {
  cyclesOf,
  hoursToLoss,
  meanTimeToLoss,
  REDUNDANCY_ROWS,
  redundancyOracle,
  storageMetrics,
} from '../kit/storage-oracle.ts';

const GIB = 1024 ** 3;

describe('oracle D13: mean time to data loss, failures every 100 h, resyncs of 6 h', () => {
  test('the formulas give the figures of 1000 days and 6 h', () => {
    const rates = [1 / 24_000, 1 / 6] as const;
    expect(hoursToLoss('3 replicas, serial', ...rates)).toBeCloseTo(6.4064044e10, -3);
    expect(hoursToLoss('3 replicas, parallel', ...rates)).toBeCloseTo(1.28112044e11, -3);
    expect(hoursToLoss('2 replicas', ...rates)).toBeCloseTo(4.8036e7, -3);
  });

  // One run of 100 years each; plain counts with a standard error under 1 % are in test/long.
  test.each(
    REDUNDANCY_ROWS.map((row) => ({
      ...row,
      runs: row.replicas === 2 ? 2 : 9,
      hours: hoursToLoss(row.given, 0.01, 1 / 6),
    })),
  )('$given: $hours h by the expected loss, and as many lost as expected', ({ replicas, atOnce, runs, hours }) => {
    const oracle = redundancyOracle(replicas, atOnce);
    const cycles = Array.from({ length: runs }, (_, index) => cyclesOf(oracle, index + 1)).flat();
    const found = meanTimeToLoss(cycles, ({ expectedLosses }) => expectedLosses);
    expect(found.standardError).toBeLessThanOrEqual(0.01 * hours);
    expect(Math.abs(found.hours - hours)).toBeLessThanOrEqual(4 * found.standardError);
    // Losses minus what was expected of them is a martingale, whose variance is what was expected.
    const expected = cycles.reduce((sum, { expectedLosses }) => sum + expectedLosses, 0);
    const lost = cycles.filter((cycle) => cycle.lost).length;
    expect(lost).toBeGreaterThan(500);
    expect(Math.abs(lost - expected)).toBeLessThanOrEqual(4 * Math.sqrt(expected));
  });
});

describe('oracle D19: resync bytes after a reboot depend on the unit of dirty tracking', () => {
  /** 50,000 objects of 4 MiB on each host; 200 writes of 4 KiB per second during 420 s without one of them. */
  function bytesCopied(unit: string, writes: 'expected' | 'drawn', replication: number): number {
    const { resyncBytes } = storageMetrics(
      {
        hosts: 3,
        duration: '1d',
        storage: [
          'replicas: 3',
          'minSize: 2',
          'failureDomain: host',
          'usedPerHost: 200000MiB',
          'writesPerSecondPerHost: 200',
          'writeSize: 4KiB',
          `trackingUnit: ${unit}`,
          'logWrites: 1000000',
          `writes: ${writes}`,
        ],
        script: ['{ at: 1h, fault: switchOutage, target: { rack: rack-1 }, for: 420s }'],
      },
      replication,
    );
    return resyncBytes;
  }

  test.each([
    { given: 'whole objects', unit: '4MiB', units: 40_681.3, unitBytes: 4 * 1024 ** 2 },
    { given: 'a bitmap of 4 KiB', unit: '4KiB', units: 83_931, unitBytes: 4096 },
  ])('$given: $units dirty units, expected as the formula and drawn one by one', ({ unit, units, unitBytes }) => {
    expect(bytesCopied(unit, 'expected', 1) / unitBytes).toBeCloseTo(units, -1);
    const drawn = Array.from({ length: 8 }, (_, index) => bytesCopied(unit, 'drawn', index + 1) / unitBytes);
    const mean = drawn.reduce((sum, one) => sum + one, 0) / drawn.length;
    const variance = drawn.reduce((sum, one) => sum + (one - mean) ** 2, 0) / (drawn.length - 1);
    const standardError = Math.sqrt(variance / drawn.length);
    expect(standardError).toBeGreaterThan(0);
    expect(standardError).toBeLessThanOrEqual(0.01 * units);
    expect(Math.abs(mean - units)).toBeLessThanOrEqual(4 * standardError);
  });

  test('158.9 GiB by whole objects, 81 % of a full copy; 0.32 GiB by the bitmap', () => {
    expect(bytesCopied('4MiB', 'expected', 1) / GIB).toBeCloseTo(158.9, 1);
    expect(bytesCopied('4KiB', 'expected', 1) / GIB).toBeCloseTo(0.32, 2);
  });
});

test('the times at each level of redundancy add up to the time of reduced redundancy', () => {
  const metrics = storageMetrics(redundancyOracle(3, 1));
  const { oneReplicaShortMs = 0, twoReplicasShortMs = 0, moreReplicasShortMs = 0 } = metrics;
  expect(oneReplicaShortMs).toBeGreaterThan(twoReplicasShortMs);
  expect(twoReplicasShortMs).toBeGreaterThan(moreReplicasShortMs);
  expect(moreReplicasShortMs).toBeGreaterThan(0);
  expect(oneReplicaShortMs + twoReplicasShortMs + moreReplicasShortMs).toBe(metrics.reducedRedundancyMs);
});
