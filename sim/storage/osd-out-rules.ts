// OsdOutRules: when the monitors of a Ceph cluster declare OSDs down and out, OSD by OSD; of pools with a CRUSH map. An OSD that
// is down for downOutMs goes out, and its data is placed anew; not while `noout` is set, not below the least share of OSDs that
// are in, and not while a whole subtree (a rack) is down: then its time starts again when the first of the subtree is back.
// Source: Ceph src/mon/OSDMonitor.cc (tick, can_mark_out, can_mark_down, prepare_boot) and OSDMap.cc (containing_subtree_is_down).
//
// Divergence from reality: the monitors look when something is due, not in a rhythm of 5 s. OSDs that go out come in again by
// themselves when they are up; those that a person sets out or in do not exist. Groups with an OSD that is dead but was not
// declared down, because too few would be up, go on with the others, where Ceph blocks them.

import type { OutRulesConfig, PoolConfig } from '../config.ts';
import type { EventHandle, Opcode } from '../kernel/kernel.ts';
import type { PlainCrushMap } from './crush/plain-crush-map.ts';
import type { CrushHomes, PlacedOsd } from './crush-homes.ts';
import {
  DEFAULT_OUT_RULES,
  LAGGY_HALF_LIFE_MS,
  LAGGY_INTERVAL_MOST_MS,
  LAGGY_WEIGHT,
  MONITOR_TICK_MS,
} from './defaults.ts';
import { FlagSpans } from './flag-spans.ts';
import type { EventKernel } from './pool-kernel.ts';

/** Below no bucket that is large enough to be spared as a whole. */
const NO_SUBTREE = -1;

/** How often an OSD was wrongly declared down, and for how long, as weighted averages. */
interface Lagging {
  share: number;
  intervalMs: number;
}

export interface OsdOutRulesParts {
  readonly kernel: EventKernel;
  readonly pool: PoolConfig;
  readonly homes: CrushHomes;
  /** Hosts of the pool, by index. */
  readonly hostCount: number;
  /** Told of OSDs that went out. */
  readonly wentOut: (osds: readonly number[]) => void;
}

export class OsdOutRules {
  private readonly kernel: EventKernel;
  private readonly downOutMs: number;
  private readonly rules: OutRulesConfig;
  private readonly homes: CrushHomes;
  private readonly wentOut: (osds: readonly number[]) => void;
  private readonly due: Opcode;
  private readonly look: Opcode;
  private isLookPlanned = false;
  private readonly noOut: FlagSpans;
  /** OSDs that were in at the start: the others are not expected. */
  private readonly all: number;
  private inCount: number;
  private osdsUp: number;
  /** By OSD: since when it is down and counted so, NaN while it is not. */
  private readonly downAtMs: Float64Array;
  /** Dead, whatever the monitors say. */
  private readonly dead = new Set<number>();
  /** Dead, but not declared down: too few would be up. */
  private readonly undeclared = new Set<number>();
  private readonly out = new Set<number>();
  /** Down for long enough, and refused so far. */
  private readonly overdue = new Set<number>();
  private readonly subtreeOf: Int32Array;
  private readonly upIn: Int32Array;
  private readonly hostsOfSubtree: readonly ReadonlySet<number>[];
  private readonly timers: (EventHandle | undefined)[] = [];
  private readonly hostsUp: Uint8Array;
  private readonly lagging = new Map<number, Lagging>();

  constructor({ kernel, pool, homes, hostCount, wentOut }: OsdOutRulesParts) {
    this.kernel = kernel;
    this.downOutMs = pool.downOutMs;
    this.rules = pool.outRules ?? DEFAULT_OUT_RULES;
    this.homes = homes;
    this.wentOut = wentOut;
    this.due = kernel.register('OSDs of a host may have to go out', (host) => {
      this.timers[host] = undefined;
      this.findOverdue(host);
    });
    this.look = kernel.register('monitors look at OSDs', () => {
      this.isLookPlanned = false;
      this.judge();
    });
    this.noOut = new FlagSpans(kernel, pool.noOut ?? [], () => this.planLook());
    const osds = homes.osds.filter(({ id }) => (homes.reweights[id] as number) > 0);
    this.all = osds.length;
    this.inCount = osds.length;
    this.osdsUp = osds.length;
    this.downAtMs = new Float64Array(homes.reweights.length).fill(Number.NaN);
    this.hostsUp = new Uint8Array(hostCount);
    for (const { host } of osds) this.hostsUp[host] = 1;
    const { subtreeOf, count } = subtreesOf(homes.map, this.rules.subtreeLimit, homes);
    this.subtreeOf = subtreeOf;
    this.upIn = new Int32Array(count);
    const hosts = Array.from({ length: count }, () => new Set<number>());
    for (const { id, host } of osds) {
      const subtree = subtreeOf[id] as number;
      if (subtree === NO_SUBTREE) continue;
      this.upIn[subtree] = (this.upIn[subtree] as number) + 1;
      hosts[subtree]?.add(host);
    }
    this.hostsOfSubtree = hosts;
  }

