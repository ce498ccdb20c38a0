// How a verdict speaks of each metric, as in `loses 36 min less workload time`. Every metric is a cost: less is better.
// Column headings and explanations for reports are in reports/metric-names.ts.

import { MEASURE_NAMES, type MetricName, type PerMetric, type RunResult } from '../sim/result.ts';

export interface MetricPhrase {
  readonly quantity: 'duration' | 'bytes' | 'count' | 'expectation';
  readonly verb: string;
  /** Stands after `less` or `fewer`. */
  readonly noun: string;
  /** Grows with the length of a run, so that a yearly figure means something. */
  readonly accumulates: boolean;
}

export const METRIC_PHRASES: Readonly<Record<MetricName, MetricPhrase>> = {
  workloadUnavailableMs: duration('loses', 'workload time'),
  workloadUnavailableApiMs: duration('loses', 'workload time by API readiness'),
  lostReplicaMs: duration('loses', 'replica time'),
  outages: count('causes', 'outages of workloads'),
  longestOutageMs: { ...duration('has', 'time in the longest outage'), accumulates: false },
  lostCoreMs: duration('loses', 'core time'),
  lostMemoryGibMs: duration('loses', 'GiB time of memory'),
  pendingPodMs: duration('spends', 'pod time Pending'),
  longestPendingMs: { ...duration('has', 'time in the longest wait of a pod'), accumulates: false },
  lostWorkMs: duration('loses', 'work of Jobs'),
  workloadDegradedMs: duration('costs', 'workload time of slow service'),
  slowReplicaMs: duration('costs', 'replica time of slow service'),
  nodeDowntimeMs: duration('has', 'node downtime'),
  detectMs: duration('spends', 'node downtime before anybody acts'),
  budgetWaitMs: duration('spends', 'node downtime waiting for a limit or budget'),
  powerOffMs: duration('spends', 'node downtime powering off'),
  bootMs: duration('spends', 'node downtime booting'),
  reprovisionMs: duration('spends', 'node downtime reprovisioning'),
  rejoinMs: duration('spends', 'node downtime rejoining'),
  repairMs: duration('spends', 'node downtime in repair'),
  plannedMs: duration('spends', 'node downtime in planned reboots and maintenance'),
  resyncMs: duration('spends', 'host time resyncing'),
  fencings: count('causes', 'fencings'),
  selfFencings: count('causes', 'fencings of hosts by themselves'),
  splitBrains: count('meets', 'split brains'),
  needlessHealthy: count('causes', 'needless fencings of healthy hosts'),
  needlessSelfHealing: count('causes', 'needless fencings of self-healing hosts'),
  needlessBooting: count('causes', 'needless fencings of booting hosts'),
  reprovisionings: count('causes', 'reprovisionings'),
  mostInFlight: { ...count('has', 'remediations in flight at most'), accumulates: false },
  refusals: count('meets', 'refusals to remediate'),
  resyncBytes: { quantity: 'bytes', verb: 'copies', noun: 'resync data', accumulates: true },
  reducedRedundancyMs: duration('spends', 'time at reduced redundancy'),
  dataUnavailableMs: duration('has', 'time with data unavailable'),
  dataLostGroups: count('loses', 'placement groups'),
  expectedDataLoss: { ...count('has to expect', 'lost placement groups'), quantity: 'expectation' },
  oneReplicaShortMs: duration('spends', 'time one replica short'),
  twoReplicasShortMs: duration('spends', 'time two replicas short'),
  moreReplicasShortMs: duration('spends', 'time more than two replicas short'),
  recoveryStalledMs: duration('spends', 'time with recovery stalled by full disks'),
  clientSlowdownMs: duration('costs', 'slowdown of storage clients'),
  recoveryFaults: count('causes', 'faults by recovery load'),
  pages: count('causes', 'pages'),
  humanRepairs: count('needs', 'human repairs'),
  podsMoved: count('moves', 'pods'),
  remediationCost: { quantity: 'count', verb: 'spends', noun: 'cost of remediations', accumulates: true },
};

/** All metrics, in the order of every table. */
const METRIC_NAMES: readonly MetricName[] = Object.keys(METRIC_PHRASES) as MetricName[];

export function isMetricName(name: string): name is MetricName {
  return Object.hasOwn(METRIC_PHRASES, name);
}

/** The metrics that every run has. */
const ALWAYS = METRIC_NAMES.filter((name) => !(MEASURE_NAMES as readonly MetricName[]).includes(name));

/** The metrics that these runs have, at least one run. Runs of one study measure the same. */
export function measuredIn(runs: readonly RunResult[]): readonly MetricName[] {
  return METRIC_NAMES.filter((metric) => runs.every(({ metrics }) => metrics[metric] !== undefined));
}

/** One value per metric: of all runs, or of those in `measured`. */
export function perMetric<T>(
  figure: (metric: MetricName) => T,
  measured: readonly MetricName[] = ALWAYS,
): PerMetric<T> {
  return Object.fromEntries(measured.map((metric) => [metric, figure(metric)])) as Record<MetricName, T>;
}

function duration(verb: string, noun: string): MetricPhrase {
  return { quantity: 'duration', verb, noun, accumulates: true };
}

function count(verb: string, noun: string): MetricPhrase {
  return { quantity: 'count', verb, noun, accumulates: true };
}
