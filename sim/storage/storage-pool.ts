// StoragePool: one replicated pool on the hosts' own disks. Hosts go down and come back, wiped or not; disks die and are
// replaced; copies fall behind, recover, are filled again or rebuilt elsewhere, as flows that share the pool's bandwidth.
//
// What a copy missed is measured in time during which its group accepted writes without it: an outage of everything at once
// leaves nothing to resync.
//
// Divergence from reality: no peering time, one rate of writes whatever the workloads do; that recovery slows clients down is measured
// (client-slowdown.ts), and no workload feels it; that slow hosts do (slow-hosts.ts) workloads feel. A group that lost all its copies starts again empty. See resyncs.ts, rebuilds.ts,
// placement.ts, out-rules.ts, fill-limits.ts, storage-systems.ts.

import { assert } from '../../core/assert.ts';
import type { PoolConfig } from '../config.ts';
import type { StorageSlowness } from '../host/host-slowness.ts';
import type { StorageMeasures } from '../result.ts';
import { type Absences, HostAbsences } from './absences.ts';
import { ClientSlowdown } from './client-slowdown.ts';
import { BACKFILLING, CopyTable, EMPTY, RECOVERING } from './copy-table.ts';
import { CrushHomes } from './crush-homes.ts';
import { CrushMoves } from './crush-moves.ts';
import { CrushTargets } from './crush-targets.ts';
import { DEFAULT_RECOVERY } from './defaults.ts';
import { type PoolDraws, resyncRule, slownessOf } from './drawn-resyncs.ts';
import { ExpectedLoss } from './expected-loss.ts';
import type { FillLevel } from './fill-limits.ts';
import { GroupHealth, type GroupShape, IN_SYNC, SERVES, TimeAbove } from './group-health.ts';
import { type GroupFacts, groupState } from './group-states.ts';
import { type PoolLosses, poolLosses } from './losses.ts';
import { recoveryRate } from './mclock.ts';
import { Placement } from './placement.ts';
import { PoolHosts, type StorageHost } from './pool-hosts.ts';
import type { EventKernel } from './pool-kernel.ts';
import { PoolMemory } from './pool-memory.ts';
import { type RebuildTargets, StrawTargets } from './rebuild-targets.ts';
import { Rebuilds } from './rebuilds.ts';
import { type RecoveryFault, RecoveryStress } from './recovery-stress.ts';
import { type ResyncStep, Resyncs } from './resyncs.ts';
import { SharedBandwidth } from './shared-bandwidth.ts';
import { SlowHosts } from './slow-hosts.ts';
import { rulesOf } from './storage-systems.ts';

/** Totals since the start of the run. */
export interface StorageMetrics {
  /** Bytes copied, to hosts that came back and for what was rebuilt elsewhere. */
  readonly resyncBytes: number;
  /** Time with any group short of replicas in sync. */
  readonly reducedRedundancyMs: number;
  /** Time with any group below `minSize` serving replicas. */
  readonly dataUnavailableMs: number;
  readonly dataLostGroups: number;
  /** Sum over hosts of the time from being up again until in sync, waiting for a person to re-add included. */
  readonly resyncMs: number;
  /** Of pools that measure everything. */
  readonly measures?: StorageMeasures;
}

/** What a pool has added up so far: all that is left of one that was given up. */
export interface PoolTotals {
  readonly movedBytes: number;
  readonly reducedRedundancyMs: number;
  readonly dataUnavailableMs: number;
  readonly dataLostGroups: number;
  readonly resyncMs: number;
}

const NOTHING_YET: PoolTotals = {
  movedBytes: 0,
  reducedRedundancyMs: 0,
  dataUnavailableMs: 0,
  dataLostGroups: 0,
  resyncMs: 0,
};

/** What a pool may be given that it would make or do without. */
export interface PoolGiven {
  /** Runs of one configuration may share them. */
  readonly homes?: CrushHomes | Placement;
  readonly draws?: PoolDraws;
  /** What it had added up when it was given up. */
  readonly before?: PoolTotals | undefined;
  readonly memory?: PoolMemory;
}

