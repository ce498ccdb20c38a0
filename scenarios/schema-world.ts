// Schema of what the world is made of: hardware, faults, storage, people, planned work, Kubernetes' own settings.
// Everything is optional here: what is not written comes from sim/defaults.ts.

import * as z from 'zod/mini';
import { MCLOCK_PROFILES, RECOVERY_COUPLINGS } from '../sim/config.ts';
import { FAULT_SET_NAMES, type FaultSetName } from '../sim/faults/fault-sets.ts';
import { bmcModelSchema } from './schema-bmc.ts';
import { clientFaultSchema } from './schema-client-faults.ts';
import {
  burstsSchema,
  faultClassesSchema,
  hostFaultClassesSchema,
  repeatsSchema,
  scriptedFaultSchema,
} from './schema-faults.ts';
import { replaySchema } from './schema-replay.ts';
import { servicesSchema } from './schema-services.ts';
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
const lifeFields = () => ({
  perYear: z
    .optional(nonNegative)
    .check(z.describe('Deaths per part and year, on average over the first five years of its life.')),
  shape: z.optional(positive).check(z.describe('Of the Weibull lifetime: above 1 it wears out.')),
  age: z.optional(durationSpread).check(z.describe('Of the parts at the start.')),
});

const diskLifeSchema = lazyObject(lifeFields);

const componentSchema = lazyObject(() => ({
  count: z.optional(count),
  spare: z
    .optional(z.int().check(z.minimum(0)))
    .check(z.describe('How many may be dead at once before the host feels it.')),
  ...lifeFields(),
}));

/** Parts with lifetimes; each is as usual where the scenario says nothing about it. */
const componentsSchema = lazyObject(() => ({
  dataDisk: z.optional(diskLifeSchema),
  systemDisk: z.optional(componentSchema),
  memoryModule: z.optional(componentSchema),
  powerSupply: z.optional(componentSchema),
  networkCard: z.optional(componentSchema),
  systemBoard: z.optional(componentSchema),
  processor: z.optional(componentSchema),
  bmc: z.optional(componentSchema),
}));

const handMadeSchema = lazyObject(() => ({
  nodeLabels: z.optional(z.array(z.string().check(z.minLength(1)))).check(z.describe('Keys of labels on the Nodes.')),
  firmwareSettings: z.optional(z.boolean()).check(z.describe('The boot order.')),
  raid: z.optional(z.boolean()).check(z.describe('The data disks lie behind a RAID controller.')),
}));

const hardwareSchema = lazyObject(() => ({
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
  bootStopShare: z
    .optional(share)
    .check(z.describe('Share of boots that stop, each for itself, as the fault bootStops says; none by default.')),
  afterPanic: z
    .optional(z.enum(['reboot', 'halt']))
    .check(z.describe('What a panicked kernel does once its dump is written.')),
  handMade: z
    .optional(handMadeSchema)
    .check(z.describe('What somebody set up by hand, and a reprovision loses until a person puts it back.')),
  components: z
    .optional(componentsSchema)
    .check(
      z.describe(
        'Parts that live and die, {} for the usual ones. They come beside the fault classes, except that data disks die of their age instead of by the class diskFailure; with background none they do not die.',
      ),
    ),
}));

export const faultsSchema = lazyObject(() => ({
  set: z
    .optional(z.enum(FAULT_SET_NAMES as [FaultSetName, ...FaultSetName[]]))
    .check(
      z.describe(
        'A ready set of faults and people, under everything else that is written (docs/generated/fault-sets.md).',
      ),
    ),
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
  replay: z
    .optional(replaySchema)
    .check(z.describe('Recorded failures that happen again, beside the background or without it.')),
  clients: z
    .optional(z.array(clientFaultSchema))
    .check(z.describe('Faults between controllers and the API server. None: perfect clients.')),
}));

