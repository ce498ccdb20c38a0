// A forecast tried on what came after: calibrated on one part of a history, its intervals are held against the rest. Coverage is
// the share of the outcomes that lie in their interval; what an honest interval would have is said beside it.

import { type CountInterval, countInterval } from '../../lab/statistics/count-law.ts';
import { proportionInterval } from '../../lab/statistics/proportion-interval.ts';
import { normalQuantile } from '../../sim/kernel/special-functions.ts';
import { type CalibratedGroup, type Calibration, calibrate } from './calibrate.ts';
import { type FailureHistory, type Span, spanOf, yearsWatched } from './failure-history.ts';
import { type Ahead, aheadOf, groupLaws, hostLaws, type Model } from './forecast.ts';
import { lengthsOf } from './group-fit.ts';

export interface Coverage {
  readonly outcomes: number;
  /** Share of the outcomes that lie in their interval. */
  readonly inside: number;
  /** Mean probability that the intervals claim; more than was asked for, since counts are whole. */
  readonly claimed: number;
}

/** One group in one calendar year. */
export interface GroupYear {
  readonly group: string;
  readonly year: number;
  readonly hostYears: number;
  readonly failures: number;
  readonly forecast: Readonly<Record<Model, CountInterval>>;
}

export interface Backtest {
  readonly fitted: Calibration;
  readonly tried: Span;
  /** What the intervals are asked to hold, 0.9 for 90 %. */
  readonly share: number;
  readonly groupYears: readonly GroupYear[];
  readonly ofGroups: Readonly<Record<Model, Coverage>>;
  readonly ofHosts: Readonly<Record<Model, Coverage>>;
  /** Of the length of single outages, by the lognormal of their group. */
  readonly ofRepairs: Coverage;
  /** Groups of which nothing was seen before. */
  readonly notForecast: readonly string[];
}

export function backtest(
  history: FailureHistory,
  asked: { readonly fromMs: number; readonly splitMs: number; readonly untilMs: number; readonly share: number },
): Backtest {
  const whole = spanOf(history);
  const tried = { fromMs: asked.splitMs, untilMs: Math.min(asked.untilMs, whole.untilMs) };
  const fitted = calibrate(history, { fromMs: Math.max(asked.fromMs, whole.fromMs), untilMs: asked.splitMs });
  const groupYears = fitted.groups.flatMap((group) => yearsOf(history, group, { tried, fitted, share: asked.share }));
  const byModel = <T>(of: (model: Model) => T): Readonly<Record<Model, T>> => ({
    poisson: of('poisson'),
    frailty: of('frailty'),
    drift: of('drift'),
  });
  return {
    fitted,
    tried,
    share: asked.share,
    groupYears,
    ofGroups: byModel((model) =>
      coverageOf(groupYears.map(({ failures, forecast }) => ({ seen: failures, interval: forecast[model] }))),
    ),
    ofHosts: byModel((model) =>
      coverageOf(
        fitted.groups.flatMap((group) => hostsOf(history, group, { model, tried, fitted, share: asked.share })),
      ),
    ),
    ofRepairs: repairCoverage(history, fitted, tried, asked.share),
    notForecast: fitted.unseen.filter((group) =>
      history.hosts.some((host) => host.group === group && yearsWatched(host, tried) > 0),
    ),
  };
}

interface Trial {
  readonly tried: Span;
  readonly fitted: Calibration;
  readonly share: number;
}

interface Outcome {
  readonly seen: number;
  readonly interval: CountInterval;
}

function coverageOf(outcomes: readonly Outcome[]): Coverage {
  const inside = outcomes.filter(({ seen, interval }) => seen >= interval.low && seen <= interval.high).length;
  const claimed = outcomes.reduce((sum, { interval }) => sum + interval.probability, 0);
  const n = Math.max(1, outcomes.length);
  return { outcomes: outcomes.length, inside: inside / n, claimed: claimed / n };
}

