// What a history of failures says, and how well a forecast from one part of it fitted the rest, as tables.

import { type Backtest, type Coverage, coverageInterval } from '../twin/failures/backtest.ts';
import type { Calibration } from '../twin/failures/calibrate.ts';
import type { Span } from '../twin/failures/failure-history.ts';
import type { Model } from '../twin/failures/forecast.ts';
import { formatNumber, formatPlain, formatSpan } from './format.ts';
import type { Column, Table } from './table.ts';

const MODEL_WORDS: Readonly<Record<Model, string>> = {
  poisson: 'Poisson',
  frailty: '+ frailty, clusters',
  drift: '+ drift',
};

/** The calibration for machines: counts in place of lists. */
export function calibrationData({ groups, ...shared }: Calibration): unknown {
  return {
    ...shared,
    groups: groups.map(({ hosts, failures, quarters, ...fit }) => ({
      ...fit,
      hosts: hosts.length,
      failures: failures.length,
      quarters: quarters.length,
    })),
  };
}

export function backtestData({ fitted, ...tested }: Backtest): unknown {
  return { ...tested, fitted: calibrationData(fitted) };
}

/** Reach of a central 90 % interval in standard deviations of a normal law. */
const REACH_90 = 1.6449;

export function calibrationTables(calibration: Calibration): readonly Table[] {
  return [groupTable(calibration), causeTable(calibration), sharedTable(calibration)];
}

export function backtestTables(tested: Backtest): readonly Table[] {
  return [coverageTable(tested), groupYearTable(tested), groupTable(tested.fitted)];
}

function groupTable({ window, groups, unseen }: Calibration): Table {
  return {
    title: `Failures ${spanText(window)}, by group`,
    columns: [
      left('group'),
      right('hosts'),
      right('host-years'),
      right('failures'),
      right('per host-year'),
      right('at end'),
      right('90 %'),
      right('gap shape'),
      right('outage median'),
      right('sigma'),
      right('frailty'),
      right('cluster'),
      right('worst 5 %'),
    ],
    rows: groups.map((group) => {
      const { log, logStandardDeviation: deviation } = group.level;
      const at = (reach: number): string => rate(Math.exp(log + reach * deviation));
      return [
        group.group,
        formatNumber(group.hosts.length, 0),
        formatNumber(group.hostYears, 0),
        formatNumber(group.failures.length, 0),
        rate(group.perHostYear),
        at(0),
        `${at(-REACH_90)} to ${at(REACH_90)}`,
        group.gaps === undefined ? '' : group.gaps.shape.toFixed(2),
        group.repairs === undefined ? '' : formatSpan(group.repairs.median),
        group.repairs === undefined ? '' : group.repairs.sigma.toFixed(2),
        group.frailty.variance.toFixed(2),
        group.frailty.dispersion.toFixed(2),
        percent(group.worstTwentieth, 0),
      ];
    }),
    note: [
      'At end: where the rate stands when the window ends. Gap shape: Weibull, from one failure of a host to its next. Outages: lognormal.',
      'Frailty: variance of the factor, mean 1, by which hosts of a group differ.',
      "Cluster: variance over mean of one host's failures, its factor given; 1 is a Poisson process. Worst 5 %: their share of the failures.",
      ...(unseen.length === 0 ? [] : [`Not watched in the window: ${unseen.join(', ')}.`]),
    ].join(' '),
  };
}

function causeTable({ causes }: Calibration): Table {
  return {
    title: 'Causes',
    columns: [
      left('cause'),
      right('failures'),
      right('share'),
      right('of time out'),
      right('median'),
      right('mean'),
      right('95 % point'),
    ],
    rows: causes.map((cause) => [
      cause.cause === '' ? '(none given)' : cause.cause,
      formatNumber(cause.failures, 0),
      percent(cause.share, 1),
      percent(cause.shareOfDowntime, 1),
      formatSpan(cause.medianMs),
      formatSpan(cause.meanMs),
      formatSpan(cause.p95Ms),
    ]),
    note: 'Outages of no length are left out of median, mean and 95 % point.',
  };
}

