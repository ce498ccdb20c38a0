// Random histories of hosts and disks: whatever happens, the pool ends whole when all is back, twice the same way, and its
// counters agree with one another.

import { expect, test } from 'vitest';
import { fc } from '../../kit/property.ts';
import { expectRestAfter, happen, healEverything, poolEvent } from './pool-history.ts';
import { aRunningPool, HOUR, MINUTE, racksOfHosts } from './pool-kit.ts';

const HOSTS = racksOfHosts(4, 3);

const event = poolEvent(HOSTS.length, [
  'down',
  'down',
  'up',
  'up',
  'up wiped',
  'disk lost',
  'disk replaced',
  're-added',
  'slow',
  'as fast as any',
]);

const shape = fc.record({
  failureDomain: fc.constantFrom('rack' as const, 'host' as const),
  osdReAdd: fc.constantFrom('automatic' as const, 'manual' as const),
  writesPerSecondPerHost: fc.constantFrom(0, 10),
  resyncBytesPerSecond: fc.constantFrom(10e9, 1e9),
  placementGroups: fc.constant(32),
});

test('once everything is back, every pool accepts, is in sync and idle', () => {
  fc.assert(
    fc.property(shape, fc.array(event, { maxLength: 60 }), (changes, events) => {
      const running = aRunningPool(HOSTS, changes);
      expectRestAfter(running, events, HOSTS);
      const { pool, story } = running;
      expect(HOSTS.map((_, host) => pool.resyncing(host) || pool.awaitingReAdd(host))).not.toContain(true);
      // The story alternates and adds up to the integral.
      let unavailable = 0;
      story.forEach(([atMs, accepts], i) => {
        expect(accepts).toBe(i % 2 === 1);
        unavailable += accepts ? atMs : -atMs;
      });
      expect(unavailable).toBe(pool.metrics.dataUnavailableMs);
      expect(pool.metrics.reducedRedundancyMs).toBeGreaterThanOrEqual(pool.metrics.dataUnavailableMs);
    }),
    { numRuns: 300 },
  );
});

test('one history gives one outcome', () => {
  fc.assert(
    fc.property(shape, fc.array(event, { maxLength: 30 }), (changes, events) => {
      const outcomes = [0, 1].map(() => {
        const running = aRunningPool(HOSTS, changes);
        for (const one of events) happen(running, one);
        healEverything(running, HOSTS);
        return [running.pool.metrics, running.story, running.kernel.processed];
      });
      expect(outcomes[0]).toEqual(outcomes[1]);
    }),
    { numRuns: 50 },
  );
});

test('without writes and without going out, every byte of a wiped host moves exactly once, however often it is interrupted', () => {
  const away = fc.record({ upMs: fc.integer({ min: 1, max: 20 * MINUTE }), downMs: fc.integer({ min: 1, max: HOUR }) });
  fc.assert(
    fc.property(fc.nat(HOSTS.length - 1), fc.array(away, { maxLength: 10 }), (host, interruptions) => {
      const { kernel, pool } = aRunningPool(HOSTS, { writesPerSecondPerHost: 0, downOutMs: 1e12 });
      pool.hostDown(host);
      pool.hostUp(host, true);
      for (const { upMs, downMs } of interruptions) {
        kernel.runUntil(kernel.nowMs + upMs);
        pool.hostDown(host);
        kernel.runUntil(kernel.nowMs + downMs);
        pool.hostUp(host, false);
      }
      kernel.runUntil(kernel.nowMs + HOUR);
      expect(pool.metrics.resyncBytes).toBeCloseTo(1e12, 0);
      expect(Math.abs(pool.metrics.resyncMs - 1_000_000)).toBeLessThanOrEqual(1);
    }),
  );
});
