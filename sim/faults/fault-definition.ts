// The one shape of a fault in the catalogue: what it is, whom it strikes, how it comes and goes, what it can be told, what it
// threatens, and how it takes hold of the world. Everything that lists faults is made of these.

import type { FaultClassConfig } from '../config.ts';
import type { HostEffect } from '../host/host-effect.ts';
import type { CureLevel, Fault } from './fault.ts';
import type { FaultParameters, ValuesOf } from './fault-parameter.ts';
import type { FaultParts } from './fault-parts.ts';
import type { StruckThingName } from './fault-target.ts';

/** Hosts, BMCs, network, environment, data (storage), operators (people), upgrades, provisioning. */
export type FaultFamily = 'H' | 'BMC' | 'N' | 'E' | 'D' | 'O' | 'U' | 'P';

/**
 * `always`: it comes by itself in every world, and every report lists it. `onRequest`: only where a scenario gives it a rate or
 * scripts it. `scripted`: only from a script, since it is about things that no draw can choose.
 */
export type FaultBackground = 'always' | 'onRequest' | 'scripted';

export type LetGo = (by: CureLevel) => void;

/** A fault as its definition sees it: told what it can be told. */
export type StruckFault<P extends FaultParameters = FaultParameters> = Fault & { readonly parameters: ValuesOf<P> };

export interface FaultDefinition<
  Name extends string = string,
  Background extends FaultBackground = FaultBackground,
  P extends FaultParameters = FaultParameters,
> {
  /** Of the list of faults: `H3`. Several may be kinds of one. */
  readonly id: string;
  /** In scenarios, results and traces. */
  readonly name: Name;
  readonly family: FaultFamily;
  /** One sentence: what is the case while it lasts. */
  readonly says: string;
  readonly strikes: StruckThingName;
  readonly background: Background;
  /** Rate, shape of gaps, length and cures where a scenario does not say them; `perYear: 0` unless it comes by itself. */
  readonly usual: FaultClassConfig;
  /** Where the rate comes from, for the list of assumptions; of those that come by themselves. */
  readonly rateSource?: string;
  readonly parameters: P;
  /** It is about a second host, which `reaches` names: what that one is to it. */
  readonly reaches?: string;
  /** It never lasts longer, whatever is asked for. Absent: until it passes, is cured, or the run ends. */
  readonly longestMs?: number;
  /** It is not the host's own: nothing that is done to the host ends it, and it passes at its time. */
  readonly outsideOfHost?: true;
  /** What ends it where it passes by itself is the model that it took hold of, not a clock. */
  readonly endsByItsCourse?: true;
  /** The operating system goes on: it shows on a host that is down, too, and a person ends it without touching the system. */
  readonly systemGoesOn?: true;
  /** Nothing that is done to the host ends it: it passes by itself, or a person ends it. */
  readonly outlivesBoots?: true;
  /** Nobody is called for it: whoever works on the host for another reason sets it right. */
  readonly callsNobody?: true;
  /** How it begins and ends, beyond what the numbers say; one sentence for the page about faults. */
  readonly course: string;
  /** Ids of the invariants that it is there to threaten. */
  readonly threatens: readonly string[];
  /** What the host itself reads off the fault that it carries, as data. */
  onHost?(parameters: ValuesOf<P>): HostEffect;
  /**
   * It shows: at its birth, or when a host that was down comes up. Takes hold of the models, and gives back what lets go of them
   * again, which is called once, when it has ended by itself or by a cure. Absent: the fleet does all that it does.
   */
  begins?(parts: FaultParts, fault: StruckFault<P>): LetGo | undefined;
}

/** States a fault; the types of its name and parameters are kept. */
export function defineFault<
  const Name extends string,
  const Background extends FaultBackground,
  const P extends FaultParameters,
>(definition: FaultDefinition<Name, Background, P>): FaultDefinition<Name, Background, P> {
  return definition;
}
