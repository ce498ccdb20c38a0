// Resyncs: how the copies on a host catch up once its storage daemon runs again. One flow per host carries what all its
// copies owe; what arrived before an interruption is kept.
//
// Divergence from reality: all copies of a host become complete together, when its last byte has arrived, instead of group
// by group, and Ceph's recovery is not put before backfill. Sources are not modelled: a resync goes on while its peers are
// down, and a stale copy that is alone serves again without its lost writes being counted.

import type { PoolConfig } from '../config.ts';
import { BACKFILLING, type Copy, type CopyTable, EMPTY, RECOVERING, SYNCED } from './copy-table.ts';
import type { GroupHealth } from './group-health.ts';
import type { PoolHosts } from './pool-hosts.ts';
import type { Resync } from './resync-bytes.ts';
import type { SharedBandwidth } from './shared-bandwidth.ts';

export type ResyncStep = 'started' | 'complete';

export interface ResyncWorld {
  readonly clock: { readonly nowMs: number };
  readonly pool: PoolConfig;
  readonly hosts: PoolHosts;
  readonly copies: CopyTable;
  readonly health: GroupHealth;
  readonly bandwidth: SharedBandwidth;
  /** Name of a host's resync among the owners of flows. */
  readonly ownerOf: (host: number) => number;
  /** So many times the work that its bytes are is the next resync of a host. */
  readonly slowness: (host: number) => number;
  /** What a host with so many bytes owes after it missed the writes of so much time. */
  readonly resyncOf: (host: number, hostBytes: number, missedMs: number) => Resync;
  /** Whether a replica belongs elsewhere than at home, so that its home is not filled. */
  readonly isAway: (slot: number) => boolean;
  /** A host that is up fell out of sync, or is in sync again. */
  readonly told: (host: number, what: ResyncStep) => void;
}

export class Resyncs {
  private readonly world: ResyncWorld;
  /** Bytes of the running flow of a host when it started; 0 when there is none. */
  private readonly total: Float64Array;
  /** Since when a host that is up is not in sync; NaN when it is. */
  private readonly since: Float64Array;
  private endedMs = 0;
  private last: Resync | undefined;
  private lastHost = -1;
  private lastMissedMs = Number.NaN;

  constructor(world: ResyncWorld) {
    this.world = world;
    this.total = new Float64Array(world.hosts.count);
    this.since = new Float64Array(world.hosts.count).fill(Number.NaN);
  }

  /** Sum over hosts of the time from being up again until in sync, up to now. */
  get spentMs(): number {
    let spent = this.endedMs;
    for (const since of this.since) if (!Number.isNaN(since)) spent += this.world.clock.nowMs - since;
    return spent;
  }

  /** The host is up and not in sync. */
  isRunning(host: number): boolean {
    return !Number.isNaN(this.since[host]);
  }

  /** The host is up; what it waits for counts as resync. */
  openClock(host: number): void {
    if (this.isRunning(host)) return;
    this.since[host] = this.world.clock.nowMs;
    this.world.told(host, 'started');
  }

  closeClock(host: number): void {
    if (!this.isRunning(host)) return;
    this.endedMs += this.world.clock.nowMs - (this.since[host] as number);
    this.since[host] = Number.NaN;
    this.world.told(host, 'complete');
  }

  /** The daemon of a host started: each copy owes what it missed since `downMark`. */
  catchUp(host: number): void {
    for (const copy of [...this.world.copies.copiesOn(host)]) {
      if (this.world.copies.stateOf(copy) === EMPTY) this.fillEmpty(copy, host);
      else this.addMissed(copy);
    }
    this.start(host);
  }

  /** A host got an empty disk: copies that lay on it are filled again. */
  refill(host: number): void {
    this.pause(host);
    for (const copy of [...this.world.copies.copiesOn(host)]) {
      if (this.world.copies.stateOf(copy) === EMPTY) this.fillEmpty(copy, host);
    }
    this.start(host);
  }

  /** Carries what the copies of a host owe. */
  start(host: number): void {
    const { copies, bandwidth, pool, ownerOf } = this.world;
    let total = 0;
    for (const copy of copies.copiesOn(host)) total += copies.owedBytes[copy] as number;
    this.total[host] = total;
    if (total === 0) {
      this.closeClock(host);
      return;
    }
    this.openClock(host);
    bandwidth.start(ownerOf(host), total, pool.resyncBytesPerSecondPerHost, this.world.slowness(host));
  }

