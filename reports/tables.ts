// The tables that answer a study's question, free of any format: terminal, Markdown and HTML print the same cells. No statistic is computed
// here; cells are the summary's own numbers with units and the digits that their intervals justify.

import type { BreakEven, Estimate, PairSummary, PolicySummary, StudySummary } from '../lab/summary.ts';
import { figureOf, MEASURE_NAMES, type MetricName } from '../sim/result.ts';
import { formatAlone, formatEstimate, formatHorizon, formatPlain, type Unit, unitFor, unitOfParts } from './format.ts';
import { DOWNTIME_PARTS, METRIC_WORDS, NEEDLESS_PARTS } from './metric-names.ts';
import { left, right, type Table } from './table.ts';

/** `main` is what a screen holds; `all` is what a report holds. */
export type Depth = 'main' | 'all';

const MAIN_METRICS: readonly MetricName[] = [
  'workloadUnavailableMs',
  'nodeDowntimeMs',
  'fencings',
  'needlessHealthy',
  'needlessSelfHealing',
  'needlessBooting',
  'reprovisionings',
  'resyncBytes',
  'dataUnavailableMs',
  'dataLostGroups',
  'humanRepairs',
];

/** Said only where it happened, and then nobody may miss it. */
const WHERE_IT_HAPPENED: readonly MetricName[] = ['splitBrains', 'selfFencings', 'remediationCost'];

/** What else users lose is in user-tables.ts. */
const MORE_METRICS: readonly MetricName[] = [
  'reducedRedundancyMs',
  'lostReplicaMs',
  'workloadUnavailableApiMs',
  'refusals',
  'mostInFlight',
  'pages',
  'podsMoved',
];

/** One row per metric, the primary metric first, and one column per policy. */
export function policyTable(summary: StudySummary, depth: Depth): Table {
  const { policies } = summary;
  const horizon = formatHorizon(summary.durationMs);
  return {
    title: `Per run of ${horizon}: mean [95 % interval]`,
    columns: [left('metric'), ...policies.map((policy) => right(policy.name))],
    rows: metricsOf(depth, summary).map((metric) => {
      const unit = columnUnit(metric, policies);
      return [
        headingOf(metric, unit),
        ...policies.map((policy) => formatEstimate(figureOf(policy.metrics, metric), unit)),
      ];
    }),
    note: ['Needless: the host would have served earlier without the fencing.', ...unseenNote(summary, depth)].join(
      ' ',
    ),
  };
}

/** What the rows of the policy table mean. */
export function glossaryTable(summary: StudySummary): Table {
  return {
    title: 'What the metrics mean',
    columns: [left('metric'), left('per run')],
    rows: metricsOf('all', summary).map((metric) => [METRIC_WORDS[metric].label, METRIC_WORDS[metric].meaning]),
  };
}

/** What `< 3/80` in a cell says; nothing where no cell says it. */
function unseenNote(summary: StudySummary, depth: Depth): readonly string[] {
  const shown = summary.policies.flatMap(({ metrics }) =>
    metricsOf(depth, summary).map((metric) => figureOf(metrics, metric)),
  );
  const unseen = shown.find(({ method }) => method === 'rule-of-three');
  if (unseen === undefined) return [];
  const { n } = unseen;
  // The rule of three says something from its fourth run on.
  const bound = n > 3 ? `; with 95 % confidence rarer than 3 in ${n}` : '';
  return [`< 3/${n}: seen in none of ${n} ${n === 1 ? 'run' : 'runs'}${bound}.`];
}

/** One row per metric, one column per pair: a minus b on the same worlds. The matched pair, if any, is the last column. */
export function differencesTable(summary: StudySummary, depth: Depth): Table {
  const pairs = depth === 'all' ? comparedPairs(summary) : leadingPairs(summary);
  const metrics = metricsOf(depth, summary).filter((metric) => !NEEDLESS_PARTS.includes(metric));
  return {
    title: 'Paired differences on the same worlds: mean [95 % interval], below 0 is better for the first',
    columns: [left('metric'), ...pairs.map(({ label }) => right(label))],
    rows: [
      ...metrics.map((metric) => {
        const differences = pairs.map(({ pair }) => figureOf(pair.differences, metric));
        const unit = unitFor(
          METRIC_WORDS[metric].quantity,
          differences.map(({ mean }) => mean),
        );
        return [
          headingOf(metric, unit),
          ...differences.map((difference) => signed(formatEstimate(difference, unit), difference)),
        ];
      }),
      ['runs that differ', ...pairs.map(({ pair }) => `${pair.differingPairs} of ${pair.replications}`)],
    ],
    ...(summary.matchedPair === null ? {} : { note: `Action alone: ${summary.matchedPair.description}.` }),
  };
}

