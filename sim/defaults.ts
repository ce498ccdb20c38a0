// Default values of every SimConfig section, each number with its Source or Assumption. scenarios/ starts from these and
// puts the user's values over them; nothing else in sim/ may invent a number for these fields.
//

import type {
  BmcConfig,
  BurstsConfig,
  DegradingConfig,
  FaultClassConfig,
  FaultsConfig,
  HardwareConfig,
  KubernetesConfig,
  MemoryConfig,
  PeopleConfig,
  PlannedRebootConfig,
  PoolConfig,
  ProvisioningConfig,
  RepeatsConfig,
  WatchdogConfig,
} from './config.ts';
import { definitionOf, FAULT_CLASSES, type FaultClass } from './faults/catalogue.ts';
import { DAY_MS, HOUR_MS, MINUTE_MS, SECOND_MS } from './kernel/time-units.ts';

const KIB = 1024;
const MIB = 1024 * KIB;
const GIB = 1024 * MIB;
const TIB = 1024 * GIB;

/** A usual rack server with one long firmware start. */
export const DEFAULT_HARDWARE: HardwareConfig = {
  // Assumption: off takes 5 s, 2 to 20 s.
  powerOffMs: { kind: 'triangular', min: 2 * SECOND_MS, mode: 5 * SECOND_MS, max: 20 * SECOND_MS },
  // Assumption: as powering off.
  powerOnMs: { kind: 'triangular', min: 2 * SECOND_MS, mode: 5 * SECOND_MS, max: 20 * SECOND_MS },
  // Assumption: services stop within their own time-outs, a minute or two for a loaded node.
  shutdownMs: { kind: 'lognormal', median: 60 * SECOND_MS, sigma: 0.5 },
  // Assumption: firmware + boot + join have a median of 6 min and a 95 % point of 14 min together;
  // split 210 s / 90 s / 30 s by our own judgement. Source of the level: metal3-docs bmo/firmware_settings.md (one boot is
  // 5 to 10 min) and openshift/enhancements oc/icsp-registry-scoped.md (up to 15 min).
  firmwareMs: { kind: 'lognormal', median: 210 * SECOND_MS, sigma: 0.7 },
  osBootMs: { kind: 'lognormal', median: 90 * SECOND_MS, sigma: 0.5 }, // Assumption: see firmwareMs.
  // Assumption: see firmwareMs.
  joinMs: { kind: 'lognormal', median: 30 * SECOND_MS, sigma: 0.5 },
  // Assumption: 4 min; no measured Metal3 figure was found.
  imageWriteMs: { kind: 'lognormal', median: 4 * MINUTE_MS, sigma: 0.3 },
  // Assumption: half a minute.
  metadataCleanMs: { kind: 'lognormal', median: 30 * SECOND_MS, sigma: 0.3 },
  // Source: book.metal3.io capm3/fast_track: off unless asked for.
  fastTrack: false,
};

/** Of a model that says something about its memory: what it does not say leaves the boot as it is. */
export const DEFAULT_MEMORY: MemoryConfig = {
  testFactor: 1, // Assumption: no factor was found; vendors say only that full memory tests lengthen a start by minutes.
  initialisedBy: 'everyBoot', // Assumption: servers differ; faster warm starts are an option of their firmware.
};

/** Of the faults that come by themselves. Source: as each of them says, under faults/catalogue. */
export const DEFAULT_FAULT_CLASSES = Object.fromEntries(
  FAULT_CLASSES.map((name) => [name, definitionOf(name).usual]),
) as Readonly<Record<FaultClass, FaultClassConfig>>;

export const DEFAULT_FAULTS: FaultsConfig = {
  classes: DEFAULT_FAULT_CLASSES,
  // Assumption: lognormal factor with sigma 1 per host. Source of the need: LANL, the worst 5 % of
  // failing nodes carry 56 % of the failures.
  frailtySigma: 1,
  // Assumption: calendar, so that all policies meet identical schedules.
  clock: 'calendar',
  // Source: Shvachko et al., MSST 2010, IV.A: 0.5 to 1 % do not survive a full power-on restart.
  noReturnAfterPowerLoss: 0.01,
};

