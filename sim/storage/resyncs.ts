// Resyncs: how the copies on a host catch up once its storage daemon runs again. One flow per host carries what all its
// copies owe; what arrived before an interruption is kept.
//
// Divergence from reality: all copies of a host become complete together, when its last byte has arrived, instead of group
// by group, and Ceph's recovery is not put before backfill. Sources are not modelled: a resync goes on while its peers are
// down, and a stale copy that is alone serves again without its lost writes being counted.

import { BACKFILLING, type Copy, type CopyTable, EMPTY, RECOVERING, SYNCED } from './copy-table.ts';
import type { GroupHealth } from './group-health.ts';
import type { RecoveryWork } from './mclock.ts';
import type { PoolHosts } from './pool-hosts.ts';
import type { PoolMemory } from './pool-memory.ts';
import type { RecoveryStress } from './recovery-stress.ts';
import type { Resync } from './resync-bytes.ts';
import type { SharedBandwidth } from './shared-bandwidth.ts';
import type { SystemRules } from './storage-systems.ts';

export type ResyncStep = 'started' | 'complete';

export interface ResyncWorld {
  readonly clock: { readonly nowMs: number };
  /** Bytes per second that a host takes in at most. */
  readonly rateOf: (host: number, work: RecoveryWork) => number;
  readonly rules: SystemRules;
  /** Faults that recovery causes; undefined where it causes none. */
  readonly stress: RecoveryStress | undefined;
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

const NO_COPIES: readonly Copy[] = [];

export class Resyncs {
  private readonly world: ResyncWorld;
  /** Bytes of the running flow of a host when it started; 0 when there is none. */
  private readonly total: Float64Array;
  /** Of them, those that the flow carries before recovery causes a fault; and so many times their work. */
  private readonly leg: Float64Array;
  private readonly slowness: Float64Array;
  /** The copies that the flow of a host carries. */
  private readonly carried: (readonly Copy[])[];
  /** Since when a host that is up is not in sync; NaN when it is. */
  private readonly since: Float64Array;
  private endedMs = 0;
  private last: Resync | undefined;
  private lastHost = -1;
  private lastMissedMs = Number.NaN;

  constructor(world: ResyncWorld, memory: PoolMemory) {
    const { count } = world.hosts;
    this.world = world;
    this.total = memory.float64(count);
    this.leg = memory.float64(count);
    this.slowness = memory.float64(count);
    this.carried = new Array(count).fill(NO_COPIES);
    this.since = memory.float64(count).fill(Number.NaN);
  }

  /** Sum over hosts of the time from being up again until in sync, up to now. */
  get spentMs(): number {
    let spent = this.endedMs;
    for (const since of this.since) if (!Number.isNaN(since)) spent += this.world.clock.nowMs - since;
    return spent;
  }

  /** No host is up and not in sync. */
  get isIdle(): boolean {
    return this.since.every((since) => Number.isNaN(since));
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

  /** The daemon of a host crashed and started: primaries owe what their activity log covers, beside what they missed. */
  addActivityLog(host: number): void {
    const { copies, rules } = this.world;
    if (rules.activityLogBytes === 0) return;
    for (const copy of copies.copiesOn(host)) {
      if (copies.slotOf(copy) % copies.replicas !== 0 || copies.stateOf(copy) === EMPTY) continue;
      const owed = (copies.owedBytes[copy] as number) + rules.activityLogBytes;
      copies.owedBytes[copy] = Math.min(copies.bytesOf(copy), owed);
      if (copies.stateOf(copy) === SYNCED) copies.setState(copy, RECOVERING);
    }
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
    const { copies, bandwidth, ownerOf, stress } = this.world;
    let total = 0;
    let work: RecoveryWork = 'recovery';
    const carried = this.turn(host);
    for (const copy of carried) {
      const owed = copies.owedBytes[copy] as number;
      if (owed > 0 && copies.stateOf(copy) === BACKFILLING) work = 'bestEffort';
      total += owed;
    }
    this.carried[host] = carried;
    this.total[host] = total;
    if (total === 0) {
      this.closeClock(host);
      return;
    }
    this.openClock(host);
    const slowness = this.world.slowness(host);
    const leg = stress === undefined ? total : Math.min(total, Math.max(1, stress.workUntilNext(host) / slowness));
    this.leg[host] = leg;
    this.slowness[host] = slowness;
    bandwidth.start(ownerOf(host), leg, this.world.rateOf(host, work), { slowness });
  }

  /** A host takes in more or less from now on: what is on its way to it goes on at its new speed. */
  rateChanged(host: number): void {
    if (this.total[host] === 0) return;
    this.pause(host);
    this.start(host);
  }

  /** Interrupts the resync of a host, if there is one. */
  pause(host: number): void {
    const { bandwidth, ownerOf } = this.world;
    const total = this.total[host] as number;
    if (total === 0) return;
    const leg = this.leg[host] as number;
    const leftOfLeg = bandwidth.stop(ownerOf(host));
    this.world.stress?.moved(host, (leg - leftOfLeg) * (this.slowness[host] as number));
    const left = (leftOfLeg + (total - leg)) / total;
    this.total[host] = 0;
    if (left === 0) this.whole(host);
    else this.keepOwed(host, left);
  }

  /** The copies whose turn it is: all that owe something, or the first few of them. */
  private turn(host: number): readonly Copy[] {
    const { copies, rules } = this.world;
    if (!this.takesTurns) return copies.copiesOn(host);
    return copies
      .copiesOn(host)
      .filter((copy) => (copies.owedBytes[copy] as number) > 0)
      .slice(0, rules.resyncsAtOnce);
  }

  private keepOwed(host: number, share: number): void {
    const { copies } = this.world;
    for (const copy of this.carried[host] ?? []) copies.owedBytes[copy] = (copies.owedBytes[copy] as number) * share;
  }

  /** All bytes of a host's flow have arrived: it is in sync, or recovery causes a fault and goes on. */
  ended(host: number): void {
    const { hosts, stress } = this.world;
    const total = this.total[host] as number;
    const leg = this.leg[host] as number;
    // Another flow that ended at the same instant may have interrupted this one, which was whole then.
    if (total === 0) return;
    this.total[host] = 0;
    stress?.moved(host, leg * (this.slowness[host] as number));
    if (leg === total) {
      this.whole(host);
      // The next ones have their turn; without any the host is in sync.
      if (this.takesTurns && this.total[host] === 0) this.start(host);
      return;
    }
    const left = (total - leg) / total;
    this.keepOwed(host, left);
    stress?.strike(host);
    // The fault may have stopped the host, or started its resync anew.
    if (this.total[host] === 0 && hosts.daemonUp(host)) this.start(host);
  }

  /** The copies that the flow carried are whole. */
  private whole(host: number): void {
    const { copies } = this.world;
    if (!this.takesTurns) this.closeClock(host);
    for (const copy of [...(this.carried[host] ?? [])]) {
      if ((copies.owedBytes[copy] as number) > 0) this.complete(copy);
    }
  }

  private get takesTurns(): boolean {
    return this.world.rules.resyncsAtOnce !== Number.POSITIVE_INFINITY;
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
