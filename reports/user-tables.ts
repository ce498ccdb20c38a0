// What users of the cluster notice, free of any format: the worst workloads first, what was lost in all, and every figure of
// each workload. Cells are the summary's own numbers; nothing is computed here.

import type { Estimate, PolicySummary, StudySummary, WorkloadSummary } from '../lab/summary.ts';
import { figureOf, type MetricName } from '../sim/result.ts';
import { formatAlone, formatEstimate, formatMean, formatNumber, formatSpan, type Unit, unitFor } from './format.ts';
import { METRIC_WORDS } from './metric-names.ts';
import { left, right, type Table } from './table.ts';
import type { Depth } from './tables.ts';

/** Workloads that a screen holds. */
export const WORST_SHOWN = 5;
/** Workloads that a report holds; all of them are in summary.json. */
export const WORKLOADS_SHOWN = 50;

/** What a screen holds of the sums. */
const IN_SHORT: readonly MetricName[] = [
  'outages',
  'longestOutageMs',
  'lostCoreMs',
  'pendingPodMs',
  'lostWorkMs',
  'workloadDegradedMs',
];

const IN_ALL: readonly MetricName[] = [
  'outages',
  'longestOutageMs',
  'lostReplicaMs',
  'lostCoreMs',
  'lostMemoryGibMs',
  'pendingPodMs',
  'longestPendingMs',
  'lostWorkMs',
  'workloadDegradedMs',
  'slowReplicaMs',
];

/** A workload under every policy, in the order of the policies; undefined where the policy never touched it. */
interface WorkloadRow {
  readonly workload: string;
  readonly kind: WorkloadSummary['kind'];
  readonly requiredReplicas: number;
  readonly byPolicy: readonly (WorkloadSummary | undefined)[];
}

/** The worst workloads, then what all of them lost together; lines in which nothing happened are left out. */
export function usersTable(summary: StudySummary, depth: Depth): Table {
  const { policies } = summary;
  const rows = workloadRows(policies).filter(isUnavailableAnywhere);
  const unit = unavailableUnit(policies);
  const metrics = (depth === 'main' ? IN_SHORT : IN_ALL).filter((metric) =>
    policies.some((policy) => (policy.metrics[metric]?.mean ?? 0) > 0),
  );
  return {
    title: `What users of the cluster notice: unavailable by truth / by API, ${unit.suffix} per run, the worst first`,
    columns: [left('workload'), ...policies.map((policy) => right(policy.name))],
    rows: [
      ...rows
        .slice(0, WORST_SHOWN)
        .map((row) => [
          row.workload,
          ...row.byPolicy.map((found) => bothColumns(found?.unavailableMs, found?.unavailableApiMs, unit)),
        ]),
      [
        'all workloads',
        ...policies.map(({ metrics: all }) =>
          bothColumns(all.workloadUnavailableMs, all.workloadUnavailableApiMs, unit),
        ),
      ],
      ...metrics.map((metric) => [
        METRIC_WORDS[metric].label,
        ...policies.map((policy) => formatAlone(figureOf(policy.metrics, metric), METRIC_WORDS[metric].quantity)),
      ]),
    ],
    ...noteOf(rows.length, WORST_SHOWN),
  };
}

/** Unavailability of each workload with its interval, one column per policy, the worst first. */
export function workloadsTable(summary: StudySummary): Table {
  const { policies } = summary;
  const unit = unavailableUnit(policies);
  const rows = workloadRows(policies).filter(isUnavailableAnywhere);
  return {
    title: `Unavailability per workload, ${unit.suffix} per run, the worst first`,
    columns: [left('workload'), left('kind'), right('needs'), ...policies.map((policy) => right(policy.name))],
    rows: rows
      .slice(0, WORKLOADS_SHOWN)
      .map((row) => [
        row.workload,
        row.kind,
        formatNumber(row.requiredReplicas, 0),
        ...row.byPolicy.map((found) => (found === undefined ? '0' : formatEstimate(found.unavailableMs, unit))),
      ]),
    ...noteOf(rows.length, WORKLOADS_SHOWN),
  };
}

