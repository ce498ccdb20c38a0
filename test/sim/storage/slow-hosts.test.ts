// Slow members of a pool by known answers: what they take in arrives late, and who has a copy there waits for it.

import { describe, expect, test } from 'vitest';
import type { StorageSlowness } from '../../../sim/host/host-slowness.ts';
import { slowdownOf } from '../../../sim/storage/client-slowdown.ts';
import { aRunningPool, HOUR, MINUTE, racksOfHosts, STORED } from './pool-kit.ts';

/** One host in each of three racks: every group has a replica on every host. Four disks each, 64 groups on each disk. */
const THREE = racksOfHosts(3, 1);
/** Four hosts, replicas on any three of them. */
const FOUR = racksOfHosts(4, 1);

function slow(change: Partial<StorageSlowness>): StorageSlowness {
  return { factor: 1, disks: [], linkBytesPerSecond: Infinity, waitMs: 0, ...change };
}

describe('what a slow host takes in', () => {
  test.each<{ given: string; slowness: StorageSlowness; fillsForS: number }>([
    { given: 'slow disks', slowness: slow({ factor: 4 }), fillsForS: 4000 },
    { given: 'one slow disk of four, for which all wait', slowness: slow({ disks: [4] }), fillsForS: 4000 },
    { given: 'two slow disks, the slower one', slowness: slow({ disks: [2, 5] }), fillsForS: 5000 },
    { given: 'a slow network card', slowness: slow({ linkBytesPerSecond: 0.25e9 }), fillsForS: 4000 },
    { given: 'a network card with room to spare', slowness: slow({ linkBytesPerSecond: 2e9 }), fillsForS: 1000 },
    {
      given: 'a slow network: 80 MiB of each disk under way, answered for after 1.34 s',
      slowness: slow({ waitMs: (4 * 80 * 2 ** 20) / 0.25e6 }),
      fillsForS: 4000,
    },
    { given: 'a network with a wait that recovery does not feel', slowness: slow({ waitMs: 300 }), fillsForS: 1000 },
    { given: 'disks slower than the card', slowness: slow({ factor: 8, linkBytesPerSecond: 0.25e9 }), fillsForS: 8000 },
  ])('$given: wiped, it is filled in $fillsForS s instead of 1000 s', ({ slowness, fillsForS }) => {
    const { kernel, pool } = aRunningPool(THREE, { writesPerSecondPerHost: 0 });
    pool.setSlowness(0, slowness);
    pool.hostDown(0);
    pool.hostUp(0, true);
    kernel.runUntil(10 * HOUR);
    expect(pool.metrics).toMatchObject({ resyncBytes: STORED, resyncMs: fillsForS * 1000 });
  });

  test('slow from the middle of it on, and fast again later: each part at its own speed, nothing copied twice', () => {
    const { kernel, pool } = aRunningPool(THREE, { writesPerSecondPerHost: 0 });
    pool.hostDown(0);
    pool.hostUp(0, true);
    kernel.call(500_000, () => pool.setSlowness(0, slow({ factor: 4 })));
    kernel.call(1_500_000, () => pool.setSlowness(0, undefined));
    kernel.runUntil(10 * HOUR);
    // Half of it, a quarter in the 1000 s of slowness, the last quarter.
    expect(pool.metrics).toMatchObject({ resyncBytes: expect.closeTo(STORED, 0), resyncMs: 1_750_000 });
  });

  test('what is rebuilt elsewhere goes to all who are up, each as fast as it can', () => {
    const running = [undefined, slow({ factor: 3 })].map((slowness) => {
      const { kernel, pool } = aRunningPool(FOUR, { writesPerSecondPerHost: 0, failureDomain: 'host' });
      pool.hostDown(0);
      kernel.call(11 * MINUTE, () => pool.setSlowness(1, slowness));
      kernel.runUntil(10 * HOUR);
      return pool.metrics;
    });
    // 1 TB at 3 GB/s from the tenth minute on; with one of three at a third of its rate 2.33 GB/s from the eleventh on.
    expect(running.map(({ reducedRedundancyMs }) => reducedRedundancyMs)).toEqual([
      10 * MINUTE + Math.ceil(1e6 / 3),
      11 * MINUTE + Math.ceil((1e12 - 60 * 3e9) / (7e9 / 3e3)),
    ]);
  });

  test('a slowness that comes at the very instant at which a rebuild arrives does not undo it', () => {
    const { kernel, pool } = aRunningPool(FOUR, { writesPerSecondPerHost: 0, failureDomain: 'host' });
    pool.hostDown(0);
    const arrivesAtMs = 10 * MINUTE + Math.ceil(1e6 / 3);
    kernel.call(arrivesAtMs, () => pool.setSlowness(1, slow({ factor: 3 })));
    kernel.runUntil(10 * HOUR);
    expect(pool.metrics).toMatchObject({ reducedRedundancyMs: arrivesAtMs, resyncBytes: expect.closeTo(STORED, 0) });
  });
});

