// Faults of the background and of the script: births, ends, and the draws behind them. Streams belong to the physical host
// (or rack), so a reprovisioned lemon is still the lemon, and no policy can shift anybody's faults. What a fault is and does
// stands in the catalogue.
//
// Divergence from reality
// - Classes are independent streams; correlation comes from racks (power, switch), from per-host frailty, and where a scenario
//   asks for them from bursts and repeated failures.
// - A fault's class, severity and length are fixed at birth; hardware does not wear.

import { assert } from '../../core/assert.ts';
import type { FaultClassConfig, FaultName, FaultsConfig, RecordedFault, ScriptedFault, SimConfig } from '../config.ts';
import type { OutageEnds } from '../host/counterfactual.ts';
import type { Host } from '../host/host.ts';
import { gapDistribution, sample } from '../kernel/distributions.ts';
import { equilibriumSample } from '../kernel/equilibrium.ts';
import type { Opcode } from '../kernel/kernel.ts';
import type { Draws, Stream } from '../kernel/rng.ts';
import { BirthRates, comesInBursts } from './birth-rates.ts';
import { Bursts } from './bursts.ts';
import { addressOf, definitionOf, isOfHost } from './catalogue.ts';
import { type CureLevel, cureLevelOf, endsAtMs, type Fault } from './fault.ts';
import type { LetGo, StruckFault } from './fault-definition.ts';
import { type FaultValue, withDefaults } from './fault-parameter.ts';
import type { FaultParts, FaultUniforms } from './fault-parts.ts';
import { YEAR_MS } from './fault-rates.ts';
import { ADDRESSES, type Address } from './fault-target.ts';
import { FaultTriggers } from './fault-triggers.ts';
import type { RackChange } from './rack-outages.ts';
import { Relapses } from './relapses.ts';
import { Repeats } from './repeats.ts';

/** Draws of one fault: gap, length, cure, spare. */
const DRAWS_PER_FAULT = 4;

const OTHER_ADDRESSES = (Object.keys(ADDRESSES) as Address[]).filter((address) => address !== 'host');

export interface WeatherObserver {
  /** `latent`: found its host down. `scripted`: name in the script. */
  born(fault: Fault, how: { readonly latent: boolean; readonly scripted: string | undefined }): void;
  rackChanged(rack: number, what: RackChange): void;
  /** A fault that is not of a host has ended. */
  passed?(fault: Fault): void;
}

type FaultKind = Omit<Fault, 'id' | 'subject' | 'bornAtMs'>;

interface Source {
  readonly class: FaultName;
  readonly subject: number;
  readonly stream: Stream;
  readonly meanGapMs: number;
  births: number;
  /** `clock: operating`: down-time of the host that the pending gap already accounts for. */
  countedDownMs: number;
}

export class FaultWeather implements OutageEnds {
  readonly #parts: FaultParts;
  readonly #config: SimConfig;
  readonly #faults: FaultsConfig;
  readonly #draws: Draws;
  readonly #endsAtMs = new Map<number, number>();
  /** By fault, what ends its hold on the models. */
  readonly #holds = new Map<number, LetGo>();
  /** By id, those that last and are not a host's own. */
  readonly #lasting = new Map<number, Fault>();
  readonly #sources: Source[] = [];
  readonly #birth: Opcode;
  readonly #replayed: Opcode;
  readonly #observers: WeatherObserver[] = [];
  /** Absent where nothing in the script waits for anything. */
  readonly triggers: FaultTriggers | undefined;
  readonly #rates: BirthRates;
  readonly #relapses: Relapses;
  readonly #bursts: Bursts | undefined;
  readonly #repeats: Repeats | undefined;
  /** By host and class: how often recovery load has made it fail. */
  readonly #struckUnderLoad = new Map<string, number>();
  #nextId = 1;

