// All pools of a run behind one face: hosts' truth goes in, whether volumes accept I/O comes out.
//
// Divergence from reality: a host's storage daemons run from the moment its kubelet acts after a boot until the operating
// system stops or the network loses the host; a daemon that dies alone does not exist. The monitors' grace of 20 s before a
// daemon counts as down is left out: what an outage shorter than that would owe is small. When a Machine moves to another
// host that has data disks, the new disks take the old ones' place in the map, empty; the old host's disks leave the pool.

import type { PoolConfig, SimConfig } from '../config.ts';
import { diskFailuresPerMs } from '../faults/fault-rates.ts';
import type { HostFleet } from '../host/host-fleet.ts';
import type { Kernel } from '../kernel/kernel.ts';
import type { Draws } from '../kernel/rng.ts';
import { MEASURE_NAMES, type MeasureName, type StorageMeasures } from '../result.ts';
import type { StorageTruth } from '../truth.ts';
import { withStrangers } from './crush-homes.ts';
import type { StorageHost } from './pool-hosts.ts';
import type { RecoveryFault } from './recovery-stress.ts';
import type { ResyncStep } from './resyncs.ts';
import { homesOf, type StorageMetrics, StoragePool } from './storage-pool.ts';

type SharedHomes = ReturnType<typeof homesOf>;

/** Placements by pool, then by hosts: immutable values that all runs of one configuration share. A cache, not state. */
const PLACEMENTS = new WeakMap<PoolConfig, WeakMap<SimConfig['hosts'], SharedHomes>>();

/** What all pools together lack now: placement groups, and daemons (OSDs) of disks. */
export interface PoolsHealth {
  readonly inactive: number;
  readonly degraded: number;
  readonly undersized: number;
  readonly daemonsDown: number;
  /** Hosts all of whose daemons are down, and how many those are. */
  readonly hostsDown: number;
  readonly daemonsOfThem: number;
}

export class HostPools implements StorageTruth {
  readonly poolCount: number;
  readonly #pools: readonly StoragePool[];
  /** Those that hold volumes: all but etcd's. */
  readonly #volumePools: readonly StoragePool[];
  readonly #names: readonly string[];
  readonly #fleet: HostFleet;
  readonly #running: Uint8Array;
  readonly #bootEpoch: Int32Array;
  readonly #wipeEpoch: Int32Array;
  /** Place in the pools' maps that a host's disks fill, or -1: its own at the start, another's after a Machine moved. */
  readonly #placeOf: Int32Array;
  readonly #movedIn: Uint8Array;
  /** Places in the map that may lack a daemon: of hosts that went down or lost a disk, until they are whole again. */
  readonly #lacking = new Set<number>();
  /** By host; undefined where nobody measures what depends on it. */
  readonly #diskFailuresPerMs: Float64Array | undefined;

