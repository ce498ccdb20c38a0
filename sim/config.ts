// SimConfig: everything that one run depends on, resolved, plain and printable. scenarios/ and twin/ build it, sim/ runs it,
// lab/ varies it. Values are milliseconds, bytes, counts or shares as the names say; nothing here is optional unless
// absence itself means something. Default numbers live in defaults.ts with their sources.

import type { Lineage } from '../core/api/lineage.ts';
import type { MachineApi } from '../core/api/machine.ts';
import type { KubeObject } from '../core/api/object.ts';
import type { FaultClass, FaultName } from './faults/catalogue.ts';
import type { FaultValue } from './faults/fault-parameter.ts';
import type { FaultSetName } from './faults/fault-sets.ts';
import type { TriggerEvent } from './faults/fault-triggers.ts';
import type { BmcProfileName } from './host/bmc/profiles.ts';
import type { QuirkName } from './host/bmc/quirks.ts';
import type { TraitChanges } from './host/bmc/traits.ts';
import type { ComponentsConfig } from './host/components.ts';
import type { HandMadeConfig } from './host/hand-made.ts';
import type { Distribution } from './kernel/distributions.ts';
import type { NetworkConfig } from './network/network-config.ts';
import type {
  AcknowledgementConfig,
  MistakesConfig,
  OtherWorkConfig,
  PartUse,
  QueueOrder,
  RepairWork,
  ShiftConfig,
  SpareLoansConfig,
  SparePartConfig,
  VisitsConfig,
} from './people/config.ts';
import type { PowerConfig } from './power/power-config.ts';
import type { ServicesConfig } from './provisioning/services-config.ts';
import type { PlainCrushMap } from './storage/crush/plain-crush-map.ts';

export type { FaultClass, FaultName };

/** How a host looks at the start. `silent`: its kubelet stopped at `silentSinceMs`, cause unknown and therefore assumed. */
export type InitialHostState =
  | { readonly state: 'serving' }
  | { readonly state: 'silent'; readonly silentSinceMs: number }
  | { readonly state: 'off' }
  | { readonly state: 'unprovisioned'; readonly poweredOn: boolean };

export interface HostConfig {
  /** Namespace and name of its BareMetalHost. */
  readonly namespace: string;
  readonly name: string;
  /** Node name that this host registers under, now and after every reprovision. */
  readonly nodeName: string;
  readonly rack: string;
  /** Key into `SimConfig.hardware`. */
  readonly hardware: string;
  /** As its firmware tells the operating system and its BMC; absent: made from the name of its Node. */
  readonly systemUuid?: string;
  /** What its BMC speaks; absent: Redfish. IPMI does not tell how far a host has booted. */
  readonly bmcProtocol?: 'redfish' | 'ipmi';
  /** Absent: its management controller is ideal, and answers at once while it can be reached. */
  readonly bmc?: BmcModelConfig;
  /** Data disks that belong to a storage pool; 0 for hosts without storage. */
  readonly dataDisks: number;
  readonly initial: InitialHostState;
  readonly controlPlane: boolean;
}

/** One hardware model: how long its stages take. */
export interface HardwareConfig {
  readonly powerOffMs: Distribution;
  readonly powerOnMs: Distribution;
  /** Orderly shutdown of the operating system before a planned reboot or a soft power-off. */
  readonly shutdownMs: Distribution;
  /** Power-on self test and firmware until the boot loader. */
  readonly firmwareMs: Distribution;
  /** Boot loader until the kubelet starts. */
  readonly osBootMs: Distribution;
  /** Kubelet start until Ready. */
  readonly joinMs: Distribution;
  /** Writing the image, agent boots excluded. */
  readonly imageWriteMs: Distribution;
  /** Metadata cleaning, agent boot excluded. */
  readonly metadataCleanMs: Distribution;
  /** Ironic fast track: the agent keeps running between clean and deploy, which saves one boot. */
  readonly fastTrack: boolean;
  /** Absent: memory is initialised within the firmware's time, at every boot alike. */
  readonly memory?: MemoryConfig;
  /** Share of boots that stop, each for itself, as the fault `bootStops` says; absent: none. */
  readonly bootStopShare?: number;
  /** What a panicked kernel does once its dump is written; absent: it reboots. */
  readonly afterPanic?: 'reboot' | 'halt';
  /** Absent: hosts of the model break by the classes of faults only. */
  readonly components?: ComponentsConfig;
  /** What a reprovision loses; absent: everything is declared, and comes back. */
  readonly handMade?: HandMadeConfig;
}