  /** Hosts of the pool that are up. */
  get upCount(): number {
    return this.hostsUp.reduce((sum, up) => sum + up, 0);
  }

  /** OSDs of a host that are down and still in: one that went out is missed no more. */
  missedOf(host: number): number {
    return this.homes.osdsOf(host).filter(({ id }) => this.dead.has(id) && !this.out.has(id)).length;
  }

  /** A person sets `noout`, or takes it back. */
  setNoOut(on: boolean): void {
    this.noOut.set(on);
  }

  /** All OSDs of a host are dead. */
  hostDown(host: number): void {
    this.hostsUp[host] = 0;
    for (const { id } of this.homes.osdsOf(host)) this.die(id);
    this.plan(host);
  }

  /**
   * The OSDs of a host that have a disk run. Returns those that are in again.
   * @param restarted false: they ran all the time, and were declared down because nobody could reach them.
   */
  hostUp(host: number, osds: readonly PlacedOsd[], { restarted }: { readonly restarted: boolean }): readonly number[] {
    this.hostsUp[host] = 1;
    return this.revive(host, osds, restarted);
  }

  osdDown(osd: PlacedOsd): void {
    this.die(osd.id);
    this.plan(osd.host);
  }

  /** Returns the OSD, if it is in again. */
  osdUp(osd: PlacedOsd): readonly number[] {
    return this.revive(osd.host, [osd], true);
  }

  private die(osd: number): void {
    if (this.dead.has(osd) || this.homes.reweights[osd] === 0) return;
    this.dead.add(osd);
    this.declareDown(osd);
  }

  private declareDown(osd: number): void {
    if (this.osdsUp / this.all < this.rules.minUpShare) {
      this.undeclared.add(osd);
      return;
    }
    this.undeclared.delete(osd);
    this.osdsUp -= 1;
    this.downAtMs[osd] = this.kernel.nowMs;
    const subtree = this.subtreeOf[osd] as number;
    if (subtree === NO_SUBTREE) return;
    this.upIn[subtree] = (this.upIn[subtree] as number) - 1;
    if (this.upIn[subtree] === 0) this.planAll(subtree);
  }

  private revive(host: number, osds: readonly PlacedOsd[], restarted: boolean): readonly number[] {
    const back: number[] = [];
    for (const { id } of osds) {
      if (!this.dead.delete(id)) continue;
      if (this.undeclared.delete(id)) continue;
      this.remember(id, restarted);
      this.osdsUp += 1;
      this.downAtMs[id] = Number.NaN;
      this.overdue.delete(id);
      this.rise(this.subtreeOf[id] as number);
      if (!this.out.delete(id)) continue;
      this.inCount += 1;
      back.push(id);
    }
    this.plan(host);
    for (const osd of [...this.undeclared]) {
      this.declareDown(osd);
      this.plan(this.homes.osd(osd)?.host ?? host);
    }
    this.planLook();
    return back;
  }

  /** The first of a subtree is back: for all others in it the time starts again. */
  private rise(subtree: number): void {
    if (subtree === NO_SUBTREE) return;
    this.upIn[subtree] = (this.upIn[subtree] as number) + 1;
    if (this.upIn[subtree] !== 1) return;
    for (const host of this.hostsOfSubtree[subtree] ?? []) {
      for (const { id } of this.homes.osdsOf(host)) {
        if (!Number.isNaN(this.downAtMs[id]) && !this.out.has(id)) this.downAtMs[id] = this.kernel.nowMs;
      }
    }
    this.planAll(subtree);
  }

  private planAll(subtree: number): void {
    for (const host of this.hostsOfSubtree[subtree] ?? []) this.plan(host);
  }

  /** One event per host, when the first of its OSDs is due. */
  private plan(host: number): void {
    const timer = this.timers[host];
    if (timer !== undefined) this.kernel.cancel(timer);
    this.timers[host] = undefined;
    let first = Number.POSITIVE_INFINITY;
    for (const { id } of this.homes.osdsOf(host)) {
      if (this.isSpared(id)) this.overdue.delete(id);
      else if (this.isAwaited(id)) first = Math.min(first, this.dueMs(id));
    }
    if (first < Number.POSITIVE_INFINITY) this.timers[host] = this.kernel.schedule(first, this.due, host);
  }

