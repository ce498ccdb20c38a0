// How many failures to expect: laws of the count of one host, and of all hosts of a kind, over a span after the window that they
// were calibrated on. Three models, each adding what the one before leaves out.

import { type CountLaw, levelsOf } from '../../lab/statistics/count-law.ts';
import { factorOf } from '../../lab/statistics/frailty.ts';
import { YEAR_MS } from '../../sim/kernel/time-units.ts';
import type { CalibratedGroup } from './calibrate.ts';

/**
 * `poisson`: one rate per kind, failures independent. `frailty`: hosts differ and failures cluster, rates stay. `drift`: and
 * rates wander, from where they stood at the end.
 */
const MODELS = ['poisson', 'frailty', 'drift'] as const;
export type Model = (typeof MODELS)[number];

export interface Ahead {
  /** From the end of the window to the start and to the end of the span, in years. */
  readonly fromYears: number;
  readonly untilYears: number;
  /** Years at risk within the span: of the host, or of all hosts together. */
  readonly years: number;
}

/** What is known of one host from the window. */
export interface HostRecord {
  readonly events: number;
  readonly years: number;
}

export function aheadOf(
  endOfWindowMs: number,
  span: { readonly fromMs: number; readonly untilMs: number },
  years: number,
): Ahead {
  return {
    fromYears: (span.fromMs - endOfWindowMs) / YEAR_MS,
    untilYears: (span.untilMs - endOfWindowMs) / YEAR_MS,
    years,
  };
}

/** Laws of one host's count; the forecast is their equally weighted mixture. */
export function hostLaws(
  model: Model,
  group: CalibratedGroup,
  host: HostRecord,
  ahead: Ahead,
  drift: number,
): readonly CountLaw[] {
  const { frailty, perHostYear } = group;
  if (model === 'poisson') return [poisson(perHostYear * ahead.years)];
  const factor = factorOf({ events: host.events, expected: perHostYear * host.years }, frailty);
  return ratesOf(model, group, ahead, drift).map((perYear) => {
    const mean = perYear * ahead.years * factor.mean;
    return { mean, variance: frailty.dispersion * mean + (perYear * ahead.years) ** 2 * factor.variance };
  });
}

/** Laws of the count of all hosts of a group together. */
export function groupLaws(model: Model, group: CalibratedGroup, ahead: Ahead, drift: number): readonly CountLaw[] {
  if (model === 'poisson') return [poisson(group.perHostYear * ahead.years)];
  return ratesOf(model, group, ahead, drift).map((perYear) => {
    const mean = perYear * ahead.years;
    return { mean, variance: group.dispersion * mean };
  });
}

function poisson(mean: number): CountLaw {
  return { mean, variance: mean };
}

/** Rates of a host of the group, in the span; equally likely. The mean of a wandering level over a span varies by a third of its end. */
function ratesOf(
  model: Model,
  group: CalibratedGroup,
  { fromYears, untilYears }: Ahead,
  drift: number,
): readonly number[] {
  if (model === 'frailty') return [group.perHostYear];
  const wandered = drift * drift * (fromYears + (untilYears - fromYears) / 3);
  return levelsOf(group.level.log, Math.sqrt(group.level.logStandardDeviation ** 2 + wandered));
}
