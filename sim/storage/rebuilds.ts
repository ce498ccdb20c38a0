// Rebuilds: what a host or a dead disk lacks for too long is copied to other hosts, as one flow per lacking host. A replica
// rebuilt elsewhere serves there as a substitute until its home is whole again, so data may move twice.
//
// Divergence from reality: nothing counts until the whole rebuild of a host has arrived; targets are chosen then, and their
// disks are never too full (backfillfull).

import type { PoolConfig } from '../config.ts';
import { type Copy, type CopyTable, SYNCED } from './copy-table.ts';
import type { GroupHealth } from './group-health.ts';
import type { RebuildTargets } from './rebuild-targets.ts';
import type { SharedBandwidth } from './shared-bandwidth.ts';

export interface RebuildWorld {
  readonly pool: PoolConfig;
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

  constructor(world: RebuildWorld) {
    this.world = world;
  }

  /** Copies elsewhere what a host lacks, in addition to what is on its way already. */
  start(host: number, lacking: readonly Copy[]): void {
    const { bandwidth, copies, ownerOf, pool } = this.world;
    const running = this.running.get(host) ?? [];
    const hasRoom = this.world.targets.room();
    const added = lacking.filter((copy) => !running.includes(copy) && this.isPossible(copy) && hasRoom(copy));
    if (added.length === 0) return;
    let bytes = bandwidth.stop(ownerOf(host));
    for (const copy of added) bytes += copies.bytesOf(copy);
    this.running.set(host, [...running, ...added]);
    bandwidth.start(ownerOf(host), bytes, pool.resyncBytesPerSecondPerHost * this.world.upCount());
  }

  /** The host is back: what was copied so far was in vain. */
  stop(host: number): void {
    if (this.running.delete(host)) this.world.bandwidth.stop(this.world.ownerOf(host));
  }

  /** Copies that are on their way to a substitute. */
  get underWay(): ReadonlySet<Copy> {
    return new Set([...this.running.values()].flat());
  }

  /** These need no substitutes any more: the rest of what they would have been is not copied. */
  withdraw(copies: readonly Copy[]): void {
    const { bandwidth, ownerOf, pool } = this.world;
    const gone = new Set(copies);
    for (const [host, running] of [...this.running]) {
      const kept = running.filter((copy) => !gone.has(copy));
      if (kept.length === running.length) continue;
      const left = bandwidth.stop(ownerOf(host)) / this.bytesOf(running);
      if (kept.length === 0 || left === 0) this.running.delete(host);
      else {
        this.running.set(host, kept);
        bandwidth.start(
          ownerOf(host),
          this.bytesOf(kept) * left,
          pool.resyncBytesPerSecondPerHost * this.world.upCount(),
        );
      }
    }
  }

  private bytesOf(copies: readonly Copy[]): number {
    return copies.reduce((sum, copy) => sum + this.world.copies.bytesOf(copy), 0);
  }

  /** All bytes of a host's rebuild have arrived: its replicas have substitutes from now on. */
  ended(host: number): void {
    const { copies } = this.world;
    const arrived = this.running.get(host) ?? [];
    this.running.delete(host);
    for (const copy of arrived) {
      const substitute = copies.substituteOf(copy);
      // A substitute may have been dropped meanwhile, because its home became whole.
      const isNeeded = copies.isAttached(substitute) === copies.isSubstitute(copy);
      const target = isNeeded ? this.world.targets.target(copy) : undefined;
      if (target === undefined) continue;
      if (copies.isAttached(substitute)) copies.drop(substitute);
      copies.attach(substitute, target.host, target.ordinal);
      copies.setState(substitute, SYNCED);
      this.world.replaced(copies.slotOf(copy));
    }
  }

  private isPossible(copy: Copy): boolean {
    const { copies, health } = this.world;
    if (!copies.isSubstitute(copy) && copies.isAttached(copies.substituteOf(copy))) return false;
    return !health.isLost(copies.groupOf(copy));
  }
}