/** Memory initialisation, which is a fixed share of the firmware's time on a plain boot. */
export interface MemoryConfig {
  /** How many times as long as on a plain boot: a full memory test, or modules that are trained slowly. */
  readonly testFactor: number;
  /** `coldBoot`: a reboot without loss of power leaves it out. */
  readonly initialisedBy: 'everyBoot' | 'coldBoot';
}

/** A management controller that is a computer of its own. */
export interface BmcModelConfig {
  readonly profile: BmcProfileName;
  /** On top of those of the profile. */
  readonly quirks: readonly QuirkName[];
  /** Single settings, over profile and quirks. */
  readonly traits: TraitChanges;
  /** The host operator does not talk to a controller whose certificate is not valid. */
  readonly verifiesCertificate: boolean;
}

/** What ends a fault, cumulative: a share `itself` passes by itself, up to `reboot` also by a warm reboot, and so on. */
export interface CureShares {
  readonly itself: number;
  readonly reboot: number;
  readonly powerCycle: number;
  readonly reprovision: number;
}

/** Something for every fault that comes by itself in every world, and for others of the catalogue where there is something. */
export type PerFault<T> = Readonly<Record<FaultClass, T> & Partial<Record<Exclude<FaultName, FaultClass>, T>>>;

export interface FaultClassConfig {
  /** Per year and thing that the fault strikes: host, data disk, rack and so on. 0 switches it off. */
  readonly perYear: number;
  /** Shape of the gaps: 1 is exponential, below 1 clusters. The mean gap stays 1 / perYear. */
  readonly gapShape: number;
  /** How long the fault lasts where it passes by itself. */
  readonly durationMs: Distribution;
  readonly cures: CureShares;
  /** The fault's own, by their keys in the catalogue; absent: as the catalogue has them. */
  readonly parameters?: Readonly<Record<string, FaultValue>>;
  /** Of faults of hosts; absent: what ends one ends its cause. */
  readonly degrading?: DegradingConfig;
}

/** Faults whose cause outlives what ends them: they come back, each time sooner. */
export interface DegradingConfig {
  readonly share: number;
  /** From the end of the first time to the second. */
  readonly returnsAfterMs: Distribution;
  /** Factor on every further absence, above 0 and at most 1. */
  readonly shortensBy: number;
  /** What ends the cause. */
  readonly until: 'reprovision' | 'person';
}

/** Failures of several hosts with one cause. They take their share of the failures that the rates say. */
export interface BurstsConfig {
  /** Of all failures of hosts that do not come again, below 1. */
  readonly share: number;
  /** How many hosts a burst strikes, by weight. */
  readonly sizes: readonly { readonly hosts: number; readonly weight: number }[];
  /** From the first to the last of them at most. */
  readonly withinMs: number;
  /** Of the bursts, those that strike hosts of one rack only. */
  readonly sameRackShare: number;
}

/** Failures that follow one another on one host. They take their share of the failures that the rates say. */
export interface RepeatsConfig {
  /** Of the failures, those that come again; and of those that came again, those that come once more, below 1. */
  readonly share: number;
  readonly againShare: number;
  /** From a failure to the next. */
  readonly afterMs: Distribution;
}

