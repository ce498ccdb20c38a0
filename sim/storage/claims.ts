// Which pool holds a claim's data: volumes of network drivers live in the first pool of the storage hosts, local volumes and
// claims without a volume in none.
//
// Divergence from reality: a cluster with several pools keeps all claims in the first; storage classes are not read.

import { PERSISTENT_VOLUME, type PersistentVolumeClaim } from '../../core/api/workload.ts';
import type { ObjectStore } from '../api-server/object-store.ts';
import type { SimConfig } from '../config.ts';

/** Index of the pool behind a claim, or -1. */
export function poolOfClaim(store: ObjectStore, config: SimConfig): (claim: PersistentVolumeClaim) => number {
  const pool = config.pools.findIndex(({ system }) => system !== 'etcd');
  return (claim) => {
    if (pool < 0) return -1;
    const name = claim.spec?.volumeName;
    if (name === undefined) return -1;
    const volume = store.get(PERSISTENT_VOLUME, { namespace: '', name });
    return volume?.spec?.csi === undefined ? -1 : pool;
  };
}
