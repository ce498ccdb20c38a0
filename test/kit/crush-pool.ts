// Pools that a CRUSH map places, for tests: racks of equal hosts with their OSDs, and a running pool with its kernel.

import type { CrushConfig, PoolConfig } from '../../sim/config.ts';
import { Kernel } from '../../sim/kernel/kernel.ts';
import { WHOLE_WEIGHT } from '../../sim/storage/crush/crush-map.ts';
import { madeMap } from '../../sim/storage/crush/made-map.ts';
import { CrushHomes } from '../../sim/storage/crush-homes.ts';
import type { StorageHost } from '../../sim/storage/pool-hosts.ts';
import { StoragePool } from '../../sim/storage/storage-pool.ts';

export const GIB = 2 ** 30;
const MINUTE = 60_000;

function crushConfig(
  hosts: readonly StorageHost[],
  failureDomain: 'host' | 'rack',
  groups: number,
  kind: 'replicated' | 'erasure' = 'replicated',
): CrushConfig {
  const map = madeMap(
    hosts.map(({ name, rack, dataDisks: disks }) => ({ name, rack, disks })),
    { failureDomain, kind },
  );
  let id = 0;
  const osds = hosts.flatMap(({ name, dataDisks }) =>
    Array.from({ length: dataDisks }, () => ({ id: id++, host: name, reweight: WHOLE_WEIGHT })),
  );
  return { map, rule: 0, poolId: 1, placedAs: groups, osds };
}

/** Every replica is 1 GiB; no client writes; no limit on what moves in all. */
export function aCrushPool(hosts: readonly StorageHost[], changes: Partial<PoolConfig> = {}): PoolConfig {
  const { failureDomain = 'host', placementGroups = 256, dataParts } = changes;
  const kind = dataParts === undefined ? 'replicated' : 'erasure';
  const crush = changes.crush ?? crushConfig(hosts, failureDomain, placementGroups, kind);
  const pool: PoolConfig = {
    name: 'block',
    replicas: 3,
    minSize: 2,
    failureDomain,
    placementGroups,
    usedBytes: {},
    writesPerSecondPerHost: 0,
    writeBytes: 1e6,
    trackingUnitBytes: 1e6,
    logWrites: 6000,
    downOutMs: 10 * MINUTE,
    resyncBytesPerSecondPerHost: GIB,
    resyncBytesPerSecond: 1000 * GIB,
    osdReAdd: 'automatic',
    ...changes,
    crush,
  };
  const { homes } = new CrushHomes(pool, crush, hosts);
  const copies = hosts.map((_, host) => homes.filter((home) => home === host).length);
  return { ...pool, usedBytes: Object.fromEntries(hosts.map(({ name }, host) => [name, (copies[host] ?? 0) * GIB])) };
}

export interface RunningCrushPool {
  readonly kernel: Kernel;
  readonly config: PoolConfig;
  readonly homes: CrushHomes;
  readonly pool: StoragePool;
}

export function aRunningCrushPool(hosts: readonly StorageHost[], changes: Partial<PoolConfig> = {}): RunningCrushPool {
  const kernel = new Kernel();
  const config = aCrushPool(hosts, changes);
  const { crush } = config;
  if (crush === undefined) throw new Error('the pool has a map');
  const homes = new CrushHomes(config, crush, hosts);
  return { kernel, config, homes, pool: new StoragePool(kernel, config, hosts, { homes }) };
}
