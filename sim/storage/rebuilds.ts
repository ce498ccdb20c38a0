// Rebuilds: what a host or a dead disk lacks for too long is copied to other hosts, as one flow per lacking host. A replica
// rebuilt elsewhere serves there as a substitute until its home is whole again, so data may move twice.
//
// Where disks may become too full (fill-limits.ts), room is kept on a target for whatever is started, and what fits on none waits until
// there is room again.
//
// Divergence from reality: nothing counts until the whole rebuild of a host has arrived; targets are chosen then, anew.

import { type Copy, type CopyTable, SYNCED } from './copy-table.ts';
import type { FillLimits } from './fill-limits.ts';
import type { GroupHealth } from './group-health.ts';
import type { RebuildTargets } from './rebuild-targets.ts';
import type { SharedBandwidth } from './shared-bandwidth.ts';

export interface RebuildWorld {
  /** Bytes per second that all hosts that are up take in together at most. */
  readonly rate: () => number;
  /** Undefined where disks always have room. */
  readonly limits: FillLimits | undefined;
  readonly copies: CopyTable;
  readonly health: GroupHealth;
  readonly targets: RebuildTargets;
  readonly bandwidth: SharedBandwidth;
  /** Hosts whose disks can take in data. */
  readonly upCount: () => number;
  /** Name of a host's rebuild among the owners of flows. */
  readonly ownerOf: (host: number) => number;
  /** A replica has a substitute now, or another one. */
  readonly replaced: (slot: number) => void;
}

export class Rebuilds {
  private readonly world: RebuildWorld;
  /** Copies on their way, by the host that lacks them. */
  private readonly running = new Map<number, readonly Copy[]>();
  /** Copies that wait for room, by the host that lacks them. */
  private readonly waiting = new Map<number, readonly Copy[]>();

  constructor(world: RebuildWorld) {
    this.world = world;
  }

  /** Copies elsewhere what a host lacks, in addition to what is on its way already. */
  start(host: number, lacking: readonly Copy[]): void {
    const { bandwidth, copies, ownerOf } = this.world;
    const running = this.running.get(host) ?? [];
    const hasRoom = this.world.targets.room();
    const possible = lacking.filter((copy) => !running.includes(copy) && this.isPossible(copy) && hasRoom(copy));
    const added = this.fitting(host, possible);
    if (added.length === 0) return;
    let bytes = bandwidth.stop(ownerOf(host));
    for (const copy of added) bytes += copies.bytesOf(copy);
    this.running.set(host, [...running, ...added]);
    this.carry(host, bytes);
  }

  /** Nothing is on its way or waits for room. */
  get isIdle(): boolean {
    return this.running.size === 0 && this.waiting.size === 0;
  }

  /** Something waits for room. */
  get isStalled(): boolean {
    return this.waiting.size > 0;
  }

  /** There may be room again. */
  retry(): void {
    for (const [host, copies] of [...this.waiting]) {
      this.waiting.delete(host);
      this.start(host, copies);
    }
  }

  private carry(host: number, bytes: number): void {
    const { bandwidth, ownerOf, rate, upCount } = this.world;
    bandwidth.start(ownerOf(host), bytes, rate(), { hosts: upCount() });
  }

  /** Hosts take in more or less from now on: what is on its way goes on at its new speed. */
  rateChanged(): void {
    const { bandwidth, ownerOf } = this.world;
    for (const host of [...this.running.keys()]) {
      const left = bandwidth.stop(ownerOf(host));
      // All had arrived, at this very instant.
      if (left === 0) this.ended(host);
      else this.carry(host, left);
    }
  }

  /** Those for which a target has room, which is kept for them; the others wait. */
  private fitting(host: number, possible: readonly Copy[]): readonly Copy[] {
    const { copies, limits, targets } = this.world;
    if (limits === undefined) return possible;
    const added: Copy[] = [];
    const late: Copy[] = [];
    for (const copy of possible) {
      const bytes = copies.bytesOf(copy);
      const target = targets.target(copy);
      if (target === undefined || !limits.mayTake(target.host, bytes)) late.push(copy);
      else {
        limits.reserve(copy, target.host, bytes);
        added.push(copy);
      }
    }
    this.wait(host, late);
    return added;
  }

  private release(copies: readonly Copy[]): void {
    for (const copy of copies) this.world.limits?.release(copy);
  }

  private wait(host: number, late: readonly Copy[]): void {
    if (late.length > 0) this.waiting.set(host, [...(this.waiting.get(host) ?? []), ...late]);
  }

  /** The host is back: what was copied so far was in vain. */
  stop(host: number): void {
    this.waiting.delete(host);
    this.release(this.running.get(host) ?? []);
    if (this.running.delete(host)) this.world.bandwidth.stop(this.world.ownerOf(host));
  }

  /** Copies that are on their way to a substitute. */
  get underWay(): ReadonlySet<Copy> {
    return new Set([...this.running.values()].flat());
  }

  /** These need no substitutes any more: the rest of what they would have been is not copied. */
  withdraw(copies: readonly Copy[]): void {
    const { bandwidth, ownerOf } = this.world;
    const gone = new Set(copies);
    for (const [host, waiting] of [...this.waiting]) {
      this.waiting.delete(host);
      this.wait(
        host,
        waiting.filter((copy) => !gone.has(copy)),
      );
    }
    for (const [host, running] of [...this.running]) {
      const kept = running.filter((copy) => !gone.has(copy));
      if (kept.length === running.length) continue;
      this.release(running.filter((copy) => gone.has(copy)));
      const left = bandwidth.stop(ownerOf(host)) / this.bytesOf(running);
      this.running.set(host, kept);
      // All had arrived, at this very instant.
      if (kept.length === 0 || left === 0) this.ended(host);
      else this.carry(host, this.bytesOf(kept) * left);
    }
  }

  private bytesOf(copies: readonly Copy[]): number {
    return copies.reduce((sum, copy) => sum + this.world.copies.bytesOf(copy), 0);
  }

  /** All bytes of a host's rebuild have arrived: its replicas have substitutes from now on. */
  ended(host: number): void {
    const { copies, limits } = this.world;
    const arrived = this.running.get(host) ?? [];
    this.running.delete(host);
    const late: Copy[] = [];
    for (const copy of arrived) {
      limits?.release(copy);
      const substitute = copies.substituteOf(copy);
      // A substitute may have been dropped meanwhile, because its home became whole.
      const isNeeded = copies.isAttached(substitute) === copies.isSubstitute(copy);
      const target = isNeeded ? this.world.targets.target(copy) : undefined;
      if (
        limits !== undefined &&
        isNeeded &&
        (target === undefined || !limits.mayTake(target.host, copies.bytesOf(copy)))
      ) {
        late.push(copy);
        continue;
      }
      if (target === undefined) continue;
      if (copies.isAttached(substitute)) copies.drop(substitute);
      copies.attach(substitute, target.host, target.ordinal);
      copies.setState(substitute, SYNCED);
      this.world.replaced(copies.slotOf(copy));
    }
    this.wait(host, late);
  }

  private isPossible(copy: Copy): boolean {
    const { copies, health } = this.world;
    if (!copies.isSubstitute(copy) && copies.isAttached(copies.substituteOf(copy))) return false;
    return !health.isLost(copies.groupOf(copy));
  }
}
