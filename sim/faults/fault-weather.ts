// Faults of the background and of the script: births, ends, and the draws behind them. Streams belong to the physical host
// (or rack), so a reprovisioned lemon is still the lemon, and no policy can shift anybody's faults.
//
// Divergence from reality
// - Classes are independent streams; correlation comes from racks (power, switch) and from per-host frailty only.
// - A fault's class, severity and length are fixed at birth; hardware does not wear.

import { assert } from '../../core/assert.ts';
import {
  FAULT_CLASSES,
  type FaultClass,
  type FaultClassConfig,
  type FaultsConfig,
  type ScriptedFault,
  type SimConfig,
} from '../config.ts';
import type { FleetBmc } from '../host/bmc.ts';
import type { OutageEnds } from '../host/counterfactual.ts';
import type { HostFleet } from '../host/host-fleet.ts';
import { gapDistribution, sample } from '../kernel/distributions.ts';
import { equilibriumSample } from '../kernel/equilibrium.ts';
import type { Kernel, Opcode } from '../kernel/kernel.ts';
import type { Draws, Stream } from '../kernel/rng.ts';
import { normalQuantile } from '../kernel/special-functions.ts';
import { type CureLevel, cureLevelOf, type Fault, RACK_CLASSES, strikesRack } from './fault.ts';

const YEAR_MS = 365.25 * 86_400_000;
/** Draws of one fault: gap, length, cure, spare. */
const DRAWS_PER_FAULT = 4;

export interface WeatherObserver {
  /** `latent`: found its host down. `scripted`: name in the script. */
  born(fault: Fault, how: { readonly latent: boolean; readonly scripted: string | undefined }): void;
  rackChanged(rack: number, what: 'feedLost' | 'feedReturned' | 'switchDown' | 'switchUp'): void;
}

type FaultKind = Pick<Fault, 'class' | 'level' | 'durationMs' | 'reaches'>;

interface Source {
  readonly class: FaultClass;
  readonly subject: number;
  readonly stream: Stream;
  readonly meanGapMs: number;
  births: number;
  /** `clock: operating`: down-time of the host that the pending gap already accounts for. */
  countedDownMs: number;
}

export class FaultWeather implements OutageEnds {
  readonly #kernel: Kernel;
  readonly #fleet: HostFleet;
  readonly #bmc: FleetBmc;
  readonly #config: SimConfig;
  readonly #faults: FaultsConfig;
  readonly #draws: Draws;
  readonly #endsAtMs = new Map<number, number>();
  readonly #sources: Source[] = [];
  readonly #birth: Opcode;
  readonly #observers: WeatherObserver[] = [];
  /** By host and class: how often recovery load has made it fail. */
  readonly #struckUnderLoad = new Map<string, number>();
  #nextId = 1;

  constructor(kernel: Kernel, fleet: HostFleet, bmc: FleetBmc, config: SimConfig, draws: Draws) {
    this.#kernel = kernel;
    this.#fleet = fleet;
    this.#bmc = bmc;
    this.#config = config;
    this.#faults = config.faults;
    this.#draws = draws;
    this.#birth = kernel.register('fault is born', (source) => this.#born(source));
  }

  observe(observer: WeatherObserver): void {
    this.#observers.push(observer);
  }