export class StoragePool {
  private readonly kernel: EventKernel;
  private readonly pool: PoolConfig;
  private readonly hosts: PoolHosts;
  private readonly health: GroupHealth;
  private readonly copies: CopyTable;
  private readonly absences: Absences;
  private readonly shape: GroupShape;
  /** Whether a replica that serves belongs elsewhere than where it is. */
  private readonly isMisplaced: (slot: number) => boolean;
  private readonly bandwidth: SharedBandwidth;
  private readonly resyncs: Resyncs;
  private readonly rebuilds: Rebuilds;
  private readonly stress: RecoveryStress | undefined;
  private readonly expectedLoss: ExpectedLoss | undefined;
  private readonly slowdown: ClientSlowdown | undefined;
  private readonly slowHosts: SlowHosts;
  private readonly stalled = new TimeAbove();
  private readonly listeners: (() => void)[] = [];
  private readonly healthListeners: (() => void)[] = [];
  private resyncListener: ((host: number, step: ResyncStep) => void) | undefined;
  private readonly before: PoolTotals;
  private accepted: boolean;
  private wasSlow = false;

  /** All hosts start up and in sync. */
  constructor(kernel: EventKernel, pool: PoolConfig, hosts: readonly StorageHost[], given: PoolGiven = {}) {
    const { homes = homesOf(pool, hosts), draws, before = NOTHING_YET, memory = new PoolMemory() } = given;
    this.before = before;
    this.kernel = kernel;
    this.pool = pool;
    this.hosts = new PoolHosts(pool, hosts, memory);
    const { groups, replicas } = homes;
    const shape = { groups, replicas, minSize: pool.minSize, dataParts: pool.dataParts ?? 1 };
    this.shape = shape;
    this.health = new GroupHealth(kernel, shape, memory);
    this.copies = new CopyTable(homes, this.hosts, this.health, memory);
    const { absences, targets, isAway, isMisplaced } =
      homes instanceof CrushHomes ? this.placedByCrush(homes) : this.placedByStraws(homes, hosts);
    this.absences = absences;
    this.isMisplaced = isMisplaced;
    const transferEnded = (owner: number): void => this.transferEnded(owner);
    this.bandwidth = new SharedBandwidth(kernel, pool.resyncBytesPerSecond, transferEnded, before.movedBytes);
    const shared = { clock: kernel, pool, hosts: this.hosts, copies: this.copies, health: this.health };
    const world = { ...shared, bandwidth: this.bandwidth, targets, upCount: () => absences.upCount };
    const { recovery } = pool;
    const { clientLoad, diskBytesPerSecondPerHost } = recovery ?? DEFAULT_RECOVERY;
    const slow = new SlowHosts({
      clock: kernel,
      hosts: this.hosts,
      copies: this.copies,
      groups,
      clientLoad,
      bytesPerSecondPerHost: diskBytesPerSecondPerHost,
      upCount: () => absences.upCount,
    });
    this.slowHosts = slow;
    const coupling = recovery?.coupling ?? 'off';
    this.stress =
      recovery === undefined || coupling === 'off'
        ? undefined
        : new RecoveryStress({ ...pool, recovery }, coupling, this.hosts, { members: hosts, draws });
    this.resyncs = new Resyncs(
      {
        ...world,
        rateOf: (host, work) => slow.intake(host, recoveryRate(pool, work)),
        stress: this.stress,
        rules: rulesOf(pool),
        isAway,
        ownerOf: resyncOwner,
        slowness: slownessOf(pool, hosts, draws),
        resyncOf: resyncRule(pool, hosts, draws),
        told: (host, step) => this.resyncListener?.(host, step),
      },
      memory,
    );
    this.rebuilds = new Rebuilds({
      ...world,
      rate: () => slow.intakeOfAll(recoveryRate(pool, 'bestEffort')),
      limits: this.hosts.fillLimits,
      ownerOf: rebuildOwner,
      replaced: (slot) => absences.replaced(slot),
    });
    absences.carriedBy({ resyncs: this.resyncs, rebuilds: this.rebuilds });
    if (pool.measures === 'full') {
      const { dataParts } = shape;
      this.expectedLoss = new ExpectedLoss({ clock: kernel, hosts: this.hosts, copies: this.copies, dataParts });
      const slowdown = new ClientSlowdown({
        clientLoad,
        bytesPerSecondPerHost: diskBytesPerSecondPerHost,
        readsPerWrite: dataParts,
        upCount: () => absences.upCount,
      });
      this.bandwidth.onSpan((spanMs, classes) => slowdown.span(spanMs, classes));
      this.slowdown = slowdown;
    }
    this.health.stopWrites(this.hosts.fillLimits?.acceptsWrites === false);
    this.accepted = this.health.accepts;
  }

