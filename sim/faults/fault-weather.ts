// Faults of the background and of the script: births, ends, and the draws behind them. Streams belong to the physical host
// (or rack), so a reprovisioned lemon is still the lemon, and no policy can shift anybody's faults. What a fault is and does
// stands in the catalogue.
//
// Divergence from reality
// - Classes are independent streams; correlation comes from racks (power, switch), from per-host frailty, and where a scenario
//   asks for them from bursts and repeated failures.
// - A fault's class, severity and length are fixed at birth; hardware does not wear.

import { assert } from '../../core/assert.ts';
import type { FaultName, ScriptedFault, SimConfig, TriggeredFault } from '../config.ts';
import type { OutageEnds } from '../host/counterfactual.ts';
import { sample } from '../kernel/distributions.ts';
import type { Draws } from '../kernel/rng.ts';
import { BackgroundFaults } from './background-faults.ts';
import { BirthRates } from './birth-rates.ts';
import { letBootsFail } from './boot-failures.ts';
import { addressOf, definitionOf, isOfHost } from './catalogue.ts';
import { type CureLevel, cureLevelOf, DRAWS_PER_FAULT, endsAtMs, type Fault } from './fault.ts';
import type { LetGo, StruckFault } from './fault-definition.ts';
import { type FaultKind, FaultKinds, kindOf } from './fault-kinds.ts';
import type { FaultParts, FaultUniforms } from './fault-parts.ts';
import { ADDRESSES, type Address } from './fault-target.ts';
import { FaultTriggers } from './fault-triggers.ts';
import type { RackChange } from './rack-outages.ts';
import { RecordedFailures } from './recorded-failures.ts';
import { Relapses } from './relapses.ts';

export interface WeatherObserver {
  /** `latent`: found its host down. `scripted`: name in the script. */
  born(fault: Fault, how: { readonly latent: boolean; readonly scripted: string | undefined }): void;
  rackChanged(rack: number, what: RackChange): void;
  /** A fault that is not of a host has ended. */
  passed?(fault: Fault): void;
}

export class FaultWeather implements OutageEnds {
  private readonly parts: FaultParts;
  private readonly config: SimConfig;
  private readonly draws: Draws;
  private readonly endsAtMs = new Map<number, number>();
  /** By fault, what ends its hold on the models. */
  private readonly holds = new Map<number, LetGo>();
  /** By id, those that last and are not a host's own. */
  private readonly lastingById = new Map<number, Fault>();
  private readonly observers: WeatherObserver[] = [];
  /** Absent where nothing in the script waits for anything. */
  readonly triggers: FaultTriggers<TriggeredFault> | undefined;
  private readonly rates: BirthRates;
  private readonly kinds: FaultKinds;
  private readonly background: BackgroundFaults;
  private readonly recorded: RecordedFailures;
  /** By host and class: how often recovery load has made it fail. */
  private readonly struckUnderLoad = new Map<string, number>();
  private nextId = 1;

  constructor(parts: Omit<FaultParts, 'breaks'>, config: SimConfig, draws: Draws) {
    const { kernel, fleet } = parts;
    this.parts = { ...parts, breaks: (host, name, uniform) => this.breaks(name, host, uniform) };
    this.config = config;
    this.draws = draws;
    fleet.observe({
      faultShown: (fault) => this.begins(fault),
      faultEnded: (fault, _host, by) => this.ends(fault, by),
    });
    this.rates = new BirthRates(config, draws);
    const relapses = new Relapses(kernel, fleet, draws, ({ id: _, subject, bornAtMs: __, ...kind }) =>
      this.strike(subject, kind, undefined),
    );
    letBootsFail(fleet, draws, this.parts.breaks);
    this.kinds = new FaultKinds(fleet, this.rates, relapses);
    const breaks = this.breaks.bind(this);
    this.background = new BackgroundFaults({ kernel, fleet, config, draws, rates: this.rates, breaks });
    this.recorded = new RecordedFailures({
      kernel,
      config,
      draws,
      kinds: this.kinds,
      indexOfHost: (name) => this.named('host', name),
      strike: (host, kind) => this.strike(host, kind, undefined),
    });
    this.triggers = this.triggersOf(config);
    parts.rackOutages.onChange((rack, what) => {
      for (const observer of this.observers) observer.rackChanged(rack, what);
    });
    parts.rackOutages.onHostLost((host) => {
      this.strike(host, { class: 'hostDead', level: 'person', durationMs: 1 }, undefined);
    });
  }

