// CrushTargets: where the replicas of a pool belong while some of its OSDs are out: at home, or where its CRUSH map sends them
// instead. Only groups are computed that an OSD which is out has a say in; what moves is the difference between two states of the map.

import type { Copy, CopyTable } from './copy-table.ts';
import { NO_ITEM } from './crush/crush-map.ts';
import type { CrushHomes } from './crush-homes.ts';
import type { PoolHosts } from './pool-hosts.ts';
import type { RebuildTarget, RebuildTargets } from './rebuild-targets.ts';

export class CrushTargets implements RebuildTargets {
  private readonly homes: CrushHomes;
  private readonly hosts: PoolHosts;
  private readonly copies: CopyTable;
  /** Fixed-point by OSD id, now. */
  private readonly reweights: Float64Array;
  /** Slot to the OSD where its replica belongs instead of its home; NO_ITEM: the map finds none. */
  private readonly away = new Map<number, number>();
  /**
   * Groups that meet an OSD on their way through the map that was declared out. All others have the same answer whatever happens to
   * those OSDs.
   */
  private displaced = new Set<number>();
  private readonly slotsOfOsd = new Map<number, readonly number[]>();

  constructor(homes: CrushHomes, hosts: PoolHosts, copies: CopyTable) {
    this.homes = homes;
    this.hosts = hosts;
    this.copies = copies;
    this.reweights = homes.reweights.slice();
  }

  /** Whether the replica belongs elsewhere than at home. */
  isAway(slot: number): boolean {
    return this.away.has(slot);
  }

  /** Slots whose replicas belong elsewhere than at home. */
  get awaySlots(): Iterable<number> {
    return this.away.keys();
  }

  isOut(osd: number): boolean {
    return this.reweights[osd] === 0;
  }

  /** Takes over that OSDs went out or came in. Returns the slots whose replicas now belong elsewhere than before. */
  change(osds: readonly number[], to: 'out' | 'in'): readonly number[] {
    const groups = to === 'out' ? new Set([...this.displaced, ...this.groupsOn(osds)]) : this.displaced;
    for (const osd of osds) this.reweights[osd] = to === 'out' ? 0 : (this.homes.reweights[osd] as number);
    this.displaced = groups;
    const moved: number[] = [];
    const isAnyOut = this.reweights.some((weight, osd) => weight === 0 && this.homes.reweights[osd] !== 0);
    for (const group of groups) this.place(group, moved);
    if (!isAnyOut) this.displaced = new Set();
    return moved;
  }

  room(): (copy: Copy) => boolean {
    return (copy) => this.target(copy) !== undefined;
  }

  target(copy: Copy): RebuildTarget | undefined {
    const osd = this.homes.osd(this.away.get(this.copies.slotOf(copy)) ?? NO_ITEM);
    if (osd === undefined || !this.hosts.daemonUp(osd.host)) return undefined;
    if (this.hosts.isOnDeadDisk(osd.host, osd.disk)) return undefined;
    return { host: osd.host, ordinal: osd.disk };
  }

  /** Whether the replica lies where it belongs, or is on its way there: whole or not. */
  isPlaced(slot: number): boolean {
    const osd = this.away.get(slot);
    if (osd === undefined) return true;
    const copies = this.copies;
    const substitute = copies.substituteOf(slot);
    const target = this.homes.osd(osd);
    return (
      target !== undefined &&
      copies.isAttached(substitute) &&
      copies.hostOf(substitute) === target.host &&
      copies.ordinalOf(substitute) === target.disk
    );
  }

  /** Host of the OSD where the replica belongs; undefined where that is its home, or nowhere. */
  targetHost(slot: number): number | undefined {
    return this.homes.osd(this.away.get(slot) ?? NO_ITEM)?.host;
  }

  private place(group: number, moved: number[]): void {
    const { replicas, keepsPlaces } = this.homes;
    const first = group * replicas;
    const wanted = this.homes.osdsFor(group, this.reweights);
    const targets = keepsPlaces ? wanted : this.bySlot(first, wanted);
    for (let replica = 0; replica < replicas; replica++) {
      const slot = first + replica;
      const home = this.homes.homeOsds[slot] as number;
      // A replica that never had a home has nothing to move.
      if (home === NO_ITEM) continue;
      const before = this.away.get(slot) ?? home;
      const now = targets[replica] as number;
      if (now === home) this.away.delete(slot);
      else this.away.set(slot, now);
      if (now !== before) moved.push(slot);
    }
  }

  /** Whole copies: whoever's home or present target is among the wanted OSDs keeps it; the others share out the rest in order. */
  private bySlot(first: number, wanted: readonly number[]): readonly number[] {
    const open = wanted.filter((osd) => osd !== NO_ITEM);
    const take = (osd: number): boolean => {
      const place = open.indexOf(osd);
      if (place >= 0) open.splice(place, 1);
      return place >= 0;
    };
    const slots = Array.from(wanted, (_, replica) => first + replica);
    const kept = new Map<number, number>();
    for (const slot of slots) {
      const home = this.homes.homeOsds[slot] as number;
      if (home !== NO_ITEM && take(home)) kept.set(slot, home);
    }
    for (const slot of slots) {
      const before = this.away.get(slot);
      if (!kept.has(slot) && before !== undefined && take(before)) kept.set(slot, before);
    }
    return slots.map(
      (slot) => kept.get(slot) ?? (this.homes.homeOsds[slot] === NO_ITEM ? NO_ITEM : (open.shift() ?? NO_ITEM)),
    );
  }

  private groupsOn(osds: readonly number[]): readonly number[] {
    const { replicas } = this.homes;
    const slots = osds.flatMap((osd) => this.slotsOf(osd));
    for (const [slot, osd] of this.away) if (osds.includes(osd)) slots.push(slot);
    return slots.map((slot) => Math.floor(slot / replicas));
  }

  private slotsOf(osd: number): readonly number[] {
    let slots = this.slotsOfOsd.get(osd);
    if (slots === undefined) {
      const host = this.homes.osd(osd)?.host;
      const here = host === undefined ? [] : this.copies.copiesOn(host);
      slots = here.filter((copy) => copy < this.copies.slots && this.homes.homeOsds[copy] === osd);
      this.slotsOfOsd.set(osd, slots);
    }
    return slots;
  }
}
