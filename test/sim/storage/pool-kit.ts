// Builders for storage tests: racks of equal hosts, a pool over them, and a running pool with its kernel.

import type { PoolConfig } from '../../../sim/config.ts';
import { Kernel } from '../../../sim/kernel/kernel.ts';
import type { StorageHost } from '../../../sim/storage/pool-hosts.ts';
import { StoragePool } from '../../../sim/storage/storage-pool.ts';

export const MINUTE = 60_000;
export const HOUR = 60 * MINUTE;
/** Bytes on each host. */
export const STORED = 1e12;

/** Hosts `r<rack>-h<number>`, rack by rack, with four data disks each. */
export function racksOfHosts(racks: number, hostsPerRack: number): readonly StorageHost[] {
  return Array.from({ length: racks * hostsPerRack }, (_, i) => {
    const rack = Math.floor(i / hostsPerRack);
    return { name: `r${rack}-h${i % hostsPerRack}`, rack: `r${rack}`, dataDisks: 4 };
  });
}

/**
 * Three replicas in distinct racks. 10 writes of 1 MB per second and host, tracked in units of 1 MB, so that for short
 * outages the dirty bytes are close to 10 MB per second; a log of 6000 writes, which is 10 minutes.
 */
export function aPool(hosts: readonly StorageHost[], changes: Partial<PoolConfig>): PoolConfig {
  return {
    name: 'block',
    replicas: 3,
    minSize: 2,
    failureDomain: 'rack',
    placementGroups: 256,
    usedBytes: Object.fromEntries(hosts.map(({ name }) => [name, STORED])),
    writesPerSecondPerHost: 10,
    writeBytes: 1e6,
    trackingUnitBytes: 1e6,
    logWrites: 6000,
    downOutMs: 10 * MINUTE,
    resyncBytesPerSecondPerHost: 1e9,
    resyncBytesPerSecond: 10e9,
    osdReAdd: 'automatic',
    ...changes,
  };
}

export interface RunningPool {
  readonly kernel: Kernel;
  readonly pool: StoragePool;
  /** Instants at which the pool began to refuse or to accept I/O. */
  readonly story: [atMs: number, accepts: boolean][];
}

export function aRunningPool(hosts: readonly StorageHost[], changes: Partial<PoolConfig> = {}): RunningPool {
  const kernel = new Kernel();
  const pool = new StoragePool(kernel, aPool(hosts, changes), hosts);
  const story: [number, boolean][] = [];
  let accepted = pool.accepts;
  pool.onChange(() => {
    // It also tells when it is slow, and when it is fast again.
    if (pool.accepts === accepted) return;
    accepted = pool.accepts;
    story.push([kernel.nowMs, accepted]);
  });
  return { kernel, pool, story };
}