/** Of a scenario that asks for bursts. */
export const DEFAULT_BURSTS: BurstsConfig = {
  // Source: Ford et al., OSDI 2010, 4.1: 37 % of node failures are part of a burst of at least 2 nodes; LANL: 14 %.
  share: 0.37,
  // Source: LANL LA-UR-05-7318, failures of one system within 120 s of each other; Ford et al. give no sizes.
  sizes: [
    { hosts: 2, weight: 535 },
    { hosts: 3, weight: 72 },
    { hosts: 4, weight: 65 },
    { hosts: 5, weight: 15 },
    { hosts: 6, weight: 8 },
    { hosts: 7, weight: 11 },
    { hosts: 8, weight: 30 },
    { hosts: 9, weight: 3 },
    // Assumption: those of ten and more strike twenty.
    { hosts: 20, weight: 51 },
  ],
  withinMs: 2 * MINUTE_MS, // Source: Ford et al., OSDI 2010, 4.1: failures within 120 s of each other are one burst.
  // Assumption: one half. Ford et al. have an affinity to racks of more than 0.7 for bursts of more than 20 nodes, and none for small ones.
  sameRackShare: 0.5,
};

/** Of a scenario that asks for repeated failures. */
export const DEFAULT_REPEATS: RepeatsConfig = {
  share: 0.053, // Source: LANL LA-UR-05-7318, systems 18 and 19: next failure of the node within 24 h of a fix.
  againShare: 0.248, // Source: LANL LA-UR-05-7318, systems 18 and 19: a third failure within 24 h of the second.
  afterMs: { kind: 'uniform', min: MINUTE_MS, max: DAY_MS }, // Assumption: anywhere within those 24 h.
};

/** Of a class that a scenario makes degrading. */
export const DEFAULT_DEGRADING: DegradingConfig = {
  share: 0, // Assumption: off unless a scenario says otherwise.
  // Assumption: hours to days. Source of the order: LANL LA-UR-05-7318, after a repair the same node fails again within 24 h in 5
  // to 16 % of cases, and given that it did, once more in 25 to 42 %.
  returnsAfterMs: { kind: 'lognormal', median: 12 * HOUR_MS, sigma: 1 },
  shortensBy: 0.5, // Assumption: what degrades does so faster and faster.
  until: 'person', // Assumption: the cause is a part.
};

/** Source of the unmarked values: kubernetes 1.32, node lifecycle, taint eviction, pod GC, attach/detach. */
export const DEFAULT_KUBERNETES: KubernetesConfig = {
  leaseRenewMs: 10 * SECOND_MS,
  // Source: kubernetes component-helpers lease controller, jitter factor 0.04.
  leaseJitterShare: 0.04,
  monitorPeriodMs: 5 * SECOND_MS,
  monitorGraceMs: 50 * SECOND_MS,
  startupGraceMs: 60 * SECOND_MS,
  graceFrom: 'observation',
  evictionPerSecond: 0.1,
  secondaryEvictionPerSecond: 0.01,
  largeClusterSize: 50,
  unhealthyZoneShare: 0.55,
  tolerationMs: 300 * SECOND_MS,
  podGcPeriodMs: 20 * SECOND_MS,
  podGcQuarantineMs: 40 * SECOND_MS,
  forceDetachMs: 6 * MINUTE_MS,
  // Assumption: 2 to 60 s from binding to serving, most often 8 s.
  podStartMs: { kind: 'triangular', min: 2 * SECOND_MS, mode: 8 * SECOND_MS, max: 60 * SECOND_MS },
  // Source: measured on a kube-apiserver 1.32.13, median 1.5 ms from patch to parsed event, rounded up.
  watchLagMs: 2,
  heartbeats: 'lazy',
  zoneLabel: 'topology.kubernetes.io/zone',
};

