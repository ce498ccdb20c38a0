// StoragePool: one replicated pool on the hosts' own disks. Hosts go down and come back, wiped or not; disks die and are
// replaced; copies fall behind, recover, are filled again or rebuilt elsewhere, as flows that share the pool's bandwidth.
//
// What a copy missed is measured in time during which its group accepted writes without it: an outage of everything at once
// leaves nothing to resync.
//
// Divergence from reality: no peering time, no slowdown of clients, no capacity limits, one rate of writes whatever the
// workloads do. A group that lost all its copies starts again empty. See resyncs.ts, rebuilds.ts, placement.ts, out-rules.ts.

import { assert } from '../../core/assert.ts';
import type { PoolConfig } from '../config.ts';
import { sample } from '../kernel/distributions.ts';
import type { EventHandle, Kernel, Opcode } from '../kernel/kernel.ts';
import type { Draws, Stream } from '../kernel/rng.ts';
import type { StorageMeasures } from '../result.ts';
import { CopyTable, EMPTY } from './copy-table.ts';
import { ExpectedLoss } from './expected-loss.ts';
import { GroupHealth, IN_SYNC, SERVES } from './group-health.ts';
import { OutRules } from './out-rules.ts';
import { Placement } from './placement.ts';
import { PoolHosts, type StorageHost } from './pool-hosts.ts';
import { StrawTargets } from './rebuild-targets.ts';
import { Rebuilds } from './rebuilds.ts';
import { type Resync, resyncAfterOutage, resyncOfDrawnWrites } from './resync-bytes.ts';
import { type ResyncStep, Resyncs } from './resyncs.ts';
import { SharedBandwidth } from './shared-bandwidth.ts';

/** A draw of no slowness at all would be a flow that ends before it starts. */
const SLOWNESS_LEAST = 1e-9;

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

/** What a pool is told beside its config. */
export interface PoolParts {
  /** Needed by pools that draw something. */
  readonly draws?: Draws;
}

export class StoragePool {
  private readonly kernel: Kernel;
  private readonly pool: PoolConfig;
  private readonly hosts: PoolHosts;
  private readonly health: GroupHealth;
  private readonly copies: CopyTable;
  private readonly rules: OutRules;
  private readonly bandwidth: SharedBandwidth;
  private readonly resyncs: Resyncs;
  private readonly rebuilds: Rebuilds;
  private readonly expectedLoss: ExpectedLoss | undefined;
  private readonly diskOverdue: Opcode;
  /** Dead disks that are not overdue yet, by host and disk. */
  private readonly diskTimers = new Map<string, EventHandle>();
  private readonly listeners: (() => void)[] = [];
  private readonly healthListeners: (() => void)[] = [];
  private resyncListener: ((host: number, step: ResyncStep) => void) | undefined;
  private accepted: boolean;

  /** All hosts start up and in sync. The placement may be shared by runs of one configuration. */
  constructor(
    kernel: Kernel,
    pool: PoolConfig,
    hosts: readonly StorageHost[],
    placement = new Placement(pool, hosts),
    parts: PoolParts = {},
  ) {
    this.kernel = kernel;
    this.pool = pool;
    this.hosts = new PoolHosts(pool, hosts);
    const { groups, replicas } = placement;
    const shape = { groups, replicas, minSize: pool.minSize, dataParts: pool.dataParts ?? 1 };
    this.health = new GroupHealth(kernel, shape);
    this.copies = new CopyTable(placement, this.hosts, this.health);
    this.rules = new OutRules(kernel, pool, hosts, (host) => {
      this.rebuilds.start(host, this.copies.copiesOn(host));
      this.tellHealth();
    });
    this.bandwidth = new SharedBandwidth(kernel, pool.resyncBytesPerSecond, (owner) => this.transferEnded(owner));
    const shared = { clock: kernel, pool, hosts: this.hosts, copies: this.copies, health: this.health };
    const targets = new StrawTargets(placement, this.hosts, this.copies);
    const world = { ...shared, bandwidth: this.bandwidth, targets, upCount: () => this.rules.upCount };
    this.resyncs = new Resyncs({
      ...world,
      ownerOf: resyncOwner,
      slowness: slownessOf(pool, hosts, parts),
      resyncOf: resyncRule(pool, hosts, parts),
      told: (host, step) => this.resyncListener?.(host, step),
    });
    this.rebuilds = new Rebuilds({ ...world, ownerOf: rebuildOwner });
    this.diskOverdue = kernel.register('disk overdue', (host, disk) => {
      this.diskTimers.delete(diskKey(host, disk));
      this.rebuildDeadDisks(host);
      this.tellHealth();
    });
    if (pool.measures === 'full') {
      const { dataParts } = shape;
      this.expectedLoss = new ExpectedLoss({ clock: kernel, hosts: this.hosts, copies: this.copies, dataParts });
    }
    this.accepted = this.health.accepts;
  }

