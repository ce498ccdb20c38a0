// Who carries a pool: hosts of the configuration with some of its bytes or OSDs, and hosts that only its map knows. A host of the
// configuration that has data disks in several pools has a seat in each.

import type { HostConfig, PoolConfig } from '../config.ts';
import { strangersOf } from './crush-homes.ts';
import type { StorageHost } from './pool-hosts.ts';

/** The hosts of a pool, by seat. */
export interface PoolMembers {
  /** Index in the configuration; -1 for hosts that only the pool's map knows. */
  readonly hosts: Int32Array;
  readonly members: readonly StorageHost[];
}

/** The hosts that carry each pool, in the order of the hosts. One pass over all of them, however many pools there are. */
export function membersOf(pools: readonly PoolConfig[], hosts: readonly HostConfig[]): readonly PoolMembers[] {
  const indexOf = new Map(hosts.map(({ name }, index) => [name, index]));
  return pools.map(({ usedBytes, crush }) => {
    const own = new Set<number>();
    const add = (name: string): void => {
      const host = indexOf.get(name);
      if (host !== undefined) own.add(host);
    };
    for (const [name, bytes] of Object.entries(usedBytes)) if (bytes > 0) add(name);
    for (const { host } of crush?.osds ?? []) add(host);
    const known = [...own].sort((a, b) => a - b);
    const strangers = crush === undefined ? [] : strangersOf(hosts, crush);
    return {
      hosts: Int32Array.from([...known, ...strangers.map(() => -1)]),
      members: [...known.map((host) => hosts[host] as StorageHost), ...strangers],
    };
  });
}
