// Schema of what the world is made of: hardware, faults, storage, people, planned work, Kubernetes' own settings.
// Everything is optional here: what is not written comes from sim/defaults.ts.

import * as z from 'zod/mini';
import { bmcModelSchema } from './schema-bmc.ts';
import { clientFaultSchema } from './schema-client-faults.ts';
import {
  burstsSchema,
  faultClassesSchema,
  hostFaultClassesSchema,
  repeatsSchema,
  scriptedFaultSchema,
} from './schema-faults.ts';
import {
  byteCount,
  count,
  durationMs,
  durationSpread,
  factorSpread,
  lazyObject,
  name,
  nonNegative,
  positive,
  share,
} from './schema-values.ts';

/** How long the stages of one hardware model take. */
export const hardwareSchema = lazyObject(() => ({
  powerOff: z.optional(durationSpread),
  powerOn: z.optional(durationSpread),
  shutdown: z.optional(durationSpread),
  firmware: z.optional(durationSpread),
  osBoot: z.optional(durationSpread),
  join: z.optional(durationSpread),
  imageWrite: z.optional(durationSpread),
  metadataClean: z.optional(durationSpread),
  fastTrack: z.optional(z.boolean()),
  bmc: z
    .optional(bmcModelSchema)
    .check(z.describe('A management controller that is a computer of its own. None: an ideal one.')),
  memory: z
    .optional(
      z.strictObject({
        testFactor: z
          .optional(positive)
          .check(z.describe('How many times as long as on a plain boot memory is initialised and tested.')),
        initialisedBy: z
          .optional(z.enum(['everyBoot', 'coldBoot']))
          .check(z.describe('coldBoot: a reboot without loss of power leaves it out.')),
      }),
    )
    .check(z.describe('Memory initialisation, by default two fifths of the firmware time of every boot.')),
  afterPanic: z
    .optional(z.enum(['reboot', 'halt']))
    .check(z.describe('What a panicked kernel does once its dump is written.')),
}));

export const faultsSchema = lazyObject(() => ({
  background: z
    .optional(z.union([z.literal('none'), faultClassesSchema]))
    .check(z.describe('"none", or overrides per fault class.')),
  models: z
    .optional(z.record(z.string(), hostFaultClassesSchema))
    .check(z.describe('Overrides per hardware model, of what strikes hosts.')),
  frailtySigma: z.optional(nonNegative),
  clock: z.optional(z.enum(['calendar', 'operating'])),
  start: z
    .optional(z.enum(['equilibrium', 'new']))
    .check(z.describe('equilibrium (default): everything has been running for ever. new: nothing is worn yet.')),
  bursts: z
    .optional(burstsSchema)
    .check(z.describe('Part of the failures of hosts come together. {} takes the defaults.')),
  repeats: z
    .optional(repeatsSchema)
    .check(z.describe('A host that failed is likelier to fail again. {} takes the defaults.')),
  noReturnAfterPowerLoss: z.optional(share),
  script: z.optional(z.array(scriptedFaultSchema)),
  clients: z
    .optional(z.array(clientFaultSchema))
    .check(z.describe('Faults between controllers and the API server. None: perfect clients.')),
}));

export const storageSchema = lazyObject(() => ({
  kind: z.optional(z.enum(['replicated', 'external'])).check(z.describe('external: volumes live outside the hosts.')),
  replicas: z.optional(count),
  minSize: z.optional(count),
  failureDomain: z.optional(z.enum(['rack', 'host'])),
  placementGroups: z.optional(count),
  usedPerHost: z.optional(byteCount),
  writesPerSecondPerHost: z.optional(nonNegative),
  writeSize: z.optional(byteCount),
  trackingUnit: z.optional(byteCount),
  logWrites: z.optional(nonNegative),
  downOut: z.optional(durationMs),
  resyncPerSecondPerHost: z.optional(byteCount),
  resyncPerSecond: z.optional(byteCount),
  osdReAdd: z.optional(z.enum(['automatic', 'manual'])),
  resyncSlowness: z
    .optional(factorSpread)
    .check(z.describe('How many times slower than its bytes and the bandwidth say a resync is, drawn for each.')),
  writes: z
    .optional(z.enum(['expected', 'drawn']))
    .check(
      z.describe(
        'drawn: where each write falls that a host missed is drawn, instead of the expected number of dirty units.',
      ),
    ),
  measures: z
    .optional(z.enum(['basic', 'full']))
    .check(z.describe('full: also what is expected to be lost, and further figures of the storage.')),
}));

export const plannedRebootsSchema = lazyObject(() => ({
  every: z
    .optional(z.union([z.literal('never'), durationMs]))
    .check(
      z.describe(
        'Start of one rolling upgrade to the start of the next. Where kured is among the objects it reboots instead, by its own flags, and this says when all hosts want it.',
      ),
    ),
  firstAt: z.optional(durationMs),
  drain: z.optional(z.boolean()),
  drainTimeout: z.optional(durationMs),
  atOnce: z.optional(count),
  pauseHealthChecks: z.optional(z.boolean()),
}));

export const kubernetesSchema = lazyObject(() => ({
  leaseRenew: z.optional(durationMs),
  leaseJitter: z.optional(share),
  monitorPeriod: z.optional(durationMs),
  monitorGrace: z.optional(durationMs),
  graceFrom: z.optional(z.enum(['observation', 'timestamp'])),
  evictionPerSecond: z.optional(nonNegative),
  secondaryEvictionPerSecond: z.optional(nonNegative),
  largeClusterSize: z.optional(z.int().check(z.minimum(0))),
  unhealthyZoneShare: z.optional(share),
  toleration: z.optional(durationMs),
  podGcPeriod: z.optional(durationMs),
  podGcQuarantine: z.optional(durationMs),
  forceDetach: z.optional(durationMs),
  podStart: z.optional(durationSpread),
  watchLag: z.optional(durationMs),
  heartbeats: z.optional(z.enum(['lazy', 'explicit'])),
  zoneLabel: z.optional(z.string()),
}));

export const provisioningSchema = lazyObject(() => ({
  hostPick: z.optional(z.enum(['random', 'same-first'])),
  automatedCleaningMode: z.optional(z.enum(['metadata', 'disabled'])),
  limit: z.optional(count),
  failShare: z.optional(share),
  callbackTimeout: z.optional(durationMs),
}));

/** What resets a host from within. */
export const watchdogSchema = lazyObject(() => ({ timeout: z.optional(durationMs), brokenShare: z.optional(share) }));

export const hardwareModelsSchema = z.record(name, hardwareSchema);