  /** Every group has at least `minSize` serving replicas. */
  get accepts(): boolean {
    return this.health.accepts;
  }

  /** Groups by how much they lack now. */
  get groups(): { readonly inactive: number; readonly degraded: number; readonly undersized: number } {
    return this.health.counts;
  }

  /** Daemons of a host's disks that are down and still in: one that went out is missed no more. */
  daemonsDown(host: number): number {
    if (!this.hosts.isMember(host) || this.rules.isOut(host)) return 0;
    const disks = this.hosts.diskCount(host);
    if (!this.hosts.daemonUp(host)) return disks;
    return this.hosts.deadDisks(host).filter((disk) => this.diskTimers.has(diskKey(host, disk))).length;
  }

  disksOf(host: number): number {
    return this.hosts.diskCount(host);
  }

  /** Totals up to now. */
  get metrics(): StorageMetrics {
    return {
      resyncBytes: Math.round(this.bandwidth.movedBytes),
      reducedRedundancyMs: this.health.reducedMs,
      dataUnavailableMs: this.health.unavailableMs,
      dataLostGroups: this.health.lostGroups,
      resyncMs: this.resyncs.spentMs,
      ...(this.expectedLoss === undefined ? {} : { measures: this.measuresWith(this.expectedLoss) }),
    };
  }

  private measuresWith(expectedLoss: ExpectedLoss): StorageMeasures {
    const short = [...this.health.redundancyTimes.worstMs].reverse().slice(1);
    const [one = 0, two = 0, ...more] = short;
    return {
      expectedDataLoss: expectedLoss.groups,
      oneReplicaShortMs: one,
      twoReplicasShortMs: two,
      moreReplicasShortMs: more.reduce((sum, spanMs) => sum + spanMs, 0),
    };
  }

  /** Failures of any data disk of a host, per millisecond, from now on: what the expected loss is made of. */
  setDiskFailures(host: number, perMs: number): void {
    this.expectedLoss?.setDiskFailures(host, perMs);
  }

  /** Called when a host that is up falls out of sync, and when it is in sync again; one listener. */
  onResync(listener: (host: number, step: ResyncStep) => void): void {
    this.resyncListener = listener;
  }

  /** Called after anything may have changed that `groups` and `daemonsDown` tell; one listener. */
  onHealth(listener: () => void): void {
    this.healthListeners.push(listener);
  }