/** Every other figure of each workload, one line per workload and policy: means per run, longest times over all runs. */
export function lossesTable(summary: StudySummary): Table {
  const { policies } = summary;
  const rows = workloadRows(policies);
  const measuresSlowness = policies.some(({ metrics }) => metrics.slowReplicaMs !== undefined);
  return {
    title: 'What each workload lost, mean per run; longest over all runs',
    columns: [
      left('workload'),
      left('kind'),
      left('policy'),
      right('by API'),
      right('outages'),
      right('longest outage'),
      right('lost replica time'),
      right('lost core time'),
      right('lost memory GiB time'),
      right('pods Pending'),
      right('longest Pending'),
      right('lost work'),
      ...(measuresSlowness ? [right('served slowly'), right('slow replica time')] : []),
    ],
    rows: rows
      .slice(0, WORKLOADS_SHOWN)
      .flatMap((row) =>
        row.byPolicy.flatMap((found, index) =>
          found === undefined ? [] : [[row.workload, row.kind, policies[index]?.name ?? '', ...lossesOf(found)]],
        ),
      ),
    note: `Capacity and work of DaemonSets, Jobs and bare pods are listed too; they do not count as unavailable.${moreWords(rows.length, WORKLOADS_SHOWN)}`,
  };
}

function lossesOf(found: WorkloadSummary): readonly string[] {
  const alone = (estimate: Estimate): string => (estimate.mean === 0 ? '0' : formatAlone(estimate, 'duration'));
  return [
    alone(found.unavailableApiMs),
    found.outages.mean === 0 ? '0' : formatAlone(found.outages, 'count'),
    spanOrNothing(found.longestOutageMs),
    alone(found.lostReplicaMs),
    alone(found.lostCoreMs),
    alone(found.lostMemoryGibMs),
    alone(found.pendingPodMs),
    spanOrNothing(found.longestPendingMs),
    alone(found.lostWorkMs),
    ...[found.degradedMs, found.slowReplicaMs].flatMap((slow) => (slow === undefined ? [] : [alone(slow)])),
  ];
}

/** Workloads of all policies, those first that are unavailable longest under the policy that is worst for them. */
function workloadRows(policies: readonly PolicySummary[]): readonly WorkloadRow[] {
  const rows = new Map<string, { row: Omit<WorkloadRow, 'byPolicy'>; byPolicy: (WorkloadSummary | undefined)[] }>();
  policies.forEach((policy, index) => {
    for (const found of policy.workloads) {
      const identity = `${found.workload} ${found.kind}`;
      const { workload, kind, requiredReplicas } = found;
      const known = rows.get(identity) ?? {
        row: { workload, kind, requiredReplicas },
        byPolicy: policies.map(() => undefined),
      };
      known.byPolicy[index] = found;
      rows.set(identity, known);
    }
  });
  return [...rows.entries()]
    .map(([identity, { row, byPolicy }]) => ({ identity, ...row, byPolicy }))
    .sort(
      (one, other) =>
        worst(other, 'unavailableMs') - worst(one, 'unavailableMs') ||
        worst(other, 'lostReplicaMs') - worst(one, 'lostReplicaMs') ||
        (one.identity < other.identity ? -1 : 1),
    );
}

function worst(row: WorkloadRow, figure: 'unavailableMs' | 'unavailableApiMs' | 'lostReplicaMs'): number {
  return row.byPolicy.reduce((most, found) => Math.max(most, found?.[figure].mean ?? 0), 0);
}

function isUnavailableAnywhere(row: WorkloadRow): boolean {
  return worst(row, 'unavailableMs') > 0 || worst(row, 'unavailableApiMs') > 0;
}

function unavailableUnit(policies: readonly PolicySummary[]): Unit {
  return unitFor(
    'duration',
    policies.flatMap(({ workloads }) => workloads.map(({ unavailableMs }) => unavailableMs.mean)),
  );
}

function bothColumns(truth: Estimate | undefined, api: Estimate | undefined, unit: Unit): string {
  return `${meanOrNothing(truth, unit)} / ${meanOrNothing(api, unit)}`;
}

function meanOrNothing(estimate: Estimate | undefined, unit: Unit): string {
  return estimate === undefined || estimate.mean === 0 ? '0' : formatMean(estimate, unit);
}

function spanOrNothing(ms: number): string {
  return ms === 0 ? '0' : formatSpan(ms);
}

function noteOf(all: number, shown: number): { readonly note?: string } {
  const words = moreWords(all, shown).trim();
  return words === '' ? {} : { note: words };
}

function moreWords(all: number, shown: number): string {
  const left = all - shown;
  if (left <= 0) return '';
  return left === 1
    ? ' One more workload is in summary.json.'
    : ` ${formatNumber(left, 0)} more workloads are in summary.json.`;
}
