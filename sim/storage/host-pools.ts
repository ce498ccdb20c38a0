// All pools of a run behind one face: hosts' truth goes in, whether volumes accept I/O comes out.
//
// Pools are made when something happens to them (made-pools.ts); everything that they could tell before is known without them
// (`StorageLayout.isQuiet`).
//
// Divergence from reality: a host's storage daemons run from the moment its kubelet acts after a boot until the operating
// system stops or the network loses the host; a daemon that dies alone does not exist. The monitors' grace of 20 s before a
// daemon counts as down is left out: what an outage shorter than that would owe is small. When a Machine moves to another
// host that has data disks, the new disks take the old ones' place in the map, empty; the old host's disks leave the pool.

import type { SimConfig } from '../config.ts';
import { diskFailuresPerMs } from '../faults/fault-rates.ts';
import type { HostFleet } from '../host/host-fleet.ts';
import type { StorageSlowness } from '../host/host-slowness.ts';
import type { Kernel } from '../kernel/kernel.ts';
import type { Draws } from '../kernel/rng.ts';
import { STORAGE_MEASURES, type StorageMeasures } from '../result.ts';
import type { StorageTruth } from '../truth.ts';
import { FILL_LEVELS, type FillLevel } from './fill-limits.ts';
import { MadePools } from './made-pools.ts';
import type { RecoveryFault } from './recovery-stress.ts';
import type { ResyncStep } from './resyncs.ts';
import { StorageLayout } from './storage-layout.ts';
import type { StorageMetrics, StoragePool } from './storage-pool.ts';

type ResyncListener = (host: number, pool: string, step: ResyncStep) => void;
type FaultListener = (host: number, fault: RecoveryFault) => void;

/** What all pools together lack now: placement groups, and daemons (OSDs) of disks. */
export interface PoolsHealth {
  readonly inactive: number;
  readonly degraded: number;
  readonly undersized: number;
  readonly daemonsDown: number;
  /** Hosts all of whose daemons are down, and how many those are. */
  readonly hostsDown: number;
  readonly daemonsOfThem: number;
  /** By limit, the daemons that are beyond it and no worse one, and the pools with any; where nobody wants to be warned, none. */
  readonly tooFull: Readonly<Record<FillLevel, { readonly daemons: number; readonly pools: number }>>;
}

const WELL = { inactive: 0, degraded: 0, undersized: 0 };

export class HostPools implements StorageTruth {
  readonly poolCount: number;
  private readonly config: SimConfig;
  private readonly layout: StorageLayout;
  private readonly pools: MadePools;
  private readonly fleet: HostFleet;
  private readonly running: Uint8Array;
  private readonly bootEpoch: Int32Array;
  private readonly wipeEpoch: Int32Array;
  /**
   * Place in the pools' maps that a host's disks fill, or -1: its own at the start, another's after a Machine moved. A place has the
   * number of the host that filled it at the start.
   */
  private readonly placeOf: Int32Array;
  /** The other way round. */
  private readonly hostAt: Int32Array;
  private readonly movedIn: Uint8Array;
  /** By host, those whose storage is slow. */
  private readonly slow = new Map<number, StorageSlowness>();
  /** Places in the map that may lack a daemon: of hosts that went down or lost a disk, until they are whole again. */
  private readonly lacking = new Set<number>();
  /** Pools with volumes that may lack something, until they are looked at and do not. */
  private readonly unwell = new Set<number>();
  /** By host; undefined where nobody measures what depends on it. */
  private readonly diskFailuresPerMs: Float64Array | undefined;
  private readonly changeListeners: ((pool: number) => void)[] = [];
  private readonly healthListeners: (() => void)[] = [];
  private readonly resyncListeners: ResyncListener[] = [];
  private faultListener: FaultListener = () => undefined;
  private isNoOut = false;