  /** Every group has at least `minSize` serving replicas. */
  get accepts(): boolean {
    return this.health.accepts;
  }

  /** Some of its I/O waits for a slow host. */
  get isSlow(): boolean {
    return this.slowHosts.slowsWrites;
  }

  /** Groups by how much they lack now. */
  get groups(): { readonly inactive: number; readonly degraded: number; readonly undersized: number } {
    return this.health.counts;
  }

  /** Daemons of a host's disks that are down and still in: one that went out is missed no more. */
  daemonsDown(host: number): number {
    return this.absences.daemonsDown(host);
  }

  /** Disks of hosts that are beyond a limit, by the worst one. Undefined where nobody wants to be warned. */
  get fullDisks(): Readonly<Record<FillLevel, number>> | undefined {
    const { fillLimits, count } = this.hosts;
    if (fillLimits === undefined || this.pool.fillLimits?.nearFull === undefined) return undefined;
    const disks = { full: 0, backfillFull: 0, nearFull: 0 };
    for (let host = 0; host < count; host++) {
      const level = fillLimits.levelOf(host);
      if (level !== undefined) disks[level] += this.hosts.diskCount(host);
    }
    return disks;
  }

  disksOf(host: number): number {
    return this.hosts.diskCount(host);
  }

  /** Everything is whole and at home, and nothing is still to come: a pool made anew would be the same, but for what it added up. */
  get isAtRest(): boolean {
    const { health, copies, absences, slowHosts, hosts } = this;
    const isWhole = health.counts.degraded === 0 && copies.substitutes === 0 && hosts.isWhole;
    if (!isWhole || !absences.isIdle || !slowHosts.isEmpty) return false;
    const isStill = this.bandwidth.isIdle && this.rebuilds.isIdle && this.resyncs.isIdle;
    assert(isStill, 'nothing moves in a pool that lacks nothing');
    return true;
  }

  get totals(): PoolTotals {
    const { before, health } = this;
    return {
      movedBytes: this.bandwidth.movedBytes,
      reducedRedundancyMs: before.reducedRedundancyMs + health.reducedMs,
      dataUnavailableMs: before.dataUnavailableMs + health.unavailableMs,
      dataLostGroups: before.dataLostGroups + health.lostGroups,
      resyncMs: before.resyncMs + this.resyncs.spentMs,
    };
  }

  /** Totals up to now. */
  get metrics(): StorageMetrics {
    return {
      ...metricsOf(this.totals),
      ...(this.expectedLoss === undefined ? {} : { measures: this.measuresWith(this.expectedLoss) }),
    };
  }

