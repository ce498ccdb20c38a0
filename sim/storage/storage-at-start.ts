// The pools of a config as they are when a run begins, without a run: for questions about now.

import type { SimConfig } from '../config.ts';
import { HostFleet } from '../host/host-fleet.ts';
import { Kernel } from '../kernel/kernel.ts';
import { Draws, rootKey } from '../kernel/rng.ts';
import { HostPools } from './host-pools.ts';
import type { StoragePool } from './storage-pool.ts';

/** In the order of the config. `gone` are further hosts that are down, by their index. */
export function poolsAtStart(config: SimConfig, gone: readonly number[]): readonly StoragePool[] {
  const kernel = new Kernel(config.startMs);
  const draws = new Draws(rootKey(config.seed), 1);
  const pools = new HostPools(kernel, config, new HostFleet(kernel, config, draws), draws);
  pools.start();
  return config.pools.flatMap((_, index) => {
    const pool = pools.pool(index);
    if (pool === undefined) return [];
    for (const host of gone) pool.hostDown(host);
    return [pool];
  });
}