/** 95 % interval of a coverage, were the outcomes independent. */
export function coverageInterval({ inside, outcomes }: Coverage): { readonly low: number; readonly high: number } {
  return outcomes === 0 ? { low: 0, high: 1 } : proportionInterval(Math.round(inside * outcomes), outcomes);
}

function yearsOf(
  history: FailureHistory,
  group: CalibratedGroup,
  { tried, fitted, share }: Trial,
): readonly GroupYear[] {
  return calendarYears(tried).flatMap(({ year, span }) => {
    const hostYears = group.hosts.reduce((sum, index) => sum + watched(history, index, span), 0);
    if (hostYears <= 0) return [];
    const ahead = aheadOf(fitted.window.untilMs, span, hostYears);
    const forecast = (model: Model): CountInterval =>
      countInterval(groupLaws(model, group, ahead, fitted.driftPerYear), share);
    return [
      {
        group: group.group,
        year,
        hostYears,
        failures: history.failures.filter(
          (failure) => isIn(failure.startMs, span) && groupOf(history, failure.host) === group.group,
        ).length,
        forecast: { poisson: forecast('poisson'), frailty: forecast('frailty'), drift: forecast('drift') },
      },
    ];
  });
}

function hostsOf(
  history: FailureHistory,
  group: CalibratedGroup,
  asked: Trial & { readonly model: Model },
): readonly Outcome[] {
  const { model, tried, fitted, share } = asked;
  const before = countsByHost(history, fitted.window);
  const after = countsByHost(history, tried);
  const known = new Map<string, CountInterval>();
  return group.hosts.flatMap((index) => {
    const years = watched(history, index, tried);
    if (years <= 0) return [];
    const host = { events: before.get(index) ?? 0, years: watched(history, index, fitted.window) };
    const key = `${host.events} ${host.years} ${years}`;
    const ahead: Ahead = aheadOf(fitted.window.untilMs, tried, years);
    const interval = known.get(key) ?? countInterval(hostLaws(model, group, host, ahead, fitted.driftPerYear), share);
    known.set(key, interval);
    return [{ seen: after.get(index) ?? 0, interval }];
  });
}

function repairCoverage(history: FailureHistory, fitted: Calibration, tried: Span, share: number): Coverage {
  const reach = normalQuantile((1 + share) / 2);
  let outcomes = 0;
  let inside = 0;
  for (const { group, repairs } of fitted.groups) {
    if (repairs === undefined) continue;
    const failures = history.failures.filter(
      ({ host, startMs }) => isIn(startMs, tried) && groupOf(history, host) === group,
    );
    const lengths = lengthsOf(failures);
    outcomes += lengths.length;
    inside += lengths.filter((ms) => Math.abs(Math.log(ms / repairs.median)) <= reach * repairs.sigma).length;
  }
  return { outcomes, inside: inside / Math.max(1, outcomes), claimed: share };
}

function countsByHost(history: FailureHistory, span: Span): ReadonlyMap<number, number> {
  const counts = new Map<number, number>();
  for (const { host, startMs } of history.failures) {
    if (isIn(startMs, span)) counts.set(host, (counts.get(host) ?? 0) + 1);
  }
  return counts;
}

function watched(history: FailureHistory, index: number, span: Span): number {
  const host = history.hosts[index];
  return host === undefined ? 0 : yearsWatched(host, span);
}

function groupOf(history: FailureHistory, index: number): string {
  return history.hosts[index]?.group ?? '';
}

function isIn(atMs: number, { fromMs, untilMs }: Span): boolean {
  return atMs >= fromMs && atMs < untilMs;
}

function calendarYears({ fromMs, untilMs }: Span): readonly { readonly year: number; readonly span: Span }[] {
  const years: { year: number; span: Span }[] = [];
  for (let year = new Date(fromMs).getUTCFullYear(); Date.UTC(year, 0) < untilMs; year++) {
    years.push({
      year,
      span: { fromMs: Math.max(fromMs, Date.UTC(year, 0)), untilMs: Math.min(untilMs, Date.UTC(year + 1, 0)) },
    });
  }
  return years;
}
