// SlowHosts: members of a pool whose disks, processors or network cards are slow, or whose network is. What such a host takes in arrives slowly, and
// whatever has a copy there is written as slowly as that copy: a write is done when the slowest of the replicas that serve has it.
//
// Divergence from reality: what a host takes in is as slow as its slowest disk, since it is in sync when that is, and what is read
// from it for others is as fast as ever. Clients queue at a slow host as in client-slowdown.ts, and what recovery does to them comes
// on top instead of multiplying. Reads, which go to the primary alone, count as writes do. What other systems have under way while they
// recover is taken for as much as Ceph has.

import type { StorageSlowness } from '../host/host-slowness.ts';
import { slowdownOf } from './client-slowdown.ts';
import type { CopyTable } from './copy-table.ts';
import { RECOVERY_WINDOW_BYTES, ROUND_TRIPS_PER_WRITE, WRITE_MS } from './defaults.ts';
import { SERVES } from './group-health.ts';
import type { PoolHosts } from './pool-hosts.ts';

export interface SlowHostsWorld {
  readonly clock: { readonly nowMs: number };
  readonly hosts: PoolHosts;
  readonly copies: CopyTable;
  readonly groups: number;
  /** What clients want of a host, as a share of what its disks can move. */
  readonly clientLoad: number;
  /** Bytes per second that the disks of one host can move. */
  readonly bytesPerSecondPerHost: number;
  /** Hosts of the pool that are up. */
  readonly upCount: () => number;
}

export class SlowHosts {
  private readonly world: SlowHostsWorld;
  private readonly byHost = new Map<number, StorageSlowness>();
  private writesWait = false;
  /** By how much clients wait longer now, in hosts; since when; and that times time before. */
  private waiting = 0;
  private sinceMs: number;
  private pastHostMs = 0;

  constructor(world: SlowHostsWorld) {
    this.world = world;
    this.sinceMs = world.clock.nowMs;
  }

  get isEmpty(): boolean {
    return this.byHost.size === 0;
  }

  /** Some group has a replica that serves slowly, as of the last `recount`. */
  get slowsWrites(): boolean {
    return this.writesWait;
  }

  /** Sum over hosts of time times (factor of the latency of their clients - 1), up to now. */
  get hostMs(): number {
    return this.pastHostMs + this.waiting * (this.world.clock.nowMs - this.sinceMs);
  }

  /** A host is this slow from now on; undefined: as fast as any. Call `recount` afterwards. */
  set(host: number, slowness: StorageSlowness | undefined): void {
    if (slowness === undefined) this.byHost.delete(host);
    else this.byHost.set(host, slowness);
  }

  /** What a host takes in, in bytes per second, where another would take in `bytesPerSecond`. */
  intake(host: number, bytesPerSecond: number): number {
    const slow = this.byHost.get(host);
    if (slow === undefined) return bytesPerSecond;
    const { factor, disks, linkBytesPerSecond, waitMs } = slow;
    // What is under way is answered for after the wait at the earliest, and only then more is sent.
    const windowBytes = RECOVERY_WINDOW_BYTES * Math.max(1, this.world.hosts.diskCount(host));
    const answeredBytesPerSecond = waitMs === 0 ? Infinity : (windowBytes / waitMs) * 1000;
    return Math.min(bytesPerSecond / Math.max(factor, ...disks), linkBytesPerSecond, answeredBytesPerSecond);
  }

  /** What all hosts that are up take in together, where each would take in `bytesPerSecond`. */
  intakeOfAll(bytesPerSecond: number): number {
    const { hosts, upCount } = this.world;
    let together = bytesPerSecond * upCount();
    for (const host of this.byHost.keys()) {
      if (hosts.daemonUp(host)) together -= bytesPerSecond - this.intake(host, bytesPerSecond);
    }
    return together;
  }

  /** Anything about the pool may have changed: who serves, and who is slow. */
  recount(): void {
    const { clock, groups, upCount } = this.world;
    if (this.byHost.size === 0 && !this.writesWait) return;
    this.pastHostMs = this.hostMs;
    this.sinceMs = clock.nowMs;
    const worst = this.worstByGroup();
    let longer = 0;
    for (const factor of worst.values()) longer += factor - 1;
    this.writesWait = worst.size > 0;
    this.waiting = (upCount() * longer) / groups;
  }

  /** Of every group with a replica that serves slowly: the factor of the latency of its clients. */
  private worstByGroup(): ReadonlyMap<number, number> {
    const { copies } = this.world;
    const worst = new Map<number, number>();
    for (const [host, slow] of this.byHost) {
      for (const copy of copies.copiesOn(host)) {
        if ((copies.contributionOf(copy) & SERVES) === 0) continue;
        const factor = this.waitingFactor(this.slownessAt(host, copies.ordinalOf(copy), slow), slow.waitMs);
        const group = copies.groupOf(copy);
        if (factor > (worst.get(group) ?? 1)) worst.set(group, factor);
      }
    }
    return worst;
  }

  /** Slow disks are the last ones of their host; those that die first are the first. */
  private slownessAt(host: number, ordinal: number, { factor, disks, linkBytesPerSecond }: StorageSlowness): number {
    const { hosts, bytesPerSecondPerHost } = this.world;
    const disk = disks[hosts.diskCount(host) - 1 - hosts.diskOf(host, ordinal)] ?? 1;
    return Math.max(factor, disk, bytesPerSecondPerHost / linkBytesPerSecond);
  }

  private waitingFactor(slowness: number, waitMs: number): number {
    return slowdownOf(this.world.clientLoad, 0, slowness) + (ROUND_TRIPS_PER_WRITE * waitMs) / WRITE_MS;
  }
}
