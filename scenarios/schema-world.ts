// Schema of what the world is made of: hardware, faults, storage, people, planned work, Kubernetes' own settings.
// Everything is optional here: what is not written comes from sim/defaults.ts.

import { z } from 'zod';
import { clientFaultSchema } from './schema-client-faults.ts';
import { byteCount, count, durationMs, durationSpread, name, nonNegative, positive, share } from './schema-values.ts';

export const FAULT_CLASS_NAMES = [
  'selfHealingOutage',
  'kernelPanic',
  'osHang',
  'kubeletDead',
  'hostDead',
  'diskFailure',
  'bmcUnreachable',
  'rackPowerLoss',
  'switchOutage',
] as const;

/** How long the stages of one hardware model take. */
export const hardwareSchema = z.strictObject({
  powerOff: durationSpread.optional(),
  powerOn: durationSpread.optional(),
  shutdown: durationSpread.optional(),
  firmware: durationSpread.optional(),
  osBoot: durationSpread.optional(),
  join: durationSpread.optional(),
  imageWrite: durationSpread.optional(),
  metadataClean: durationSpread.optional(),
  fastTrack: z.boolean().optional(),
});

const curesSchema = z
  .strictObject({
    itself: share.optional(),
    reboot: share.optional(),
    powerCycle: share.optional(),
    reprovision: share.optional(),
  })
  .meta({
    description: 'Cumulative shares: passes by itself, also cured by a reboot, by a power cycle, by a reprovision.',
  });

/** Overrides of one fault class; rates are per host, disk or rack and year. */
export const faultClassSchema = z.strictObject({
  perYear: nonNegative.optional(),
  gapShape: positive.optional(),
  duration: durationSpread.optional(),
  cures: curesSchema.optional(),
});

const faultClassesSchema = z.strictObject({
  selfHealingOutage: faultClassSchema.optional(),
  kernelPanic: faultClassSchema.optional(),
  osHang: faultClassSchema.optional(),
  kubeletDead: faultClassSchema.optional(),
  hostDead: faultClassSchema.optional(),
  diskFailure: faultClassSchema.optional(),
  bmcUnreachable: faultClassSchema.optional(),
  rackPowerLoss: faultClassSchema.optional(),
  switchOutage: faultClassSchema.optional(),
});

export const scriptedFaultSchema = z.strictObject({
  name: z.string().min(1).optional(),
  at: durationMs.meta({ description: 'After the start of the run.' }),
  fault: z.enum(FAULT_CLASS_NAMES),
  target: z.strictObject({ host: z.string().optional(), node: z.string().optional(), rack: z.string().optional() }),
  for: durationMs.optional(),
});

export const faultsSchema = z.strictObject({
  background: z
    .union([z.literal('none'), faultClassesSchema])
    .optional()
    .meta({ description: '"none", or overrides per fault class.' }),
  models: z
    .record(z.string(), faultClassesSchema)
    .optional()
    .meta({ description: 'Overrides per hardware model; rack classes do not belong here.' }),
  frailtySigma: nonNegative.optional(),
  clock: z.enum(['calendar', 'operating']).optional(),
  noReturnAfterPowerLoss: share.optional(),
  script: z.array(scriptedFaultSchema).optional(),
  clients: z
    .array(clientFaultSchema)
    .optional()
    .meta({ description: 'Faults between controllers and the API server. None: perfect clients.' }),
});

export const storageSchema = z.strictObject({
  kind: z
    .enum(['replicated', 'external'])
    .optional()
    .meta({ description: 'external: volumes live outside the hosts.' }),
  replicas: count.optional(),
  minSize: count.optional(),
  failureDomain: z.enum(['rack', 'host']).optional(),
  placementGroups: count.optional(),
  usedPerHost: byteCount.optional(),
  writesPerSecondPerHost: nonNegative.optional(),
  writeSize: byteCount.optional(),
  trackingUnit: byteCount.optional(),
  logWrites: nonNegative.optional(),
  downOut: durationMs.optional(),
  resyncPerSecondPerHost: byteCount.optional(),
  resyncPerSecond: byteCount.optional(),
  osdReAdd: z.enum(['automatic', 'manual']).optional(),
});

export const peopleSchema = z.strictObject({
  repairCrew: count.optional(),
  page: durationSpread.optional(),
  lateNotice: durationSpread.optional(),
  repair: durationSpread.optional(),
  reset: durationSpread.optional(),
});

export const plannedRebootsSchema = z.strictObject({
  every: z
    .union([z.literal('never'), durationMs])
    .optional()
    .meta({
      description:
        'Start of one rolling upgrade to the start of the next. Where kured is among the objects it reboots instead, by its own flags, and this says when all hosts want it.',
    }),
  firstAt: durationMs.optional(),
  drain: z.boolean().optional(),
  drainTimeout: durationMs.optional(),
  atOnce: count.optional(),
  pauseHealthChecks: z.boolean().optional(),
});

export const kubernetesSchema = z.strictObject({
  leaseRenew: durationMs.optional(),
  leaseJitter: share.optional(),
  monitorPeriod: durationMs.optional(),
  monitorGrace: durationMs.optional(),
  graceFrom: z.enum(['observation', 'timestamp']).optional(),
  evictionPerSecond: nonNegative.optional(),
  secondaryEvictionPerSecond: nonNegative.optional(),
  largeClusterSize: z.number().int().min(0).optional(),
  unhealthyZoneShare: share.optional(),
  toleration: durationMs.optional(),
  podGcPeriod: durationMs.optional(),
  podGcQuarantine: durationMs.optional(),
  forceDetach: durationMs.optional(),
  podStart: durationSpread.optional(),
  watchLag: durationMs.optional(),
  heartbeats: z.enum(['lazy', 'explicit']).optional(),
  zoneLabel: z.string().optional(),
});

export const provisioningSchema = z.strictObject({
  hostPick: z.enum(['random', 'same-first']).optional(),
  automatedCleaningMode: z.enum(['metadata', 'disabled']).optional(),
  limit: count.optional(),
  failShare: share.optional(),
  callbackTimeout: durationMs.optional(),
});

export const bmcSchema = z.strictObject({ timeout: durationMs.optional(), boot: durationMs.optional() });

/** What resets a host from within. */
export const watchdogSchema = z.strictObject({ timeout: durationMs.optional(), brokenShare: share.optional() });

export const hardwareModelsSchema = z.record(name, hardwareSchema);
