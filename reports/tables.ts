// The tables of a study, free of any format: terminal, Markdown and HTML print the same cells. No statistic is computed
// here; cells are the summary's own numbers with units and the digits that their intervals justify.

import type { BreakEven, Estimate, PairSummary, PolicySummary, StudySummary } from '../lab/summary.ts';
import type { FaultClass } from '../sim/config.ts';
import type { MetricName } from '../sim/result.ts';
import {
  formatAlone,
  formatEstimate,
  formatHorizon,
  formatNumber,
  formatPlain,
  type Unit,
  unitFor,
  unitOfParts,
} from './format.ts';
import { DOWNTIME_PARTS, METRIC_WORDS, NEEDLESS_PARTS } from './metric-names.ts';

export interface Column {
  readonly label: string;
  readonly align: 'left' | 'right';
}

/** The first column names the row and is repeated where a table is cut into bands. */
export interface Table {
  readonly title: string;
  readonly columns: readonly Column[];
  readonly rows: readonly (readonly string[])[];
  readonly note?: string;
}

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
    rows: metricsOf(depth, summary.verdict.primaryMetric).map((metric) => {
      const unit = columnUnit(metric, policies);
      return [headingOf(metric, unit), ...policies.map((policy) => cellOf(policy.metrics[metric], unit))];
    }),
    note: 'Needless: the host would have served earlier without the fencing.',
  };
}

/** One row per metric, one column per pair: a minus b on the same worlds. The matched pair, if any, is the last column. */
export function differencesTable(summary: StudySummary, depth: Depth): Table {
  const pairs = depth === 'all' ? comparedPairs(summary) : leadingPairs(summary);
  const metrics = metricsOf(depth, summary.verdict.primaryMetric).filter((metric) => !NEEDLESS_PARTS.includes(metric));
  return {
    title: 'Paired differences on the same worlds: mean [95 % interval], below 0 is better for the first',
    columns: [left('metric'), ...pairs.map(({ label }) => right(label))],
    rows: [
      ...metrics.map((metric) => {
        const differences = pairs.map(({ pair }) => pair.differences[metric]);
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
    policies.filter((policy) => names.includes(policy.name)).map((policy) => policy.metrics[metric].mean);
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
        ...summary.policies.map((policy) => cellOf(policy.metrics[part], unit)),
      ]),
      ['then resync', ...summary.policies.map((policy) => cellOf(policy.metrics.resyncMs, unit))],
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

/** Offered, latent and effective per class over all replications; a class that never struck is listed with zeros. */
export function faultsTable(summary: StudySummary): Table {
  const { policies } = summary;
  const classes = faultClasses(policies);
  const offered = (fault: FaultClass): readonly string[] => [
    ...new Set(policies.map((policy) => formatNumber(policy.faults[fault].offered, 0))),
  ];
  return {
    title: 'Faults over all runs: offered, then per policy latent (host already down) / effective',
    columns: [left('fault'), right('offered'), ...policies.map((policy) => right(policy.name))],
    rows: classes.map((fault) => [
      fault,
      offered(fault).join(' or '),
      ...policies.map((policy) => {
        const { latent, effective } = policy.faults[fault];
        return `${formatNumber(latent, 0)} / ${formatNumber(effective, 0)}`;
      }),
    ]),
  };
}

/** Scripted faults by name; empty when the scenario scripts none. */
export function scriptTable(summary: StudySummary): Table {
  const names = [...new Set(summary.policies.flatMap((policy) => Object.keys(policy.scriptFired)))];
  return {
    title: 'Scripted faults: times fired over all runs',
    columns: [left('name'), ...summary.policies.map((policy) => right(policy.name))],
    rows: names.map((name) => [
      name,
      ...summary.policies.map((policy) => formatNumber(policy.scriptFired[name] ?? 0, 0)),
    ]),
  };
}

export function workloadsTable(summary: StudySummary): Table {
  const workloads = summary.policies[0]?.workloads ?? [];
  const all = summary.policies.flatMap((policy) => policy.workloads.map((workload) => workload.unavailableMs));
  const unit = unitFor(
    'duration',
    all.map(({ mean }) => mean),
  );
  return {
    title: `Unavailability per workload, ${unit.suffix} per run`,
    columns: [left('workload'), right('needs'), ...summary.policies.map((policy) => right(policy.name))],
    rows: workloads.map((workload, index) => [
      workload.workload,
      formatNumber(workload.requiredReplicas, 0),
      ...summary.policies.map((policy) => {
        const same = policy.workloads[index];
        return same === undefined ? '' : cellOf(same.unavailableMs, unit);
      }),
    ]),
  };
}

export function constraintsTable(summary: StudySummary): Table {
  return {
    title: 'Hard constraints',
    columns: [left('policy'), left('constraint'), left('outcome'), right('mean')],
    rows: summary.verdict.constraints.map((result) => [
      result.policy,
      result.constraint,
      result.outcome,
      formatEstimate(result.estimate, { suffix: '', size: 1 }),
    ]),
  };
}

export function ledgerTable(summary: StudySummary): Table {
  return {
    title: 'Input: what was used, ignored and assumed',
    columns: [left('kind'), right('count'), left('used'), left('ignored'), left('assumed')],
    rows: summary.ledger.map((entry) => [
      entry.kind,
      formatNumber(entry.count, 0),
      entry.used,
      entry.ignored,
      entry.assumed,
    ]),
  };
}

export function assumptionsTable(summary: StudySummary): Table {
  return {
    title: 'Assumptions',
    columns: [left('name'), left('value'), left('source')],
    rows: summary.assumptions.map((entry) => [entry.name, entry.value, entry.source]),
  };
}

export function manifestsTable(summary: StudySummary): Table {
  return {
    title: 'Manifests of each policy',
    columns: [left('policy'), left('manifest')],
    rows: summary.policies.flatMap((policy) =>
      policy.manifests.length === 0
        ? [[policy.name, 'none: no remediation']]
        : policy.manifests.map((manifest, i) => [i === 0 ? policy.name : '', manifest]),
    ),
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
    policies.map((policy) => policy.metrics[metric].mean),
  );
}

export function faultClasses(policies: readonly PolicySummary[]): readonly FaultClass[] {
  return Object.keys(policies[0]?.faults ?? {}) as FaultClass[];
}

function cellOf(estimate: Estimate, unit: Unit): string {
  return formatEstimate(estimate, unit);
}

function headingOf(metric: MetricName, unit: Unit): string {
  const { label } = METRIC_WORDS[metric];
  return unit.suffix === '' ? label : `${label}, ${unit.suffix}`;
}

function metricsOf(depth: Depth, primary: MetricName): readonly MetricName[] {
  const metrics = depth === 'main' ? MAIN_METRICS : [...MAIN_METRICS, ...MORE_METRICS];
  return [primary, ...metrics.filter((metric) => metric !== primary)];
}

function left(label: string): Column {
  return { label, align: 'left' };
}

function right(label: string): Column {
  return { label, align: 'right' };
}
