// Schema of the cluster part of a scenario: generated from groups, or read from files of a real one.

import * as z from 'zod/mini';
import { networkSchema, powerSchema } from './schema-places.ts';
import { byteCount, count, lazyObject, name, positive } from './schema-values.ts';

/** A group of equal hosts. Spares are unprovisioned hosts that a replacement Machine may take. */
const groupSchema = lazyObject(() => ({
  name,
  role: z.optional(z.enum(['worker', 'control-plane', 'spare'])).check(z.describe('Default worker.')),
  count,
  hardware: z.optional(name).check(z.describe('Key into spec.hardware; default "server".')),
  cpu: z.optional(positive).check(z.describe('Cores of one host.')),
  memory: z.optional(byteCount),
  dataDisks: z.optional(z.int().check(z.minimum(0))),
  diskSize: z.optional(byteCount),
  labels: z.optional(z.record(z.string(), z.string())).check(z.describe('Labels of the Nodes and Machines.')),
}));

const replicatedSchema = lazyObject(() => ({
  name,
  namespace: z.optional(name),
  kind: z.optional(z.enum(['StatefulSet', 'Deployment'])).check(z.describe('Default StatefulSet.')),
  count: z.optional(count).check(z.describe('That many alike, numbered.')),
  replicas: count,
  minAvailable: z.optional(count).check(z.describe('Replicas that it needs; also its PodDisruptionBudget.')),
  volume: z.optional(byteCount).check(z.describe('One ReadWriteOnce volume of this size per replica.')),
  cpu: z.optional(positive),
  memory: z.optional(byteCount),
}));

/** Virtual machines of KubeVirt, running at the start unless Halted. */
const virtualMachineSchema = lazyObject(() => ({
  name,
  namespace: z.optional(name),
  kind: z.literal('VirtualMachine'),
  count: z.optional(count).check(z.describe('That many alike, numbered.')),
  cpu: z.optional(z.int().check(z.minimum(1))).check(z.describe('Virtual processors.')),
  memory: z.optional(byteCount).check(z.describe('Of the guest.')),
  volume: z.optional(byteCount).check(z.describe('Its root disk, of this size.')),
  sharedDisk: z
    .optional(z.boolean())
    .check(z.describe('Its disk is ReadWriteMany, so that it can migrate; default false: ReadWriteOnce.')),
  runStrategy: z
    .optional(z.enum(['Always', 'RerunOnFailure', 'Manual', 'Halted']))
    .check(z.describe('Default Always.')),
  evictionStrategy: z
    .optional(z.enum(['None', 'LiveMigrate', 'LiveMigrateIfPossible']))
    .check(z.describe('Absent: the default of KubeVirt, None.')),
}));

const workloadSchema = z.discriminatedUnion('kind', [replicatedSchema, virtualMachineSchema]);

const generateSchema = lazyObject(() => ({
  machineApi: z.optional(z.enum(['openshift', 'cluster-api'])).check(z.describe('Default openshift.')),
  racks: count,
  zones: z.optional(count).check(z.describe('Availability zones; racks are spread over them. Default one.')),
  groups: z.array(groupSchema).check(z.minLength(1)),
  workloads: z.optional(z.array(workloadSchema)),
}));

export const clusterSchema = lazyObject(() => ({
  generate: z.optional(generateSchema),
  from: z
    .optional(z.union([z.string(), z.array(z.string()).check(z.minLength(1))]))
    .check(z.describe('Files or folders of kubectl output, or a must-gather; relative to this file.')),
  rackLabel: z.optional(z.string()),
  network: z.optional(networkSchema).check(z.describe('What hosts share of the network, and what it loses.')),
  power: z.optional(powerSchema).check(z.describe('How hosts get their power, and what happens when it returns.')),
}));

export type GenerateSpec = z.output<typeof generateSchema>;
export type GroupSpec = z.output<typeof groupSchema>;
export type WorkloadSpec = z.output<typeof workloadSchema>;
export type ReplicatedSpec = z.output<typeof replicatedSchema>;
export type VirtualMachineSpec = z.output<typeof virtualMachineSchema>;
