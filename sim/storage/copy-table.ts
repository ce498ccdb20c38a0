// CopyTable: every copy of every replica, its host and its state, in typed arrays; tells GroupHealth what each contributes.
// A replica ("slot") has one copy at its home host for ever, and a second one where it was rebuilt while home is out.

import { EXISTS, type GroupHealth, IN_SYNC, SERVES } from './group-health.ts';
import { type Homes, NOWHERE } from './placement.ts';
import type { PoolHosts } from './pool-hosts.ts';
import type { PoolMemory } from './pool-memory.ts';

/** Identifies a copy: its slot for the copy at home, slot + slots for the substitute. */
export type Copy = number;

/** Nothing of the replica is there. */
export const EMPTY = 0;
/** Being filled from others; serves when complete. */
export const BACKFILLING = 1;
/** Complete but for dirty units, which are on their way; serves meanwhile. */
export const RECOVERING = 2;
export const SYNCED = 3;
export type CopyState = typeof EMPTY | typeof BACKFILLING | typeof RECOVERING | typeof SYNCED;

/** What a copy contributes, by its state: on a host whose daemon runs, and on any other. */
const OF_STATE_UP = Uint8Array.of(0, 0, EXISTS | SERVES, EXISTS | SERVES | IN_SYNC);
const OF_STATE_DOWN = Uint8Array.of(0, 0, EXISTS, EXISTS);

export class CopyTable {
  readonly slots: number;
  readonly replicas: number;
  private readonly health: GroupHealth;
  private readonly poolHosts: PoolHosts;
  private readonly hosts: Int32Array;
  /** By host. */
  private readonly bytesPerCopy: Float64Array;
  private readonly states: Uint8Array;
  private readonly contributions: Uint8Array;
  /** Decides on which disk of its host a copy lies. */
  private readonly ordinals: Int32Array;
  /** By host, made when somebody asks for those of one: most pools are made because of one host. */
  private readonly onHost: (Copy[] | undefined)[];
  private attachedSubstitutes = 0;
  private contributionListener: ((copy: Copy, before: number, after: number) => void) | undefined;
  /** Bytes that a copy still has to get. */
  readonly owedBytes: Float64Array;
  /** Reading of its group's write clock when its host went down. */
  readonly downMark: Float64Array;

  /** Every replica starts whole at its home. */
  constructor(placement: Homes, poolHosts: PoolHosts, health: GroupHealth, memory: PoolMemory) {
    this.slots = placement.homes.length;
    this.replicas = placement.replicas;
    this.health = health;
    this.poolHosts = poolHosts;
    const { homes, homeDisks } = placement;
    this.hosts = memory.int32(this.slots * 2).fill(NOWHERE, this.slots);
    this.hosts.set(homes);
    this.states = memory.uint8(this.slots * 2);
    this.contributions = memory.uint8(this.slots * 2);
    this.ordinals = memory.int32(this.slots * 2);
    this.owedBytes = memory.float64(this.slots * 2);
    this.downMark = memory.float64(this.slots * 2);
    this.onHost = new Array(poolHosts.count);
    const counts = memory.int32(poolHosts.count);
    this.states.fill(SYNCED, 0, this.slots);
    this.contributions.fill(OF_STATE_UP[SYNCED] as number, 0, this.slots);
    for (let slot = 0; slot < this.slots; slot++) {
      const home = homes[slot] as number;
      if (home === NOWHERE) {
        this.states[slot] = EMPTY;
        this.contributions[slot] = 0;
        continue;
      }
      const ordinal = counts[home] as number;
      counts[home] = ordinal + 1;
      this.ordinals[slot] = homeDisks === undefined ? ordinal : (homeDisks[slot] as number);
    }
    health.startsWhole(homes);
    this.bytesPerCopy = memory.float64(poolHosts.count);
    for (let host = 0; host < poolHosts.count; host++) {
      this.bytesPerCopy[host] = (poolHosts.usedBytes[host] as number) / Math.max(1, counts[host] as number);
    }
  }

  /** Copies that lie on a host now, substitutes included. Do not keep it across `attach` and `drop`. */
  copiesOn(host: number): readonly Copy[] {
    return this.listOf(host);
  }

