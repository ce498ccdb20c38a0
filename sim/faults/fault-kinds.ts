// What a fault that is about to strike is: how severe, how long, with what it is told, as the hardware of its host has it. All of it
// is drawn at its birth.

import type { FaultClassConfig, FaultName } from '../config.ts';
import type { HostFleet } from '../host/host-fleet.ts';
import { sample } from '../kernel/distributions.ts';
import type { BirthRates } from './birth-rates.ts';
import { addressOf, definitionOf, isOfHost } from './catalogue.ts';
import { type CureLevel, cureLevelOf, type Fault } from './fault.ts';
import { type FaultValue, withDefaults } from './fault-parameter.ts';
import type { FaultUniforms } from './fault-parts.ts';
import type { Relapses } from './relapses.ts';

/** A fault without what tells it from others of its kind. */
export type FaultKind = Omit<Fault, 'id' | 'subject' | 'bornAtMs'>;

export interface KindChoice {
  readonly level: CureLevel;
  readonly lastsMs: number;
  /** Absent: its defaults. */
  readonly parameters: Readonly<Record<string, FaultValue>> | undefined;
}

const NONE = {};

export class FaultKinds {
  private readonly fleet: HostFleet;
  private readonly rates: BirthRates;
  private readonly relapses: Relapses;

  constructor(fleet: HostFleet, rates: BirthRates, relapses: Relapses) {
    this.fleet = fleet;
    this.rates = rates;
    this.relapses = relapses;
  }

  /** The class of a fault on this subject: a host with hardware of its own may have another than the rest. */
  classOf(name: FaultName, subject: number): FaultClassConfig {
    const host = addressOf(name) === 'host' ? this.fleet.host(subject) : undefined;
    return this.rates.classOf(name, host);
  }

  /** With the length and the severity that these draws have in its class, and perhaps a cause that outlives what ends it. */
  drawn(name: FaultName, subject: number, uniform: FaultUniforms): FaultKind {
    const { durationMs, cures, parameters } = this.classOf(name, subject);
    const level = cureLevelOf(cures, uniform.severity);
    const kind = kindOf(name, { level, lastsMs: sample(durationMs, uniform.length), parameters });
    return { ...kind, ...this.causeOf(name, subject) };
  }

  /** What lies behind a fault that is born now, where it degrades. */
  causeOf(name: FaultName, subject: number): Pick<Fault, 'degradation'> {
    const { degrading } = this.classOf(name, subject);
    if (degrading === undefined || !isOfHost(name)) return NONE;
    const degradation = this.relapses.causeOf({ class: name, subject }, degrading);
    return degradation === undefined ? NONE : { degradation };
  }
}

export function kindOf(name: FaultName, { level, lastsMs, parameters: given }: KindChoice): FaultKind {
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