  /** @param keptMost see MadePools. */
  constructor(kernel: Kernel, config: SimConfig, fleet: HostFleet, draws: Draws, keptMost?: number) {
    const { pools } = config;
    this.config = config;
    this.fleet = fleet;
    const layout = StorageLayout.of(config);
    this.layout = layout;
    this.poolCount = pools.length;
    const made = (pool: StoragePool, index: number): void => this.connect(pool, index);
    this.pools = new MadePools({ kernel, pools, layout, draws, made, keptMost });
    this.running = new Uint8Array(fleet.count);
    this.bootEpoch = new Int32Array(fleet.count);
    this.wipeEpoch = new Int32Array(fleet.count);
    this.movedIn = new Uint8Array(fleet.count);
    this.placeOf = Int32Array.from(config.hosts, (_, host) => (this.layout.isSeated(host) ? host : -1));
    this.hostAt = this.placeOf.slice();
    if (config.pools.some(({ measures, recovery }) => measures === 'full' || recovery?.coupling !== undefined)) {
      const entities = fleet.hosts.map(({ bareMetalHost }) => bareMetalHost);
      this.diskFailuresPerMs = diskFailuresPerMs(config, draws, entities);
    }
    for (let pool = 0; pool < this.poolCount; pool++) if (!layout.isQuiet(pool)) this.pools.get(pool);
  }

  /** A Machine left one host for another: the new host's disks take over, if it has any and no place of its own. */
  moved(from: number, to: number): void {
    const place = this.placeOf[from] ?? -1;
    if (place < 0 || this.placeOf[to] !== -1 || this.fleet.host(to).config.dataDisks === 0) return;
    if (this.running[from] === 1) this.stop(from);
    this.placeOf[from] = -1;
    this.placeOf[to] = place;
    this.hostAt[place] = to;
    this.running[to] = 0;
    this.movedIn[to] = 1;
    const { dataDisks } = this.fleet.host(from).config;
    const deadDisks = this.fleet.host(to).active.filter((fault) => fault.class === 'diskFailure').length;
    this.inMade(to, (pool, seat) => {
      for (let disk = 0; disk < dataDisks; disk++) pool.diskReplaced(seat);
      for (let disk = 0; disk < deadDisks; disk++) pool.diskLost(seat);
      this.setDiskFailures(pool, seat, to);
      pool.setSlowness(seat, this.slow.get(to));
    });
  }

  /** Takes the hosts' truth over; before the workload loops start. */
  start(): void {
    for (let host = 0; host < this.fleet.count; host++) {
      this.running[host] = 1;
      if (!this.fleet.kubeletActs(host)) this.stop(host);
    }
    this.fleet.onChange((host) => this.hostChanged(host));
  }

  accepts(pool: number): boolean {
    return this.pools.all[pool]?.accepts ?? true;
  }

  isSlow(pool: number): boolean {
    return this.pools.all[pool]?.isSlow ?? false;
  }

  onChange(listener: (pool: number) => void): void {
    this.changeListeners.push(listener);
  }

  /** Called when a host's data in a pool falls out of sync while it is up, and when it is in sync again. */
  onResync(listener: ResyncListener): void {
    this.resyncListeners.push(listener);
  }

  /** Called when recovery causes a fault on a host, so that it strikes at once; one listener. */
  onRecoveryFault(listener: FaultListener): void {
    this.faultListener = listener;
  }

  /** Called after anything may have changed that `health` tells. */
  onHealth(listener: () => void): void {
    this.healthListeners.push(listener);
  }

  health(): PoolsHealth {
    const sum = { inactive: 0, degraded: 0, undersized: 0, daemonsDown: 0, hostsDown: 0, daemonsOfThem: 0 };
    for (const pool of this.unwell) {
      const { inactive, degraded, undersized } = this.pools.all[pool]?.groups ?? WELL;
      if (inactive + degraded + undersized === 0) this.unwell.delete(pool);
      sum.inactive += inactive;
      sum.degraded += degraded;
      sum.undersized += undersized;
    }
    for (const place of this.lacking) {
      const { down, all } = this.daemonsAt(place);
      if (down === 0) this.lacking.delete(place);
      sum.daemonsDown += down;
      if (down > 0 && down === all) {
        sum.hostsDown++;
        sum.daemonsOfThem += down;
      }
    }
    return { ...sum, tooFull: this.tooFull() };
  }

  private tooFull(): PoolsHealth['tooFull'] {
    const sum = {
      full: { daemons: 0, pools: 0 },
      backfillFull: { daemons: 0, pools: 0 },
      nearFull: { daemons: 0, pools: 0 },
    };
    this.config.pools.forEach(({ fillLimits }, index) => {
      if (fillLimits?.nearFull === undefined) return;
      const disks = this.pools.get(index).fullDisks;
      if (disks === undefined) return;
      for (const level of FILL_LEVELS) sum[level].daemons += disks[level];
      const worst = FILL_LEVELS.find((level) => disks[level] > 0);
      if (worst !== undefined) sum[worst].pools++;
    });
    return sum;
  }