  observe(observer: WeatherObserver): void {
    this.observers.push(observer);
  }

  /** Schedules the first fault of every source and the whole script. */
  start(): void {
    this.background.start();
    for (const scripted of this.config.script) {
      this.parts.kernel.call(this.config.startMs + scripted.atMs, () => this.scripted(scripted));
    }
    this.recorded.start();
  }

  /**
   * Hosts that were silent before the start must have a cause; an import cannot know it. Assumption: a hang that began when
   * the silence did, with a severity drawn like any other hang's. Before anybody listens to the fleet.
   */
  startSilent(): void {
    for (const host of this.parts.fleet.hosts) {
      if (host.config.initial.state !== 'silent') continue;
      const stream = this.draws.stream(host.bareMetalHost, 'silent at the start');
      const { cures } = this.rates.classOf('osHang', host);
      const level = cureLevelOf({ ...cures, itself: 0 }, stream.at(0));
      this.strike(host.index, { class: 'osHang', level, durationMs: 1 }, undefined);
    }
  }

  /** Hardware of this host breaks, and stays broken until a person replaces it. */
  breaksForGood(host: number, name: FaultName): void {
    this.strike(host, kindOf(name, { level: 'person', lastsMs: 1, parameters: undefined }), undefined);
  }

  /** Recovery load makes a host fail: with severity and length as any other fault of its class, from streams of their own. */
  strikeUnderLoad(host: number, name: 'diskFailure' | 'selfHealingOutage'): void {
    const { bareMetalHost } = this.parts.fleet.host(host);
    const key = `${bareMetalHost} ${name}`;
    const index = this.struckUnderLoad.get(key) ?? 0;
    this.struckUnderLoad.set(key, index + 1);
    const stream = this.draws.stream(bareMetalHost, `fault under recovery load/${name}`);
    const { durationMs, cures, parameters } = this.kinds.classOf(name, host);
    const level = name === 'selfHealingOutage' ? 'itself' : cureLevelOf(cures, stream.at(2 * index + 1));
    this.strike(
      host,
      kindOf(name, { level, lastsMs: sample(durationMs, stream.at(2 * index)), parameters }),
      undefined,
    );
  }

  /** Somebody makes a fault happen now, whatever the background does; its id, by which it can be healed. */
  strikeNow(what: Omit<ScriptedFault, 'atMs'>): number {
    return this.scripted(what);
  }

  /** It is over now, as if it had passed by itself; false where no fault of this id lasts or waits. */
  heal(faultId: number): boolean {
    const lasting = this.lastingById.get(faultId);
    if (lasting !== undefined) {
      this.over(lasting);
      return true;
    }
    const { hosts } = this.parts.fleet;
    const fault = hosts.flatMap(({ active, latent }) => [...active, ...latent]).find(({ id }) => id === faultId);
    if (fault !== undefined) this.passed(fault);
    return fault !== undefined;
  }

  /** Faults that last and are not a host's own: of racks, rooms, pools, the site. Those of a host are with the host. */
  lasting(): readonly Fault[] {
    return [...this.lastingById.values()];
  }

  faultEndsAtMs(faultId: number): number {
    return this.endsAtMs.get(faultId) ?? Infinity;
  }

