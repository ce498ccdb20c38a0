// A ready set of faults: how often what breaks at one kind of site, and how soon people are there. Every number has its source.

import type { BurstsConfig, FaultClassConfig, FaultName, PeopleConfig, RepeatsConfig } from '../config.ts';

/** A number, or several that belong together, and where it is from: `Source: ...` or `Assumption: ...`. */
export interface Sourced<T> {
  readonly value: T;
  readonly source: string;
}

type PlainPeople = Pick<PeopleConfig, 'repairCrew' | 'pageMs' | 'lateNoticeMs' | 'repairMs' | 'resetMs'>;

export interface FaultSet<Name extends string = string> {
  /** In scenarios: `faults.set`. */
  readonly name: Name;
  /** One sentence: what kind of site this is. */
  readonly says: string;
  /** Faults that differ from what is usual; all others stay as they are. */
  readonly faults: Readonly<Partial<Record<FaultName, Sourced<FaultClassConfig>>>>;
  readonly frailtySigma?: Sourced<number>;
  readonly noReturnAfterPowerLoss?: Sourced<number>;
  /** Failures of several hosts at once, and of one host again; absent: none. */
  readonly bursts?: Sourced<BurstsConfig>;
  readonly repeats?: Sourced<RepeatsConfig>;
  readonly people?: Readonly<{ [Field in keyof PlainPeople]?: Sourced<PlainPeople[Field]> }>;
  /** What the sources have and the set has not. */
  readonly leavesOut: readonly string[];
}

/** States a set; the type of its name is kept. */
export function defineFaultSet<const Name extends string>(set: FaultSet<Name>): FaultSet<Name> {
  return set;
}
