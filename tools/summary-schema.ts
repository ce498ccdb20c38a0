// The schema of summary.json, for readers in other languages. It says what lab/summary.ts says: each is checked against the
// other by the compiler, and the words for metrics are those of the reports.

import * as z from 'zod/mini';
import type { Estimate, PolicySummary, StudySummary, WorkloadSummary } from '../lab/summary.ts';
import { SUMMARY_SCHEMA } from '../lab/summary.ts';
import { METRIC_WORDS } from '../reports/metric-names.ts';
import { RECOVERY_COUPLINGS } from '../sim/config.ts';
import { FAULT_CLASSES, FAULTS, type FaultClass, type FaultName } from '../sim/faults/catalogue.ts';
import { QUEUE_NAMES } from '../sim/metrics/queues.ts';
import { MEASURE_NAMES, type MeasureName, type MetricName } from '../sim/result.ts';

const count = z.int().check(z.minimum(0));
const named = <T extends z.ZodMiniType>(schema: T, description: string) => schema.check(z.describe(description));

const estimate = named(
  z.strictObject({
    mean: z.number(),
    low: z.number(),
    high: z.number(),
    n: named(count, 'Replications.'),
    method: named(
      z.enum(['t', 'bootstrap', 'rule-of-three', 'exact']),
      'rule-of-three: none seen, high is 3/n, the bound on the share of runs that see any.',
    ),
  }),
  'A mean over replications with its 95 % interval.',
);

const workload = named(
  z.strictObject({
    kind: z.enum(['Deployment', 'ReplicaSet', 'StatefulSet', 'VirtualMachine', 'DaemonSet', 'Job', 'Pod']),
    workload: named(z.string(), 'namespace/name.'),
    requiredReplicas: named(count, 'Replicas that must serve for it to be available; 0 for kinds that do not count.'),
    unavailableMs: named(estimate, 'Fewer than the required replicas really served. ms per run.'),
    unavailableApiMs: named(estimate, 'Fewer than the required replicas were Ready by the API. ms per run.'),
    lostReplicaMs: named(estimate, 'Replicas wanted but not serving, times time. Replica-ms per run.'),
    outages: named(estimate, 'Times at which it became unavailable by truth, per run.'),
    lostCoreMs: named(estimate, 'Processor requests wanted but not served. Core-ms per run.'),
    lostMemoryGibMs: named(estimate, 'Memory requests wanted but not served. GiB-ms per run.'),
    pendingPodMs: named(estimate, 'Pods that the API showed as Pending, times time. Pod-ms per run.'),
    lostWorkMs: named(estimate, 'Execution of Job pods that ended without success. ms per run.'),
    degradedMs: z.exactOptional(
      named(estimate, 'Available, with replicas that served slowly; where the scenario asks for slowness. ms per run.'),
    ),
    slowReplicaMs: z.exactOptional(named(estimate, 'Replicas that served slowly, times time. Replica-ms per run.')),
    longestOutageMs: named(count, 'Longest of all replications.'),
    longestPendingMs: named(count, 'Longest wait of one pod of all replications.'),
  }),
  'A workload to which something happened in at least one run of the policy.',
);

function perMetric<T extends z.ZodMiniType>(schema: T) {
  const described = (name: MetricName) => named(schema, `${METRIC_WORDS[name].meaning}; in ${unitOf(name)}`);
  const shape = (Object.keys(METRIC_WORDS) as MetricName[]).map((name) => {
    const isMeasure = (MEASURE_NAMES as readonly MetricName[]).includes(name);
    return [name, isMeasure ? z.exactOptional(described(name)) : described(name)];
  });
  return z.strictObject(
    Object.fromEntries(shape) as Record<Exclude<MetricName, MeasureName>, T> &
      Record<MeasureName, z.ZodMiniExactOptional<T>>,
  );
}

/** Names of durations and bytes end in their unit; the two products with time say what they multiply. */
function unitOf(name: MetricName): string {
  if (name === 'lostCoreMs') return 'core-ms';
  if (name === 'lostMemoryGibMs') return 'GiB-ms';
  switch (METRIC_WORDS[name].quantity) {
    case 'duration':
      return 'ms';
    case 'bytes':
      return 'bytes';
    case 'count':
    case 'expectation':
      return 'pieces';
  }
}

const faultCounts = z.strictObject({ offered: count, latent: count, effective: count });
const sometimes = z.exactOptional(faultCounts);
type Sometimes = Exclude<FaultName, FaultClass>;
const requested = FAULTS.filter(({ background }) => background === 'onRequest');
const faults = z.strictObject({
  ...(Object.fromEntries(FAULT_CLASSES.map((name) => [name, faultCounts])) as Record<FaultClass, typeof faultCounts>),
  ...(Object.fromEntries(requested.map(({ name }) => [name, sometimes])) as Record<Sometimes, typeof sometimes>),
});

const queue = z.strictObject({
  queue: z.enum(QUEUE_NAMES),
  entered: named(z.number(), 'Per run.'),
  meanThere: named(z.number(), 'Over time, those included that are served.'),
  meanWaiting: named(z.number(), 'Over time.'),
  meanStayMs: z.number(),
  meanWaitMs: z.number(),
  longestWaitMs: z.number(),
  mostWaiting: count,
});