  private triggersOf({ triggered, startMs, durationMs }: SimConfig): FaultTriggers<TriggeredFault> | undefined {
    if (triggered === undefined) return undefined;
    const parts = { kernel: this.parts.kernel, draws: this.draws, endsAtMs: startMs + durationMs, entity: 'script' };
    return new FaultTriggers(parts, triggered, (fault, host, strike) =>
      this.scripted({ ...fault, target: fault.target ?? host }, strike),
    );
  }

  /** A fault of the background, with the draws of its length and its severity. */
  private breaks(name: FaultName, subject: number, uniform: FaultUniforms): void {
    this.strike(subject, this.kinds.drawn(name, subject, uniform), undefined);
  }

  /** @param strike how often it has struck before. */
  private scripted(scripted: Omit<ScriptedFault, 'atMs'>, strike = 0): number {
    const { fault: name, target, reaches, forMs } = scripted;
    const stream = this.draws.stream(`script/${scripted.name}`, target);
    const first = strike * DRAWS_PER_FAULT;
    const subject = this.named(addressOf(name), target);
    const { durationMs, cures, parameters } = this.kinds.classOf(name, subject);
    const level: CureLevel = forMs === undefined ? cureLevelOf(cures, stream.at(first + 2)) : 'itself';
    const lastsMs = forMs ?? sample(durationMs, stream.at(first + 1));
    const kind = kindOf(name, { level, lastsMs, parameters: scripted.parameters ?? parameters });
    const second = reaches === undefined ? {} : { reaches: this.named('host', reaches) };
    const cause = forMs === undefined ? this.kinds.causeOf(name, subject) : NONE;
    return this.strike(subject, { ...kind, ...second, ...cause }, scripted.name);
  }

  private named(address: Address, name: string): number {
    const index =
      address === 'host'
        ? this.parts.fleet.hosts.findIndex(({ config }) => config.name === name || config.nodeName === name)
        : ADDRESSES[address].names(this.config).indexOf(name);
    assert(index >= 0, `the script's ${address} ${name} exists`);
    return index;
  }

  private strike(subject: number, what: FaultKind, scripted: string | undefined): number {
    const { kernel, fleet } = this.parts;
    const ofHost = isOfHost(what.class);
    const fault: Fault = {
      ...what,
      id: this.nextId++,
      subject,
      bornAtMs: kernel.nowMs,
      level: ofHost ? what.level : 'itself',
    };
    let latent = false;
    if (ofHost) {
      const passes = fault.level === 'itself' || fault.passes === true;
      if (passes && definitionOf(fault.class).endsByItsCourse !== true) {
        this.endsAtMs.set(fault.id, endsAtMs(fault));
        kernel.call(endsAtMs(fault), () => this.passed(fault));
      }
      latent = fleet.strike(fault) === 'latent';
    } else {
      this.lastingById.set(fault.id, fault);
      this.begins(fault);
      kernel.call(endsAtMs(fault), () => this.over(fault));
    }
    for (const observer of this.observers) observer.born(fault, { latent, scripted });
    return fault.id;
  }

  /** One that is not a host's own, once. */
  private over(fault: Fault): void {
    if (!this.lastingById.delete(fault.id)) return;
    this.ends(fault, 'itself');
    for (const observer of this.observers) observer.passed?.(fault);
  }

  private passed(fault: Fault): void {
    this.parts.fleet.endByItself(fault);
    this.endsAtMs.delete(fault.id);
  }

  private begins(fault: Fault): void {
    const letGo = definitionOf(fault.class).begins?.(this.parts, struck(fault));
    if (letGo !== undefined) this.holds.set(fault.id, letGo);
  }

  private ends(fault: Fault, by: CureLevel): void {
    const letGo = this.holds.get(fault.id);
    this.holds.delete(fault.id);
    letGo?.(by);
  }
}

const NONE = {};

function struck(fault: Fault): StruckFault {
  return fault.parameters === undefined ? { ...fault, parameters: NONE } : (fault as StruckFault);
}
