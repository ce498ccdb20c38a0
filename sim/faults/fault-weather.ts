// Faults of the background and of the script: births, ends, and the draws behind them. Streams belong to the physical host
// (or rack), so a reprovisioned lemon is still the lemon, and no policy can shift anybody's faults. What a fault is and does
// stands in the catalogue.
//
// Divergence from reality
// - Classes are independent streams; correlation comes from racks (power, switch) and from per-host frailty only.
// - A fault's class, severity and length are fixed at birth; hardware does not wear.

import { assert } from '../../core/assert.ts';
import type { FaultClassConfig, FaultName, FaultsConfig, RecordedFault, ScriptedFault, SimConfig } from '../config.ts';
import type { OutageEnds } from '../host/counterfactual.ts';
import { gapDistribution, sample } from '../kernel/distributions.ts';
import { equilibriumSample } from '../kernel/equilibrium.ts';
import type { Opcode } from '../kernel/kernel.ts';
import type { Draws, Stream } from '../kernel/rng.ts';
import { normalQuantile } from '../kernel/special-functions.ts';
import { addressOf, definitionOf, faultsIn } from './catalogue.ts';
import { type CureLevel, cureLevelOf, endsAtMs, type Fault } from './fault.ts';
import type { LetGo, StruckFault } from './fault-definition.ts';
import { type FaultValue, withDefaults } from './fault-parameter.ts';
import type { FaultParts } from './fault-parts.ts';
import { ADDRESSES, type Address, unitsOf } from './fault-target.ts';
import type { RackChange } from './rack-outages.ts';

const YEAR_MS = 365.25 * 86_400_000;
/** Draws of one fault: gap, length, cure, spare. */
const DRAWS_PER_FAULT = 4;

export interface WeatherObserver {
  /** `latent`: found its host down. `scripted`: name in the script. */
  born(fault: Fault, how: { readonly latent: boolean; readonly scripted: string | undefined }): void;
  rackChanged(rack: number, what: RackChange): void;
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
  readonly #sources: Source[] = [];
  readonly #birth: Opcode;
  readonly #replayed: Opcode;
  readonly #observers: WeatherObserver[] = [];
  #nextId = 1;

  constructor(parts: FaultParts, config: SimConfig, draws: Draws) {
    this.#parts = parts;
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
    const names = this.#namesInRain();
    const ofHosts = names.filter((name) => addressOf(name) === 'host');
    for (const host of fleet.hosts) {
      const frailty = this.#frailty(host.bareMetalHost);
      for (const name of ofHosts) {
        // Its data disks die of their age instead.
        if (name === 'diskFailure' && host.hardware.components !== undefined) continue;
        const units = unitsOf(definitionOf(name).strikes, host.config);
        this.#addSource(name, host.index, host.bareMetalHost, units * frailty);
      }
    }
    for (const [address, { names: named, entity }] of Object.entries(ADDRESSES)) {
      const ofAddress = names.filter((name) => address !== 'host' && addressOf(name) === address);
      if (ofAddress.length === 0) continue;
      named(this.#config).forEach((subject, index) => {
        for (const name of ofAddress) this.#addSource(name, index, entity(subject), 1);
      });
    }
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
      const { cures } = this.#classOf('osHang', host.index);
      const level = cureLevelOf({ ...cures, itself: 0 }, stream.at(0));
      this.#strike(host.index, { class: 'osHang', level, durationMs: 1 }, undefined);
    }
  }

  /** Hardware of this host breaks, and stays broken until a person replaces it. */
  breaksForGood(host: number, name: FaultName): void {
    this.#strike(host, faultKind(name, 'person', 1, undefined), undefined);
  }

  faultEndsAtMs(faultId: number): number {
    return this.#endsAtMs.get(faultId) ?? Infinity;
  }

  /** Every fault that the config says something about, in the order of the catalogue. */
  #namesInRain(): readonly FaultName[] {
    const { byHardware, classes } = this.#faults;
    return faultsIn(Object.assign({}, ...Object.values(byHardware ?? {}), classes));
  }

  /** Lognormal factor with mean 1 on all rates of one host. */
  #frailty(entity: string): number {
    const { frailtySigma } = this.#faults;
    if (frailtySigma === 0) return 1;
    const z = normalQuantile(this.#draws.stream(entity, 'frailty').at(0));
    return Math.exp(frailtySigma * z - (frailtySigma * frailtySigma) / 2);
  }

  /** The fault as it is for this host's hardware model, or for everybody. */
  #classOf(name: FaultName, subject: number): FaultClassConfig {
    const { byHardware, classes } = this.#faults;
    const forAll = classes[name] ?? definitionOf(name).usual;
    if (byHardware === undefined || addressOf(name) !== 'host') return forAll;
    return byHardware[this.#parts.fleet.host(subject).config.hardware]?.[name] ?? forAll;
  }

  #addSource(name: FaultName, subject: number, entity: string, factor: number): void {
    const { perYear } = this.#classOf(name, subject);
    if (perYear * factor <= 0) return;
    const source: Source = {
      class: name,
      subject,
      stream: this.#draws.stream(entity, `fault/${name}`),
      meanGapMs: YEAR_MS / (perYear * factor),
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
    return addressOf(source.class) === 'host' ? this.#parts.fleet.downMs(source.subject) : 0;
  }

  #scheduleNext(index: number, source: Source): void {
    const atMs = this.#nextBirthMs(source);
    source.countedDownMs = this.#downMs(source);
    if (this.#isWithinRun(atMs)) this.#parts.kernel.schedule(atMs, this.#birth, index);
  }

  #nextBirthMs(source: Source): number {
    const { gapShape } = this.#classOf(source.class, source.subject);
    const u = source.stream.at(source.births * DRAWS_PER_FAULT);
    const gap = gapDistribution(source.meanGapMs, gapShape);
    const gapMs = source.births === 0 ? equilibriumSample(gap, u) : sample(gap, u);
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
    const { durationMs, cures, parameters } = this.#classOf(source.class, source.subject);
    const first = source.births * DRAWS_PER_FAULT;
    const level = cureLevelOf(cures, source.stream.at(first + 2));
    const lastsMs = sample(durationMs, source.stream.at(first + 1));
    source.births++;
    this.#strike(source.subject, faultKind(source.class, level, lastsMs, parameters), undefined);
    this.#scheduleNext(index, source);
  }

  #scripted(scripted: ScriptedFault): void {
    const { fault: name, target, reaches, forMs } = scripted;
    const stream = this.#draws.stream(`script/${scripted.name}`, target);
    const subject = this.#named(addressOf(name), target);
    const { durationMs, cures, parameters } = this.#classOf(name, subject);
    const level: CureLevel = forMs === undefined ? cureLevelOf(cures, stream.at(2)) : 'itself';
    const lastsMs = forMs ?? sample(durationMs, stream.at(1));
    const kind = faultKind(name, level, lastsMs, scripted.parameters ?? parameters);
    const second = reaches === undefined ? {} : { reaches: this.#named('host', reaches) };
    this.#strike(subject, { ...kind, ...second }, scripted.name);
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
    const { durationMs, cures, parameters } = this.#classOf(name, subject);
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

  #strike(subject: number, what: FaultKind, scripted: string | undefined): void {
    const { kernel, fleet } = this.#parts;
    const ofHost = addressOf(what.class) === 'host';
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
      this.#begins(fault);
      kernel.call(endsAtMs(fault), () => this.#ends(fault, 'itself'));
    }
    for (const observer of this.#observers) observer.born(fault, { latent, scripted });
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
