// What a history says about one kind of hosts: how often they fail, how much they differ, how failures cluster, how long they
// last. Rates drift over the years, so the rate of a whole window and the rate at its end are two numbers.

import { type Frailty, frailtyOf } from '../../lab/statistics/frailty.ts';
import { type LognormalFit, lognormalFit, type WeibullFit, weibullFit } from '../../lab/statistics/gap-fit.ts';
import type { RatePeriod } from '../../lab/statistics/rate-level.ts';
import { YEAR_MS } from '../../sim/kernel/time-units.ts';
import { type FailureHistory, type HostFailure, type Span, yearsWatched } from './failure-history.ts';

/** The failures of one kind of hosts within a window. */
export interface GroupHistory {
  readonly group: string;
  /** Indexes of hosts that were watched at all, then or later. */
  readonly hosts: readonly number[];
  readonly failures: readonly HostFailure[];
  readonly hostYears: number;
}

export interface GroupFit extends GroupHistory {
  readonly perHostYear: number;
  /** Undefined with fewer than two gaps above nothing. */
  readonly gaps: WeibullFit | undefined;
  /** Undefined without an outage of known length. In milliseconds. */
  readonly repairs: LognormalFit | undefined;
  readonly frailty: Frailty;
  /** Variance over mean of what all hosts together do in a week. */
  readonly dispersion: number;
  /** Share of the failures that the worst twentieth of the hosts has, those that never failed among them. */
  readonly worstTwentieth: number;
  /** Quarters of a year, the last one ending with the window. */
  readonly quarters: readonly RatePeriod[];
}

const QUARTER_MS = YEAR_MS / 4;
const WEEKS_IN_QUARTER = 13;

/** Groups in the order of their hosts. */
export function groupsOf(history: FailureHistory, window: Span): readonly GroupHistory[] {
  const groups = Map.groupBy(history.hosts.keys(), (index) => history.hosts[index]?.group ?? '');
  const failures = Map.groupBy(
    history.failures.filter(({ startMs }) => startMs >= window.fromMs && startMs < window.untilMs),
    ({ host }) => history.hosts[host]?.group ?? '',
  );
  return [...groups].map(([group, hosts]) => ({
    group,
    hosts,
    failures: failures.get(group) ?? [],
    hostYears: hosts.reduce((sum, index) => sum + watched(history, index, window), 0),
  }));
}

function watched(history: FailureHistory, index: number, span: Span): number {
  const host = history.hosts[index];
  return host === undefined ? 0 : yearsWatched(host, span);
}

/** @param group with time at risk in the window */
export function fitGroup(history: FailureHistory, group: GroupHistory, window: Span): GroupFit {
  const gaps = gapsOf(group.failures);
  const lengths = lengthsOf(group.failures);
  const { quarters, dispersion } = overTime(history, group, window);
  return {
    ...group,
    perHostYear: group.failures.length / group.hostYears,
    gaps: gaps.length < 2 ? undefined : weibullFit(gaps),
    repairs: lengths.length === 0 ? undefined : lognormalFit(lengths),
    // A single host has nobody to differ from: what scatters does so over time.
    frailty: group.hosts.length < 2 ? { variance: 0, dispersion } : frailtyOf(halves(history, group, window)),
    dispersion,
    worstTwentieth: worstTwentieth(group),
    quarters,
  };
}

/** From one failure of a host to its next, in milliseconds; two at once make no gap. */
export function gapsOf(failures: readonly HostFailure[]): readonly number[] {
  const last = new Map<number, number>();
  return failures.flatMap(({ host, startMs }) => {
    const before = last.get(host);
    last.set(host, startMs);
    return before === undefined || startMs === before ? [] : [startMs - before];
  });
}

/** Of the outages that lasted at all, in milliseconds. */
export function lengthsOf(failures: readonly HostFailure[]): readonly number[] {
  return failures.flatMap(({ startMs, endMs }) => (endMs === undefined || endMs <= startMs ? [] : [endMs - startMs]));
}