  /** A pool by its index, for those who look at one closely: it is there from then on, as it would be if it had always been. */
  pool(index: number): StoragePool | undefined {
    return index >= 0 && index < this.poolCount ? this.pools.keep(index) : undefined;
  }

  /** Pools to which something has happened, and that were not given up since. */
  get madeCount(): number {
    return this.pools.all.filter((pool) => pool !== undefined).length;
  }

  /** The index of the host behind each seat of a pool, at the start; -1 for hosts that only its map knows. */
  hostsOf(pool: number): Int32Array {
    return this.layout.members(pool).hosts;
  }

  /** A person sets the flag `noout` of all pools, or takes it back. */
  setNoOut(on: boolean): void {
    this.isNoOut = on;
    for (const pool of this.pools.all) pool?.setNoOut(on);
  }

  diskLost(host: number): void {
    this.lacks(host);
    this.inAll(host, (pool, seat) => pool.diskLost(seat));
  }

  diskReplaced(host: number): void {
    this.inMade(host, (pool, seat) => pool.diskReplaced(seat));
  }

  awaitingReAdd(host: number): boolean {
    let awaits = false;
    this.inMade(host, (pool, seat) => {
      awaits ||= pool.awaitingReAdd(seat);
    });
    return awaits;
  }

  personReAdded(host: number): void {
    this.inMade(host, (pool, seat) => {
      if (pool.awaitingReAdd(seat)) pool.personReAdded(seat);
    });
  }

  /** Groups of all pools that accept writes, and would not without this host; undefined for a host without data. */
  blockedWithout(host: number): number | undefined {
    let blocked: number | undefined;
    this.inAll(host, (pool, seat) => {
      blocked = (blocked ?? 0) + pool.blockedWithout(seat);
    });
    return blocked;
  }

  /** The fewest replicas in sync that other hosts have of anything with a copy on this one; undefined without such data. */
  fewestInSyncElsewhere(host: number): number | undefined {
    let fewest: number | undefined;
    this.inAll(host, (pool, seat) => {
      const count = pool.fewestInSyncElsewhere(seat);
      if (count !== undefined) fewest = Math.min(fewest ?? count, count);
    });
    return fewest;
  }

  /** Sums over pools up to now. */
  metrics(): StorageMetrics {
    const sum = { resyncBytes: 0, reducedRedundancyMs: 0, dataUnavailableMs: 0, dataLostGroups: 0, resyncMs: 0 };
    const measured: StorageMeasures[] = [];
    for (let index = 0; index < this.poolCount; index++) {
      const metrics = this.pools.metrics(index);
      if (metrics === undefined) continue;
      sum.resyncBytes += metrics.resyncBytes;
      sum.reducedRedundancyMs += metrics.reducedRedundancyMs;
      sum.dataUnavailableMs += metrics.dataUnavailableMs;
      sum.dataLostGroups += metrics.dataLostGroups;
      sum.resyncMs += metrics.resyncMs;
      if (metrics.measures !== undefined) measured.push(metrics.measures);
    }
    const isMeasured = this.config.pools.some(({ measures }) => measures === 'full');
    return isMeasured ? { ...sum, measures: sumOf(measured) } : sum;
  }

  private setDiskFailures(pool: StoragePool, seat: number, host: number): void {
    const perMs = this.diskFailuresPerMs?.[host];
    if (perMs !== undefined) pool.setDiskFailures(seat, perMs);
  }

  private hostChanged(host: number): void {
    const fleet = this.fleet;
    const sameBoot = this.bootEpoch[host] === fleet.bootEpoch(host);
    const runs =
      fleet.podsExecute(host) &&
      fleet.answers(host) &&
      fleet.reachesStorage(host) &&
      (fleet.kubeletActs(host) || sameBoot);
    if (this.running[host] === 1 && !(runs && sameBoot)) this.stop(host);
    if (this.running[host] === 0 && runs) this.run(host);
    this.settleSlowness(host);
  }

  private settleSlowness(host: number): void {
    const slowness = this.fleet.storageSlowness(host);
    const known = this.slow.get(host);
    if (slowness === undefined ? known === undefined : known !== undefined && isSameSlowness(known, slowness)) return;
    // A pool that is made for this is told here, and not when it is made.
    this.slow.delete(host);
    this.inAll(host, (pool, seat) => pool.setSlowness(seat, slowness));
    if (slowness !== undefined) this.slow.set(host, slowness);
  }

