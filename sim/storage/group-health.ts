// GroupHealth: how many replicas of each placement group serve, are in sync, and exist at all, and the time integrals that
// follow. Fed with changes of single copies; every question is answered from counters. A replica is a whole copy, or one part of an
// erasure code.

import { NOWHERE } from './placement.ts';
import type { PoolMemory } from './pool-memory.ts';
import { RedundancyTimes } from './redundancy-times.ts';

/** What one copy contributes, as bits. */
export const SERVES = 1;
export const IN_SYNC = 2;
export const EXISTS = 4;

export interface GroupShape {
  readonly groups: number;
  readonly replicas: number;
  /** Serving replicas that a group needs to accept I/O. */
  readonly minSize: number;
  /** Replicas that hold the data between them: fewer, and it is lost. 1 where replicas are whole copies. */
  readonly dataParts: number;
}

export class GroupHealth {
  private readonly clock: { readonly nowMs: number };
  private readonly shape: GroupShape;
  /** By slot: a replica may for a while have two copies, at home and where it was rebuilt. */
  private readonly slotServing: Uint8Array;
  private readonly slotInSync: Uint8Array;
  private readonly slotExisting: Uint8Array;
  /** By group: replicas with at least one such copy. */
  private readonly serving: Uint8Array;
  private readonly inSync: Uint8Array;
  private readonly existing: Uint8Array;
  /** By group: time during which it accepted writes, up to the last change, and since when it does (NaN: it does not). */
  private readonly acceptedMs: Float64Array;
  private readonly acceptsSince: Float64Array;
  private blocked: number;
  private stopped = false;
  private reduced: number;
  private short: number;
  private readonly unavailable = new TimeAbove();
  private readonly lowered = new TimeAbove();
  private readonly redundancy: RedundancyTimes;
  private lost = 0;

  /** Starts with no copies: every group is blocked, until the first `change`s say otherwise. */
  constructor(clock: { readonly nowMs: number }, shape: GroupShape, memory: PoolMemory) {
    const slots = shape.groups * shape.replicas;
    this.clock = clock;
    this.shape = shape;
    this.slotServing = memory.uint8(slots);
    this.slotInSync = memory.uint8(slots);
    this.slotExisting = memory.uint8(slots);
    this.serving = memory.uint8(shape.groups);
    this.inSync = memory.uint8(shape.groups);
    this.existing = memory.uint8(shape.groups);
    this.acceptedMs = memory.float64(shape.groups);
    this.acceptsSince = memory.float64(shape.groups).fill(Number.NaN);
    this.blocked = shape.groups;
    this.reduced = shape.groups;
    this.short = shape.groups;
    this.unavailable.set(this.blocked, clock.nowMs);
    this.lowered.set(this.reduced, clock.nowMs);
    this.redundancy = new RedundancyTimes(clock, shape.groups, shape.replicas);
  }

  /** Every slot with a home has a copy that is in sync and serves; before any `change`. */
  startsWhole(homes: Int16Array | Int32Array): void {
    const { groups, replicas, minSize } = this.shape;
    const { nowMs } = this.clock;
    const groupsBy = new Array<number>(replicas + 1).fill(0);
    this.slotServing.fill(1);
    this.serving.fill(replicas);
    for (let slot = homes.indexOf(NOWHERE); slot >= 0; slot = homes.indexOf(NOWHERE, slot + 1)) {
      const group = Math.floor(slot / replicas);
      this.slotServing[slot] = 0;
      this.serving[group] = (this.serving[group] as number) - 1;
    }
    this.slotInSync.set(this.slotServing);
    this.slotExisting.set(this.slotServing);
    this.inSync.set(this.serving);
    this.existing.set(this.serving);
    for (let group = 0; group < groups; group++) {
      const count = this.serving[group] as number;
      if (minSize >= 1 && count >= minSize) {
        this.acceptsSince[group] = nowMs;
        this.blocked -= 1;
      }
      if (count === replicas) {
        this.reduced -= 1;
        this.short -= 1;
      }
      groupsBy[count] = (groupsBy[count] as number) + 1;
    }
    for (let count = 1; count <= replicas; count++) this.redundancy.moved(0, count, groupsBy[count]);
    this.unavailable.set(this.blocked, nowMs);
    this.lowered.set(this.reduced, nowMs);
  }

  /** Every group has `minSize` serving replicas. */
  get accepts(): boolean {
    return this.blocked === 0 && !this.stopped;
  }

  /** Nothing may be written, whatever the groups have: a disk is full. */
  stopWrites(stopped: boolean): void {
    this.stopped = stopped;
    this.unavailable.set(this.stopped ? 1 : this.blocked, this.clock.nowMs);
  }

  /** Groups now below `minSize` serving replicas; below their number of replicas in sync; below it serving. */
  get counts(): { readonly inactive: number; readonly degraded: number; readonly undersized: number } {
    return { inactive: this.blocked, degraded: this.reduced, undersized: this.short };
  }

