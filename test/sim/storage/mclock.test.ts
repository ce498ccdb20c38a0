// What mClock gives to clients and recovery, by hand from the profiles' reservations, weights and limits; and what it makes of a pool.

import { describe, expect, test } from 'vitest';
import { slowdownOf } from '../../../sim/storage/client-slowdown.ts';
import { mclockShares, recoveryRate } from '../../../sim/storage/mclock.ts';
import { aPool, aRunningPool, HOUR, MINUTE, racksOfHosts } from './pool-kit.ts';

describe('shares of one host', () => {
  test.each([
    // Nobody waits: recovery takes what clients leave, up to its limit.
    { given: 'balanced', work: 'recovery', load: 0.3, recovery: 0.7, clients: 0.3 },
    { given: 'balanced', work: 'bestEffort', load: 0, recovery: 0.9, clients: 0 },
    { given: 'high_client_ops', work: 'bestEffort', load: 0, recovery: 0.7, clients: 0 },
    { given: 'high_recovery_ops', work: 'bestEffort', load: 0, recovery: 1, clients: 0 },
    // Clients want everything: reservations, then weights.
    { given: 'balanced', work: 'recovery', load: 1, recovery: 0.5, clients: 0.5 },
    { given: 'balanced', work: 'bestEffort', load: 1, recovery: 0.25, clients: 0.75 },
    { given: 'high_client_ops', work: 'recovery', load: 1, recovery: 0.4, clients: 0.6 },
    { given: 'high_client_ops', work: 'bestEffort', load: 1, recovery: 0.4 / 3, clients: 0.6 + 0.8 / 3 },
    { given: 'high_recovery_ops', work: 'recovery', load: 1, recovery: 0.7, clients: 0.3 },
    { given: 'high_recovery_ops', work: 'bestEffort', load: 1, recovery: 0.35, clients: 0.65 },
    // Clients want a little more than their reservation: sated before their share by weight.
    { given: 'balanced', work: 'bestEffort', load: 0.6, recovery: 0.4, clients: 0.6 },
  ] as const)('$given, $work, clients want $load', ({ given, work, load, recovery, clients }) => {
    const shares = mclockShares(given, work, load);
    expect(shares.recovery).toBeCloseTo(recovery, 12);
    expect(shares.clients).toBeCloseTo(clients, 12);
  });
});

describe('a pool', () => {
  const HOSTS = racksOfHosts(3, 1);
  const recovery = { profile: 'balanced', diskBytesPerSecondPerHost: 1e9, clientLoad: 1 } as const;

  test('takes the slower of its own rate and what mClock leaves it', () => {
    const pool = aPool(HOSTS, { resyncBytesPerSecondPerHost: 4e8, recovery });
    expect([recoveryRate(pool, 'recovery'), recoveryRate(pool, 'bestEffort')]).toEqual([4e8, 2.5e8]);
    expect(recoveryRate(aPool(HOSTS, { resyncBytesPerSecondPerHost: 4e8 }), 'bestEffort')).toBe(4e8);
  });

  test.each([
    { given: 'backfill after a wipe', wiped: true, seconds: 1e12 / 2.5e8 },
    { given: 'recovery from the log', wiped: false, seconds: (1e12 * -Math.expm1(-3000 / 1e6)) / 4e8 },
  ])('$given goes at its own rate', ({ wiped, seconds }) => {
    const { kernel, pool } = aRunningPool(HOSTS, { resyncBytesPerSecondPerHost: 4e8, recovery });
    pool.hostDown(0);
    kernel.runUntil(5 * MINUTE);
    pool.hostUp(0, wiped);
    kernel.runUntil(5 * MINUTE + 4 * HOUR);
    expect(pool.metrics.resyncMs).toBe(Math.ceil(seconds * 1000));
  });
});

describe('clients', () => {
  test.each([
    { load: 0.3, recovery: 0, factor: 1 },
    { load: 0.3, recovery: 0.5, factor: 0.7 / 0.4 },
    { load: 0, recovery: 0.9, factor: 1 },
    // Beyond 95 % of what is left the queue is bounded.
    { load: 0.3, recovery: 0.7, factor: 0.7 / 0.05 },
    { load: 0.3, recovery: 1, factor: 0.7 / 0.05 },
    { load: 1.2, recovery: 0.5, factor: 1 },
  ])('load $load, recovery $recovery: latency times $factor', ({ load, recovery, factor }) => {
    expect(slowdownOf(load, recovery)).toBeCloseTo(factor, 12);
  });

  test.each([
    { given: 'whole copies', dataParts: 1, reads: 1 },
    { given: 'an erasure code of 2 data parts', dataParts: 2, reads: 2 },
  ])('$given: the host that takes in is slow by all, the others by what is read', ({ dataParts, reads }) => {
    const { kernel, pool } = aRunningPool(racksOfHosts(3, 1), {
      dataParts,
      measures: 'full',
      resyncBytesPerSecondPerHost: 1.5e8,
      recovery: { profile: 'balanced', diskBytesPerSecondPerHost: 1e9, clientLoad: 0.3 },
    });
    pool.hostDown(0);
    pool.hostUp(0, true);
    kernel.runUntil(HOUR);
    const everywhere = (0.15 * reads) / 3;
    const perMs = slowdownOf(0.3, everywhere + 0.15) - 1 + 2 * (slowdownOf(0.3, everywhere) - 1);
    expect(pool.metrics.measures?.clientSlowdownMs).toBe(Math.round(HOUR * perMs));
  });
});