export interface FaultsConfig {
  /** Name of the ready set that all of this started from; absent: the usual faults. */
  readonly set?: FaultSetName;
  readonly classes: PerFault<FaultClassConfig>;
  /** Classes of single hardware models, by key of `SimConfig.hardware`, in place of those above. What strikes hosts only. */
  readonly byHardware?: Readonly<Record<string, Readonly<Partial<Record<FaultName, FaultClassConfig>>>>>;
  /** Sigma of the lognormal factor (mean 1) on all rates of one host: lemons. */
  readonly frailtySigma: number;
  /** `calendar`: all policies see the same instants. `operating`: hosts age only while up. */
  readonly clock: 'calendar' | 'operating';
  /** Everything is new at the start; absent: it has been running for ever, as far as gaps are concerned. */
  readonly start?: 'new';
  /** Absent: every failure of a host has a cause of its own. */
  readonly bursts?: BurstsConfig;
  /** Absent: a host that failed is no likelier to fail than before. */
  readonly repeats?: RepeatsConfig;
  /** Share of the hosts of a rack that do not come back by themselves after a power loss. */
  readonly noReturnAfterPowerLoss: number;
}

/** One scripted fault: strikes at an instant after the start, whatever the background does. */
export interface ScriptedFault {
  readonly name: string;
  readonly atMs: number;
  readonly fault: FaultName;
  /** Name of what is struck: a host, a rack and so on, by what the fault strikes. */
  readonly target: string;
  /** Of a fault about two hosts: name of the second. */
  readonly reaches?: string;
  /** Overrides the class's duration; absent: drawn, or until cured. */
  readonly forMs?: number;
  /** The fault's own, by their keys in the catalogue; absent: as the catalogue has them. */
  readonly parameters?: Readonly<Record<string, FaultValue>>;
}

/** A failure of a trace that happens again: on a host, at an instant after the start, whatever the background does. */
export interface RecordedFault {
  readonly atMs: number;
  /** Of those that strike hosts. */
  readonly fault: FaultName;
  /** Name of the host. */
  readonly host: string;
  /** Recorded length: it passes then at the latest. Absent: nobody recorded an end, so it lasts until it is cured. */
  readonly forMs?: number;
  /** `drawn`: what ends it sooner is drawn, as of any fault of its kind. `any`: whatever is done about it ends it. */
  readonly severity: 'drawn' | 'any';
}

/** What a scripted fault waits for. */
export type FaultTrigger =
  /** Random instants of calendar time. */
  | { readonly kind: 'random'; readonly perYear: number }
  | {
      readonly kind: 'event';
      readonly event: TriggerEvent;
      /** Name of the host to which it happens; absent: any. */
      readonly host?: string;
      /** `hostShows` only: which provisioning state. */
      readonly state?: string;
      /** Counted by host from 1: the first that counts. */
      readonly nth: number;
      /** From the happening to the fault. */
      readonly afterMs: number;
      /** Strikes at most so often. */
      readonly times: number;
      /** Of the happenings that count, those on which it strikes. */
      readonly share: number;
    };

/** One scripted fault that strikes when something happens. */
export interface TriggeredFault extends Omit<ScriptedFault, 'atMs' | 'target'> {
  readonly when: FaultTrigger;
  /** Absent: the host to which it happens. */
  readonly target?: string;
}

/** When a client fault begins: at an instant after the start, at random instants of calendar time, or when something happens. */
export type ClientFaultStart = { readonly kind: 'at'; readonly atMs: number } | FaultTrigger;

export type RequestVerbName = 'create' | 'patch' | 'delete' | 'evict' | 'read';

/** Which requests or events a fault strikes: each with this chance, at most so many each time that the fault comes. */
export interface ClientFaultAim {
  readonly share: number;
  /** Keys of kinds; absent: all. */
  readonly kindKeys?: readonly string[];
  readonly atMost?: number;
}

