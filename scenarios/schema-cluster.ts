// Schema of the cluster part of a scenario: generated from groups, or read from files of a real one.

import { z } from 'zod';
import { byteCount, count, name, positive } from './schema-values.ts';

/** A group of equal hosts. Spares are unprovisioned hosts that a replacement Machine may take. */
export const groupSchema = z.strictObject({
  name,
  role: z.enum(['worker', 'control-plane', 'spare']).optional().meta({ description: 'Default worker.' }),
  count,
  hardware: name.optional().meta({ description: 'Key into spec.hardware; default "server".' }),
  cpu: positive.optional().meta({ description: 'Cores of one host.' }),
  memory: byteCount.optional(),
  dataDisks: z.number().int().min(0).optional(),
  diskSize: byteCount.optional(),
  labels: z.record(z.string(), z.string()).optional().meta({ description: 'Labels of the Nodes and Machines.' }),
});

const replicatedSchema = z.strictObject({
  name,
  namespace: name.optional(),
  kind: z.enum(['StatefulSet', 'Deployment']).optional().meta({ description: 'Default StatefulSet.' }),
  count: count.optional().meta({ description: 'That many alike, numbered.' }),
  replicas: count,
  minAvailable: count.optional().meta({ description: 'Replicas that it needs; also its PodDisruptionBudget.' }),
  volume: byteCount.optional().meta({ description: 'One ReadWriteOnce volume of this size per replica.' }),
  cpu: positive.optional(),
  memory: byteCount.optional(),
});

/** Virtual machines of KubeVirt, running at the start unless Halted. */
const virtualMachineSchema = z.strictObject({
  name,
  namespace: name.optional(),
  kind: z.literal('VirtualMachine'),
  count: count.optional().meta({ description: 'That many alike, numbered.' }),
  cpu: z.number().int().min(1).optional().meta({ description: 'Virtual processors.' }),
  memory: byteCount.optional().meta({ description: 'Of the guest.' }),
  volume: byteCount.optional().meta({ description: 'Its root disk, of this size.' }),
  sharedDisk: z
    .boolean()
    .optional()
    .meta({ description: 'Its disk is ReadWriteMany, so that it can migrate; default false: ReadWriteOnce.' }),
  runStrategy: z
    .enum(['Always', 'RerunOnFailure', 'Manual', 'Halted'])
    .optional()
    .meta({ description: 'Default Always.' }),
  evictionStrategy: z
    .enum(['None', 'LiveMigrate', 'LiveMigrateIfPossible'])
    .optional()
    .meta({ description: 'Absent: the default of KubeVirt, None.' }),
});

export const workloadSchema = z.discriminatedUnion('kind', [replicatedSchema, virtualMachineSchema]);

export const generateSchema = z.strictObject({
  machineApi: z.enum(['openshift', 'cluster-api']).optional().meta({ description: 'Default openshift.' }),
  racks: count,
  zones: count.optional().meta({ description: 'Availability zones; racks are spread over them. Default one.' }),
  groups: z.array(groupSchema).min(1),
  workloads: z.array(workloadSchema).optional(),
});

export const clusterSchema = z.strictObject({
  generate: generateSchema.optional(),
  from: z
    .union([z.string(), z.array(z.string()).min(1)])
    .optional()
    .meta({ description: 'Files or folders of kubectl output, or a must-gather; relative to this file.' }),
  rackLabel: z.string().optional(),
});

export type GenerateSpec = z.output<typeof generateSchema>;
export type GroupSpec = z.output<typeof groupSchema>;
export type WorkloadSpec = z.output<typeof workloadSchema>;
export type ReplicatedSpec = z.output<typeof replicatedSchema>;
export type VirtualMachineSpec = z.output<typeof virtualMachineSchema>;