export interface ShownPair {
  /** Heading of its column. */
  readonly label: string;
  readonly pair: PairSummary;
  /** What a share of the difference refers to: the mean of the worse policy of the pair; for the matched pair, of any policy. */
  readonly scale: (metric: MetricName) => number;
}

/** What fits a screen: the pairs of the winner (without one, of the first policy), and the matched pair. */
function leadingPairs(summary: StudySummary): readonly ShownPair[] {
  const leader = summary.verdict.winner ?? summary.policies[0]?.name;
  return comparedPairs(summary).filter(
    ({ pair }) => pair.a === leader || pair.b === leader || pair === summary.matchedPair?.pair,
  );
}

/** The pairs that a report shows side by side. */
export function comparedPairs(summary: StudySummary): readonly ShownPair[] {
  const { pairs, matchedPair, policies } = summary;
  const means = (metric: MetricName, names: readonly string[]): readonly number[] =>
    policies.filter((policy) => names.includes(policy.name)).map((policy) => figureOf(policy.metrics, metric).mean);
  const all = policies.map((policy) => policy.name);
  return [
    ...pairs.map((pair) => ({
      label: `${pair.a} - ${pair.b}`,
      pair,
      scale: (metric: MetricName) => Math.max(0, ...means(metric, [pair.a, pair.b])),
    })),
    // The policies of the matched pair have no means of their own in a summary.
    ...(matchedPair === null
      ? []
      : [
          {
            label: 'action alone',
            pair: matchedPair.pair,
            scale: (metric: MetricName) => Math.max(0, ...means(metric, all)),
          },
        ]),
  ];
}

/** One row per part of the node downtime, one column per policy. */
export function downtimeTable(summary: StudySummary): Table {
  const unit = unitOfParts(summary.durationMs);
  const parts: readonly MetricName[] = [...DOWNTIME_PARTS, 'nodeDowntimeMs'];
  return {
    title: `Node downtime by what was waited for, ${unit.suffix} per run`,
    columns: [left('waiting for'), ...summary.policies.map((policy) => right(policy.name))],
    rows: [
      ...parts.map((part) => [
        part === 'nodeDowntimeMs' ? 'in all' : METRIC_WORDS[part].label,
        ...summary.policies.map((policy) => formatEstimate(figureOf(policy.metrics, part), unit)),
      ]),
      ['then resync', ...summary.policies.map((policy) => formatEstimate(policy.metrics.resyncMs, unit))],
    ],
    note: 'Resync is time in which the host serves again but its data is not in sync; it is no part of the sum.',
  };
}

/** The difference of the primary metric at each value of the swept input. */
export function breakEvenTable(breakEven: BreakEven, primaryMetric: MetricName): Table {
  return {
    title: `${breakEven.a} minus ${breakEven.b} by ${breakEven.meaning}`,
    columns: [left(breakEven.meaning), right(METRIC_WORDS[primaryMetric].label)],
    rows: breakEven.points.map(({ value, difference }) => [
      formatPlain(value),
      differenceOf(difference, primaryMetric),
    ]),
  };
}

/** A difference alone, with its own unit and its sign always written. */
export function differenceOf(estimate: Estimate, metric: MetricName): string {
  return signed(formatAlone(estimate, METRIC_WORDS[metric].quantity), estimate);
}

/** A plus before what is more than 0 as printed, so that a difference cannot be read as a level. */
function signed(text: string, estimate: Estimate): string {
  const printed = text.split('[')[0] ?? '';
  return estimate.mean > 0 && /[1-9]/.test(printed) ? `+${text}` : text;
}

/** The unit in which a metric of all policies is shown. */
export function columnUnit(metric: MetricName, policies: readonly PolicySummary[]): Unit {
  return unitFor(
    METRIC_WORDS[metric].quantity,
    policies.map((policy) => figureOf(policy.metrics, metric).mean),
  );
}

function headingOf(metric: MetricName, unit: Unit): string {
  const { label } = METRIC_WORDS[metric];
  return unit.suffix === '' ? label : `${label}, ${unit.suffix}`;
}

function metricsOf(depth: Depth, { verdict, policies }: StudySummary): readonly MetricName[] {
  const happened = WHERE_IT_HAPPENED.filter((metric) =>
    policies.some(({ metrics }) => figureOf(metrics, metric).mean > 0),
  );
  const measured = MEASURE_NAMES.filter((metric) => policies.some(({ metrics }) => metrics[metric] !== undefined));
  const main = MAIN_METRICS.flatMap((metric) => {
    if (metric === 'fencings') return [metric, ...happened];
    return metric === 'dataLostGroups' ? [metric, ...measured] : [metric];
  });
  const metrics = depth === 'main' ? main : [...main, ...MORE_METRICS];
  return [verdict.primaryMetric, ...metrics.filter((metric) => metric !== verdict.primaryMetric)];
}