  /** Interrupts the resync of a host, if there is one. */
  pause(host: number): void {
    const { copies, bandwidth, ownerOf } = this.world;
    const total = this.total[host] as number;
    if (total === 0) return;
    const left = bandwidth.stop(ownerOf(host)) / total;
    if (left === 0) {
      this.ended(host);
      return;
    }
    this.total[host] = 0;
    for (const copy of copies.copiesOn(host)) copies.owedBytes[copy] = (copies.owedBytes[copy] as number) * left;
  }

  /** All bytes of a host's resync have arrived. */
  ended(host: number): void {
    this.total[host] = 0;
    this.closeClock(host);
    for (const copy of [...this.world.copies.copiesOn(host)]) {
      if ((this.world.copies.owedBytes[copy] as number) > 0) this.complete(copy);
    }
  }

  /** The data of a copy is gone: the disk died or was wiped. */
  destroy(copy: Copy): void {
    if (this.world.copies.isSubstitute(copy)) this.drop(copy);
    else this.world.copies.setState(copy, EMPTY);
  }

  private fillEmpty(copy: Copy, host: number): void {
    const { copies, hosts, health } = this.world;
    if (hosts.isOnDeadDisk(host, copies.ordinalOf(copy))) return;
    if (!copies.isSubstitute(copy) && this.world.isAway(copy)) return;
    // Nothing is left to copy from: the group starts again, empty.
    if (health.isLost(copies.groupOf(copy))) this.complete(copy);
    else this.fill(copy);
  }

  private fill(copy: Copy): void {
    const { copies } = this.world;
    copies.owedBytes[copy] = copies.bytesOf(copy);
    copies.setState(copy, BACKFILLING);
  }

  private addMissed(copy: Copy): void {
    const { copies, health, hosts } = this.world;
    const missedMs = health.writeClockMs(copies.groupOf(copy)) - (copies.downMark[copy] as number);
    const home = copies.homeOf(copy);
    const hostBytes = hosts.usedBytes[home] as number;
    const resync = this.resyncOf(home, hostBytes, missedMs);
    if (resync.kind === 'full') {
      this.fill(copy);
      return;
    }
    if (resync.kind === 'delta') {
      const share = copies.bytesOf(copy) / hostBytes;
      const owed = (copies.owedBytes[copy] as number) + resync.bytes * share;
      copies.owedBytes[copy] = Math.min(copies.bytesOf(copy), owed);
      if (copies.stateOf(copy) === SYNCED) copies.setState(copy, RECOVERING);
    }
    if (copies.owedBytes[copy] === 0) this.complete(copy);
    else copies.refresh(copy);
  }

  /** The copies of one host have mostly missed the same. */
  private resyncOf(host: number, hostBytes: number, missedMs: number): Resync {
    if (this.last === undefined || host !== this.lastHost || missedMs !== this.lastMissedMs) {
      this.last = this.world.resyncOf(host, hostBytes, missedMs);
      this.lastHost = host;
      this.lastMissedMs = missedMs;
    }
    return this.last;
  }

  /** A copy is whole. At home, the substitute, if there is one, has served its time. */
  private complete(copy: Copy): void {
    const { copies } = this.world;
    copies.setState(copy, SYNCED);
    if (copies.isSubstitute(copy)) return;
    const substitute = copies.substituteOf(copy);
    if (copies.isAttached(substitute)) this.drop(substitute);
  }

  /** Deletes a copy at home that is wanted elsewhere; its host need not get the rest of it. */
  release(copy: Copy): void {
    this.uncarried(copy, () => this.world.copies.setState(copy, EMPTY));
  }

  /** Deletes a substitute; its host need not get the rest of it. */
  private drop(substitute: Copy): void {
    this.uncarried(substitute, () => this.world.copies.drop(substitute));
  }

  private uncarried(copy: Copy, remove: () => void): void {
    const host = this.world.copies.hostOf(copy);
    const isCarried = (this.total[host] as number) > 0 && (this.world.copies.owedBytes[copy] as number) > 0;
    if (isCarried) this.pause(host);
    remove();
    if (isCarried) this.start(host);
  }
}