export interface RequestFaultAim extends ClientFaultAim {
  /** Absent: all. */
  readonly verbs?: readonly RequestVerbName[];
}

/** What goes wrong; the fields beside `fault` are its own. */
export type ClientFaultKind =
  /** No request is answered, and every watch is broken; afterwards clients list anew. `none`: requests are lost in silence. */
  | { readonly fault: 'apiServerOutage'; readonly answers: 'refused' | 'none' }
  /** 504 is answered too, but nobody can tell what has happened. `retryAfterMs` only with 429 and 503. */
  | ({
      readonly fault: 'apiErrors';
      readonly code: 409 | 429 | 500 | 503 | 504;
      readonly retryAfterMs?: number;
    } & RequestFaultAim)
  | ({ readonly fault: 'lostReplies' } & RequestFaultAim)
  | ({ readonly fault: 'lostRequests' } & RequestFaultAim)
  | ({ readonly fault: 'slowRequests'; readonly delayMs: Distribution } & RequestFaultAim)
  /** `resume`: the missed events follow. `relist`: 410 Expired, and a new list. */
  | {
      readonly fault: 'watchBreak';
      readonly kindKeys?: readonly string[];
      readonly afterwards: 'resume' | 'relist';
    }
  | ({ readonly fault: 'lateEvents'; readonly delayMs: Distribution } & ClientFaultAim)
  /** When it ends, the watches are listed anew: nobody would ever hear of what was lost. */
  | ({ readonly fault: 'lostEvents' } & ClientFaultAim)
  | ({ readonly fault: 'doubledEvents' } & ClientFaultAim)
  /** The process dies, and is gone for the fault's length. */
  | { readonly fault: 'controllerCrash' }
  /** The process dies with this chance before each action of a list and after the last, and is gone for a while each time. */
  | {
      readonly fault: 'crashBetweenActions';
      readonly share: number;
      readonly atMost?: number;
      readonly restartAfterMs: Distribution;
    }
  /** As a crash, and the successor lists from a server that is `behindMs` late, and that catches up after `catchUpMs`. */
  | { readonly fault: 'staleRestart'; readonly behindMs: number; readonly catchUpMs: number }
  /** The process stands still and then goes on with the knowledge that it had. */
  | { readonly fault: 'controllerPause' };

export type ClientFaultClass = ClientFaultKind['fault'];

/** A fault between controllers and the API server, or of a controller's own process. */
export interface ClientFault {
  /** Unique among the faults of a config; names its draws. */
  readonly name: string;
  readonly start: ClientFaultStart;
  readonly lastsMs: Distribution;
  /** Names of controllers; absent: all of them. */
  readonly controllers?: readonly string[];
  readonly what: ClientFaultKind;
}

export interface KubernetesConfig {
  readonly leaseRenewMs: number;
  /** A beat comes up to this share of the renew interval late. */
  readonly leaseJitterShare: number;
  readonly monitorPeriodMs: number;
  readonly monitorGraceMs: number;
  /** Grace of a node whose kubelet never posted its status. */
  readonly startupGraceMs: number;
  /** The real controller measures from its own observation of a renewal; the textbook from the renewal's own stamp. */
  readonly graceFrom: 'observation' | 'timestamp';
  readonly evictionPerSecond: number;
  readonly secondaryEvictionPerSecond: number;
  readonly largeClusterSize: number;
  readonly unhealthyZoneShare: number;
  readonly tolerationMs: number;
  readonly podGcPeriodMs: number;
  readonly podGcQuarantineMs: number;
  readonly forceDetachMs: number;
  readonly podStartMs: Distribution;
  /** Delay from a write to its arrival at any watcher. */
  readonly watchLagMs: number;
  /** `explicit` schedules every heartbeat and monitor tick; same histories, for proof and teaching. */
  readonly heartbeats: 'lazy' | 'explicit';
  readonly zoneLabel: string;
  /** The API server, kube-controller-manager and the controllers are there while most hosts of the control plane are up; absent: always. */
  readonly controlPlane?: 'onItsHosts';
}