const crushSchema = lazyObject(() => ({
  map: z
    .optional(z.string().check(z.minLength(1)))
    .check(z.describe('Text of "crushtool -d", or JSON of "ceph osd crush dump". None: made of the racks and hosts.')),
  rule: z
    .optional(z.union([z.string(), z.int()]))
    .check(z.describe('Name or id; may be left out where only one fits.')),
  pool: z.optional(z.int().check(z.minimum(0))).check(z.describe('Id of the pool in its Ceph cluster.')),
  osdTree: z.optional(z.string()).check(z.describe('JSON of "ceph osd tree -f json": weights, and who is in.')),
  osdDf: z.optional(z.string()).check(z.describe('JSON of "ceph osd df -f json": bytes on every OSD.')),
  osdDump: z
    .optional(z.string())
    .check(
      z.describe('JSON of "ceph osd dump -f json": the shape of the pool, flags, limits, and what upmap has moved.'),
    ),
  pgDump: z.optional(z.string()).check(z.describe('JSON of "ceph pg dump -f json": where the groups really lie.')),
  minInRatio: z.optional(share).check(z.describe('mon_osd_min_in_ratio')),
  minUpRatio: z.optional(share).check(z.describe('mon_osd_min_up_ratio')),
  downOutSubtreeLimit: z
    .optional(z.string())
    .check(z.describe('mon_osd_down_out_subtree_limit: a type of the map, or empty for none.')),
  adjustDownOut: z.optional(z.boolean()).check(z.describe('mon_osd_adjust_down_out_interval')),
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
  erasureCode: z
    .optional(z.strictObject({ k: z.int().check(z.minimum(1)), m: z.int().check(z.minimum(1)) }))
    .check(z.describe('k parts of data and m of coding, in place of replicas.')),
  cells: z
    .optional(z.strictObject({ hosts: count }))
    .check(
      z.describe(
        'The storage hosts are dealt into cells of at least so many hosts, each a pool of its own; what else is written here holds for each of them. Default: one pool on all of them.',
      ),
    ),
  crush: z.optional(crushSchema).check(z.describe('The pool lies where Ceph would put it.')),
  noOut: z
    .optional(z.array(z.strictObject({ at: durationMs, for: z.optional(durationMs) })))
    .check(z.describe('A person sets the flag noout at these times; without "for" it is forgotten.')),
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
  system: z
    .optional(z.enum(['ceph', 'linstor', 'longhorn']))
    .check(z.describe('Whose rules and timers hold: by default those of Ceph.')),
  etcd: z
    .optional(z.strictObject({ size: z.optional(byteCount), writesPerSecond: z.optional(nonNegative) }))
    .check(
      z.describe(
        'The members of etcd on the control plane are a pool, too: they catch up from the log, or by a snapshot.',
      ),
    ),
  fill: z.optional(share).check(z.describe('How full the disks are at the start; in place of usedPerHost.')),
  capacityPerHost: z
    .optional(byteCount)
    .check(z.describe('What the data disks of one host hold; by default twice what is stored on them.')),
  fillLimits: z
    .optional(z.strictObject({ nearFull: z.optional(share), backfillFull: z.optional(share), full: z.optional(share) }))
    .check(
      z.describe(
        'Recovery does not fill a host beyond backfillFull, and nothing is written while one is full. With nearFull Ceph warns of all three.',
      ),
    ),
  recovery: z
    .optional(
      z.strictObject({
        profile: z.optional(z.enum(MCLOCK_PROFILES)),
        diskRatePerHost: z.optional(byteCount),
        clientLoad: z.optional(share),
        coupling: z
          .optional(z.enum(RECOVERY_COUPLINGS))
          .check(
            z.describe(
              'Recovery load makes disks fail and heartbeats late; compare tells whether a verdict hangs on it.',
            ),
          ),
      }),
    )
    .check(
      z.describe('How recovery shares the disks with clients (mClock), and what it does to the hosts that carry it.'),
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
  controlPlane: z
    .optional(z.enum(['always', 'onItsHosts']))
    .check(
      z.describe(
        'onItsHosts: the API server and all controllers are there while most hosts of the control plane are up. Default always.',
      ),
    ),
}));

export const provisioningSchema = lazyObject(() => ({
  hostPick: z.optional(z.enum(['random', 'same-first'])),
  automatedCleaningMode: z.optional(z.enum(['metadata', 'disabled'])),
  limit: z.optional(count),
  failShare: z.optional(share),
  callbackTimeout: z.optional(durationMs),
  services: z
    .optional(servicesSchema)
    .check(
      z.describe(
        'What provisioning needs beside its hosts: where it runs, and its limits. What is left out is always there.',
      ),
    ),
}));

/** What resets a host from within. */
export const watchdogSchema = lazyObject(() => ({ timeout: z.optional(durationMs), brokenShare: z.optional(share) }));

export const hardwareModelsSchema = z.record(name, hardwareSchema);