function sharedTable(calibration: Calibration): Table {
  const { gaps, repairs, repeats, inBursts, driftPerYear, driftSteps } = calibration;
  const rows: readonly (readonly [string, string])[] = [
    ...(gaps === undefined ? [] : [['Weibull shape of all gaps', `${gaps.shape.toFixed(2)} (n ${gaps.n})`] as const]),
    ...(repairs === undefined
      ? []
      : [
          [
            'outages, lognormal',
            `median ${formatSpan(repairs.median)}, sigma ${repairs.sigma.toFixed(3)} (n ${repairs.n})`,
          ] as const,
        ]),
    ['same host again within a day of its return', percent(repeats.withinDay, 1)],
    ['as a Poisson process it would be', percent(repeats.poissonWithinDay, 2)],
    ['and within a week', percent(repeats.withinWeek, 1)],
    ['of those within a day, once more so', percent(repeats.againWithinDay, 1)],
    ['within two minutes of another of the group', percent(inBursts, 1)],
    ['drift of log rates, one year', `sigma ${driftPerYear.toFixed(2)} (from ${driftSteps} steps)`],
  ];
  return { title: 'All groups together', columns: [left('what'), right('value')], rows };
}

function coverageTable({ share, ofGroups, ofHosts, ofRepairs, fitted, tried, notForecast }: Backtest): Table {
  const row = (what: string, model: string, coverage: Coverage): readonly string[] => [
    what,
    model,
    formatNumber(coverage.outcomes, 0),
    percent(coverage.claimed, 1),
    percent(coverage.inside, 1),
    intervalText(coverageInterval(coverage)),
  ];
  const models = ['poisson', 'frailty', 'drift'] as const;
  return {
    title: `Fitted on ${spanText(fitted.window)}, tried on ${spanText(tried)}: intervals of ${percent(share, 0)}`,
    columns: [left('of'), left('model'), right('outcomes'), right('claimed'), right('held'), right('95 %')],
    rows: [
      ...models.map((model) => row('a group in a year', MODEL_WORDS[model], ofGroups[model])),
      ...models.map((model) => row('a host in all years', MODEL_WORDS[model], ofHosts[model])),
      row('the length of an outage', 'lognormal', ofRepairs),
    ],
    note: [
      'Poisson: one rate per group, failures independent. Frailty, clusters: hosts differ, failures of one host come together.',
      `Drift: rates wander, by a factor of ${Math.exp(fitted.driftPerYear).toFixed(2)} in a year (one standard deviation, from ${fitted.driftSteps} steps).`,
      'Claimed: counts are whole, so intervals hold a little more than was asked for. 95 %: of what was held, were outcomes independent; those of one group share its drift.',
      ...(notForecast.length === 0
        ? []
        : [`Groups that nobody watched before, and that are not forecast: ${notForecast.join(', ')}.`]),
    ].join(' '),
  };
}

function groupYearTable({ groupYears, share }: Backtest): Table {
  return {
    title: `Failures of each group in each year, and the ${percent(share, 0)} interval`,
    columns: [
      left('group'),
      right('year'),
      right('failures'),
      right('median'),
      right('interval'),
      left('inside'),
      right('Poisson'),
      left('inside'),
    ],
    rows: groupYears.map(({ group, year, failures, forecast }) => {
      const { drift, poisson } = forecast;
      const isIn = ({ low, high }: typeof drift): string => (failures >= low && failures <= high ? 'yes' : 'NO');
      return [
        group,
        String(year),
        formatNumber(failures, 0),
        formatNumber(drift.median, 0),
        `${formatNumber(drift.low, 0)} to ${formatNumber(drift.high, 0)}`,
        isIn(drift),
        `${formatNumber(poisson.low, 0)} to ${formatNumber(poisson.high, 0)}`,
        isIn(poisson),
      ];
    }),
  };
}

function left(label: string): Column {
  return { label, align: 'left' };
}

function right(label: string): Column {
  return { label, align: 'right' };
}

function intervalText({ low, high }: { readonly low: number; readonly high: number }): string {
  return `${(low * 100).toFixed(0)} to ${percent(high, 0)}`;
}

function rate(perYear: number): string {
  return formatPlain(Number(perYear.toPrecision(3)));
}

function percent(share: number, decimals: number): string {
  return `${(share * 100).toFixed(decimals)} %`;
}

function spanText({ fromMs, untilMs }: Span): string {
  const day = (atMs: number): string => new Date(atMs).toISOString().slice(0, 10);
  return `${day(fromMs)} to ${day(untilMs)}`;
}