/** A replicated pool on the hosts' own disks, without its name and content. */
export const DEFAULT_POOL: Omit<PoolConfig, 'name' | 'usedBytes' | 'logWrites'> = {
  replicas: 3, // Source: Ceph default pool size 3.
  minSize: 2, // Source: Ceph osd_pool_default_min_size for size 3.
  failureDomain: 'rack', // Assumption: the domain that a rack-aware installation chooses.
  placementGroups: 512, // Assumption: about 100 replicas per OSD at 16 OSDs, as Ceph's pg autoscaler aims for.
  writesPerSecondPerHost: 200, // Assumption: then 300 000 entries of logs on an OSD are full after 25 min.
  writeBytes: 16 * KIB, // Assumption: a usual database page.
  trackingUnitBytes: 4 * MIB, // Source: Ceph object size 4 MiB; before partial object recovery whole objects are copied.
  downOutMs: 600 * SECOND_MS, // Source: mon_osd_down_out_interval, printed by ceph-conf 16.2.15.
  // Assumption: 500 MB/s into one host and 2 GB/s in all: SSD targets of 300 to 500 MB/s under the balanced profile.
  resyncBytesPerSecondPerHost: 500_000_000,
  resyncBytesPerSecond: 2_000_000_000, // Assumption: see resyncBytesPerSecondPerHost.
  osdReAdd: 'automatic', // Source: Rook re-creates OSDs on empty devices by itself.
};

/** Source: Ceph osd_target_pg_log_entries_per_osd 300 000: writes to one OSD after which its log no longer covers an outage. */
export const DEFAULT_LOG_WRITES_PER_DISK = 300_000;

/** Assumption: share of a data disk that is in use when nothing in the cluster says it. */
export const DEFAULT_USED_SHARE = 0.5;

/** Assumption: bytes stored on one storage host when nothing says it. */
export const DEFAULT_USED_BYTES_PER_HOST = 10 * TIB;

/** Assumption: size of a data disk when nothing says it; with 2 disks per host it holds the default bytes half full. */
export const DEFAULT_DISK_BYTES = 10 * TIB;

export const DEFAULT_PEOPLE: PeopleConfig = {
  repairCrew: 2, // Assumption.
  // Assumption: 30 min from a page to a person at work, 8 h where only a red node tells.
  pageMs: { kind: 'lognormal', median: 30 * MINUTE_MS, sigma: 0.5 },
  lateNoticeMs: { kind: 'lognormal', median: 8 * HOUR_MS, sigma: 0.5 }, // Assumption: see pageMs.
  // Assumption: staffed site, median 8 h, sigma 1.2.
  repairMs: { kind: 'lognormal', median: 8 * HOUR_MS, sigma: 1.2 },
  // Assumption: a reset or reinstall ordered from the desk. Level: LANL LA-UR-05-7318, software failures have a median of
  // 44 min from report to return.
  resetMs: { kind: 'lognormal', median: 45 * MINUTE_MS, sigma: 1 },
};

export const DEFAULT_PLANNED_REBOOTS: PlannedRebootConfig = {
  everyMs: 60 * DAY_MS, // Assumption: a rolling operating system upgrade every two months.
  firstAtMs: 20 * DAY_MS, // Assumption.
  drain: true, // Source: the OpenShift machine-config operator cordons and drains.
  drainTimeoutMs: HOUR_MS, // Assumption: a person steps in after an hour.
  atOnce: 1, // Source: MachineConfigPool maxUnavailable defaults to 1.
  pauseHealthChecks: true, // Source: OpenShift's update documentation asks to pause MachineHealthChecks.
};

export const DEFAULT_BMC: BmcConfig = {
  timeoutMs: 60 * SECOND_MS, // Source: ironic/conf/conductor.py power_state_change_timeout 60 s; ironic/conf/redfish.py read time-out 60 s.
  bootMs: 90 * SECOND_MS, // Assumption: a BMC takes one to two minutes from standby power to its first answer.
};

export const DEFAULT_WATCHDOG: WatchdogConfig = {
  timeoutMs: 60 * SECOND_MS, // Source: kernel watchdog-parameters, softdog soft_margin 60 s; medik8s takes it where a node says nothing.
  // Assumption: one host in a hundred; no rate of watchdogs that do not fire was found. Reports that they exist:
  // medik8s/self-node-remediation issues 258 and 261.
  brokenShare: 0.01,
};

export const DEFAULT_PROVISIONING: ProvisioningConfig = {
  hostPick: 'random', // Source: cluster-api-provider-metal3 chooses at random among the fitting available hosts.
  automatedCleaningMode: 'metadata', // Source: BareMetalHost CRD default.
  limit: 20, // Source: baremetal-operator PROVISIONING_LIMIT default 20.
  failShare: 0.02, // Assumption.
  callbackTimeoutMs: 1800 * SECOND_MS, // Source: ironic/conf/conductor.py deploy_callback_timeout and clean_callback_timeout 1800 s.
};
