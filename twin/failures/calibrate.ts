// From a history of failures to what a simulation needs: rates with their differences and drift, gaps, repairs, causes, repeats.

import { type LognormalFit, lognormalFit, type WeibullFit, weibullFit } from '../../lab/statistics/gap-fit.ts';
import { quantile } from '../../lab/statistics/quantile.ts';
import { type RateLevel, type RatePeriod, rateLevel, stepVariance } from '../../lab/statistics/rate-level.ts';
import { DAY_MS } from '../../sim/kernel/time-units.ts';
import { DRIFT_PER_YEAR, DRIFT_STEPS_LEAST } from './defaults.ts';
import type { FailureHistory, HostFailure, Span } from './failure-history.ts';
import { fitGroup, type GroupFit, gapsOf, groupsOf, lengthsOf } from './group-fit.ts';

export interface CalibratedGroup extends GroupFit {
  /** Where its rate stands at the end of the window. */
  readonly level: RateLevel;
}

export interface CauseFit {
  /** The class before the colon; empty where none was recorded. */
  readonly cause: string;
  readonly failures: number;
  /** Of all failures. */
  readonly share: number;
  /** Of all time out. */
  readonly shareOfDowntime: number;
  readonly medianMs: number;
  readonly meanMs: number;
  readonly p95Ms: number;
}

/** After the end of an outage: does the same host fail again soon, and after that once more? */
export interface RepeatFit {
  readonly failures: number;
  readonly withinDay: number;
  readonly withinWeek: number;
  /** Of those that came back within a day, how many came back within a day once more. */
  readonly againWithinDay: number;
  /** What a Poisson process of the same rate would have within a day. */
  readonly poissonWithinDay: number;
}

export interface Calibration {
  readonly window: Span;
  readonly groups: readonly CalibratedGroup[];
  /** Groups that nobody watched in the window. */
  readonly unseen: readonly string[];
  /** Standard deviation of the logarithm of a group's rate after a year. */
  readonly driftPerYear: number;
  /** Steps from one year to the next that it was estimated from; the default where they are too few. */
  readonly driftSteps: number;
  readonly gaps: WeibullFit | undefined;
  readonly repairs: LognormalFit | undefined;
  readonly causes: readonly CauseFit[];
  readonly repeats: RepeatFit;
  /** Share of the failures that came within two minutes of another of the same group. */
  readonly inBursts: number;
}

const QUARTERS_IN_YEAR = 4;
/**
 * What wanders all the time moves more than the averages of its years do.
 * Source: Working, "Note on the correlation of first differences of averages in a random chain", Econometrica 28 (1960): 2/3.
 */
const UNDO_AVERAGING = 3 / 2;
/** Source: Ford et al., OSDI 2010, section 4.1: failures less than 120 s apart are one burst. */
const BURST_MS = 120_000;

export function calibrate(history: FailureHistory, window: Span): Calibration {
  const seen = groupsOf(history, window);
  const fits = seen.filter(({ hostYears }) => hostYears > 0).map((group) => fitGroup(history, group, window));
  const steps = stepVariance(fits.map(({ quarters, dispersion }) => ({ periods: yearsOf(quarters), dispersion })));
  const isKnown = steps.steps >= DRIFT_STEPS_LEAST;
  const driftPerYear = isKnown ? Math.sqrt(steps.variance * UNDO_AVERAGING) : DRIFT_PER_YEAR;
  const perQuarter = driftPerYear ** 2 / QUARTERS_IN_YEAR;
  const failures = fits.flatMap((fit) => fit.failures).toSorted((a, b) => a.startMs - b.startMs);
  const gaps = gapsOf(failures);
  const lengths = lengthsOf(failures);
  return {
    window,
    groups: fits.flatMap((fit) => {
      const level = rateLevel(fit.quarters, { stepVariance: perQuarter, dispersion: fit.dispersion });
      return level === undefined ? [] : [{ ...fit, level }];
    }),
    unseen: seen.filter(({ hostYears }) => hostYears <= 0).map(({ group }) => group),
    driftPerYear,
    driftSteps: steps.steps,
    gaps: gaps.length < 2 ? undefined : weibullFit(gaps),
    repairs: lengths.length === 0 ? undefined : lognormalFit(lengths),
    causes: causesOf(failures),
    repeats: repeatsOf(
      failures,
      fits.reduce((sum, { hostYears }) => sum + hostYears, 0),
    ),
    inBursts:
      failures.length === 0 ? 0 : fits.reduce((sum, fit) => sum + inBurstsOf(fit.failures), 0) / failures.length,
  };
}