  /** Called after `accepts` changed. */
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
      this.rules.down(host);
    }
    this.settle();
  }

  /** The host runs again; `wiped`: its data disks were cleaned meanwhile. */
  hostUp(host: number, wiped: boolean): void {
    if (!this.hosts.isMember(host) || this.hosts.isUp(host)) return;
    this.hosts.setUp(host, true);
    if (wiped) {
      const lostBefore = this.health.lostGroups;
      for (const copy of [...this.copies.copiesOn(host)]) this.resyncs.destroy(copy);
      this.expectedLoss?.lostByDecision(this.health.lostGroups - lostBefore);
      this.hosts.setAwaitsReAdd(host, this.pool.osdReAdd === 'manual');
    }
    if (this.hosts.awaitsReAdd(host)) this.resyncs.openClock(host);
    else this.startDaemon(host);
    this.settle();
  }

  /** A person re-added the disks of a wiped host. */
  personReAdded(host: number): void {
    if (!this.hosts.awaitsReAdd(host)) return;
    this.hosts.setAwaitsReAdd(host, false);
    if (this.hosts.isUp(host)) this.startDaemon(host);
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
    const timer = this.kernel.schedule(this.kernel.nowMs + this.pool.downOutMs, this.diskOverdue, host, disk);
    this.diskTimers.set(diskKey(host, disk), timer);
    this.settle();
  }

  /** The disk that has been dead for longest was replaced by an empty one. */
  diskReplaced(host: number): void {
    const disk = this.disksChange(host, () => this.hosts.replaceDisk(host));
    if (disk === undefined) return;
    const timer = this.diskTimers.get(diskKey(host, disk));
    if (timer !== undefined) this.kernel.cancel(timer);
    this.diskTimers.delete(diskKey(host, disk));
    if (this.hosts.daemonUp(host)) {
      this.rebuilds.stop(host);
      this.resyncs.refill(host);
      this.rebuildDeadDisks(host);
    }
    this.settle();
  }

  private disksChange<T>(host: number, change: () => T): T {
    return this.expectedLoss === undefined ? change() : this.expectedLoss.whileDisksChange(host, change);
  }

  private startDaemon(host: number): void {
    this.rebuilds.stop(host);
    this.resyncs.catchUp(host);
    this.rules.up(host);
    this.rebuildDeadDisks(host);
  }

  /** What lies on disks dead for longer than `downOutMs` is rebuilt elsewhere, whether their host is up or not. */
  private rebuildDeadDisks(host: number): void {
    const overdue = this.hosts.deadDisks(host).filter((disk) => !this.diskTimers.has(diskKey(host, disk)));
    if (overdue.length === 0) return;
    const isLacking = (copy: number): boolean => overdue.includes(this.hosts.diskOf(host, this.copies.ordinalOf(copy)));
    this.rebuilds.start(host, this.copies.copiesOn(host).filter(isLacking));
  }

  private transferEnded(owner: number): void {
    const host = owner >> 1;
    if (owner === resyncOwner(host)) this.resyncs.ended(host);
    else this.rebuilds.ended(host);
    this.settle();
  }

  private tellHealth(): void {
    for (const listener of this.healthListeners) listener();
  }

  /** Tells the listeners when `accepts` is not what it was. */
  private settle(): void {
    this.tellHealth();
    if (this.health.accepts === this.accepted) return;
    this.accepted = this.health.accepts;
    for (const listener of this.listeners) listener();
  }
}

/** By host, how much slower than its bytes say the next resync is. */
function slownessOf(pool: PoolConfig, hosts: readonly StorageHost[], { draws }: PoolParts): (host: number) => number {
  const { resyncSlowness } = pool;
  if (resyncSlowness === undefined) return () => 1;
  assert(draws !== undefined, 'a pool that draws is given draws');
  const streams = hosts.map(({ name }) => draws.stream(name, `slowness of resync/${pool.name}`));
  return (host) => Math.max(SLOWNESS_LEAST, sample(resyncSlowness, streams[host]?.next() ?? 0));
}

/** What a host owes after an outage: expected, or by drawing every write. */
function resyncRule(
  pool: PoolConfig,
  hosts: readonly StorageHost[],
  { draws }: PoolParts,
): (host: number, hostBytes: number, missedMs: number) => Resync {
  if (pool.writes !== 'drawn') return (_host, hostBytes, missedMs) => resyncAfterOutage(pool, hostBytes, missedMs);
  assert(draws !== undefined, 'a pool that draws is given draws');
  const streams = hosts.map(({ name }) => draws.stream(name, `writes missed/${pool.name}`));
  return (host, hostBytes, missedMs) => resyncOfDrawnWrites(pool, hostBytes, missedMs, streams[host] as Stream);
}

function resyncOwner(host: number): number {
  return host * 2;
}

function rebuildOwner(host: number): number {
  return host * 2 + 1;
}

function diskKey(host: number, disk: number): string {
  return `${host}/${disk}`;
}
