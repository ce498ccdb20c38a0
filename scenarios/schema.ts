// The schema of `kind: Scenario`. Everything but the cluster is optional; what is not written comes from sim/defaults.ts.
// Strict: an unknown field is a problem. The JSON Schema for editors is generated from this one.

import { z } from 'zod';
import type { MetricName } from '../sim/result.ts';
import { API_VERSION } from './api-group.ts';
import { clusterSchema } from './schema-cluster.ts';
import { count, durationMs, name, share } from './schema-values.ts';
import {
  bmcSchema,
  faultsSchema,
  hardwareModelsSchema,
  kubernetesSchema,
  peopleSchema,
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
  pages: true,
  humanRepairs: true,
  podsMoved: true,
};

export const METRIC_NAMES = Object.keys(METRICS) as readonly MetricName[];

const policySchema = z.strictObject({
  name,
  files: z
    .array(z.string())
    .optional()
    .meta({ description: 'Manifest files, relative to this file. None: no remediation.' }),
  lineage: z
    .enum(['exact', 'corrected'])
    .optional()
    .meta({ description: 'Known defects of the products: reproduced (exact, the default) or mended (corrected).' }),
});

export const scenarioSchema = z
  .strictObject({
    apiVersion: z.literal(API_VERSION),
    kind: z.literal('Scenario'),
    metadata: z.strictObject({
      name,
      labels: z.record(z.string(), z.string()).optional(),
      annotations: z.record(z.string(), z.string()).optional(),
    }),
    spec: z.strictObject({
      study: z.enum(['steady', 'from-now']).optional(),
      duration: durationMs.optional(),
      replications: count.optional(),
      seed: z.union([z.string(), z.number().int()]).optional(),
      primaryMetric: z.enum(METRIC_NAMES).optional(),
      minimumEffect: share.optional(),
      constraints: z.array(z.string()).optional().meta({ description: 'For example "dataLostGroups <= 0".' }),
      cluster: clusterSchema.optional(),
      hardware: hardwareModelsSchema.optional(),
      storage: storageSchema.optional(),
      requiredReplicas: z
        .record(z.string(), count)
        .optional()
        .meta({ description: 'namespace/name of a workload to the replicas it needs.' }),
      faults: faultsSchema.optional(),
      people: peopleSchema.optional(),
      plannedReboots: plannedRebootsSchema.optional(),
      kubernetes: kubernetesSchema.optional(),
      provisioning: provisioningSchema.optional(),
      bmc: bmcSchema.optional(),
      watchdog: watchdogSchema.optional(),
      policies: z.array(policySchema).optional(),
    }),
  })
  .meta({ title: 'MetalTwin Scenario' });

export type Scenario = z.output<typeof scenarioSchema>;
export type ScenarioSpec = Scenario['spec'];

/** The schema of what people write, for editors. */
export function scenarioJsonSchema(): unknown {
  return z.toJSONSchema(scenarioSchema, { io: 'input', reused: 'ref' });
}
