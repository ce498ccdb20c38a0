// The pools of a config as they are when a run begins, without a run: for questions about now.

import type { SimConfig } from '../config.ts';
import { HostFleet } from '../host/host-fleet.ts';
import { Kernel } from '../kernel/kernel.ts';
import { Draws, rootKey } from '../kernel/rng.ts';
import { HostPools } from './host-pools.ts';
import type { StoragePool } from './storage-pool.ts';

/** A pool and the hosts that it is on, by seat: their index in the config, -1 for those that only its map knows. */
export interface PoolAtStart {
  readonly pool: StoragePool;
  readonly hosts: Int32Array;
}

/** In the order of the config. `gone` are further hosts that are down, by their index. */
export function poolsAtStart(config: SimConfig, gone: readonly number[]): readonly PoolAtStart[] {
  const kernel = new Kernel(config.startMs);
  const draws = new Draws(rootKey(config.seed), 1);
  const pools = new HostPools(kernel, config, new HostFleet(kernel, config, draws), draws);
  pools.start();
  return config.pools.flatMap((_, index) => {
    const pool = pools.pool(index);
    if (pool === undefined) return [];
    const hosts = pools.hostsOf(index);
    for (const host of gone) {
      const seat = hosts.indexOf(host);
      if (seat >= 0) pool.hostDown(seat);
    }
    return [{ pool, hosts }];
  });
}
