// The schema of `kind: Scenario`. Everything but the cluster is optional; what is not written comes from sim/defaults.ts.
// Strict: an unknown field is a problem. The JSON Schema for editors is generated from this one.

import * as z from 'zod/mini';
import type { MetricName } from '../sim/result.ts';
import { API_VERSION } from './api-group.ts';
import { bmcSchema } from './schema-bmc.ts';
import { clusterSchema } from './schema-cluster.ts';
import { peopleSchema } from './schema-people.ts';
import { count, durationMs, lazyObject, name, share } from './schema-values.ts';
import {
  faultsSchema,
  hardwareModelsSchema,
  kubernetesSchema,
  plannedRebootsSchema,
  provisioningSchema,
  storageSchema,
  watchdogSchema,
} from './schema-world.ts';

/** Every metric of a run by its name in sim/result.ts; a missing or extra one does not compile. */
const METRICS: Readonly<Record<MetricName, true>> = {
  workloadUnavailableMs: true,
  workloadUnavailableApiMs: true,
  lostReplicaMs: true,
  outages: true,
  longestOutageMs: true,
  lostCoreMs: true,
  lostMemoryGibMs: true,
  pendingPodMs: true,
  longestPendingMs: true,
  lostWorkMs: true,
  workloadDegradedMs: true,
  slowReplicaMs: true,
  nodeDowntimeMs: true,
  detectMs: true,
  budgetWaitMs: true,
  powerOffMs: true,
  bootMs: true,
  reprovisionMs: true,
  rejoinMs: true,
  repairMs: true,
  plannedMs: true,
  resyncMs: true,
  fencings: true,
  selfFencings: true,
  splitBrains: true,
  needlessHealthy: true,
  needlessSelfHealing: true,
  needlessBooting: true,
  reprovisionings: true,
  mostInFlight: true,
  refusals: true,
  resyncBytes: true,
  reducedRedundancyMs: true,
  dataUnavailableMs: true,
  dataLostGroups: true,
  expectedDataLoss: true,
  oneReplicaShortMs: true,
  twoReplicasShortMs: true,
  moreReplicasShortMs: true,
  recoveryStalledMs: true,
  clientSlowdownMs: true,
  recoveryFaults: true,
  pages: true,
  humanRepairs: true,
  podsMoved: true,
  remediationCost: true,
};

export const METRIC_NAMES = Object.keys(METRICS) as readonly MetricName[];

const files = z.array(z.string());

const policyChangeSchema = lazyObject(() => ({
  at: durationMs.check(z.describe('After the start of the run.')),
  apply: z.optional(files).check(z.describe('Manifest files, as with kubectl apply.')),
  delete: z
    .optional(z.array(z.strictObject({ kind: z.string(), name: z.string(), namespace: z.optional(z.string()) })))
    .check(z.describe('Objects that the policy has by then.')),
  replace: z
    .optional(files)
    .check(z.describe('Manifest files of the whole policy from then on: what they do not have is deleted.')),
}));

const policySchema = lazyObject(() => ({
  name,
  files: z.optional(files).check(z.describe('Manifest files, relative to this file. None: no remediation.')),
  changes: z
    .optional(z.array(policyChangeSchema))
    .check(z.describe('The policy is changed while it runs, with everything in flight.')),
  lineage: z
    .optional(z.enum(['exact', 'corrected']))
    .check(z.describe('Known defects of the products: reproduced (exact, the default) or mended (corrected).')),
}));

export const scenarioSchema = z
  .strictObject({
    apiVersion: z.literal(API_VERSION),
    kind: z.literal('Scenario'),
    metadata: z.strictObject({
      name,
      labels: z.optional(z.record(z.string(), z.string())),
      annotations: z.optional(z.record(z.string(), z.string())),
    }),
    spec: z.strictObject({
      study: z.optional(z.enum(['steady', 'from-now'])),
      duration: z.optional(durationMs),
      replications: z.optional(count),
      seed: z.optional(z.union([z.string(), z.int()])),
      primaryMetric: z.optional(z.enum(METRIC_NAMES)),
      minimumEffect: z.optional(share),
      constraints: z.optional(z.array(z.string())).check(z.describe('For example "dataLostGroups <= 0".')),
      breakEven: z
        .optional(z.strictObject({ input: z.enum(['rebootCures', 'storageFill']), from: share, to: share }))
        .check(
          z.describe(
            'At which value of this input between the two the comparison turns round; by default rebootCures from 0 to 1.',
          ),
        ),
      cluster: z.optional(clusterSchema),
      hardware: z.optional(hardwareModelsSchema),
      storage: z.optional(storageSchema),
      requiredReplicas: z
        .optional(z.record(z.string(), count))
        .check(z.describe('namespace/name of a workload to the replicas it needs.')),
      faults: z.optional(faultsSchema),
      people: z.optional(peopleSchema),
      plannedReboots: z.optional(plannedRebootsSchema),
      kubernetes: z.optional(kubernetesSchema),
      provisioning: z.optional(provisioningSchema),
      bmc: z.optional(bmcSchema),
      watchdog: z.optional(watchdogSchema),
      queues: z
        .optional(z.boolean())
        .check(z.describe('Results also say who waited for how long: for persons, budgets, the provisioner, resync.')),
      slowness: z
        .optional(z.boolean())
        .check(
          z.describe(
            'Results also say for how long workloads served, but slowly: slow disks, network cards, processors.',
          ),
        ),
      policies: z.optional(z.array(policySchema)),
    }),
  })
  .check(z.meta({ title: 'MetalTwin Scenario' }));

export type Scenario = z.output<typeof scenarioSchema>;
export type ScenarioSpec = Scenario['spec'];

/** The schema of what people write, for editors. */
export function scenarioJsonSchema(): unknown {
  return z.toJSONSchema(scenarioSchema, { io: 'input', reused: 'ref' });
}
