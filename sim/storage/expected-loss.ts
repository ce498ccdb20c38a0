// ExpectedLoss: how many groups a run ought to lose on average, given the path that it took. While a group is down to what its
// data needs, the next failure of a disk that it lies on loses it; the rate of such failures, integrated over time, is what is
// expected. It is above zero long before anything is lost, so policies can be compared by it where losses are too rare to count.
//
// What is wiped on a host or otherwise destroyed by somebody's decision has no rate: such losses count when they happen. So the
// figure has the mean of the losses themselves, and less of their spread.
//
// Divergence from reality: only the last step is expected, all before it is the path that was drawn. Disks fail with their mean
// rate, whatever their age.

import type { Copy, CopyTable } from './copy-table.ts';
import { EXISTS } from './group-health.ts';
import type { PoolHosts } from './pool-hosts.ts';

export interface LossWorld {
  readonly clock: { readonly nowMs: number };
  readonly hosts: PoolHosts;
  readonly copies: CopyTable;
  /** Replicas or parts of a group that its data needs: 1 where replicas are whole copies. */
  readonly dataParts: number;
}

export class ExpectedLoss {
  private readonly world: LossWorld;
  /** By host: failures of any of its disks per millisecond. */
  private readonly diskFailuresPerMs: Float64Array;
  /** By group: copies whose loss would lose it now, one after the other in `last`. */
  private readonly lastCount: Uint8Array;
  private readonly last: Int32Array;
  /** By host, then disk: groups that the failure of this disk would lose. */
  private readonly lostWith: Int32Array[];
  private lastCopies = 0;
  /** Groups that are lost per millisecond, on average. */
  private hazardPerMs = 0;
  private integral = 0;
  private asOfMs: number;

  constructor(world: LossWorld) {
    const { hosts, copies, clock } = world;
    this.world = world;
    this.diskFailuresPerMs = new Float64Array(hosts.count);
    const groups = copies.slots / copies.replicas;
    this.lastCount = new Uint8Array(groups);
    this.last = new Int32Array(copies.slots);
    this.lostWith = Array.from(
      { length: hosts.count },
      (_, host) => new Int32Array(Math.max(1, hosts.diskCount(host))),
    );
    this.asOfMs = clock.nowMs;
    copies.onContribution((copy, before, after) => {
      if (((before ^ after) & EXISTS) !== 0) this.changed(copies.groupOf(copy));
    });
    for (let group = 0; group < groups; group++) this.changed(group);
  }

  /** Expected losses up to now, those that happened by decision included. */
  get groups(): number {
    return this.integral + this.hazardPerMs * (this.world.clock.nowMs - this.asOfMs);
  }

  setDiskFailures(host: number, perMs: number): void {
    this.advance();
    this.hazardPerMs -= this.hazardOf(host);
    this.diskFailuresPerMs[host] = perMs;
    this.hazardPerMs += this.hazardOf(host);
  }

  /** Groups were destroyed by a decision, which no rate foretells. */
  lostByDecision(groups: number): void {
    this.integral += groups;
  }

  /** Around a change of which disk of a host fails next; it changes no copy. */
  whileDisksChange<T>(host: number, change: () => T): T {
    this.advance();
    this.hazardPerMs -= this.hazardOf(host);
    const changed = change();
    this.hazardPerMs += this.hazardOf(host);
    return changed;
  }

  private advance(): void {
    this.integral = this.groups;
    this.asOfMs = this.world.clock.nowMs;
  }

  private hazardOf(host: number): number {
    const next = this.world.hosts.nextToDie(host);
    const lost = next === undefined ? 0 : (this.lostWith[host]?.[next] ?? 0);
    return lost * (this.diskFailuresPerMs[host] as number);
  }

  private changed(group: number): void {
    this.advance();
    const { replicas } = this.world.copies;
    const first = group * replicas;
    const before = this.lastCount[group] as number;
    for (let i = 0; i < before; i++) this.count(this.last[first + i] as Copy, -1);
    let existing = 0;
    let single = 0;
    for (let slot = first; slot < first + replicas; slot++) {
      const only = this.onlyCopyOf(slot);
      if (only === undefined) continue;
      existing += 1;
      if (only < 0) continue;
      this.last[first + single] = only;
      single += 1;
    }
    const after = existing === this.world.dataParts ? single : 0;
    for (let i = 0; i < after; i++) this.count(this.last[first + i] as Copy, 1);
    this.lastCount[group] = after;
  }

  /** The copy of a replica that exists; -1 where both do, undefined where none does. */
  private onlyCopyOf(slot: number): number | undefined {
    const { copies } = this.world;
    const substitute = copies.substituteOf(slot);
    const isHome = (copies.contributionOf(slot) & EXISTS) !== 0;
    const isElsewhere = (copies.contributionOf(substitute) & EXISTS) !== 0;
    if (isHome && isElsewhere) return -1;
    if (isHome) return slot;
    return isElsewhere ? substitute : undefined;
  }

  private count(copy: Copy, step: number): void {
    const { copies, hosts } = this.world;
    this.lastCopies += step;
    const host = copies.hostOf(copy);
    const disk = hosts.diskOf(host, copies.ordinalOf(copy));
    const onHost = this.lostWith[host] as Int32Array;
    onHost[disk] = (onHost[disk] as number) + step;
    if (disk === hosts.nextToDie(host)) this.hazardPerMs += step * (this.diskFailuresPerMs[host] as number);
    // Sums of rates leave a last digit behind.
    if (this.lastCopies === 0) this.hazardPerMs = 0;
  }
}
