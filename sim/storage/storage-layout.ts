// Who belongs to which pool of a configuration, and where each pool lies: an immutable value that all runs of the configuration
// share. A pool's placement is computed when somebody asks for it first, so that pools to which nothing happens cost nothing.
//
// A pool knows its own hosts only, by their number among them ("seat"); a host of the configuration that has data disks in
// several pools has a seat in each.

import type { PoolConfig, SimConfig } from '../config.ts';
import type { CrushHomes } from './crush-homes.ts';
import { type Placement, placementProblems } from './placement.ts';
import type { StorageHost } from './pool-hosts.ts';
import { membersOf, type PoolMembers } from './pool-members.ts';
import { homesOf } from './storage-pool.ts';

type Homes = CrushHomes | Placement;

/** A cache, not state: by the pools of a configuration, then by its hosts. */
const LAYOUTS = new WeakMap<SimConfig['pools'], WeakMap<SimConfig['hosts'], StorageLayout>>();

export class StorageLayout {
  private readonly pools: readonly PoolConfig[];
  private readonly membersByPool: readonly PoolMembers[];
  private readonly quiet: readonly boolean[];
  private readonly homesByPool: (Homes | undefined)[];
  /** By host, the first of its entries in the two lists that follow; one more at the end. */
  private readonly first: Int32Array;
  private readonly pool: Int32Array;
  private readonly seat: Int32Array;

  private constructor({ pools, hosts }: Pick<SimConfig, 'pools' | 'hosts'>) {
    this.pools = pools;
    this.membersByPool = membersOf(pools, hosts);
    this.quiet = pools.map((pool, index) => quietWhileWhole(pool, this.members(index).members));
    this.homesByPool = pools.map(() => undefined);
    this.first = new Int32Array(hosts.length + 1);
    for (const { hosts: own } of this.membersByPool) {
      for (const host of own) if (host >= 0) this.first[host + 1] = (this.first[host + 1] as number) + 1;
    }
    for (let host = 0; host < hosts.length; host++) {
      this.first[host + 1] = (this.first[host + 1] as number) + (this.first[host] as number);
    }
    const next = this.first.slice();
    this.pool = new Int32Array(this.first[hosts.length] as number);
    this.seat = new Int32Array(this.pool.length);
    this.membersByPool.forEach(({ hosts: own }, pool) => {
      own.forEach((host, seat) => {
        if (host < 0) return;
        const entry = next[host] as number;
        next[host] = entry + 1;
        this.pool[entry] = pool;
        this.seat[entry] = seat;
      });
    });
  }

  static of({ pools, hosts }: Pick<SimConfig, 'pools' | 'hosts'>): StorageLayout {
    let ofPools = LAYOUTS.get(pools);
    if (ofPools === undefined) {
      ofPools = new WeakMap();
      LAYOUTS.set(pools, ofPools);
    }
    let layout = ofPools.get(hosts);
    if (layout === undefined) {
      layout = new StorageLayout({ pools, hosts });
      ofPools.set(hosts, layout);
    }
    return layout;
  }

  members(pool: number): PoolMembers {
    return this.membersByPool[pool] as PoolMembers;
  }

  /** Where a pool lies while all its hosts are in; computed at the first call. */
  homes(pool: number): Homes {
    let homes = this.homesByPool[pool];
    if (homes === undefined) {
      homes = homesOf(this.pools[pool] as PoolConfig, this.members(pool).members);
      this.homesByPool[pool] = homes;
    }
    return homes;
  }

  /** The host has data of some pool. */
  isSeated(host: number): boolean {
    return (this.first[host] as number) < (this.first[host + 1] as number);
  }

  /** For every pool that has data on a host, in the order of the pools. */
  eachSeat(host: number, run: (pool: number, seat: number) => void): void {
    const end = this.first[host + 1] as number;
    for (let entry = this.first[host] as number; entry < end; entry++) {
      run(this.pool[entry] as number, this.seat[entry] as number);
    }
  }

  /**
   * Nothing about a pool is worth telling while all its hosts are up: every group has all its replicas, everybody may write, and no
   * single failure of a disk loses anything.
   */
  isQuiet(pool: number): boolean {
    return this.quiet[pool] ?? false;
  }
}

function quietWhileWhole(pool: PoolConfig, members: readonly StorageHost[]): boolean {
  const { crush, replicas, minSize, dataParts = 1, fillLimits, usedBytes } = pool;
  if (crush !== undefined || minSize > replicas || replicas <= dataParts) return false;
  if (placementProblems(pool, members).length > 0) return false;
  if (fillLimits === undefined) return true;
  const fullBytes = fillLimits.full * fillLimits.bytesPerHost;
  return members.every(({ name }) => (usedBytes[name] ?? 0) < fullBytes);
}