  /** Schedules the first fault of every source and the whole script. */
  start(): void {
    for (const host of this.#fleet.hosts) {
      const frailty = this.#frailty(host.bareMetalHost);
      for (const faultClass of FAULT_CLASSES) {
        if (RACK_CLASSES.has(faultClass)) continue;
        const units = faultClass === 'diskFailure' ? host.config.dataDisks : 1;
        this.#addSource(faultClass, host.index, host.bareMetalHost, units * frailty);
      }
    }
    this.#fleet.racks.names.forEach((name, rack) => {
      for (const faultClass of RACK_CLASSES) this.#addSource(faultClass, rack, `rack/${name}`, 1);
    });
    for (const scripted of this.#config.script) {
      this.#kernel.call(this.#config.startMs + scripted.atMs, () => this.#scripted(scripted));
    }
  }

  /**
   * Hosts that were silent before the start must have a cause; an import cannot know it. Assumption: a hang that began when
   * the silence did, with a severity drawn like any other hang's. Before anybody listens to the fleet.
   */
  startSilent(): void {
    for (const host of this.#fleet.hosts) {
      if (host.config.initial.state !== 'silent') continue;
      const stream = this.#draws.stream(host.bareMetalHost, 'silent at the start');
      const { cures } = this.#classOf('osHang', host.index);
      const level = cureLevelOf({ ...cures, itself: 0 }, stream.at(0));
      this.#strike(host.index, { class: 'osHang', level, durationMs: 1 }, undefined);
    }
  }

  /** Recovery load makes a host fail: with severity and length as any other fault of its class, from streams of their own. */
  strikeUnderLoad(host: number, name: 'diskFailure' | 'selfHealingOutage'): void {
    const { bareMetalHost } = this.#fleet.host(host);
    const key = `${bareMetalHost} ${name}`;
    const index = this.#struckUnderLoad.get(key) ?? 0;
    this.#struckUnderLoad.set(key, index + 1);
    const stream = this.#draws.stream(bareMetalHost, `fault under recovery load/${name}`);
    const { durationMs, cures } = this.#classOf(name, host);
    const level = name === 'selfHealingOutage' ? 'itself' : cureLevelOf(cures, stream.at(2 * index + 1));
    const lastsMs = Math.max(1, Math.round(sample(durationMs, stream.at(2 * index))));
    this.#strike(host, { class: name, level, durationMs: lastsMs }, undefined);
  }

  faultEndsAtMs(faultId: number): number {
    return this.#endsAtMs.get(faultId) ?? Infinity;
  }

  /** Lognormal factor with mean 1 on all rates of one host. */
  #frailty(entity: string): number {
    const { frailtySigma } = this.#faults;
    if (frailtySigma === 0) return 1;
    const z = normalQuantile(this.#draws.stream(entity, 'frailty').at(0));
    return Math.exp(frailtySigma * z - (frailtySigma * frailtySigma) / 2);
  }

  /** The class as it is for this host's hardware model, or for everybody. */
  #classOf(faultClass: FaultClass, subject: number): FaultClassConfig {
    const { byHardware, classes } = this.#faults;
    if (byHardware === undefined || RACK_CLASSES.has(faultClass)) return classes[faultClass];
    return byHardware[this.#fleet.host(subject).config.hardware]?.[faultClass] ?? classes[faultClass];
  }

  #addSource(faultClass: FaultClass, subject: number, entity: string, factor: number): void {
    const { perYear } = this.#classOf(faultClass, subject);
    if (perYear * factor <= 0) return;
    const source: Source = {
      class: faultClass,
      subject,
      stream: this.#draws.stream(entity, `fault/${faultClass}`),
      meanGapMs: YEAR_MS / (perYear * factor),
      births: 0,
      countedDownMs: RACK_CLASSES.has(faultClass) ? 0 : this.#fleet.downMs(subject),
    };
    // Most hosts outlive the horizon: what will not be born in it is not kept.
    const atMs = this.#nextBirthMs(source);
    if (!this.#isWithinRun(atMs)) return;
    this.#sources.push(source);
    this.#kernel.schedule(atMs, this.#birth, this.#sources.length - 1);
  }

  /** Total down-time so far of the host behind a source; racks do not age by their hosts. */
  #downMs(source: Source): number {
    return RACK_CLASSES.has(source.class) ? 0 : this.#fleet.downMs(source.subject);
  }

  #scheduleNext(index: number, source: Source): void {
    const atMs = this.#nextBirthMs(source);
    source.countedDownMs = this.#downMs(source);
    if (this.#isWithinRun(atMs)) this.#kernel.schedule(atMs, this.#birth, index);
  }

  #nextBirthMs(source: Source): number {
    const { gapShape } = this.#classOf(source.class, source.subject);
    const u = source.stream.at(source.births * DRAWS_PER_FAULT);
    const gap = gapDistribution(source.meanGapMs, gapShape);
    const gapMs = source.births === 0 ? equilibriumSample(gap, u) : sample(gap, u);
    return this.#kernel.nowMs + Math.max(1, Math.round(gapMs));
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
      this.#kernel.schedule(this.#kernel.nowMs + missedMs, this.#birth, index);
      return;
    }
    const { durationMs, cures } = this.#classOf(source.class, source.subject);
    const first = source.births * DRAWS_PER_FAULT;
    const level = cureLevelOf(cures, source.stream.at(first + 2));
    const lastsMs = Math.max(1, Math.round(sample(durationMs, source.stream.at(first + 1))));
    source.births++;
    this.#strike(source.subject, { class: source.class, level, durationMs: lastsMs }, undefined);
    this.#scheduleNext(index, source);
  }

  #scripted(scripted: ScriptedFault): void {
    const stream = this.#draws.stream(`script/${scripted.name}`, scripted.target);
    const rackClass = strikesRack({ class: scripted.fault });
    const subject = rackClass ? this.#fleet.racks.indexOf(scripted.target) : this.#hostNamed(scripted.target);
    assert(subject >= 0, `the script's target ${scripted.target} exists`);
    if (scripted.fault === 'wrongBmcAddress') {
      const reaches = this.#hostNamed(scripted.reaches ?? '');
      assert(reaches >= 0, `the host ${scripted.reaches} that is reached exists`);
      const level = scripted.forMs === undefined ? 'person' : 'itself';
      const what = { class: scripted.fault, level, durationMs: scripted.forMs ?? 1, reaches } as const;
      this.#strike(subject, what, scripted.name);
      return;
    }
    const { durationMs, cures } = this.#classOf(scripted.fault, subject);
    const level: CureLevel = scripted.forMs === undefined ? cureLevelOf(cures, stream.at(2)) : 'itself';
    const lastsMs = scripted.forMs ?? Math.max(1, Math.round(sample(durationMs, stream.at(1))));
    this.#strike(subject, { class: scripted.fault, level, durationMs: lastsMs }, scripted.name);
  }

  #hostNamed(name: string): number {
    for (const host of this.#fleet.hosts)
      if (host.config.name === name || host.config.nodeName === name) return host.index;
    return -1;
  }

  #strike(subject: number, what: FaultKind, scripted: string | undefined): void {
    const fault: Fault = {
      ...what,
      id: this.#nextId++,
      subject,
      bornAtMs: this.#kernel.nowMs,
      level: strikesRack(what) ? 'itself' : what.level,
    };
    const endsAtMs = this.#kernel.nowMs + fault.durationMs;
    let latent = false;
    if (fault.class === 'rackPowerLoss') this.#losePower(subject, endsAtMs);
    else if (fault.class === 'switchOutage') this.#loseSwitch(subject, endsAtMs);
    else {
      if (fault.level === 'itself' && fault.class !== 'kernelPanic') {
        this.#endsAtMs.set(fault.id, endsAtMs);
        this.#kernel.call(endsAtMs, () => this.#passed(fault));
      }
      latent = this.#fleet.strike(fault) === 'latent';
      if (fault.class === 'bmcUnreachable') this.#bmc.pollChanged(subject);
    }
    for (const observer of this.#observers) observer.born(fault, { latent, scripted });
  }

  #passed(fault: Fault): void {
    this.#fleet.endByItself(fault);
    this.#endsAtMs.delete(fault.id);
    if (fault.class === 'bmcUnreachable') this.#bmc.pollChanged(fault.subject);
  }

  #losePower(rack: number, endsAtMs: number): void {
    const where = { at: 'rack', rack } as const;
    const restore = this.#fleet.losePower({ where, endsAtMs });
    this.#rackChanged(rack, 'feedLost');
    this.#kernel.call(endsAtMs, () => {
      this.#loseSomeForGood(rack);
      restore();
      this.#bmc.powerReturned(this.#fleet.power.hostsAt(where));
      this.#rackChanged(rack, 'feedReturned');
    });
  }

  /** A share of the hosts does not come back from a power loss: a dead host that needs a person. */
  #loseSomeForGood(rack: number): void {
    for (const host of this.#fleet.hosts) {
      if (host.rack !== rack) continue;
      const u = this.#draws.stream(host.bareMetalHost, 'no return').at(Math.floor(this.#kernel.nowMs / 1000));
      if (u < this.#faults.noReturnAfterPowerLoss)
        this.#strike(host.index, { class: 'hostDead', level: 'person', durationMs: 1 }, undefined);
    }
  }

  #loseSwitch(rack: number, endsAtMs: number): void {
    const heal = this.#fleet.loseSwitch(rack, endsAtMs);
    this.#rackChanged(rack, 'switchDown');
    this.#kernel.call(endsAtMs, () => {
      heal();
      this.#rackChanged(rack, 'switchUp');
    });
  }

  #rackChanged(rack: number, what: 'feedLost' | 'feedReturned' | 'switchDown' | 'switchUp'): void {
    for (const observer of this.#observers) observer.rackChanged(rack, what);
  }
}
