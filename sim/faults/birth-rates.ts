// How often what breaks: the rate of every fault on every host, rack and so on, with what the hardware model, the number of
// disks and the frailty of a host make of it; and what of it comes alone, in bursts, or again.

import type { FaultClassConfig, FaultName, FaultsConfig, SimConfig } from '../config.ts';
import type { Host } from '../host/host.ts';
import type { Draws } from '../kernel/rng.ts';
import { addressOf, definitionOf, faultsIn, isOfHost, stopsHost } from './catalogue.ts';
import { frailtyOf } from './fault-rates.ts';
import type { Address } from './fault-target.ts';
import { unitsOf } from './fault-target.ts';

export class BirthRates {
  /** Every fault that the config says something about, in the order of the catalogue. */
  private readonly names: readonly FaultName[];
  private readonly faults: FaultsConfig;
  private readonly draws: Draws;

  constructor({ faults }: Pick<SimConfig, 'faults'>, draws: Draws) {
    this.faults = faults;
    this.draws = draws;
    this.names = faultsIn(Object.assign({}, ...Object.values(faults.byHardware ?? {}), faults.classes));
  }

  /** Those whose targets are named so, in the order of the catalogue. */
  namesOf(address: Address): readonly FaultName[] {
    return this.names.filter((name) => addressOf(name) === address);
  }

  /** The fault as it is for this host's hardware model, or for everybody. */
  classOf(name: FaultName, host: Host | undefined): FaultClassConfig {
    const { byHardware, classes } = this.faults;
    const own = host === undefined ? undefined : byHardware?.[host.config.hardware]?.[name];
    return own ?? classes[name] ?? definitionOf(name).usual;
  }

  /** All births a year of one fault on one target, however they come. */
  perYear(name: FaultName, host: Host | undefined): number {
    const { perYear } = this.classOf(name, host);
    if (host === undefined || perYear === 0) return perYear;
    // Its data disks die of their age instead.
    if (name === 'diskFailure' && host.hardware.components !== undefined) return 0;
    return (
      perYear *
      (unitsOf(definitionOf(name).strikes, host.config) *
        frailtyOf(this.draws, host.bareMetalHost, this.faults.frailtySigma))
    );
  }

  /** Of them, the share that comes by itself: neither in a burst, nor because the host failed before. */
  aloneShare(name: FaultName): number {
    return comesInBursts(name) ? this.primaryShare() * (1 - (this.faults.bursts?.share ?? 0)) : 1;
  }

  /** Share of the failures of hosts that do not come because the host failed shortly before. */
  primaryShare(): number {
    const { repeats } = this.faults;
    return repeats === undefined ? 1 : 1 / (1 + repeats.share / (1 - repeats.againShare));
  }
}

/** Failures of hosts: they cluster. What leaves the system running does not make a host fail. */
export function comesInBursts(name: FaultName): boolean {
  return isOfHost(name) && stopsHost({ class: name });
}
