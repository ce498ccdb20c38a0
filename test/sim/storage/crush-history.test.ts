// Random histories of hosts and disks of a pool that a CRUSH map places: whatever happens, everything ends at home, and as the map
// says meanwhile; what can be lost is what fails when it is.

import { expect, test } from 'vitest';
import type { PoolConfig } from '../../../sim/config.ts';
import { aRunningCrushPool, type RunningCrushPool } from '../../kit/crush-pool.ts';
import { fc } from '../../kit/property.ts';
import { expectRestAfter, happen, type PoolEvent, poolEvent } from './pool-history.ts';
import { racksOfHosts } from './pool-kit.ts';

const HOSTS = racksOfHosts(4, 3).map((host) => ({ ...host, dataDisks: 2 }));

const event = poolEvent(HOSTS.length, [
  'down',
  'down',
  'up',
  'up',
  'cut off',
  'up wiped',
  'disk lost',
  'disk replaced',
  're-added',
  'slow',
  'as fast as any',
]);

const CODES: readonly Partial<PoolConfig>[] = [
  { replicas: 3, minSize: 2 },
  { replicas: 4, dataParts: 2, minSize: 3 },
];
const shape = fc
  .record({
    failureDomain: fc.constantFrom('rack' as const, 'host' as const),
    osdReAdd: fc.constantFrom('automatic' as const, 'manual' as const),
    writesPerSecondPerHost: fc.constantFrom(0, 10),
    resyncBytesPerSecond: fc.constantFrom(2 ** 30, 2 ** 33),
    code: fc.constantFrom(...CODES),
  })
  .map(({ code, ...rest }): Partial<PoolConfig> => ({ ...rest, ...code, placementGroups: 32 }));

/** Two hosts become whole in the same millisecond, and the first one ends what the second one carries. */
const TWO_END_AT_ONCE: [Partial<PoolConfig>, PoolEvent[]] = [
  {
    failureDomain: 'host',
    osdReAdd: 'automatic',
    writesPerSecondPerHost: 10,
    resyncBytesPerSecond: 2 ** 30,
    replicas: 4,
    dataParts: 2,
    minSize: 3,
    placementGroups: 32,
  },
  [
    { afterMs: 0, host: 0, what: 'disk lost' },
    { afterMs: 0, host: 7, what: 'down' },
    { afterMs: 938_506, host: 4, what: 'down' },
    { afterMs: 527_183, host: 1, what: 'disk replaced' },
    { afterMs: 310_389, host: 8, what: 'cut off' },
    { afterMs: 252_101, host: 4, what: 're-added' },
    { afterMs: 391_293, host: 5, what: 'down' },
    { afterMs: 168_039, host: 10, what: 'disk lost' },
    { afterMs: 291_355, host: 0, what: 'up' },
    { afterMs: 879_659, host: 8, what: 'up wiped' },
  ],
];

test('once everything is back, every group is clean at home and nothing moves', () => {
  fc.assert(
    fc.property(shape, fc.array(event, { maxLength: 60 }), (changes, events) => {
      const running = aRunningCrushPool(HOSTS, changes);
      expectRestAfter(running, events, HOSTS);
      const { pool } = running;
      expect([...pool.groupStates()]).toEqual([['active+clean', 32]]);
      // Nothing is left where it was rebuilt: the same hosts hold the same as in a pool to which nothing happened.
      expect(pool.losses()).toEqual({
        ...aRunningCrushPool(HOSTS, changes).pool.losses(),
        without: expect.any(Function),
      });
    }),
    { numRuns: 150, examples: [TWO_END_AT_ONCE] },
  );
});

test('one history gives one outcome', () => {
  fc.assert(
    fc.property(shape, fc.array(event, { maxLength: 30 }), (changes, events) => {
      const outcomes = [0, 1].map(() => {
        const running = aRunningCrushPool(HOSTS, changes);
        for (const one of events) happen(running, one);
        return [running.pool.metrics, [...running.pool.groupStates()], running.kernel.processed];
      });
      expect(outcomes[0]).toEqual(outcomes[1]);
    }),
    { numRuns: 30 },
  );
});

test('what is said of hosts and pairs comes true when they go down', () => {
  const inactive = (running: RunningCrushPool, lost: readonly number[]): number => {
    for (const host of lost) running.pool.hostDown(host);
    return running.pool.groups.inactive;
  };
  fc.assert(
    fc.property(shape, fc.array(event, { maxLength: 12 }), fc.nat(), (changes, events, choice) => {
      const told = aRunningCrushPool(HOSTS, changes);
      for (const one of events) happen(told, one);
      const { belowNow, hosts, pairs, without } = told.pool.losses();
      expect(belowNow).toBe(told.pool.groups.inactive);
      const [a, b] = [hosts[choice % Math.max(1, hosts.length)], hosts[(choice >> 8) % Math.max(1, hosts.length)]];
      if (a === undefined || b === undefined || a.host === b.host) return;
      const lost = [a.host, b.host].sort((x, y) => x - y);
      const together = pairs.find((pair) => pair.hosts[0] === lost[0] && pair.hosts[1] === lost[1])?.groups ?? 0;
      expect(without(new Set([a.host]))).toBe(a.groups);
      const both = without(new Set(lost));
      const single = aRunningCrushPool(HOSTS, changes);
      for (const one of events) happen(single, one);
      expect(inactive(single, [a.host]) - belowNow).toBe(a.groups);
      expect(inactive(single, [b.host]) - belowNow).toBe(both);
      expect(both).toBeGreaterThanOrEqual(Math.max(a.groups, b.groups, together));
      expect(both).toBeLessThanOrEqual(a.groups + b.groups + together);
    }),
    { numRuns: 100 },
  );
});