const policy = z.strictObject({
  name: z.string(),
  lineage: named(z.enum(['exact', 'corrected']), 'Known defects of the products: reproduced, or mended.'),
  manifests: z.array(z.string()),
  metrics: perMetric(estimate),
  workloads: named(z.array(workload), 'In the order of name and kind.'),
  faults: named(faults, 'Totals over all replications.'),
  scriptFired: z.record(z.string(), count),
  queues: z.exactOptional(named(z.array(queue), 'Where the scenario asks for them; over all replications.')),
  fingerprint: z.string(),
});

const pair = z.strictObject({
  a: z.string(),
  b: z.string(),
  differences: named(perMetric(estimate), 'a minus b, replication by replication on the same draws.'),
  differingPairs: count,
  replications: count,
});

const metricName = z.enum(Object.keys(METRIC_WORDS) as [MetricName, ...MetricName[]]);

const verdict = z.strictObject({
  outcome: z.enum(['better', 'equivalent', 'inconclusive', 'not-compared']),
  winner: z.nullable(z.string()),
  against: z.nullable(z.string()),
  sentence: z.string(),
  reasons: z.array(z.string()),
  primaryMetric: metricName,
  minimumEffect: z.number(),
  constraints: z.array(
    z.strictObject({
      policy: z.string(),
      constraint: z.string(),
      outcome: z.enum(['holds', 'broken', 'undecided']),
      estimate,
    }),
  ),
});

const inputUncertainty = z.strictObject({
  a: z.string(),
  b: z.string(),
  draws: count,
  difference: estimate,
  low: z.number(),
  high: z.number(),
  aBetter: z.strictObject({ share: z.number(), low: z.number(), high: z.number() }),
  influence: z.array(z.strictObject({ input: z.string(), meaning: z.string(), rankCorrelation: z.number() })),
});

const breakEven = z.strictObject({
  a: z.string(),
  b: z.string(),
  input: z.string(),
  meaning: z.string(),
  defaultValue: z.number(),
  points: z.array(z.strictObject({ value: z.number(), difference: estimate })),
  flipsAt: z.array(z.number()),
});

const couplings = z.strictObject({
  a: z.string(),
  b: z.string(),
  coupling: named(z.enum(RECOVERY_COUPLINGS), 'Of the study itself.'),
  points: z.array(z.strictObject({ coupling: z.enum(RECOVERY_COUPLINGS), difference: estimate })),
});

const timeline = z.strictObject({
  policy: z.string(),
  replication: count,
  spans: z.array(
    z.strictObject({
      host: z.string(),
      state: z.enum([
        'serving',
        'silent',
        'off',
        'fencing',
        'booting',
        'provisioning',
        'joining',
        'maintenance',
        'repair',
        'spare',
      ]),
      fromMs: z.number(),
      toMs: z.number(),
    }),
  ),
});

const summarySchema = z.strictObject({
  schema: z.literal(SUMMARY_SCHEMA),
  version: z.string(),
  name: z.string(),
  study: z.enum(['steady', 'from-now']),
  seed: z.string(),
  replications: count,
  durationMs: z.number(),
  hosts: count,
  racks: count,
  scenarioDigest: z.string(),
  command: z.string(),
  verdict,
  policies: z.array(policy),
  pairs: z.array(pair),
  matchedPair: z.nullable(z.strictObject({ description: z.string(), pair })),
  inputUncertainty: z.nullable(inputUncertainty),
  breakEven: z.nullable(breakEven),
  couplings: z
    .exactOptional(couplings)
    .check(z.describe('The leading pair under every coupling of recovery load, where the scenario speaks of one.')),
  meaningDifferences: z.array(z.string()),
  ledger: z.array(
    z.strictObject({ kind: z.string(), count, used: z.string(), ignored: z.string(), assumed: z.string() }),
  ),
  assumptions: z.array(z.strictObject({ name: z.string(), value: z.string(), source: z.string() })),
  warnings: z.array(z.string()),
  timelines: z.array(timeline),
  complete: z.boolean(),
});

type Plain<T> = T extends readonly (infer U)[]
  ? readonly Plain<U>[]
  : T extends object
    ? { readonly [K in keyof T]: Plain<T[K]> }
    : T;
type Same<A, B> = [Plain<A>] extends [Plain<B>] ? ([Plain<B>] extends [Plain<A>] ? true : false) : false;
type Holds<T extends true> = T;

/** Compiles only while schema and type say the same, in both directions. */
export type SchemaIsTheType = [
  Holds<Same<z.output<typeof estimate>, Estimate>>,
  Holds<Same<z.output<typeof workload>, WorkloadSummary>>,
  Holds<Same<z.output<typeof policy>, PolicySummary>>,
  Holds<Same<z.output<typeof summarySchema>, StudySummary>>,
];

/** The JSON Schema of summary.json. */
export function summaryJsonSchema(): object {
  return { title: 'summary.json of a study', ...z.toJSONSchema(summarySchema, { reused: 'ref' }) };
}