describe('who waits for a slow host', () => {
  test('the pool is slow while a slow host serves, and fast without it', () => {
    const { kernel, pool } = aRunningPool(THREE, { writesPerSecondPerHost: 0 });
    const story: [number, boolean][] = [];
    pool.onChange(() => story.push([kernel.nowMs, pool.isSlow]));
    kernel.call(1000, () => pool.setSlowness(0, slow({ disks: [4] })));
    kernel.call(2000, () => pool.hostDown(0));
    // Wiped: its copies serve again once they are there, after 4000 s.
    kernel.call(3000, () => pool.hostUp(0, true));
    kernel.call(5_000_000, () => pool.setSlowness(0, undefined));
    kernel.runUntil(10 * HOUR);
    expect(story).toEqual([
      [1000, true],
      [2000, false],
      [4_003_000, true],
      [5_000_000, false],
    ]);
  });

  test('a network card that moves all that the disks can is not felt', () => {
    const { pool } = aRunningPool(THREE);
    pool.setSlowness(0, slow({ linkBytesPerSecond: 1e9 }));
    expect(pool.isSlow).toBe(false);
    pool.setSlowness(0, slow({ linkBytesPerSecond: 0.9e9 }));
    expect(pool.isSlow).toBe(true);
  });

  // 30 % of load: twice as slow is twice the service time at 60 %, 2 * 0.7 / 0.4 = 3.5 times the latency.
  test.each<{ given: string; slowness: readonly StorageSlowness[]; hostsWaiting: number }>([
    { given: 'one disk of four', slowness: [slow({ disks: [2] })], hostsWaiting: 3 * (64 / 256) * 2.5 },
    { given: 'the whole host', slowness: [slow({ factor: 2 })], hostsWaiting: 3 * 2.5 },
    {
      given: 'a disk and, less, the whole host: the worse counts where both do',
      slowness: [slow({ disks: [2], factor: 1.5 })],
      hostsWaiting: 3 * ((64 / 256) * 2.5 + (192 / 256) * ((1.5 * 0.7) / 0.55 - 1)),
    },
    {
      given: 'a slow network: two round trips of 5 ms to a write of 2 ms',
      slowness: [slow({ waitMs: 5 })],
      hostsWaiting: 3 * 5,
    },
    {
      given: 'two hosts: a write waits for the slowest',
      slowness: [slow({ factor: 2 }), slow({ factor: 1.5 })],
      hostsWaiting: 3 * 2.5,
    },
  ])('$given: their clients wait', ({ slowness, hostsWaiting }) => {
    const { kernel, pool } = aRunningPool(THREE, { measures: 'full' });
    slowness.forEach((one, host) => {
      kernel.call(1000, () => pool.setSlowness(host, one));
      kernel.call(101_000, () => pool.setSlowness(host, undefined));
    });
    kernel.runUntil(HOUR);
    expect(pool.metrics.measures?.clientSlowdownMs).toBe(Math.round(hostsWaiting * 100_000));
  });

  test('the factor of their latency, and where a queue is taken for bounded', () => {
    expect([
      slowdownOf(0.3, 0, 1),
      slowdownOf(0.3, 0, 2),
      slowdownOf(0, 0, 7),
      slowdownOf(0.3, 0, 10),
      slowdownOf(0.3, 0.5, 2),
    ]).toEqual([1, expect.closeTo(3.5, 12), 7, expect.closeTo(140, 9), expect.closeTo(28, 9)]);
  });
});