/** Whole years, the last one ending with the window: within them clusters of weeks and months even out, which are no drift. */
function yearsOf(quarters: readonly RatePeriod[]): readonly RatePeriod[] {
  const years: RatePeriod[] = [];
  for (let from = quarters.length % QUARTERS_IN_YEAR; from < quarters.length; from += QUARTERS_IN_YEAR) {
    const year = quarters.slice(from, from + QUARTERS_IN_YEAR);
    years.push({
      events: year.reduce((sum, { events }) => sum + events, 0),
      years: year.reduce((sum, quarter) => sum + quarter.years, 0),
    });
  }
  return years;
}

function causesOf(failures: readonly HostFailure[]): readonly CauseFit[] {
  const classOf = ({ cause }: HostFailure): string => cause.split(':')[0] ?? '';
  const allMs = lengthsOf(failures).reduce((sum, ms) => sum + ms, 0);
  return [...Map.groupBy(failures, classOf)]
    .map(([cause, ofCause]) => {
      const lengths = lengthsOf(ofCause);
      const sumMs = lengths.reduce((sum, ms) => sum + ms, 0);
      const at = (p: number): number => (lengths.length === 0 ? 0 : quantile(lengths, p));
      return {
        cause,
        failures: ofCause.length,
        share: ofCause.length / failures.length,
        shareOfDowntime: allMs === 0 ? 0 : sumMs / allMs,
        medianMs: at(0.5),
        meanMs: lengths.length === 0 ? 0 : sumMs / lengths.length,
        p95Ms: at(0.95),
      };
    })
    .toSorted((a, b) => b.failures - a.failures);
}

function repeatsOf(failures: readonly HostFailure[], hostYears: number): RepeatFit {
  const byHost = Map.groupBy(failures, ({ host }) => host);
  let withinDay = 0;
  let withinWeek = 0;
  let followed = 0;
  let again = 0;
  for (const ofHost of byHost.values()) {
    const waits = ofHost.map(
      ({ startMs, endMs }, index) => (ofHost[index + 1]?.startMs ?? Infinity) - (endMs ?? startMs),
    );
    const soon = waits.map((waitMs) => waitMs >= 0 && waitMs <= DAY_MS);
    withinDay += soon.filter(Boolean).length;
    withinWeek += waits.filter((waitMs) => waitMs >= 0 && waitMs <= 7 * DAY_MS).length;
    soon.forEach((isSoon, index) => {
      const next = soon[index + 1];
      if (!isSoon || next === undefined) return;
      followed++;
      if (next) again++;
    });
  }
  const n = Math.max(1, failures.length);
  const perDay = hostYears === 0 ? 0 : failures.length / (hostYears * 365.25);
  return {
    failures: failures.length,
    withinDay: withinDay / n,
    withinWeek: withinWeek / n,
    againWithinDay: followed === 0 ? 0 : again / followed,
    poissonWithinDay: -Math.expm1(-perDay),
  };
}

/** Failures of one group that are less than two minutes from a neighbour in time. */
function inBurstsOf(failures: readonly HostFailure[]): number {
  const near = (a: HostFailure | undefined, b: HostFailure | undefined): boolean =>
    a !== undefined && b !== undefined && b.startMs - a.startMs <= BURST_MS;
  return failures.filter((failure, index) => near(failures[index - 1], failure) || near(failure, failures[index + 1]))
    .length;
}
