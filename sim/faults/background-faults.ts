// Faults of the background: what breaks by itself, at random instants. Each fault on each of its targets is a stream of births with
// gaps of its own; failures of hosts may come in bursts and again, within the same rates.

import { assert } from '../../core/assert.ts';
import type { FaultName, SimConfig } from '../config.ts';
import type { HostFleet } from '../host/host-fleet.ts';
import { gapDistribution, sample } from '../kernel/distributions.ts';
import { equilibriumSample } from '../kernel/equilibrium.ts';
import type { Kernel, Opcode } from '../kernel/kernel.ts';
import type { Draws, Stream } from '../kernel/rng.ts';
import { YEAR_MS } from '../kernel/time-units.ts';
import { type BirthRates, comesInBursts } from './birth-rates.ts';
import { Bursts } from './bursts.ts';
import { addressOf, isOfHost } from './catalogue.ts';
import { DRAWS_PER_FAULT } from './fault.ts';
import type { FaultUniforms } from './fault-parts.ts';
import { ADDRESSES, type Address } from './fault-target.ts';
import { Repeats } from './repeats.ts';

const OTHER_ADDRESSES = (Object.keys(ADDRESSES) as Address[]).filter((address) => address !== 'host');

interface Source {
  readonly class: FaultName;
  readonly subject: number;
  readonly stream: Stream;
  readonly meanGapMs: number;
  births: number;
  /** `clock: operating`: down-time of the host that the pending gap already accounts for. */
  countedDownMs: number;
}

export interface BackgroundParts {
  readonly kernel: Kernel;
  readonly fleet: HostFleet;
  readonly config: SimConfig;
  readonly draws: Draws;
  readonly rates: BirthRates;
  /** A fault is born. */
  readonly breaks: (name: FaultName, subject: number, uniform: FaultUniforms) => void;
}

export class BackgroundFaults {
  private readonly parts: BackgroundParts;
  private readonly sources: Source[] = [];
  private readonly birth: Opcode;
  private readonly bursts: Bursts | undefined;
  private readonly repeats: Repeats | undefined;

  constructor(parts: BackgroundParts) {
    this.parts = parts;
    this.birth = parts.kernel.register('fault is born', (source) => this.born(source));
    this.bursts = this.burstsOf(parts);
    this.repeats = this.repeatsOf(parts);
  }

  /** Schedules the first fault of every source. */
  start(): void {
    const { fleet, rates, config } = this.parts;
    const ofHosts = rates.namesOf('host');
    for (const host of fleet.hosts) {
      const { index, bareMetalHost } = host;
      for (const name of ofHosts) this.addSource(name, index, bareMetalHost);
    }
    for (const address of OTHER_ADDRESSES) {
      const names = rates.namesOf(address);
      if (names.length === 0) continue;
      const { names: named, entity } = ADDRESSES[address];
      named(config).forEach((subject, index) => {
        for (const name of names) this.addSource(name, index, entity(subject));
      });
    }
    this.bursts?.start();
  }

  private burstsOf({ kernel, fleet, rates, draws, config, breaks }: BackgroundParts): Bursts | undefined {
    const { faults, startMs, durationMs } = config;
    if (faults.bursts === undefined) return undefined;
    const endsAtMs = startMs + durationMs;
    const parts = { kernel, hosts: fleet.hosts, rates, draws, config: faults.bursts, endsAtMs };
    return new Bursts(parts, ({ name, host, burst, stream, first }) => {
      breaks(name, host, { length: stream.at(first + 2), severity: stream.at(first + 3) });
      this.mayRepeat(name, host, `burst ${burst}`);
    });
  }

  private repeatsOf({ kernel, draws, config: { faults }, breaks }: BackgroundParts): Repeats | undefined {
    if (faults.repeats === undefined) return undefined;
    return new Repeats(kernel, faults.repeats, draws, ({ name, host, stream, first }) =>
      breaks(name, host, { length: stream.at(first + 2), severity: stream.at(first + 3) }),
    );
  }

  private addSource(name: FaultName, subject: number, entity: string): void {
    const { kernel, fleet, rates, draws } = this.parts;
    const host = addressOf(name) === 'host' ? fleet.host(subject) : undefined;
    const perYear = rates.perYear(name, host) * rates.aloneShare(name);
    if (perYear <= 0) return;
    const source: Source = {
      class: name,
      subject,
      stream: draws.stream(entity, `fault/${name}`),
      meanGapMs: YEAR_MS / perYear,
      births: 0,
      countedDownMs: this.downMs({ class: name, subject }),
    };
    // Most hosts outlive the horizon: what will not be born in it is not kept.
    const atMs = this.nextBirthMs(source);
    if (!this.isWithinRun(atMs)) return;
    this.sources.push(source);
    kernel.schedule(atMs, this.birth, this.sources.length - 1);
  }

  /** Total down-time so far of the host behind a source; nothing else ages by its hosts. */
  private downMs(source: Pick<Source, 'class' | 'subject'>): number {
    return isOfHost(source.class) ? this.parts.fleet.downMs(source.subject) : 0;
  }

  private scheduleNext(index: number, source: Source): void {
    const atMs = this.nextBirthMs(source);
    source.countedDownMs = this.downMs(source);
    if (this.isWithinRun(atMs)) this.parts.kernel.schedule(atMs, this.birth, index);
  }

  private nextBirthMs({ class: name, subject, births, stream, meanGapMs }: Source): number {
    const { kernel, fleet, rates, config } = this.parts;
    const { gapShape } = rates.classOf(name, addressOf(name) === 'host' ? fleet.host(subject) : undefined);
    const u = stream.at(births * DRAWS_PER_FAULT);
    const gap = gapDistribution(meanGapMs, gapShape);
    const isOld = births === 0 && config.faults.start !== 'new';
    const gapMs = isOld ? equilibriumSample(gap, u) : sample(gap, u);
    return kernel.nowMs + Math.max(1, Math.round(gapMs));
  }

  private isWithinRun(atMs: number): boolean {
    const { startMs, durationMs } = this.parts.config;
    return atMs < startMs + durationMs;
  }

  private born(index: number): void {
    const { kernel, config, breaks } = this.parts;
    const source = this.sources[index];
    assert(source !== undefined, 'a birth belongs to a source');
    const missedMs = this.downMs(source) - source.countedDownMs;
    if (config.faults.clock === 'operating' && missedMs > 0) {
      source.countedDownMs += missedMs;
      kernel.schedule(kernel.nowMs + missedMs, this.birth, index);
      return;
    }
    const first = source.births * DRAWS_PER_FAULT;
    const uniform = { length: source.stream.at(first + 1), severity: source.stream.at(first + 2) };
    source.births++;
    breaks(source.class, source.subject, uniform);
    if (comesInBursts(source.class)) this.mayRepeat(source.class, source.subject, `${source.class} ${source.births}`);
    this.scheduleNext(index, source);
  }

  private mayRepeat(name: FaultName, host: number, which: string): void {
    this.repeats?.failed(name, this.parts.fleet.host(host), which);
  }
}