/** What each host did in both halves of the group's time, against what the group did in each. */
function halves(history: FailureHistory, { hosts, failures }: GroupHistory, window: Span) {
  const fromMs = hosts.reduce(
    (first, index) => Math.min(first, Math.max(window.fromMs, history.hosts[index]?.fromMs ?? window.untilMs)),
    window.untilMs,
  );
  const middleMs = (fromMs + window.untilMs) / 2;
  const spans = [
    { fromMs, untilMs: middleMs },
    { fromMs: middleMs, untilMs: window.untilMs },
  ] as const;
  const counts = new Map<number, [number, number]>(hosts.map((index) => [index, [0, 0]]));
  const totals: [number, number] = [0, 0];
  for (const { host, startMs } of failures) {
    const half = startMs < middleMs ? 0 : 1;
    const count = counts.get(host);
    if (count !== undefined) count[half]++;
    totals[half]++;
  }
  const years = spans.map((span) => hosts.reduce((sum, index) => sum + watched(history, index, span), 0));
  const expected = (index: number, half: 0 | 1): number => {
    const whole = years[half] ?? 0;
    return whole === 0 ? 0 : (totals[half] * watched(history, index, spans[half])) / whole;
  };
  return hosts.map((index) => ({
    events: counts.get(index) ?? ([0, 0] as const),
    expected: [expected(index, 0), expected(index, 1)] as const,
  }));
}

/** Quarters, and how much weeks scatter within them. */
function overTime(
  history: FailureHistory,
  { hosts, failures }: GroupHistory,
  { fromMs, untilMs }: Span,
): { readonly quarters: readonly RatePeriod[]; readonly dispersion: number } {
  const count = Math.ceil((untilMs - fromMs) / QUARTER_MS);
  const startMs = untilMs - count * QUARTER_MS;
  const weeks = Array.from({ length: count }, () => new Float64Array(WEEKS_IN_QUARTER));
  for (const failure of failures) {
    const at = (failure.startMs - startMs) / QUARTER_MS;
    const quarter = Math.floor(at);
    const ofQuarter = weeks[quarter];
    if (ofQuarter === undefined) continue;
    const week = Math.min(WEEKS_IN_QUARTER - 1, Math.floor((at - quarter) * WEEKS_IN_QUARTER));
    ofQuarter[week] = (ofQuarter[week] ?? 0) + 1;
  }
  const quarters = weeks.map((ofQuarter, index) => {
    const span = { fromMs: startMs + index * QUARTER_MS, untilMs: startMs + (index + 1) * QUARTER_MS };
    return {
      events: ofQuarter.reduce((sum, events) => sum + events, 0),
      years: hosts.reduce((sum, host) => sum + watched(history, host, span), 0),
    };
  });
  let scatter = 0;
  let events = 0;
  weeks.forEach((ofQuarter, index) => {
    const { events: all = 0, years = 0 } = quarters[index] ?? {};
    if (years === 0) return;
    const mean = all / WEEKS_IN_QUARTER;
    for (const week of ofQuarter) scatter += (week - mean) ** 2;
    events += all;
  });
  const unbiased = (scatter * WEEKS_IN_QUARTER) / (WEEKS_IN_QUARTER - 1);
  return { quarters, dispersion: events === 0 ? 1 : Math.max(1, unbiased / events) };
}

function worstTwentieth({ hosts, failures }: GroupHistory): number {
  if (failures.length === 0) return 0;
  const counts = new Map<number, number>();
  for (const { host } of failures) counts.set(host, (counts.get(host) ?? 0) + 1);
  const worst = [...counts.values()].sort((a, b) => b - a).slice(0, Math.max(1, Math.round(hosts.length / 20)));
  return worst.reduce((sum, count) => sum + count, 0) / failures.length;
}