  /** Nothing is attached to a host or dropped there before it has its list: then it has what is at home there. */
  private listOf(host: number): Copy[] {
    let copies = this.onHost[host];
    if (copies === undefined) {
      copies = [];
      for (let slot = 0; slot < this.slots; slot++) if (this.hosts[slot] === host) copies.push(slot);
      this.onHost[host] = copies;
    }
    return copies;
  }

  hostOf(copy: Copy): number {
    return this.hosts[copy] as number;
  }

  stateOf(copy: Copy): CopyState {
    return this.states[copy] as CopyState;
  }

  slotOf(copy: Copy): number {
    return copy < this.slots ? copy : copy - this.slots;
  }

  groupOf(copy: Copy): number {
    return Math.floor(this.slotOf(copy) / this.replicas);
  }

  isSubstitute(copy: Copy): boolean {
    return copy >= this.slots;
  }

  substituteOf(copy: Copy): Copy {
    return this.slotOf(copy) + this.slots;
  }

  isAttached(copy: Copy): boolean {
    return this.hosts[copy] !== NOWHERE;
  }

  homeOf(copy: Copy): number {
    return this.hosts[this.slotOf(copy)] as number;
  }

  /** Replicas that have a copy elsewhere than at home. */
  get substitutes(): number {
    return this.attachedSubstitutes;
  }

  ordinalOf(copy: Copy): number {
    return this.ordinals[copy] as number;
  }

  /** Bytes of a whole copy: an equal share of what its home host stores. */
  bytesOf(copy: Copy): number {
    return this.bytesPerCopy[this.homeOf(copy)] as number;
  }

  /** Hosts with a copy of another replica of the same group, up or not. */
  otherHolders(copy: Copy): readonly number[] {
    const holders: number[] = [];
    const first = this.groupOf(copy) * this.replicas;
    for (let slot = first; slot < first + this.replicas; slot++) {
      if (slot === this.slotOf(copy)) continue;
      if (this.isAttached(slot)) holders.push(this.hostOf(slot));
      if (this.isAttached(slot + this.slots)) holders.push(this.hostOf(slot + this.slots));
    }
    return holders;
  }

  setState(copy: Copy, state: CopyState): void {
    this.states[copy] = state;
    if (state === SYNCED || state === EMPTY) this.owedBytes[copy] = 0;
    this.refresh(copy);
  }

  /** What a copy contributes to its group now, in bits. */
  contributionOf(copy: Copy): number {
    return this.contributions[copy] as number;
  }

  /** Says again what a copy contributes, after its host went up or down. */
  refresh(copy: Copy): void {
    const host = this.hosts[copy] as number;
    const up = host !== NOWHERE && this.poolHosts.daemonUp(host);
    const after = (up ? OF_STATE_UP : OF_STATE_DOWN)[this.states[copy] as number] as number;
    const before = this.contributions[copy] as number;
    if (before === after) return;
    this.health.change(this.slotOf(copy), before, after);
    this.contributions[copy] = after;
    this.contributionListener?.(copy, before, after);
  }

  /** Called after a copy contributes something else than before, in bits; one listener. */
  onContribution(listener: (copy: Copy, before: number, after: number) => void): void {
    this.contributionListener = listener;
  }

  /** Puts a copy on a host, still empty; `ordinal` decides on which of its disks. */
  attach(copy: Copy, host: number, ordinal: number): void {
    this.listOf(host).push(copy);
    this.ordinals[copy] = ordinal;
    this.hosts[copy] = host;
    if (this.isSubstitute(copy)) {
      this.attachedSubstitutes += 1;
      this.poolHosts.fillLimits?.change(host, this.bytesOf(copy));
    }
  }

  /** Deletes a substitute. */
  drop(substitute: Copy): void {
    this.setState(substitute, EMPTY);
    this.attachedSubstitutes -= 1;
    this.poolHosts.fillLimits?.change(this.hostOf(substitute), -this.bytesOf(substitute));
    const copies = this.listOf(this.hostOf(substitute));
    copies.splice(copies.indexOf(substitute), 1);
    this.hosts[substitute] = NOWHERE;
  }
}