  private measuresWith(expectedLoss: ExpectedLoss): StorageMeasures {
    this.bandwidth.settle();
    const short = [...this.health.redundancyTimes.worstMs].reverse().slice(1);
    const [one = 0, two = 0, ...more] = short;
    return {
      expectedDataLoss: expectedLoss.groups,
      oneReplicaShortMs: one,
      twoReplicasShortMs: two,
      moreReplicasShortMs: more.reduce((sum, spanMs) => sum + spanMs, 0),
      recoveryStalledMs: this.stalled.until(this.kernel.nowMs),
      clientSlowdownMs: Math.round((this.slowdown?.hostMs ?? 0) + this.slowHosts.hostMs),
      recoveryFaults: this.stress?.faults ?? 0,
    };
  }

  /** Failures of any data disk of a host, per millisecond, from now on: what the expected loss is made of. */
  setDiskFailures(host: number, perMs: number): void {
    this.expectedLoss?.setDiskFailures(host, perMs);
    this.stress?.setDiskFailures(host, perMs);
  }

  /** Called when recovery causes a fault on a host of the pool; one listener, who lets it strike at once. */
  onRecoveryFault(listener: (host: number, fault: RecoveryFault) => void): void {
    this.stress?.onStruck((host, fault) => {
      const lostBefore = this.health.lostGroups;
      listener(host, fault);
      this.expectedLoss?.lostByDecision(this.health.lostGroups - lostBefore);
    });
  }

  /** Called when a host that is up falls out of sync, and when it is in sync again; one listener. */
  onResync(listener: (host: number, step: ResyncStep) => void): void {
    this.resyncListener = listener;
  }

  /** Called after anything may have changed that `groups` and `daemonsDown` tell; one listener. */
  onHealth(listener: () => void): void {
    this.healthListeners.push(listener);
  }

  /** Called after `accepts` or `isSlow` changed. */
  onChange(listener: () => void): void {
    this.listeners.push(listener);
  }

  /** The host was wiped, and somebody has to re-add its disks. */
  awaitingReAdd(host: number): boolean {
    return this.hosts.awaitsReAdd(host);
  }

  /** The host is up and not in sync: a resync runs, or it waits for being re-added. */
  resyncing(host: number): boolean {
    return this.resyncs.isRunning(host);
  }

  /** What would fall below `minSize` without which hosts, as things are now. */
  losses(): PoolLosses {
    const { groups, replicas, minSize, dataParts } = this.shape;
    const { copies, health } = this;
    return poolLosses({ copies, health, groups, replicas, minSize, dataParts, hostCount: this.hosts.count });
  }

  /** Groups by their state now, in Ceph's words. */
  groupStates(): ReadonlyMap<string, number> {
    const states = new Map<string, number>();
    const underWay = this.rebuilds.underWay;
    for (let group = 0; group < this.shape.groups; group++) {
      const state = groupState(this.factsOf(group, underWay));
      states.set(state, (states.get(state) ?? 0) + 1);
    }
    return states;
  }

  private factsOf(group: number, underWay: ReadonlySet<number>): GroupFacts {
    const { copies, health, hosts } = this;
    const slots = Array.from({ length: this.shape.replicas }, (_, replica) => group * this.shape.replicas + replica);
    const attached = slots
      .flatMap((slot) => [slot, copies.substituteOf(slot)])
      .filter((copy) => copies.isAttached(copy));
    const up = attached.filter((copy) => hosts.daemonUp(copies.hostOf(copy)));
    const stateOf = (copy: number) => copies.stateOf(copy);
    return {
      ...this.shape,
      serving: health.servingIn(group),
      inSync: health.inSyncIn(group),
      existing: health.existingIn(group),
      isAnyUp: up.length > 0,
      recovers: up.some((copy) => stateOf(copy) === RECOVERING),
      backfills: up.some((copy) => stateOf(copy) === BACKFILLING) || attached.some((copy) => underWay.has(copy)),
      isRemapped: slots.some((slot) => this.isMisplaced(slot)),
    };
  }

  /** Groups that accept writes, and would not without the copies on this host. */
  blockedWithout(host: number): number {
    const critical = new Set<number>();
    for (const copy of this.copies.copiesOn(host)) {
      if ((this.copies.contributionOf(copy) & SERVES) === 0) continue;
      const group = this.copies.groupOf(copy);
      if (this.health.servingIn(group) === this.pool.minSize) critical.add(group);
    }
    return critical.size;
  }