/** One OSD of a CRUSH map. */
export interface OsdConfig {
  readonly id: number;
  /** Name of its host; one that no host of the config has is always up. */
  readonly host: string;
  /** Fixed-point: 65,536 is wholly in, 0 out for good. */
  readonly reweight: number;
}

/** What makes Ceph place a pool as it does. */
export interface CrushConfig {
  readonly map: PlainCrushMap;
  /** Id of the rule. */
  readonly rule: number;
  /** Id of the pool in its Ceph cluster. */
  readonly poolId: number;
  /** As how many groups the pool is placed; Ceph's pgp_num. */
  readonly placedAs: number;
  /** Those of one host are its data disks, in this order. */
  readonly osds: readonly OsdConfig[];
  /**
   * By group, the OSDs that it really lies on, as many as replicas, where that is known; a group that differs from the map was moved
   * by upmap.
   */
  readonly actual?: readonly (readonly number[])[];
}

/** When OSDs that are down may be declared out; absent fields of a pool stand for Ceph's defaults (sim/storage/defaults.ts). */
export interface OutRulesConfig {
  /** No OSD goes out while fewer than this share of them is in. */
  readonly minInShare: number;
  /** No OSD is declared down where fewer than this share of them would be up. */
  readonly minUpShare: number;
  /** A bucket of this type or a larger one does not go out when it is down as a whole; a name of a type in the map, or empty: all do. */
  readonly subtreeLimit: string;
  /** OSDs that were declared down while they ran, and came back, are waited for longer the next time. */
  readonly waitsForLaggy: boolean;
}

/** A span of time after the start of the run. */
export interface TimeSpan {
  readonly fromMs: number;
  /** Null: to the end of the run. */
  readonly untilMs: number | null;
}

export interface PoolConfig {
  readonly name: string;
  /** Replicas of a group, or all parts of its erasure code. */
  readonly replicas: number;
  /** Parts of the erasure code that hold the data; absent: replicas are whole copies. */
  readonly dataParts?: number;
  /** Replicas or parts that must serve, or the group refuses I/O. */
  readonly minSize: number;
  /** Where Ceph places the pool; absent: the own placement of sim/storage/placement.ts. */
  readonly crush?: CrushConfig;
  /** With a CRUSH map only. */
  readonly outRules?: OutRulesConfig;
  /** While a person has set the flag `noout`: nothing goes out. */
  readonly noOut?: readonly TimeSpan[];
  readonly failureDomain: 'rack' | 'host';
  readonly placementGroups: number;
  /** Host name to bytes stored on its data disks. */
  readonly usedBytes: Readonly<Record<string, number>>;
  /** Client writes per second that land on one host's disks. */
  readonly writesPerSecondPerHost: number;
  readonly writeBytes: number;
  /** Resync copies whole units of this size: 4 KiB bitmaps, or 4 MiB objects. */
  readonly trackingUnitBytes: number;
  /** Writes per host after which the log no longer covers the outage and everything is copied. */
  readonly logWrites: number;
  /** A host down longer is out: its data is rebuilt elsewhere. */
  readonly downOutMs: number;
  /** One host's disks take in at most this. */
  readonly resyncBytesPerSecondPerHost: number;
  /** All resync of the pool together moves at most this. */
  readonly resyncBytesPerSecond: number;
  /** After a reprovision that wiped: how the OSDs come back. `manual` waits for a person. */
  readonly osdReAdd: 'automatic' | 'manual';
  /** How much slower than its bytes and the bandwidth say a resync is, drawn for each; absent: never. */
  readonly resyncSlowness?: Distribution;
  /** Where the writes that a host missed fall is drawn, one by one; absent: the number of dirty units is the expected one. */
  readonly writes?: 'drawn';
  /** Also measured: the `StorageMeasures` of a run. */
  readonly measures?: 'full';
  /** Whose rules hold in place of Ceph's. */
  readonly system?: StorageSystem;
  /** How recovery shares the disks with clients; absent: `resyncBytesPerSecondPerHost` is all that there is to say. */
  readonly recovery?: RecoveryConfig;
  /** How full disks may be; absent: they always have room. */
  readonly fillLimits?: FillLimitsConfig;
}

