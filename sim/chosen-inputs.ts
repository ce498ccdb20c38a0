// Inputs of a study that are chosen rather than assumed: nobody draws them from a prior, but a comparison may be repeated at other values, to
// see whether its answer hangs on them.

import type { AssumedInput } from './assumptions.ts';
import { type PoolConfig, RECOVERY_COUPLINGS, type RecoveryCoupling, type SimConfig } from './config.ts';

export type ChosenInput = Pick<AssumedInput, 'name' | 'meaning' | 'valueIn' | 'apply'>;

/** How full the disks are, in pools that say what they hold. */
export const STORAGE_FILL: ChosenInput = {
  name: 'storageFill',
  meaning: 'share of the disks that is filled',
  valueIn: (config) => {
    for (const { fillLimits, usedBytes } of config.pools) {
      if (fillLimits !== undefined) return meanOf(Object.values(usedBytes)) / fillLimits.bytesPerHost;
    }
    return 0;
  },
  apply: (config, value) =>
    withPools(config, (pool) => {
      if (pool.fillLimits === undefined) return pool;
      const factor = (value * pool.fillLimits.bytesPerHost) / meanOf(Object.values(pool.usedBytes));
      const usedBytes = Object.entries(pool.usedBytes).map(([host, bytes]) => [host, bytes * factor]);
      return { ...pool, usedBytes: Object.fromEntries(usedBytes) };
    }),
};

/** What recovery load does to hosts: an index into `RECOVERY_COUPLINGS`. */
export const RECOVERY_LOAD: ChosenInput = {
  name: 'recoveryCoupling',
  meaning: 'what recovery load does to hosts',
  valueIn: (config) => RECOVERY_COUPLINGS.indexOf(couplingIn(config) ?? 'off'),
  apply: (config, value) => {
    const coupling = RECOVERY_COUPLINGS[value] ?? 'off';
    return withPools(config, (pool) =>
      pool.recovery === undefined ? pool : { ...pool, recovery: { ...pool.recovery, coupling } },
    );
  },
};

export const CHOSEN_INPUTS: readonly ChosenInput[] = [STORAGE_FILL, RECOVERY_LOAD];

/** The coupling that a config speaks of; undefined where it says nothing about it. */
export function couplingIn(config: SimConfig): RecoveryCoupling | undefined {
  return config.pools.find(({ recovery }) => recovery?.coupling !== undefined)?.recovery?.coupling;
}

function withPools(config: SimConfig, change: (pool: PoolConfig) => PoolConfig): SimConfig {
  return { ...config, pools: config.pools.map(change) };
}

function meanOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