  /** Groups whose data no longer exists, counted at each loss. */
  get lostGroups(): number {
    return this.lost;
  }

  /** Time with any group below `minSize`, up to now. */
  get unavailableMs(): number {
    return this.unavailable.until(this.clock.nowMs);
  }

  /** Time with any group below its number of replicas in sync, up to now. */
  get reducedMs(): number {
    return this.lowered.until(this.clock.nowMs);
  }

  /** For how long groups had how many replicas in sync. */
  get redundancyTimes(): RedundancyTimes {
    return this.redundancy;
  }

  /** Time that a group has spent accepting writes; what a copy missed is a difference of two readings. */
  writeClockMs(group: number): number {
    const since = this.acceptsSince[group] as number;
    const before = this.acceptedMs[group] as number;
    return Number.isNaN(since) ? before : before + (this.clock.nowMs - since);
  }

  /** Too few copies of the group exist to have its data. */
  isLost(group: number): boolean {
    return (this.existing[group] as number) < this.shape.dataParts;
  }

  /** Replicas of a group that exist, on hosts that are up or down. */
  existingIn(group: number): number {
    return this.existing[group] as number;
  }

  /** Replicas of a group that serve. */
  servingIn(group: number): number {
    return this.serving[group] as number;
  }

  /** Replicas of a group that are in sync. */
  inSyncIn(group: number): number {
    return this.inSync[group] as number;
  }

  /** A copy of a slot contributed `before` (bits) and now contributes `after`. */
  change(slot: number, before: number, after: number): void {
    const flipped = before ^ after;
    if (flipped === 0) return;
    const group = (slot / this.shape.replicas) | 0;
    if ((flipped & SERVES) !== 0) {
      const step = stepOf(this.slotServing, slot, (after & SERVES) !== 0);
      if (step !== 0) this.changeServing(group, step);
    }
    if ((flipped & IN_SYNC) !== 0) {
      const step = stepOf(this.slotInSync, slot, (after & IN_SYNC) !== 0);
      if (step !== 0) this.changeInSync(group, step);
    }
    if ((flipped & EXISTS) !== 0) {
      const step = stepOf(this.slotExisting, slot, (after & EXISTS) !== 0);
      if (step !== 0) {
        this.existing[group] = (this.existing[group] as number) + step;
        if (step < 0 && this.existing[group] === this.shape.dataParts - 1) this.lost += 1;
      }
    }
  }

  private changeServing(group: number, step: number): void {
    const count = (this.serving[group] as number) + step;
    this.serving[group] = count;
    if (step > 0 && count === this.shape.minSize) {
      this.acceptsSince[group] = this.clock.nowMs;
      this.changeBlocked(-1);
    } else if (step < 0 && count === this.shape.minSize - 1) {
      this.acceptedMs[group] = this.writeClockMs(group);
      this.acceptsSince[group] = Number.NaN;
      this.changeBlocked(1);
    }
    if (step > 0 && count === this.shape.replicas) this.short -= 1;
    else if (step < 0 && count === this.shape.replicas - 1) this.short += 1;
  }

  private changeBlocked(step: number): void {
    this.blocked += step;
    this.unavailable.set(this.stopped ? 1 : this.blocked, this.clock.nowMs);
  }

  private changeInSync(group: number, step: number): void {
    const count = (this.inSync[group] as number) + step;
    this.inSync[group] = count;
    this.redundancy.moved(count - step, count);
    if (step > 0 && count === this.shape.replicas) this.changeReduced(-1);
    else if (step < 0 && count === this.shape.replicas - 1) this.changeReduced(1);
  }

  private changeReduced(step: number): void {
    this.reduced += step;
    // Most changes are of one group among several that lack something already.
    if (this.reduced === 0 || (this.reduced === 1 && step > 0)) this.lowered.set(this.reduced, this.clock.nowMs);
  }
}

/** Counts a copy in or out of its slot: +1 when it is the slot's first, -1 when it was the last, else 0. */
function stepOf(counts: Uint8Array, slot: number, added: boolean): number {
  const count = (counts[slot] as number) + (added ? 1 : -1);
  counts[slot] = count;
  if (added) return count === 1 ? 1 : 0;
  return count === 0 ? -1 : 0;
}

/** Integral of the time during which a count is above zero. */
export class TimeAbove {
  private total = 0;
  private since = Number.NaN;

  set(count: number, nowMs: number): void {
    if (count > 0 === !Number.isNaN(this.since)) return;
    this.total = this.until(nowMs);
    this.since = count > 0 ? nowMs : Number.NaN;
  }

  until(nowMs: number): number {
    return Number.isNaN(this.since) ? this.total : this.total + (nowMs - this.since);
  }
}
