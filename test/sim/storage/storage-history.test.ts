// Random histories of hosts and disks: whatever happens, the pool ends whole when all is back, twice the same way, and its
// counters agree with one another.

import { expect, test } from 'vitest';
import type { StoragePool } from '../../../sim/storage/storage-pool.ts';
import { fc } from '../../kit/property.ts';
import { aRunningPool, HOUR, MINUTE, type RunningPool, racksOfHosts } from './pool-kit.ts';

const HOSTS = racksOfHosts(4, 3);

const event = fc.record({
  afterMs: fc.integer({ min: 0, max: 20 * MINUTE }),
  host: fc.nat(HOSTS.length - 1),
  what: fc.constantFrom('down', 'down', 'up', 'up', 'up wiped', 'disk lost', 'disk replaced', 're-added'),
});
type Event = typeof event extends fc.Arbitrary<infer T> ? T : never;

const shape = fc.record({
  failureDomain: fc.constantFrom('rack' as const, 'host' as const),
  osdReAdd: fc.constantFrom('automatic' as const, 'manual' as const),
  writesPerSecondPerHost: fc.constantFrom(0, 10),
  resyncBytesPerSecond: fc.constantFrom(10e9, 1e9),
  placementGroups: fc.constant(32),
});

const ACTS: Readonly<Record<string, (pool: StoragePool, host: number) => void>> = {
  down: (pool, host) => pool.hostDown(host),
  up: (pool, host) => pool.hostUp(host, false),
  'up wiped': (pool, host) => pool.hostUp(host, true),
  'disk lost': (pool, host) => pool.diskLost(host),
  'disk replaced': (pool, host) => pool.diskReplaced(host),
  're-added': (pool, host) => pool.personReAdded(host),
};

function act({ kernel, pool }: RunningPool, { afterMs, host, what }: Event): void {
  kernel.runUntil(kernel.nowMs + afterMs);
  ACTS[what]?.(pool, host);
}

function healEverything({ kernel, pool }: RunningPool): void {
  HOSTS.forEach((_, host) => {
    for (let disk = 0; disk < 4; disk++) pool.diskReplaced(host);
    pool.hostUp(host, false);
    pool.personReAdded(host);
  });
  kernel.runUntil(kernel.nowMs + 100 * HOUR);
}

test('once everything is back, every pool accepts, is in sync and idle', () => {
  fc.assert(
    fc.property(shape, fc.array(event, { maxLength: 60 }), (changes, events) => {
      const running = aRunningPool(HOSTS, changes);
      const { kernel, pool, story } = running;
      for (const one of events) {
        const before = pool.metrics;
        act(running, one);
        expect(pool.metrics.resyncBytes).toBeGreaterThanOrEqual(before.resyncBytes - 1);
      }
      healEverything(running);
      const whole = pool.metrics;
      kernel.runUntil(kernel.nowMs + HOUR);
      expect(pool.metrics).toEqual(whole);
      expect([pool.accepts, kernel.pending]).toEqual([true, 0]);
      expect(HOSTS.map((_, host) => pool.resyncing(host) || pool.awaitingReAdd(host))).not.toContain(true);
      // The story alternates and adds up to the integral.
      let unavailable = 0;
      story.forEach(([atMs, accepts], i) => {
        expect(accepts).toBe(i % 2 === 1);
        unavailable += accepts ? atMs : -atMs;
      });
      expect(unavailable).toBe(whole.dataUnavailableMs);
      expect(whole.reducedRedundancyMs).toBeGreaterThanOrEqual(whole.dataUnavailableMs);
    }),
    { numRuns: 300 },
  );
});

test('one history gives one outcome', () => {
  fc.assert(
    fc.property(shape, fc.array(event, { maxLength: 30 }), (changes, events) => {
      const outcomes = [0, 1].map(() => {
        const running = aRunningPool(HOSTS, changes);
        for (const one of events) act(running, one);
        healEverything(running);
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