  constructor(parts: Omit<FaultParts, 'breaks'>, config: SimConfig, draws: Draws) {
    this.#parts = { ...parts, breaks: (host, name, uniform) => this.#breaks(name, host, uniform) };
    this.#config = config;
    this.#faults = config.faults;
    this.#draws = draws;
    this.#birth = parts.kernel.register('fault is born', (source) => this.#born(source));
    this.#replayed = parts.kernel.register('recorded failure', (index) => this.#recorded(index));
    parts.fleet.observe({
      faultShown: (fault) => this.#begins(fault),
      faultEnded: (fault, _host, by) => this.#ends(fault, by),
      powerCut: () => undefined,
      selfReset: () => undefined,
      bootStarted: () => undefined,
    });
    this.#rates = new BirthRates(config, draws);
    this.#relapses = new Relapses(parts.kernel, parts.fleet, draws, ({ id: _, subject, bornAtMs: __, ...kind }) =>
      this.#strike(subject, kind, undefined),
    );
    this.#bursts = this.#burstsOf(config);
    this.#repeats = this.#repeatsOf(config);
    this.triggers = this.#triggersOf(config);
    parts.rackOutages.onChange((rack, what) => {
      for (const observer of this.#observers) observer.rackChanged(rack, what);
    });
    parts.rackOutages.onHostLost((host) => {
      this.#strike(host, { class: 'hostDead', level: 'person', durationMs: 1 }, undefined);
    });
  }

  observe(observer: WeatherObserver): void {
    this.#observers.push(observer);
  }