  constructor(kernel: Kernel, config: SimConfig, fleet: HostFleet, draws: Draws) {
    this.#fleet = fleet;
    const hosts = config.hosts.map(({ name, rack, dataDisks }) => ({ name, rack, dataDisks }));
    this.#pools = config.pools.map(
      (pool) => new StoragePool(kernel, pool, membersOf(pool, hosts), placementOf(pool, config.hosts, hosts), draws),
    );
    this.#names = config.pools.map(({ name }) => name);
    this.poolCount = this.#pools.length;
    this.#volumePools = this.#pools.filter((_, index) => config.pools[index]?.system !== 'etcd');
    this.#running = new Uint8Array(fleet.count);
    this.#bootEpoch = new Int32Array(fleet.count);
    this.#wipeEpoch = new Int32Array(fleet.count);
    this.#movedIn = new Uint8Array(fleet.count);
    this.#placeOf = Int32Array.from(config.hosts, ({ name }, host) =>
      config.pools.some((pool) => (pool.usedBytes[name] ?? 0) > 0) ? host : -1,
    );
    if (!config.pools.some(({ measures, recovery }) => measures === 'full' || recovery?.coupling !== undefined)) return;
    const entities = fleet.hosts.map(({ bareMetalHost }) => bareMetalHost);
    this.#diskFailuresPerMs = diskFailuresPerMs(config, draws, entities);
    for (let host = 0; host < fleet.count; host++) this.#setDiskFailures(host);
  }

  /** A Machine left one host for another: the new host's disks take over, if it has any and no place of its own. */
  moved(from: number, to: number): void {
    const place = this.#placeOf[from] ?? -1;
    if (place < 0 || this.#placeOf[to] !== -1 || this.#fleet.host(to).config.dataDisks === 0) return;
    if (this.#running[from] === 1) this.#stop(from);
    this.#placeOf[from] = -1;
    this.#placeOf[to] = place;
    this.#running[to] = 0;
    this.#movedIn[to] = 1;
    const { dataDisks } = this.#fleet.host(from).config;
    const deadDisks = this.#fleet.host(to).active.filter((fault) => fault.class === 'diskFailure').length;
    for (const pool of this.#pools) {
      for (let disk = 0; disk < dataDisks; disk++) pool.diskReplaced(place);
      for (let disk = 0; disk < deadDisks; disk++) pool.diskLost(place);
    }
    this.#setDiskFailures(to);
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

  /** Called when a host's data in a pool falls out of sync while it is up, and when it is in sync again. */
  onResync(listener: (host: number, pool: string, step: ResyncStep) => void): void {
    this.#pools.forEach((pool, index) => {
      const name = this.#names[index] ?? '';
      pool.onResync((place, step) => listener(this.#placeOf.indexOf(place), name, step));
    });
  }

  /** Called when recovery causes a fault on a host, so that it strikes at once. */
  onRecoveryFault(listener: (host: number, fault: RecoveryFault) => void): void {
    for (const pool of this.#pools) {
      pool.onRecoveryFault((place, fault) => listener(this.#placeOf.indexOf(place), fault));
    }
  }

  /** Called after anything may have changed that `health` tells. */
  onHealth(listener: () => void): void {
    for (const pool of this.#pools) pool.onHealth(listener);
  }

  health(): PoolsHealth {
    const sum = { inactive: 0, degraded: 0, undersized: 0, daemonsDown: 0, hostsDown: 0, daemonsOfThem: 0 };
    for (const { groups } of this.#volumePools) {
      sum.inactive += groups.inactive;
      sum.degraded += groups.degraded;
      sum.undersized += groups.undersized;
    }
    // All pools lie on the same disks.
    const [disks] = this.#volumePools;
    for (const place of disks === undefined ? [] : this.#lacking) {
      const down = disks?.daemonsDown(place) ?? 0;
      if (down === 0) this.#lacking.delete(place);
      sum.daemonsDown += down;
      if (down > 0 && down === disks?.disksOf(place)) {
        sum.hostsDown++;
        sum.daemonsOfThem += down;
      }
    }
    return sum;
  }

  /** Every pool by its index, for those who look at one closely. */
  pool(index: number): StoragePool | undefined {
    return this.#pools[index];
  }

  /** A person sets the flag `noout` of all pools, or takes it back. */
  setNoOut(on: boolean): void {
    for (const pool of this.#pools) pool.setNoOut(on);
  }

  diskLost(host: number): void {
    this.#lacks(host);
    this.#atPlace(host, (pool, place) => pool.diskLost(place));
  }

  diskReplaced(host: number): void {
    this.#atPlace(host, (pool, place) => pool.diskReplaced(place));
  }

  awaitingReAdd(host: number): boolean {
    const place = this.#placeOf[host] ?? -1;
    return place >= 0 && this.#pools.some((pool) => pool.awaitingReAdd(place));
  }

  personReAdded(host: number): void {
    this.#atPlace(host, (pool, place) => {
      if (pool.awaitingReAdd(place)) pool.personReAdded(place);
    });
  }

  /** Groups of all pools that accept writes, and would not without this host; undefined for a host without data. */
  blockedWithout(host: number): number | undefined {
    const place = this.#placeOf[host] ?? -1;
    if (place < 0) return undefined;
    return this.#pools.reduce((sum, pool) => sum + pool.blockedWithout(place), 0);
  }

  /** The fewest replicas in sync that other hosts have of anything with a copy on this one; undefined without such data. */
  fewestInSyncElsewhere(host: number): number | undefined {
    const place = this.#placeOf[host] ?? -1;
    if (place < 0) return undefined;
    const counts = this.#pools.map((pool) => pool.fewestInSyncElsewhere(place)).filter((count) => count !== undefined);
    return counts.length === 0 ? undefined : Math.min(...counts);
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
    const measured = this.#pools.flatMap(({ metrics: { measures } }) => (measures === undefined ? [] : [measures]));
    return measured.length === 0 ? sum : { ...sum, measures: sumOf(measured) };
  }

  #setDiskFailures(host: number): void {
    const perMs = this.#diskFailuresPerMs?.[host];
    if (perMs !== undefined) this.#atPlace(host, (pool, place) => pool.setDiskFailures(place, perMs));
  }

  #hostChanged(host: number): void {
    const fleet = this.#fleet;
    const sameBoot = this.#bootEpoch[host] === fleet.bootEpoch(host);
    const runs =
      fleet.podsExecute(host) &&
      fleet.answers(host) &&
      fleet.reachesStorage(host) &&
      (fleet.kubeletActs(host) || sameBoot);
    if (this.#running[host] === 1 && !(runs && sameBoot)) this.#stop(host);
    if (this.#running[host] === 0 && runs) this.#run(host);
  }

  #stop(host: number): void {
    this.#running[host] = 0;
    this.#lacks(host);
    this.#atPlace(host, (pool, place) => pool.hostDown(place));
  }

  #lacks(host: number): void {
    const place = this.#placeOf[host] ?? -1;
    if (place >= 0) this.#lacking.add(place);
  }

  #run(host: number): void {
    this.#running[host] = 1;
    const restarted = this.#bootEpoch[host] !== this.#fleet.bootEpoch(host);
    this.#bootEpoch[host] = this.#fleet.bootEpoch(host);
    const wiped = this.#movedIn[host] === 1 || this.#wipeEpoch[host] !== this.#fleet.wipeEpoch(host);
    this.#wipeEpoch[host] = this.#fleet.wipeEpoch(host);
    this.#movedIn[host] = 0;
    this.#atPlace(host, (pool, place) => pool.hostUp(place, wiped, restarted));
  }

  #atPlace(host: number, run: (pool: StoragePool, place: number) => void): void {
    const place = this.#placeOf[host] ?? -1;
    if (place >= 0) for (const pool of this.#pools) run(pool, place);
  }
}

/** The hosts of the config, and those that only the pool's map knows. */
function membersOf(pool: PoolConfig, hosts: readonly StorageHost[]): readonly StorageHost[] {
  return pool.crush === undefined ? hosts : withStrangers(hosts, pool.crush);
}

function placementOf(pool: PoolConfig, key: SimConfig['hosts'], hosts: readonly StorageHost[]): SharedHomes {
  let ofPool = PLACEMENTS.get(pool);
  if (ofPool === undefined) {
    ofPool = new WeakMap();
    PLACEMENTS.set(pool, ofPool);
  }
  let placement = ofPool.get(key);
  if (placement === undefined) {
    placement = homesOf(pool, membersOf(pool, hosts));
    ofPool.set(key, placement);
  }
  return placement;
}

function sumOf(measured: readonly StorageMeasures[]): StorageMeasures {
  const sum = Object.fromEntries(MEASURE_NAMES.map((name) => [name, 0])) as Record<MeasureName, number>;
  for (const one of measured) for (const name of MEASURE_NAMES) sum[name] += one[name];
  return sum;
}