/** Storage systems with rules of their own; `etcd`: the members of the control plane's. */
export const STORAGE_SYSTEMS = ['linstor', 'longhorn', 'etcd'] as const;
export type StorageSystem = (typeof STORAGE_SYSTEMS)[number];

/** Ceph's built-in profiles. */
export const MCLOCK_PROFILES = ['balanced', 'high_client_ops', 'high_recovery_ops'] as const;
export type MclockProfile = (typeof MCLOCK_PROFILES)[number];

/** Whether recovery wears on the hosts that carry it, and how much. */
export const RECOVERY_COUPLINGS = ['off', 'default', 'strong'] as const;
export type RecoveryCoupling = (typeof RECOVERY_COUPLINGS)[number];

export interface RecoveryConfig {
  readonly profile: MclockProfile;
  /** What the disks of one host can move, for clients and recovery together. */
  readonly diskBytesPerSecondPerHost: number;
  /** What clients want of that, as a share. */
  readonly clientLoad: number;
  /** Absent: off, and nobody asks whether a verdict hangs on it. */
  readonly coupling?: RecoveryCoupling;
}

/** Limits are shares of the bytes that the disks of a host hold. */
export interface FillLimitsConfig {
  readonly bytesPerHost: number;
  /** Ceph warns from here on, and of the other two limits; absent: it says nothing. */
  readonly nearFull?: number;
  readonly backfillFull: number;
  readonly full: number;
}

export interface PeopleConfig {
  /** Repairs that can be in hand at once. */
  readonly repairCrew: number;
  /** From an escalation (a policy gave up and said so) to a person at work; where pages are acknowledged, from that on. */
  readonly pageMs: Distribution;
  /** From NotReady to a person at work where nobody was paged. */
  readonly lateNoticeMs: Distribution;
  /** A fault that needs parts or hands at the machine. */
  readonly repairMs: Distribution;
  /** A fault that a person ends from the desk: reset, power cycle, reinstall order. */
  readonly resetMs: Distribution;
  /** Absent: first come, first served. */
  readonly queue?: QueueOrder;
  /** Absent: the whole crew is always there. */
  readonly shifts?: readonly ShiftConfig[];
  /** Absent: the crew is at the site. */
  readonly visits?: VisitsConfig;
  /** Absent: pages need no acknowledgement. */
  readonly acknowledgement?: AcknowledgementConfig;
  /** Times by what is broken, in place of the two above. */
  readonly repairs?: Readonly<Partial<Record<RepairWork, Distribution>>>;
  /** Absent, wholly or for a use: there is always a part. */
  readonly spareParts?: Readonly<Partial<Record<PartUse, SparePartConfig>>>;
  /** The Node is cordoned while somebody works on its host. */
  readonly cordon?: true;
  /** Ceph's flag `noout` is set while somebody works on a host with data disks. */
  readonly noOut?: true;
  /** Absent: nobody makes any. */
  readonly mistakes?: MistakesConfig;
  readonly otherWork?: readonly OtherWorkConfig[];
  readonly spareLoans?: SpareLoansConfig;
}

export interface PlannedRebootConfig {
  /**
   * Start of one rolling upgrade to the start of the next; 0 switches them off. Where kured is among the objects it is what
   * reboots, with its own flags, and this says when the hosts want it.
   */
  readonly everyMs: number;
  readonly firstAtMs: number;
  /** Cordon and drain through the eviction API before the reboot. */
  readonly drain: boolean;
  readonly drainTimeoutMs: number;
  readonly atOnce: number;
  /**
   * MachineHealthChecks carry the pause annotation while a rolling upgrade runs, as the product's documentation asks, and outside
   * OpenShift NodeHealthChecks a pause request.
   */
  readonly pauseHealthChecks: boolean;
}

