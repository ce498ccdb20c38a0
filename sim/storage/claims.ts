// Which pool holds a claim's data: volumes of network drivers live in the pools of the storage hosts, local volumes and claims
// without a volume in none.
//
// Divergence from reality: storage classes are not read. In a cluster with several pools each volume lies in one of them, dealt by its
// name.

import { PERSISTENT_VOLUME, type PersistentVolumeClaim } from '../../core/api/workload.ts';
import type { ObjectStore } from '../api-server/object-store.ts';
import type { SimConfig } from '../config.ts';
import { Draws, rootKey } from '../kernel/rng.ts';

/** Index of the pool behind a claim, or -1. */
export function poolOfClaim(store: ObjectStore, config: SimConfig): (claim: PersistentVolumeClaim) => number {
  const pools = config.pools.flatMap(({ system }, index) => (system === 'etcd' ? [] : [index]));
  const draws = new Draws(rootKey('volumes'), 0);
  return (claim) => {
    const name = claim.spec?.volumeName;
    if (name === undefined || pools.length === 0) return -1;
    const volume = store.get(PERSISTENT_VOLUME, { namespace: '', name });
    if (volume?.spec?.csi === undefined) return -1;
    return pools[Math.floor(draws.at(name, 'pool', 0) * pools.length)] ?? -1;
  };
}
