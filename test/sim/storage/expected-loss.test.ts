// Expected loss on random histories of a pool: equal to what a count of every group from scratch says, and to nothing where every group
// has copies to spare.

import { describe, expect, test } from 'vitest';
import { fc } from '../../kit/property.ts';
import { aRunningPool, HOUR, MINUTE, racksOfHosts } from './pool-kit.ts';

const HOSTS = racksOfHosts(4, 2);
const PER_HOUR = 0.001;

function aMeasuredPool(changes = {}) {
  const running = aRunningPool(HOSTS, { placementGroups: 16, measures: 'full', ...changes });
  HOSTS.forEach((_, host) => {
    running.pool.setDiskFailures(host, PER_HOUR / HOUR);
  });
  return running;
}

function expectedOf({ pool }: ReturnType<typeof aMeasuredPool>): number {
  return pool.metrics.measures?.expectedDataLoss ?? Number.NaN;
}

describe('expected loss', () => {
  test('a pool that is not told to measure has none', () => {
    expect(aRunningPool(HOSTS).pool.metrics.measures).toBeUndefined();
  });

  test('nothing while every group has a second copy, whatever is down', () => {
    const running = aMeasuredPool();
    running.pool.hostDown(0);
    running.pool.hostDown(1);
    running.kernel.runUntil(8 * MINUTE);
    expect(expectedOf(running)).toBe(0);
  });

  test('two of three hosts wiped and away: every group of the third, at the rate of its next disk', () => {
    const three = racksOfHosts(3, 1);
    const { kernel, pool } = aRunningPool(three, { placementGroups: 16, measures: 'full', osdReAdd: 'manual' });
    pool.setDiskFailures(2, PER_HOUR / HOUR);
    for (const host of [0, 1]) {
      pool.hostDown(host);
      pool.hostUp(host, true);
    }
    kernel.runUntil(2 * HOUR);
    // 16 groups on 4 disks: the next one to die has 4.
    expect(pool.metrics.measures?.expectedDataLoss).toBeCloseTo(4 * PER_HOUR * 2, 12);
    pool.diskLost(2);
    expect([pool.metrics.dataLostGroups, pool.metrics.measures?.expectedDataLoss]).toEqual([
      4,
      expect.closeTo(4 * PER_HOUR * 2, 12),
    ]);
    // Wiping what is left is a decision: 12 groups are lost, and were not to be expected.
    pool.hostDown(2);
    pool.hostUp(2, true);
    expect(pool.metrics.dataLostGroups).toBe(16);
    expect(pool.metrics.measures?.expectedDataLoss).toBeCloseTo(12 + 4 * PER_HOUR * 2, 12);
  });

  test('grows at the rate at which a failure of any disk now would lose groups', () => {
    const event = fc.record({
      afterMs: fc.integer({ min: 0, max: 20 * MINUTE }),
      host: fc.nat(HOSTS.length - 1),
      what: fc.constantFrom('up wiped', 'disk lost', 'disk lost', 'disk replaced'),
    });
    fc.assert(
      fc.property(fc.array(event, { maxLength: 25 }), fc.nat(HOSTS.length - 1), (events, host) => {
        /** The same history, then the failure of a disk of `victim`, if any; what has been lost by then. */
        const lostWith = (victim: number | undefined): { readonly lost: number; readonly hazard: number } => {
          const running = aMeasuredPool({ resyncBytesPerSecondPerHost: 1e8 });
          const { kernel, pool } = running;
          for (const one of events) {
            kernel.runUntil(kernel.nowMs + one.afterMs);
            if (one.what === 'disk lost') pool.diskLost(one.host);
            else if (one.what === 'disk replaced') pool.diskReplaced(one.host);
            else {
              pool.hostDown(one.host);
              pool.hostUp(one.host, true);
            }
          }
          const before = expectedOf(running);
          if (victim !== undefined) pool.diskLost(victim);
          const lost = pool.metrics.dataLostGroups;
          kernel.runUntil(kernel.nowMs + 1);
          return { lost, hazard: victim === undefined ? expectedOf(running) - before : 0 };
        };
        const quiet = lostWith(undefined);
        const byHost = HOSTS.map((_, victim) => lostWith(victim).lost - quiet.lost);
        const all = byHost.reduce((sum, lost) => sum + lost, 0);
        expect(quiet.hazard).toBeCloseTo((all * PER_HOUR) / HOUR, 15);
        expect(byHost[host]).toBeGreaterThanOrEqual(0);
      }),
      { numRuns: 60 },
    );
  });
});
