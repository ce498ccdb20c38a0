// Random histories of the hosts and disks of a pool: what may happen to it, and that everything heals in the end.

import { expect } from 'vitest';
import type { StorageSlowness } from '../../../sim/host/host-slowness.ts';
import type { Kernel } from '../../../sim/kernel/kernel.ts';
import type { StoragePool } from '../../../sim/storage/storage-pool.ts';
import { fc } from '../../kit/property.ts';
import { HOUR, MINUTE } from './pool-kit.ts';

const SLOW: StorageSlowness = { factor: 2, disks: [5], linkBytesPerSecond: 0.7e9, waitMs: 3 };

const ACTS = {
  down: (pool: StoragePool, host: number) => pool.hostDown(host),
  up: (pool: StoragePool, host: number) => pool.hostUp(host, false),
  'cut off': (pool: StoragePool, host: number) => pool.hostUp(host, false, false),
  'up wiped': (pool: StoragePool, host: number) => pool.hostUp(host, true),
  'disk lost': (pool: StoragePool, host: number) => pool.diskLost(host),
  'disk replaced': (pool: StoragePool, host: number) => pool.diskReplaced(host),
  slow: (pool: StoragePool, host: number) => pool.setSlowness(host, SLOW),
  'as fast as any': (pool: StoragePool, host: number) => pool.setSlowness(host, undefined),
  're-added': (pool: StoragePool, host: number) => pool.personReAdded(host),
} as const;

export interface PoolEvent {
  readonly afterMs: number;
  readonly host: number;
  readonly what: keyof typeof ACTS;
}

interface Running {
  readonly kernel: Kernel;
  readonly pool: StoragePool;
}

/** One event of a pool of so many hosts. @param whats the likelier the more often it is named. */
export function poolEvent(hosts: number, whats: readonly PoolEvent['what'][]): fc.Arbitrary<PoolEvent> {
  return fc.record({
    afterMs: fc.integer({ min: 0, max: 20 * MINUTE }),
    host: fc.nat(hosts - 1),
    what: fc.constantFrom(...whats),
  });
}

export function happen({ kernel, pool }: Running, { afterMs, host, what }: PoolEvent): void {
  kernel.runUntil(kernel.nowMs + afterMs);
  ACTS[what](pool, host);
}

/** All hosts are up with all disks, and then there is time. */
export function healEverything({ kernel, pool }: Running, hosts: readonly { readonly dataDisks: number }[]): void {
  hosts.forEach(({ dataDisks }, host) => {
    for (let disk = 0; disk < dataDisks; disk++) pool.diskReplaced(host);
    pool.hostUp(host, false);
    pool.personReAdded(host);
    pool.setSlowness(host, undefined);
  });
  kernel.runUntil(kernel.nowMs + 100 * HOUR);
}

/**
 * All of it happens, and then everything heals: what was copied never becomes less, and in the end there is nothing left to do and time
 * changes nothing any more.
 */
export function expectRestAfter(
  running: Running,
  events: readonly PoolEvent[],
  hosts: readonly { readonly dataDisks: number }[],
): void {
  const { kernel, pool } = running;
  for (const event of events) {
    const before = pool.metrics;
    happen(running, event);
    expect(pool.metrics.resyncBytes).toBeGreaterThanOrEqual(before.resyncBytes - 1);
  }
  healEverything(running, hosts);
  const whole = pool.metrics;
  kernel.runUntil(kernel.nowMs + HOUR);
  expect(pool.metrics).toEqual(whole);
  expect([pool.accepts, pool.isSlow, kernel.pending]).toEqual([true, false, 0]);
}
