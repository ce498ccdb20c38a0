// What the charts of the report page need, as plain numbers: written by report.ts into the file, read by page/main.ts.
// Units are already chosen; the page draws and computes nothing.

import type { Estimate, StudySummary } from '../../lab/summary.ts';
import { figureOf, type MetricName } from '../../sim/result.ts';
import { formatEstimate, formatHorizon, type Unit, unitOfParts } from '../format.ts';
import { DOWNTIME_PARTS, METRIC_WORDS } from '../metric-names.ts';
import { columnUnit, comparedPairs, differenceOf } from '../tables.ts';
import { type TimelineData, timelineData } from './timeline-data.ts';

/** A value with its interval, in the unit of its chart, and the words for it. */
export interface Point {
  readonly name: string;
  readonly mean: number;
  readonly low: number;
  readonly high: number;
  readonly text: string;
}

export interface BreakEvenData {
  readonly meaning: string;
  readonly axis: string;
  readonly points: readonly (Point & { readonly value: number })[];
  readonly flipsAt: readonly number[];
  readonly defaultValue: number;
}

export interface PageData {
  readonly policies: readonly string[];
  readonly primary: { readonly axis: string; readonly points: readonly Point[] };
  /** Differences as a share of the worse policy's mean, in percent, so that metrics fit on one axis. */
  readonly differences: {
    readonly minimumEffect: number;
    readonly pairs: readonly { readonly label: string; readonly points: readonly Point[] }[];
  };
  readonly breakEven: BreakEvenData | null;
  readonly downtime: {
    readonly axis: string;
    readonly parts: readonly { readonly name: string; readonly values: readonly number[] }[];
  };
  readonly timelines: readonly TimelineData[];
}

/** Racks in order, each with its hosts in order: the rows of the timelines. */
export type RackOrder = readonly { readonly rack: string; readonly hosts: readonly string[] }[];

const DIFFERENCE_METRICS: readonly MetricName[] = [
  'workloadUnavailableMs',
  'lostReplicaMs',
  'nodeDowntimeMs',
  'fencings',
  'reprovisionings',
  'resyncBytes',
  'reducedRedundancyMs',
  'dataUnavailableMs',
  'humanRepairs',
];

export function pageData(summary: StudySummary, racks: RackOrder): PageData {
  const { primaryMetric, minimumEffect } = summary.verdict;
  return {
    policies: summary.policies.map((policy) => policy.name),
    primary: primaryPoints(summary),
    differences: {
      minimumEffect: minimumEffect * 100,
      pairs: comparedPairs(summary).map(({ label, pair, scale }) => ({
        label,
        points: [primaryMetric, ...DIFFERENCE_METRICS.filter((metric) => metric !== primaryMetric)].flatMap(
          (metric) => {
            const whole = scale(metric);
            if (whole === 0) return [];
            const difference = figureOf(pair.differences, metric);
            const percent: Unit = { suffix: '%', size: whole / 100 };
            return [point(METRIC_WORDS[metric].label, difference, percent, differenceOf(difference, metric))];
          },
        ),
      })),
    },
    breakEven: breakEvenData(summary),
    downtime: downtimeParts(summary),
    timelines: summary.timelines.map((timeline) => timelineData(timeline, racks)),
  };
}

function primaryPoints(summary: StudySummary): PageData['primary'] {
  const metric = summary.verdict.primaryMetric;
  const unit = columnUnit(metric, summary.policies);
  return {
    axis: `${METRIC_WORDS[metric].label}, ${unit.suffix} per ${formatHorizon(summary.durationMs)}`,
    points: summary.policies.map((policy) => {
      const estimate = figureOf(policy.metrics, metric);
      return point(policy.name, estimate, unit, `${formatEstimate(estimate, unit)} ${unit.suffix}`);
    }),
  };
}

function breakEvenData(summary: StudySummary): BreakEvenData | null {
  const { breakEven, verdict } = summary;
  if (breakEven === null) return null;
  const unit = columnUnit(verdict.primaryMetric, summary.policies);
  return {
    meaning: breakEven.meaning,
    axis: `${breakEven.a} minus ${breakEven.b}, ${unit.suffix}`,
    points: breakEven.points.map(({ value, difference }) => ({
      ...point(String(value), difference, unit, differenceOf(difference, verdict.primaryMetric)),
      value,
    })),
    flipsAt: breakEven.flipsAt,
    defaultValue: breakEven.defaultValue,
  };
}

function downtimeParts(summary: StudySummary): PageData['downtime'] {
  const unit = unitOfParts(summary.durationMs);
  return {
    axis: `node downtime, ${unit.suffix} per ${formatHorizon(summary.durationMs)}`,
    parts: DOWNTIME_PARTS.map((part) => ({
      name: METRIC_WORDS[part].label,
      values: summary.policies.map((policy) => figureOf(policy.metrics, part).mean / unit.size),
    })),
  };
}

function point(name: string, estimate: Estimate, unit: Unit, text: string): Point {
  const { mean, low, high } = estimate;
  return { name, mean: mean / unit.size, low: low / unit.size, high: high / unit.size, text };
}