  /**
   * Of all groups with a copy on this host, the fewest replicas that are in sync elsewhere; undefined without a copy. Of an erasure
   * code, so many as could be missing beside all of this host but one: 0 is too few to have the data.
   */
  fewestInSyncElsewhere(host: number): number | undefined {
    let fewest: number | undefined;
    const spare = (this.pool.dataParts ?? 1) - 1;
    for (const copy of this.copies.copiesOn(host)) {
      if (this.copies.stateOf(copy) === EMPTY) continue;
      const own = (this.copies.contributionOf(copy) & IN_SYNC) === 0 ? 0 : 1;
      const elsewhere = this.health.inSyncIn(this.copies.groupOf(copy)) - own - spare;
      fewest = Math.min(fewest ?? elsewhere, elsewhere);
    }
    return fewest;
  }

  hostDown(host: number): void {
    if (!this.hosts.isMember(host) || !this.hosts.isUp(host)) return;
    const daemonRan = this.hosts.daemonUp(host);
    this.resyncs.pause(host);
    this.resyncs.closeClock(host);
    this.hosts.setUp(host, false);
    if (daemonRan) {
      for (const copy of this.copies.copiesOn(host)) {
        this.copies.downMark[copy] = this.health.writeClockMs(this.copies.groupOf(copy));
        this.copies.refresh(copy);
      }
      this.absences.hostDown(host);
    }
    this.settle();
  }

  /**
   * The host runs again; `wiped`: its data disks were cleaned meanwhile; `restarted` false: its daemons ran all the time, and nobody
   * could reach them.
   */
  hostUp(host: number, wiped: boolean, restarted = true): void {
    if (!this.hosts.isMember(host) || this.hosts.isUp(host)) return;
    this.hosts.setUp(host, true);
    if (wiped) {
      const lostBefore = this.health.lostGroups;
      for (const copy of [...this.copies.copiesOn(host)]) this.resyncs.destroy(copy);
      this.expectedLoss?.lostByDecision(this.health.lostGroups - lostBefore);
      this.hosts.setAwaitsReAdd(host, this.pool.osdReAdd === 'manual');
    }
    if (this.hosts.awaitsReAdd(host)) this.resyncs.openClock(host);
    else this.absences.hostUp(host, restarted);
    this.settle();
  }

  /** A person re-added the disks of a wiped host. */
  personReAdded(host: number): void {
    if (!this.hosts.awaitsReAdd(host)) return;
    this.hosts.setAwaitsReAdd(host, false);
    if (this.hosts.isUp(host)) this.absences.hostUp(host, true);
    this.settle();
  }

  /** One more data disk of the host is dead, with its share of the host's data. */
  diskLost(host: number): void {
    const disk = this.hosts.isMember(host) ? this.disksChange(host, () => this.hosts.loseDisk(host)) : undefined;
    if (disk === undefined) return;
    this.resyncs.pause(host);
    for (const copy of [...this.copies.copiesOn(host)]) {
      if (this.hosts.diskOf(host, this.copies.ordinalOf(copy)) === disk) this.resyncs.destroy(copy);
    }
    if (this.hosts.daemonUp(host)) this.resyncs.start(host);
    this.absences.diskLost(host, disk);
    this.settle();
  }

  /** The disk that has been dead for longest was replaced by an empty one. */
  diskReplaced(host: number): void {
    const disk = this.disksChange(host, () => this.hosts.replaceDisk(host));
    if (disk === undefined) return;
    this.absences.diskReplaced(host, disk);
    this.settle();
  }

  private disksChange<T>(host: number, change: () => T): T {
    return this.expectedLoss === undefined ? change() : this.expectedLoss.whileDisksChange(host, change);
  }

