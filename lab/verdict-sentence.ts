// The words of a verdict: one sentence with figures, the first line of every report. Decides nothing; lab/verdict.ts does.

import { DAY_MS, HOUR_MS, MINUTE_MS, SECOND_MS } from '../sim/kernel/time-units.ts';
import type { MetricName } from '../sim/result.ts';
import { METRIC_PHRASES, type MetricPhrase } from './metric-phrases.ts';
import type { Estimate } from './summary.ts';

/** Studies are written in whole days, `365d` for a year: such a one is shown as it was counted. */
const STUDY_YEAR_MS = 365 * DAY_MS;
const KIBI = 1024;

/** Of what and over how long a figure speaks. */
export interface FigureContext {
  readonly metric: MetricName;
  readonly study: 'steady' | 'from-now';
  readonly durationMs: number;
  readonly replications: number;
}

/** `reboot-first loses 36 min less workload time per year than reprovision [33, 39], paired, 100 replications` */
export function differenceSentence(better: string, worse: string, lessBy: Estimate, context: FigureContext): string {
  const phrase = METRIC_PHRASES[context.metric];
  if (lessBy.mean === 0 && lessBy.low === 0 && lessBy.high === 0) {
    return `${better} and ${worse} do not differ in ${phrase.noun}, in any of ${replications(context)}`;
  }
  const { mean, interval } = figure(scaled(lessBy, context), phrase);
  const less = phrase.quantity === 'count' || phrase.quantity === 'expectation' ? 'fewer' : 'less';
  return `${better} ${phrase.verb} ${mean} ${less} ${phrase.noun}${period(context)} than ${worse} ${interval}, paired, ${replications(context)}`;
}

/** `neither reboot-first nor reprovision loses any workload time, 2 replications` */
export function nothingSeenSentence(one: string, other: string, context: FigureContext): string {
  const { verb, noun } = METRIC_PHRASES[context.metric];
  return `neither ${one} nor ${other} ${verb} any ${noun}, ${replications(context)}`;
}

/** `reboot-first loses 41 h workload time per year [38, 44], 100 replications` */
export function levelSentence(policy: string, level: Estimate, context: FigureContext): string {
  const phrase = METRIC_PHRASES[context.metric];
  const { mean, interval } = figure(scaled(level, context), phrase);
  return `${policy} ${phrase.verb} ${mean} ${phrase.noun}${period(context)} ${interval}, ${replications(context)}`;
}

/** `36 min [33, 39] per year`, for reasons. */
export function amountWords(estimate: Estimate, context: FigureContext): string {
  const { mean, interval } = figure(scaled(estimate, context), METRIC_PHRASES[context.metric]);
  return `${mean} ${interval}${period(context)}`;
}

/** A figure as it is, for constraints: per run, not per year. */
export function perRunWords(estimate: Estimate, metric: MetricName): string {
  const { mean, interval } = figure(estimate, METRIC_PHRASES[metric]);
  return estimate.method === 'rule-of-three' ? `none seen, < 3/${estimate.n} of runs` : `${mean} ${interval} per run`;
}

/** `0.05` is `5 %`. */
export function percent(share: number): string {
  return `${Number((share * 100).toPrecision(3))} %`;
}

function scaled(estimate: Estimate, context: FigureContext): Estimate {
  if (!yearly(context) || estimate.method === 'rule-of-three') return estimate;
  const factor = STUDY_YEAR_MS / context.durationMs;
  return { ...estimate, mean: estimate.mean * factor, low: estimate.low * factor, high: estimate.high * factor };
}

function yearly({ metric, study }: FigureContext): boolean {
  return study === 'steady' && METRIC_PHRASES[metric].accumulates;
}

function period(context: FigureContext): string {
  if (yearly(context)) return ' per year';
  const unit = unitFor(context.durationMs, 'duration');
  return ` in ${Number((context.durationMs / unit.size).toPrecision(3))} ${unit.suffix}`;
}

function replications(context: FigureContext): string {
  return context.replications === 1 ? '1 replication' : `${context.replications} replications`;
}

/** Mean with its unit and interval in the same unit; digits follow the interval's width. */
function figure(estimate: Estimate, { quantity }: MetricPhrase): { readonly mean: string; readonly interval: string } {
  if (estimate.method === 'rule-of-three') return { mean: 'no', interval: `(none seen: < 3/${estimate.n} of runs)` };
  const unit = unitFor(Math.max(Math.abs(estimate.mean), Math.abs(estimate.low), Math.abs(estimate.high)), quantity);
  const halfWidth = (estimate.high - estimate.low) / 2 / unit.size;
  const digits = (value: number): string => rounded(value / unit.size, halfWidth);
  const mean = unit.suffix === '' ? digits(estimate.mean) : `${digits(estimate.mean)} ${unit.suffix}`;
  return { mean, interval: `[${digits(estimate.low)}, ${digits(estimate.high)}]` };
}

/** Decimals so that the half width keeps one figure; without a width, three significant figures. */
function rounded(value: number, halfWidth: number): string {
  if (halfWidth <= 0) return String(Number(value.toPrecision(3)));
  const decimals = Math.min(6, Math.max(0, -Math.floor(Math.log10(halfWidth))));
  const text = value.toFixed(decimals);
  return Number(text) === 0 ? (0).toFixed(decimals) : text;
}

interface Unit {
  readonly size: number;
  readonly suffix: string;
}

/** Largest first; a unit is used from twice its size on, so that `90 min` is not `1.5 h`. */
const DURATIONS: readonly Unit[] = [
  { size: DAY_MS, suffix: 'd' },
  { size: HOUR_MS, suffix: 'h' },
  { size: MINUTE_MS, suffix: 'min' },
];
const EXPECTATIONS: readonly Unit[] = [
  { size: 1, suffix: '' },
  { size: 1e-3, suffix: 'x 1e-3' },
  { size: 1e-6, suffix: 'x 1e-6' },
  { size: 1e-9, suffix: 'x 1e-9' },
];
const BYTES: readonly Unit[] = [
  { size: KIBI ** 4, suffix: 'TiB' },
  { size: KIBI ** 3, suffix: 'GiB' },
  { size: KIBI ** 2, suffix: 'MiB' },
];

function unitFor(largest: number, quantity: MetricPhrase['quantity']): Unit {
  if (quantity === 'count') return { size: 1, suffix: '' };
  if (quantity === 'expectation')
    return EXPECTATIONS.find(({ size }) => largest >= 2 * size) ?? { size: 1, suffix: '' };
  const units = quantity === 'duration' ? DURATIONS : BYTES;
  const smallest = quantity === 'duration' ? { size: SECOND_MS, suffix: 's' } : { size: KIBI, suffix: 'KiB' };
  return units.find((unit) => largest >= 2 * unit.size) ?? smallest;
}
