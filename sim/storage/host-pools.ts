// All pools of a run behind one face: hosts' truth goes in, whether volumes accept I/O comes out.
//
// Divergence from reality: a host's storage daemons run from the moment its kubelet acts after a boot until the operating
// system stops or the network loses the host; a daemon that dies alone does not exist. The monitors' grace of 20 s before a
// daemon counts as down is left out: what an outage shorter than that would owe is small.

import type { SimConfig } from '../config.ts';
import type { HostFleet } from '../host/host-fleet.ts';
import type { Kernel } from '../kernel/kernel.ts';
import type { StorageTruth } from '../truth.ts';
import { type StorageMetrics, StoragePool } from './storage-pool.ts';

export class HostPools implements StorageTruth {
  readonly poolCount: number;
  readonly #pools: readonly StoragePool[];
  readonly #fleet: HostFleet;
  readonly #running: Uint8Array;
  readonly #bootEpoch: Int32Array;
  readonly #wipeEpoch: Int32Array;

  constructor(kernel: Kernel, config: SimConfig, fleet: HostFleet) {
    this.#fleet = fleet;
    const hosts = config.hosts.map(({ name, rack, dataDisks }) => ({ name, rack, dataDisks }));
    this.#pools = config.pools.map((pool) => new StoragePool(kernel, pool, hosts));
    this.poolCount = this.#pools.length;
    this.#running = new Uint8Array(fleet.count);
    this.#bootEpoch = new Int32Array(fleet.count);
    this.#wipeEpoch = new Int32Array(fleet.count);
  }

  /** Takes the hosts' truth over; before the workload loops start. */
  start(): void {
    for (let host = 0; host < this.#fleet.count; host++) {
      this.#running[host] = 1;
      if (!this.#fleet.kubeletActs(host)) this.#stop(host);
    }
    this.#fleet.onChange((host) => this.#hostChanged(host));
  }

  accepts(pool: number): boolean {
    return this.#pools[pool]?.accepts ?? true;
  }

  onChange(listener: (pool: number) => void): void {
    this.#pools.forEach((pool, index) => {
      pool.onChange(() => listener(index));
    });
  }

  diskLost(host: number): void {
    for (const pool of this.#pools) pool.diskLost(host);
  }

  diskReplaced(host: number): void {
    for (const pool of this.#pools) pool.diskReplaced(host);
  }

  awaitingReAdd(host: number): boolean {
    return this.#pools.some((pool) => pool.awaitingReAdd(host));
  }

  personReAdded(host: number): void {
    for (const pool of this.#pools) if (pool.awaitingReAdd(host)) pool.personReAdded(host);
  }

  /** Sums over pools up to now. */
  metrics(): StorageMetrics {
    const sum = { resyncBytes: 0, reducedRedundancyMs: 0, dataUnavailableMs: 0, dataLostGroups: 0, resyncMs: 0 };
    for (const { metrics } of this.#pools) {
      sum.resyncBytes += metrics.resyncBytes;
      sum.reducedRedundancyMs += metrics.reducedRedundancyMs;
      sum.dataUnavailableMs += metrics.dataUnavailableMs;
      sum.dataLostGroups += metrics.dataLostGroups;
      sum.resyncMs += metrics.resyncMs;
    }
    return sum;
  }

  #hostChanged(host: number): void {
    const fleet = this.#fleet;
    const sameBoot = this.#bootEpoch[host] === fleet.bootEpoch(host);
    const runs = fleet.reachable(host) && (fleet.kubeletActs(host) || (sameBoot && this.#bootEpoch[host] !== -1));
    if (this.#running[host] === 1) {
      if (!runs || !sameBoot) this.#stop(host);
    }
    if (this.#running[host] === 0 && runs && fleet.podsExecute(host)) this.#run(host);
  }

  #stop(host: number): void {
    this.#running[host] = 0;
    for (const pool of this.#pools) pool.hostDown(host);
  }

  #run(host: number): void {
    this.#running[host] = 1;
    this.#bootEpoch[host] = this.#fleet.bootEpoch(host);
    const wiped = this.#wipeEpoch[host] !== this.#fleet.wipeEpoch(host);
    this.#wipeEpoch[host] = this.#fleet.wipeEpoch(host);
    for (const pool of this.#pools) pool.hostUp(host, wiped);
  }
}