  /** Down, in, and not due yet. */
  private isAwaited(osd: number): boolean {
    return !Number.isNaN(this.downAtMs[osd]) && !this.out.has(osd) && !this.overdue.has(osd);
  }

  private isSpared(osd: number): boolean {
    const subtree = this.subtreeOf[osd] as number;
    return subtree !== NO_SUBTREE && this.upIn[subtree] === 0;
  }

  private dueMs(osd: number): number {
    return Math.ceil((this.downAtMs[osd] as number) + this.downOutMs + this.extraMs(osd));
  }

  private findOverdue(host: number): void {
    for (const { id } of this.homes.osdsOf(host)) {
      if (this.isAwaited(id) && !this.isSpared(id) && this.dueMs(id) <= this.kernel.nowMs) this.overdue.add(id);
    }
    this.plan(host);
    this.judge();
  }

  /** What was refused may be allowed now; not at once, so that OSDs that return together are seen together. */
  private planLook(): void {
    if (this.overdue.size === 0 || this.isLookPlanned) return;
    this.isLookPlanned = true;
    this.kernel.schedule(this.kernel.nowMs + MONITOR_TICK_MS, this.look);
  }

  private judge(): void {
    const gone: number[] = [];
    for (const osd of [...this.overdue].sort((a, b) => a - b)) {
      if (this.noOut.isSet || this.inCount / this.all < this.rules.minInShare) break;
      this.overdue.delete(osd);
      this.out.add(osd);
      this.inCount -= 1;
      gone.push(osd);
    }
    if (gone.length > 0) this.wentOut(gone);
  }

  private remember(osd: number, restarted: boolean): void {
    if (!this.rules.waitsForLaggy) return;
    const lagging = this.lagging.get(osd);
    if (restarted) {
      if (lagging === undefined) return;
      lagging.share *= 1 - LAGGY_WEIGHT;
      lagging.intervalMs *= 1 - LAGGY_WEIGHT;
      return;
    }
    const downMs = Math.min(LAGGY_INTERVAL_MOST_MS, this.kernel.nowMs - (this.downAtMs[osd] as number));
    const before = lagging ?? { share: 0, intervalMs: 0 };
    this.lagging.set(osd, {
      share: LAGGY_WEIGHT + (1 - LAGGY_WEIGHT) * before.share,
      intervalMs: LAGGY_WEIGHT * downMs + (1 - LAGGY_WEIGHT) * before.intervalMs,
    });
  }

  /** How much longer than downOutMs an OSD is waited for: less, the longer it is down. */
  private extraMs(osd: number): number {
    const lagging = this.lagging.get(osd);
    if (lagging === undefined) return 0;
    const mostMs = lagging.share * lagging.intervalMs;
    let extraMs = mostMs;
    // The wait that decays while it is waited: a contraction, whose error shrinks by far more than ten in every round.
    for (let round = 0; round < 8; round++) {
      extraMs = mostMs * 0.5 ** ((this.downOutMs + extraMs) / LAGGY_HALF_LIFE_MS);
    }
    return extraMs;
  }
}

/** By OSD, the smallest bucket above it that is of the type or a larger one. */
function subtreesOf(
  { buckets, types }: PlainCrushMap,
  limit: string,
  homes: CrushHomes,
): { readonly subtreeOf: Int32Array; readonly count: number } {
  const subtreeOf = new Int32Array(homes.reweights.length).fill(NO_SUBTREE);
  const least = types.find(({ name }) => name === limit)?.id;
  // Shadow trees of device classes hold the same OSDs once more.
  const own = buckets.filter(({ name }) => !name.includes('~'));
  const parents = new Map(own.flatMap((bucket) => bucket.items.map(({ id }) => [id, bucket] as const)));
  const numbers = new Map<number, number>();
  if (least === undefined || least === 0) return { subtreeOf, count: 0 };
  for (const { id } of homes.osds) {
    let above = parents.get(id);
    while (above !== undefined && above.type < least) above = parents.get(above.id);
    if (above === undefined) continue;
    const number = numbers.get(above.id) ?? numbers.size;
    numbers.set(above.id, number);
    subtreeOf[id] = number;
  }
  return { subtreeOf, count: numbers.size };
}