  /** A host takes longer for everything from now on, or less long; undefined: as long as any. */
  setSlowness(host: number, slowness: StorageSlowness | undefined): void {
    this.slowHosts.set(host, slowness);
    this.resyncs.rateChanged(host);
    this.rebuilds.rateChanged();
    this.settle();
  }

  /** A person sets the flag `noout`, or takes it back: while it is set nothing goes out. */
  setNoOut(on: boolean): void {
    this.absences.setNoOut(on);
  }

  private placedByStraws(homes: Placement, members: readonly StorageHost[]): PoolPlacing {
    const { kernel, pool, hosts, copies } = this;
    const changed = (): void => this.changedByItself();
    return {
      absences: new HostAbsences({ kernel, pool, members, hosts, copies, changed }),
      targets: new StrawTargets(homes, hosts, copies),
      isAway: rulesOf(pool).keepsSubstitutes ? (slot) => copies.isAttached(copies.substituteOf(slot)) : () => false,
      isMisplaced: () => false,
    };
  }

  private placedByCrush(homes: CrushHomes): PoolPlacing {
    const { kernel, pool, hosts, copies } = this;
    const targets = new CrushTargets(homes, hosts, copies);
    const changed = (): void => this.changedByItself();
    return {
      absences: new CrushMoves({ kernel, pool, homes, hosts, copies, targets, changed }),
      targets,
      isAway: (slot) => targets.isAway(slot),
      isMisplaced: (slot) => !targets.isPlaced(slot) && targets.target(slot) !== undefined,
    };
  }

  private transferEnded(owner: number): void {
    const host = owner >> 1;
    if (owner === resyncOwner(host)) this.resyncs.ended(host);
    else this.rebuilds.ended(host);
    this.settle();
  }

  private changedByItself(): void {
    this.settleFill();
    this.settleSlowness();
    this.tellHealth();
  }

  /** Tells the listeners when `isSlow` is not what it was. */
  private settleSlowness(): void {
    this.slowHosts.recount();
    if (this.isSlow === this.wasSlow) return;
    this.wasSlow = this.isSlow;
    for (const listener of this.listeners) listener();
  }

  private tellHealth(): void {
    for (const listener of this.healthListeners) listener();
  }

  /** What follows from how full the disks are now. */
  private settleFill(): void {
    const { fillLimits } = this.hosts;
    if (fillLimits === undefined) return;
    if (this.rebuilds.isStalled) this.rebuilds.retry();
    this.stalled.set(this.rebuilds.isStalled ? 1 : 0, this.kernel.nowMs);
    this.health.stopWrites(!fillLimits.acceptsWrites);
  }

  /** Tells the listeners when `accepts` is not what it was. */
  private settle(): void {
    this.changedByItself();
    if (this.health.accepts === this.accepted) return;
    this.accepted = this.health.accepts;
    for (const listener of this.listeners) listener();
  }
}

/** What depends on how a pool is placed. */
interface PoolPlacing {
  readonly absences: Absences;
  readonly targets: RebuildTargets;
  /** Whether a replica belongs elsewhere than at home. */
  readonly isAway: (slot: number) => boolean;
  /** Whether it is not where it belongs, though that can take it in. */
  readonly isMisplaced: (slot: number) => boolean;
}

/** The metrics of a pool that measures nothing else. */
export function metricsOf({ movedBytes, ...totals }: PoolTotals): StorageMetrics {
  return { resyncBytes: Math.round(movedBytes), ...totals };
}

/** Where a pool lies: by its CRUSH map, or by the own placement. A value that runs may share. */
export function homesOf(pool: PoolConfig, hosts: readonly StorageHost[]): CrushHomes | Placement {
  return pool.crush === undefined ? new Placement(pool, hosts) : new CrushHomes(pool, pool.crush, hosts);
}

function resyncOwner(host: number): number {
  return host * 2;
}

function rebuildOwner(host: number): number {
  return host * 2 + 1;
}
