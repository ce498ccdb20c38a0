// Disks that are too full: recovery stops where the rest would pass backfillfull, goes on when there is room, and a full host stops writes.

import { describe, expect, test } from 'vitest';
import { aRunningPool, HOUR, MINUTE, racksOfHosts, STORED } from './pool-kit.ts';

/** Three racks of three: what one host of a rack lacks has to fit on the two others. */
const HOSTS = racksOfHosts(3, 3);

function aPoolThatIs(fill: number) {
  return aRunningPool(HOSTS, {
    measures: 'full',
    osdReAdd: 'manual',
    fillLimits: { bytesPerHost: STORED / fill, backfillFull: 0.9, full: 0.95 },
  });
}

function stalledHours({ pool }: ReturnType<typeof aRunningPool>): number {
  return (pool.metrics.measures?.recoveryStalledMs ?? Number.NaN) / HOUR;
}

describe('one of three hosts of a rack is gone', () => {
  test.each([
    // Two hosts that are to hold half as much again: 1.5 x 0.59 is below 0.9.
    { fill: 0.59, stalled: 0, whole: true },
    { fill: 0.62, stalled: 24 - 1 / 6, whole: false },
    { fill: 0.78, stalled: 24 - 1 / 6, whole: false },
  ])('at $fill: stalled for $stalled h of the day, from when it goes out', ({ fill, stalled, whole }) => {
    const running = aPoolThatIs(fill);
    const { kernel, pool } = running;
    pool.hostDown(0);
    kernel.runUntil(24 * HOUR);
    expect(stalledHours(running)).toBeCloseTo(stalled, 3);
    expect(pool.groups.degraded === 0).toBe(whole);
  });

  test('what fits is rebuilt: at 78 % about a third, and no host passes 90 %', () => {
    const { kernel, pool } = aPoolThatIs(0.78);
    pool.hostDown(0);
    kernel.runUntil(24 * HOUR);
    // Room of twice 12 points for 78: 0.31 of the host's data, less what is left over on each.
    const moved = pool.metrics.resyncBytes / STORED;
    expect(moved).toBeGreaterThan(0.25);
    expect(moved).toBeLessThanOrEqual((2 * 0.12) / 0.78 + 1e-9);
  });

  test('the host is back: nothing waits any more', () => {
    const running = aPoolThatIs(0.78);
    const { kernel, pool } = running;
    pool.hostDown(0);
    kernel.runUntil(10 * HOUR);
    pool.hostUp(0, false);
    kernel.runUntil(30 * HOUR);
    expect(stalledHours(running)).toBeCloseTo(10 - 1 / 6, 3);
    expect(pool.groups.degraded).toBe(0);
  });

  test('a host that comes back gives room to what waits', () => {
    const { kernel, pool } = aPoolThatIs(0.55);
    // Both peers of a rack: the third has room for little; when one is back, the rest fits.
    pool.hostDown(0);
    pool.hostDown(1);
    kernel.runUntil(5 * HOUR);
    const before = pool.groups.degraded;
    pool.hostUp(1, false);
    kernel.runUntil(20 * HOUR);
    expect(before).toBeGreaterThan(0);
    expect(pool.groups.degraded).toBe(0);
  });
});

describe('writes', () => {
  test('stop while a host is full, and that is time without data', () => {
    const { kernel, pool } = aPoolThatIs(0.96);
    expect(pool.accepts).toBe(false);
    kernel.runUntil(5 * MINUTE);
    expect([pool.metrics.dataUnavailableMs, pool.metrics.reducedRedundancyMs]).toEqual([5 * MINUTE, 0]);
  });

  test('go on below', () => {
    const { kernel, pool } = aPoolThatIs(0.94);
    kernel.runUntil(HOUR);
    expect([pool.accepts, pool.metrics.dataUnavailableMs]).toEqual([true, 0]);
  });
});
