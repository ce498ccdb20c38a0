// Failures of several hosts within minutes that have one cause: how many, where, and who. A share of all failures of hosts comes so;
// the rates of the faults stay what they are, and the rest of them comes alone. Whom a burst strikes is decided by draws of the
// hosts, so neither their order nor a host more makes it another one.
//
// Divergence from reality
// - Bursts come at random instants, like an exponential; no cause has a memory.
// - All hosts of a burst have the same kind of fault, with lengths and severities of their own.
// - A rack that has fewer hosts than a burst strikes loses all it has.

import type { BurstsConfig, FaultName } from '../config.ts';
import type { Host } from '../host/host.ts';
import type { Kernel } from '../kernel/kernel.ts';
import type { Draws, Stream } from '../kernel/rng.ts';
import { YEAR_MS } from '../kernel/time-units.ts';
import { type BirthRates, comesInBursts } from './birth-rates.ts';

/** Draws of one burst: gap, size, whether in one rack, kind. */
const DRAWS_PER_BURST = 4;
/** Draws of one host for one burst: rank, instant within it, length, severity. */
export const DRAWS_PER_STRUCK = 4;

export interface BurstParts {
  readonly kernel: Kernel;
  readonly hosts: readonly Host[];
  readonly rates: BirthRates;
  readonly draws: Draws;
  readonly config: BurstsConfig;
  readonly endsAtMs: number;
}

/** One host of one burst. Its length and severity are draws `first + 2` and `first + 3` of the stream. */
export interface Struck {
  readonly name: FaultName;
  readonly host: number;
  readonly burst: number;
  readonly stream: Stream;
  readonly first: number;
}

export class Bursts {
  private readonly parts: BurstParts;
  private readonly stream: Stream;
  private readonly strike: (struck: Struck) => void;
  /** Kinds of fault with the rate of all hosts together. */
  private readonly kinds: readonly { readonly name: FaultName; readonly perYear: number }[];
  private readonly meanGapMs: number;

  constructor(parts: BurstParts, strike: (struck: Struck) => void) {
    const { rates, hosts, draws, config } = parts;
    this.parts = parts;
    this.strike = strike;
    this.stream = draws.stream('site', 'burst');
    this.kinds = rates
      .namesOf('host')
      .filter(comesInBursts)
      .map((name) => ({ name, perYear: hosts.reduce((sum, host) => sum + rates.perYear(name, host), 0) }));
    const inBurstsPerYear = this.perYear() * rates.primaryShare() * config.share;
    this.meanGapMs = (YEAR_MS * meanStruck(config, hosts)) / inBurstsPerYear;
  }

  start(): void {
    if (Number.isFinite(this.meanGapMs)) this.schedule(0);
  }

  private perYear(): number {
    return this.kinds.reduce((sum, { perYear }) => sum + perYear, 0);
  }

  private schedule(burst: number): void {
    const { kernel, endsAtMs } = this.parts;
    const gapMs = -Math.log1p(-this.stream.at(burst * DRAWS_PER_BURST)) * this.meanGapMs;
    const atMs = kernel.nowMs + Math.max(1, Math.round(gapMs));
    if (atMs >= endsAtMs) return;
    kernel.call(atMs, () => {
      this.breaks(burst);
      this.schedule(burst + 1);
    });
  }

  private breaks(burst: number): void {
    const { kernel, config } = this.parts;
    const draw = (which: number): number => this.stream.at(burst * DRAWS_PER_BURST + which);
    const size = sizeAt(config.sizes, draw(1));
    const name = this.kindAt(draw(3));
    for (const { host, stream } of this.struck(burst, size, draw(2) < config.sameRackShare)) {
      const first = burst * DRAWS_PER_STRUCK;
      const atMs = kernel.nowMs + Math.floor(stream.at(first + 1) * config.withinMs);
      kernel.call(atMs, () => this.strike({ name, host: host.index, burst, stream, first }));
    }
  }

  /** The hosts with the lowest draws; in one rack, that of the lowest. */
  private struck(burst: number, size: number, sameRack: boolean) {
    const { hosts, draws } = this.parts;
    const ranked = hosts
      .map((host) => {
        const stream = draws.stream(host.bareMetalHost, 'burst');
        return { host, stream, rank: stream.at(burst * DRAWS_PER_STRUCK) };
      })
      .sort((a, b) => a.rank - b.rank || (a.host.bareMetalHost < b.host.bareMetalHost ? -1 : 1));
    const rack = ranked[0]?.host.rack;
    return (sameRack ? ranked.filter(({ host }) => host.rack === rack) : ranked).slice(0, size);
  }

  /** By their share of all failures. */
  private kindAt(u: number): FaultName {
    let left = u * this.perYear();
    for (const { name, perYear } of this.kinds) {
      left -= perYear;
      if (left < 0) return name;
    }
    return this.kinds[this.kinds.length - 1]?.name ?? 'osHang';
  }
}

type Sizes = BurstsConfig['sizes'];

function sizeAt(sizes: Sizes, u: number): number {
  let left = u * sizes.reduce((sum, { weight }) => sum + weight, 0);
  for (const { hosts, weight } of sizes) {
    left -= weight;
    if (left < 0) return hosts;
  }
  return sizes[sizes.length - 1]?.hosts ?? 1;
}

/** Hosts that a burst strikes on average: a site and its racks may have fewer than it would. */
export function meanStruck({ sizes, sameRackShare }: BurstsConfig, hosts: readonly Pick<Host, 'rack'>[]): number {
  const inRack = new Map<number, number>();
  for (const { rack } of hosts) inRack.set(rack, (inRack.get(rack) ?? 0) + 1);
  const weights = sizes.reduce((sum, { weight }) => sum + weight, 0);
  return sizes.reduce((sum, { hosts: size, weight }) => {
    const anywhere = Math.min(size, hosts.length);
    let together = 0;
    for (const count of inRack.values()) together += (count / hosts.length) * Math.min(size, count);
    return sum + (weight / weights) * (sameRackShare * together + (1 - sameRackShare) * anywhere);
  }, 0);
}