export interface BmcConfig {
  /** A command or reading that gets no answer counts as unanswered after this. */
  readonly timeoutMs: number;
  /** From power at the feed until a BMC answers again. */
  readonly bootMs: number;
}

/** What resets a host from within: a hardware watchdog that an agent feeds, and the operating system's own way. */
export interface WatchdogConfig {
  /** From the last feeding to the reset. */
  readonly timeoutMs: number;
  /** Share of the hosts on which neither the watchdog nor the operating system resets the host, though both say they would. */
  readonly brokenShare: number;
}

export interface ProvisioningConfig {
  /** Which available host a new Machine takes, where its selector leaves a choice. */
  readonly hostPick: 'random' | 'same-first';
  readonly automatedCleaningMode: 'metadata' | 'disabled';
  /** Hosts in provisioning, inspection or deprovisioning at once (Ironic). */
  readonly limit: number;
  readonly failShare: number;
  /** Ironic's wait for the agent to call back before an operation has failed. */
  readonly callbackTimeoutMs: number;
  /** Absent: what operations need beside their hosts is always there, and takes no time of its own. */
  readonly services?: ServicesConfig;
}

export interface SimConfig {
  readonly name: string;
  readonly machineApi: MachineApi;
  /** Epoch instant of virtual time zero. */
  readonly startMs: number;
  readonly durationMs: number;
  readonly hosts: readonly HostConfig[];
  readonly hardware: Readonly<Record<string, HardwareConfig>>;
  /** All API objects at the start, policy objects excluded. */
  readonly objects: readonly KubeObject[];
  readonly faults: FaultsConfig;
  readonly script: readonly ScriptedFault[];
  /** Absent: nothing in the script waits for anything. */
  readonly triggered?: readonly TriggeredFault[];
  /** In order of time; absent: nothing is replayed. */
  readonly replay?: readonly RecordedFault[];
  /** Absent: controllers are told everything in time, their requests are answered at once, and they never die. */
  readonly clientFaults?: readonly ClientFault[];
  readonly kubernetes: KubernetesConfig;
  readonly pools: readonly PoolConfig[];
  readonly people: PeopleConfig;
  readonly plannedReboots: PlannedRebootConfig;
  readonly provisioning: ProvisioningConfig;
  readonly bmc: BmcConfig;
  readonly watchdog: WatchdogConfig;
  /** Absent: one switch a rack, beside which management controllers have a network of their own. */
  readonly network?: NetworkConfig;
  /** Absent: one feed, that is one PDU a rack. */
  readonly power?: PowerConfig;
  /** Results also have the queues of the run. */
  readonly reportQueues?: true;
  /** Results also have the `SlownessMeasures` of the run. */
  readonly reportSlowness?: true;
  /** `namespace/name` of a workload to the replicas it needs, where the scenario declares it. */
  readonly requiredReplicas: Readonly<Record<string, number>>;
  /** Seed string of the study; replications derive from it. */
  readonly seed: string;
}

/** A step of a rollout: manifests are applied, then others deleted, while everything that is under way goes on. */
export interface PolicyChange {
  /** After the start. */
  readonly atMs: number;
  readonly apply: readonly KubeObject[];
  readonly delete: readonly KubeObject[];
}

/** A policy under test: a name for the manifests that a user would apply. */
export interface PolicyConfig {
  readonly name: string;
  /** How the stand-ins behave under this policy; exact when absent. */
  readonly lineage?: Lineage;
  /** At the start. */
  readonly objects: readonly KubeObject[];
  /** In the order of time; absent: the policy stays as it is. */
  readonly changes?: readonly PolicyChange[];
}