  private stop(host: number): void {
    this.running[host] = 0;
    this.lacks(host);
    this.inAll(host, (pool, seat) => pool.hostDown(seat));
  }

  private lacks(host: number): void {
    const place = this.placeOf[host] ?? -1;
    if (place >= 0) this.lacking.add(place);
  }

  private run(host: number): void {
    this.running[host] = 1;
    const restarted = this.bootEpoch[host] !== this.fleet.bootEpoch(host);
    this.bootEpoch[host] = this.fleet.bootEpoch(host);
    const wiped = this.movedIn[host] === 1 || this.wipeEpoch[host] !== this.fleet.wipeEpoch(host);
    this.wipeEpoch[host] = this.fleet.wipeEpoch(host);
    this.movedIn[host] = 0;
    this.inMade(host, (pool, seat) => pool.hostUp(seat, wiped, restarted));
  }

  /** In every pool that has data on the disks of a host. */
  private inAll(host: number, run: (pool: StoragePool, seat: number) => void): void {
    const place = this.placeOf[host] ?? -1;
    if (place >= 0) this.layout.eachSeat(place, (pool, seat) => run(this.pools.get(pool), seat));
  }

  /** In those of them that are there: to the others nothing has happened that could be taken back. */
  private inMade(host: number, run: (pool: StoragePool, seat: number) => void): void {
    const place = this.placeOf[host] ?? -1;
    if (place < 0) return;
    this.layout.eachSeat(place, (index, seat) => {
      const pool = this.pools.all[index];
      if (pool !== undefined) run(pool, seat);
    });
  }

  /** Daemons of the disks at a place, which all pools with volumes there share: those that are down and still in, and all. */
  private daemonsAt(place: number): { readonly down: number; readonly all: number } {
    let found: { readonly down: number; readonly all: number } | undefined;
    this.layout.eachSeat(place, (pool, seat) => {
      if (found !== undefined || !this.hasVolumes(pool)) return;
      const disks = this.pools.all[pool];
      found = { down: disks?.daemonsDown(seat) ?? 0, all: disks?.disksOf(seat) ?? 0 };
    });
    return found ?? { down: 0, all: 0 };
  }

  /** All but etcd's. */
  private hasVolumes(pool: number): boolean {
    return this.config.pools[pool]?.system !== 'etcd';
  }

  private connect(pool: StoragePool, index: number): void {
    const { hosts } = this.layout.members(index);
    const name = this.config.pools[index]?.name ?? '';
    if (this.isNoOut) pool.setNoOut(true);
    hosts.forEach((place, seat) => {
      const host = this.hostAt[place] ?? -1;
      if (host < 0) return;
      this.setDiskFailures(pool, seat, host);
    });
    const hostAt = (seat: number): number => this.hostAt[hosts[seat] ?? -1] ?? -1;
    pool.onChange(() => {
      for (const listener of this.changeListeners) listener(index);
    });
    pool.onResync((seat, step) => {
      for (const listener of this.resyncListeners) listener(hostAt(seat), name, step);
    });
    pool.onRecoveryFault((seat, fault) => this.faultListener(hostAt(seat), fault));
    const hasVolumes = this.hasVolumes(index);
    if (hasVolumes) this.unwell.add(index);
    pool.onHealth(() => {
      if (hasVolumes) this.unwell.add(index);
      for (const listener of this.healthListeners) listener();
    });
    if (this.slow.size === 0) return;
    hosts.forEach((_, seat) => {
      const slowness = this.slow.get(hostAt(seat));
      if (slowness !== undefined) pool.setSlowness(seat, slowness);
    });
  }
}

function isSameSlowness(one: StorageSlowness, other: StorageSlowness): boolean {
  return (
    one.factor === other.factor &&
    one.linkBytesPerSecond === other.linkBytesPerSecond &&
    one.waitMs === other.waitMs &&
    one.disks.length === other.disks.length &&
    one.disks.every((factor, disk) => factor === other.disks[disk])
  );
}

function sumOf(measured: readonly StorageMeasures[]): StorageMeasures {
  const sum = Object.fromEntries(STORAGE_MEASURES.map((name) => [name, 0])) as Record<keyof StorageMeasures, number>;
  for (const one of measured) for (const name of STORAGE_MEASURES) sum[name] += one[name];
  return sum;
}