  /** Schedules the first fault of every source and the whole script. */
  start(): void {
    const { fleet } = this.#parts;
    const ofHosts = this.#rates.namesOf('host');
    for (const host of fleet.hosts) {
      for (const name of ofHosts) this.#addSource(name, host.index, host.bareMetalHost);
    }
    for (const address of OTHER_ADDRESSES) {
      const names = this.#rates.namesOf(address);
      if (names.length === 0) continue;
      const { names: named, entity } = ADDRESSES[address];
      named(this.#config).forEach((subject, index) => {
        for (const name of names) this.#addSource(name, index, entity(subject));
      });
    }
    this.#bursts?.start();
    for (const scripted of this.#config.script) {
      this.#parts.kernel.call(this.#config.startMs + scripted.atMs, () => this.#scripted(scripted));
    }
    this.#scheduleRecorded(0);
  }

  /**
   * Hosts that were silent before the start must have a cause; an import cannot know it. Assumption: a hang that began when
   * the silence did, with a severity drawn like any other hang's. Before anybody listens to the fleet.
   */
  startSilent(): void {
    for (const host of this.#parts.fleet.hosts) {
      if (host.config.initial.state !== 'silent') continue;
      const stream = this.#draws.stream(host.bareMetalHost, 'silent at the start');
      const { cures } = this.#rates.classOf('osHang', host);
      const level = cureLevelOf({ ...cures, itself: 0 }, stream.at(0));
      this.#strike(host.index, { class: 'osHang', level, durationMs: 1 }, undefined);
    }
  }

  /** Hardware of this host breaks, and stays broken until a person replaces it. */
  breaksForGood(host: number, name: FaultName): void {
    this.#strike(host, faultKind(name, 'person', 1, undefined), undefined);
  }

  /** Recovery load makes a host fail: with severity and length as any other fault of its class, from streams of their own. */
  strikeUnderLoad(host: number, name: 'diskFailure' | 'selfHealingOutage'): void {
    const { bareMetalHost } = this.#parts.fleet.host(host);
    const key = `${bareMetalHost} ${name}`;
    const index = this.#struckUnderLoad.get(key) ?? 0;
    this.#struckUnderLoad.set(key, index + 1);
    const stream = this.#draws.stream(bareMetalHost, `fault under recovery load/${name}`);
    const { durationMs, cures, parameters } = this.#classOf({ class: name, subject: host });
    const level = name === 'selfHealingOutage' ? 'itself' : cureLevelOf(cures, stream.at(2 * index + 1));
    this.#strike(host, faultKind(name, level, sample(durationMs, stream.at(2 * index)), parameters), undefined);
  }

  /** Somebody makes a fault happen now, whatever the background does; its id, by which it can be healed. */
  strikeNow(what: Omit<ScriptedFault, 'atMs'>): number {
    return this.#scripted(what);
  }

  /** It is over now, as if it had passed by itself; false where no fault of this id lasts or waits. */
  heal(faultId: number): boolean {
    const lasting = this.#lasting.get(faultId);
    if (lasting !== undefined) {
      this.#over(lasting);
      return true;
    }
    const { hosts } = this.#parts.fleet;
    const fault = hosts.flatMap(({ active, latent }) => [...active, ...latent]).find(({ id }) => id === faultId);
    if (fault !== undefined) this.#passed(fault);
    return fault !== undefined;
  }

  /** Faults that last and are not a host's own: of racks, rooms, pools, the site. Those of a host are with the host. */
  lasting(): readonly Fault[] {
    return [...this.#lasting.values()];
  }

  faultEndsAtMs(faultId: number): number {
    return this.#endsAtMs.get(faultId) ?? Infinity;
  }

  #burstsOf({ faults, startMs, durationMs }: SimConfig): Bursts | undefined {
    const { kernel, fleet } = this.#parts;
    if (faults.bursts === undefined) return undefined;
    const endsAtMs = startMs + durationMs;
    const parts = {
      kernel,
      hosts: fleet.hosts,
      rates: this.#rates,
      draws: this.#draws,
      config: faults.bursts,
      endsAtMs,
    };
    return new Bursts(parts, ({ name, host, burst, stream, first }) => {
      this.#breaks(name, host, { length: stream.at(first + 2), severity: stream.at(first + 3) });
      this.#mayRepeat({ class: name, subject: host }, `burst ${burst}`);
    });
  }

  #repeatsOf({ faults }: SimConfig): Repeats | undefined {
    if (faults.repeats === undefined) return undefined;
    return new Repeats(this.#parts.kernel, faults.repeats, this.#draws, ({ name, host, stream, first }) =>
      this.#breaks(name, host, { length: stream.at(first + 2), severity: stream.at(first + 3) }),
    );
  }

  #triggersOf({ triggered, startMs, durationMs }: SimConfig): FaultTriggers | undefined {
    if (triggered === undefined) return undefined;
    const parts = { kernel: this.#parts.kernel, draws: this.#draws, endsAtMs: startMs + durationMs };
    return new FaultTriggers(parts, triggered, (fault, host, strike) =>
      this.#scripted({ ...fault, target: fault.target ?? host }, strike),
    );
  }

  #addSource(name: FaultName, subject: number, entity: string): void {
    const perYear = this.#rates.perYear(name, this.#hostOf(name, subject)) * this.#rates.aloneShare(name);
    if (perYear <= 0) return;
    const source: Source = {
      class: name,
      subject,
      stream: this.#draws.stream(entity, `fault/${name}`),
      meanGapMs: YEAR_MS / perYear,
      births: 0,
      countedDownMs: this.#downMs({ class: name, subject }),
    };
    // Most hosts outlive the horizon: what will not be born in it is not kept.
    const atMs = this.#nextBirthMs(source);
    if (!this.#isWithinRun(atMs)) return;
    this.#sources.push(source);
    this.#parts.kernel.schedule(atMs, this.#birth, this.#sources.length - 1);
  }

  /** Total down-time so far of the host behind a source; nothing else ages by its hosts. */
  #downMs(source: Pick<Source, 'class' | 'subject'>): number {
    return isOfHost(source.class) ? this.#parts.fleet.downMs(source.subject) : 0;
  }

  #scheduleNext(index: number, source: Source): void {
    const atMs = this.#nextBirthMs(source);
    source.countedDownMs = this.#downMs(source);
    if (this.#isWithinRun(atMs)) this.#parts.kernel.schedule(atMs, this.#birth, index);
  }

  #nextBirthMs(source: Source): number {
    const { gapShape } = this.#classOf(source);
    const u = source.stream.at(source.births * DRAWS_PER_FAULT);
    const gap = gapDistribution(source.meanGapMs, gapShape);
    const isOld = source.births === 0 && this.#faults.start !== 'new';
    const gapMs = isOld ? equilibriumSample(gap, u) : sample(gap, u);
    return this.#parts.kernel.nowMs + Math.max(1, Math.round(gapMs));
  }

  #isWithinRun(atMs: number): boolean {
    return atMs < this.#config.startMs + this.#config.durationMs;
  }

  #born(index: number): void {
    const source = this.#sources[index];
    assert(source !== undefined, 'a birth belongs to a source');
    const missedMs = this.#downMs(source) - source.countedDownMs;
    if (this.#faults.clock === 'operating' && missedMs > 0) {
      source.countedDownMs += missedMs;
      this.#parts.kernel.schedule(this.#parts.kernel.nowMs + missedMs, this.#birth, index);
      return;
    }
    const first = source.births * DRAWS_PER_FAULT;
    const uniform = { length: source.stream.at(first + 1), severity: source.stream.at(first + 2) };
    source.births++;
    this.#breaks(source.class, source.subject, uniform);
    if (comesInBursts(source.class)) this.#mayRepeat(source, `${source.class} ${source.births}`);
    this.#scheduleNext(index, source);
  }

  /** A fault of the background, with the draws of its length and its severity. */
  #breaks(name: FaultName, subject: number, uniform: FaultUniforms): void {
    const { durationMs, cures, parameters } = this.#classOf({ class: name, subject });
    const level = cureLevelOf(cures, uniform.severity);
    const kind = faultKind(name, level, sample(durationMs, uniform.length), parameters);
    this.#strike(subject, { ...kind, ...this.#causeOf(name, subject) }, undefined);
  }

  #causeOf(name: FaultName, subject: number): Pick<Fault, 'degradation'> {
    const { degrading } = this.#classOf({ class: name, subject });
    if (degrading === undefined || !isOfHost(name)) return NONE;
    const degradation = this.#relapses.causeOf({ class: name, subject }, degrading);
    return degradation === undefined ? NONE : { degradation };
  }

  #mayRepeat({ class: name, subject }: Pick<Source, 'class' | 'subject'>, which: string): void {
    this.#repeats?.failed(name, this.#parts.fleet.host(subject), which);
  }

  #classOf({ class: name, subject }: Pick<Source, 'class' | 'subject'>): FaultClassConfig {
    return this.#rates.classOf(name, this.#hostOf(name, subject));
  }

  #hostOf(name: FaultName, subject: number): Host | undefined {
    return addressOf(name) === 'host' ? this.#parts.fleet.host(subject) : undefined;
  }

  /** @param strike how often it has struck before. */
  #scripted(scripted: Omit<ScriptedFault, 'atMs'>, strike = 0): number {
    const { fault: name, target, reaches, forMs } = scripted;
    const stream = this.#draws.stream(`script/${scripted.name}`, target);
    const first = strike * DRAWS_PER_FAULT;
    const subject = this.#named(addressOf(name), target);
    const { durationMs, cures, parameters } = this.#classOf({ class: name, subject });
    const level: CureLevel = forMs === undefined ? cureLevelOf(cures, stream.at(first + 2)) : 'itself';
    const lastsMs = forMs ?? sample(durationMs, stream.at(first + 1));
    const kind = faultKind(name, level, lastsMs, scripted.parameters ?? parameters);
    const second = reaches === undefined ? {} : { reaches: this.#named('host', reaches) };
    const cause = forMs === undefined ? this.#causeOf(name, subject) : NONE;
    return this.#strike(subject, { ...kind, ...second, ...cause }, scripted.name);
  }

  /** One after the other: a trace may have more failures than a run has events. */
  #scheduleRecorded(index: number): void {
    const next = this.#config.replay?.[index];
    if (next !== undefined) this.#parts.kernel.schedule(this.#config.startMs + next.atMs, this.#replayed, index);
  }

  #recorded(index: number): void {
    const recorded = this.#config.replay?.[index];
    assert(recorded !== undefined, 'a recorded failure is in the trace');
    const subject = this.#named('host', recorded.host);
    this.#strike(subject, this.#kindOfRecorded(recorded, index, subject), undefined);
    this.#scheduleRecorded(index + 1);
  }

  #kindOfRecorded({ fault: name, host, forMs, severity }: RecordedFault, index: number, subject: number): FaultKind {
    const { durationMs, cures, parameters } = this.#classOf({ class: name, subject });
    const stream = this.#draws.stream(host, `recorded failure ${index}`);
    const drawn = cureLevelOf(forMs === undefined ? cures : { ...cures, itself: 0 }, stream.at(0));
    const level = severity === 'any' && forMs !== undefined ? 'itself' : drawn;
    const kind = faultKind(name, level, forMs ?? sample(durationMs, stream.at(1)), parameters);
    return forMs === undefined ? kind : { ...kind, passes: true };
  }

  #named(address: Address, name: string): number {
    const index =
      address === 'host'
        ? this.#parts.fleet.hosts.findIndex(({ config }) => config.name === name || config.nodeName === name)
        : ADDRESSES[address].names(this.#config).indexOf(name);
    assert(index >= 0, `the script's ${address} ${name} exists`);
    return index;
  }

  #strike(subject: number, what: FaultKind, scripted: string | undefined): number {
    const { kernel, fleet } = this.#parts;
    const ofHost = isOfHost(what.class);
    const fault: Fault = {
      ...what,
      id: this.#nextId++,
      subject,
      bornAtMs: kernel.nowMs,
      level: ofHost ? what.level : 'itself',
    };
    let latent = false;
    if (ofHost) {
      const passes = fault.level === 'itself' || fault.passes === true;
      if (passes && definitionOf(fault.class).endsByItsCourse !== true) {
        this.#endsAtMs.set(fault.id, endsAtMs(fault));
        kernel.call(endsAtMs(fault), () => this.#passed(fault));
      }
      latent = fleet.strike(fault) === 'latent';
    } else {
      this.#lasting.set(fault.id, fault);
      this.#begins(fault);
      kernel.call(endsAtMs(fault), () => this.#over(fault));
    }
    for (const observer of this.#observers) observer.born(fault, { latent, scripted });
    return fault.id;
  }

  /** One that is not a host's own, once. */
  #over(fault: Fault): void {
    if (!this.#lasting.delete(fault.id)) return;
    this.#ends(fault, 'itself');
    for (const observer of this.#observers) observer.passed?.(fault);
  }

  #passed(fault: Fault): void {
    this.#parts.fleet.endByItself(fault);
    this.#endsAtMs.delete(fault.id);
  }

  #begins(fault: Fault): void {
    const letGo = definitionOf(fault.class).begins?.(this.#parts, struck(fault));
    if (letGo !== undefined) this.#holds.set(fault.id, letGo);
  }

  #ends(fault: Fault, by: CureLevel): void {
    const letGo = this.#holds.get(fault.id);
    this.#holds.delete(fault.id);
    letGo?.(by);
  }
}

const NONE = {};

function faultKind(
  name: FaultName,
  level: CureLevel,
  lastsMs: number,
  given: Readonly<Record<string, FaultValue>> | undefined,
): FaultKind {
  const definition = definitionOf(name);
  const durationMs = Math.max(1, Math.round(Math.min(lastsMs, definition.longestMs ?? Infinity)));
  const hasNone = Object.keys(definition.parameters).length === 0;
  const parameters = hasNone ? NONE : withDefaults(definition.parameters, given);
  const effect = definition.onHost?.(parameters);
  return {
    class: name,
    level,
    durationMs,
    ...(hasNone ? {} : { parameters }),
    ...(effect === undefined ? {} : { effect }),
  };
}

function struck(fault: Fault): StruckFault {
  return fault.parameters === undefined ? { ...fault, parameters: NONE } : (fault as StruckFault);
}
