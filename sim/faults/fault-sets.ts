// The ready sets of faults, and what each makes of the usual faults and people. A new set is a file under sets/ and a line here.

import type { FaultClassConfig, FaultsConfig, PeopleConfig } from '../config.ts';
import { DEFAULT_FAULTS, DEFAULT_PEOPLE } from '../defaults.ts';
import { FAULT_NAMES } from './catalogue.ts';
import type { FaultSet } from './fault-set.ts';
import { EDGE_SITE } from './sets/edge-site.ts';
import { GOOGLE_CLUSTER_YEAR } from './sets/google-cluster-year.ts';
import { LANL_LIKE_SITE } from './sets/lanl-like-site.ts';
import { QUIET_SITE } from './sets/quiet-site.ts';

const SETS = [GOOGLE_CLUSTER_YEAR, LANL_LIKE_SITE, EDGE_SITE, QUIET_SITE] as const;

export type FaultSetName = (typeof SETS)[number]['name'];

export const FAULT_SETS: readonly (FaultSet & { readonly name: FaultSetName })[] = SETS;

export const FAULT_SET_NAMES: readonly FaultSetName[] = SETS.map(({ name }) => name);

/** What a scenario starts from before it says anything else. */
export interface FaultBase {
  readonly set: FaultSet | undefined;
  readonly faults: FaultsConfig;
  readonly people: PeopleConfig;
}

const USUAL: FaultBase = { set: undefined, faults: DEFAULT_FAULTS, people: DEFAULT_PEOPLE };

const BASES: ReadonlyMap<string, FaultBase> = new Map(SETS.map((set) => [set.name, baseOf(set)]));

/** Equal names give the same objects, so that whoever changes nothing is seen to have changed nothing. */
export function faultBase(name: FaultSetName | undefined): FaultBase {
  return name === undefined ? USUAL : (BASES.get(name) ?? USUAL);
}

function baseOf(set: FaultSet & { readonly name: FaultSetName }): FaultBase {
  const usual: Readonly<Record<string, FaultClassConfig | undefined>> = DEFAULT_FAULTS.classes;
  const classes = FAULT_NAMES.flatMap((name) => {
    const fault = set.faults[name]?.value ?? usual[name];
    return fault === undefined ? [] : [[name, fault] as const];
  });
  const people = Object.entries(set.people ?? {}).map(([field, { value }]) => [field, value] as const);
  return {
    set,
    faults: {
      ...DEFAULT_FAULTS,
      set: set.name,
      classes: Object.fromEntries(classes) as FaultsConfig['classes'],
      frailtySigma: set.frailtySigma?.value ?? DEFAULT_FAULTS.frailtySigma,
      ...(set.bursts === undefined ? {} : { bursts: set.bursts.value }),
      ...(set.repeats === undefined ? {} : { repeats: set.repeats.value }),
      noReturnAfterPowerLoss: set.noReturnAfterPowerLoss?.value ?? DEFAULT_FAULTS.noReturnAfterPowerLoss,
    },
    people: { ...DEFAULT_PEOPLE, ...Object.fromEntries(people) },
  };
}
