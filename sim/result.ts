// RunResult: what one replication of one policy leaves behind. Plain data that crosses worker boundaries.

import { assert } from '../core/assert.ts';
import type { Alternative } from '../core/state-table.ts';
import type { PerFault } from './config.ts';
import type { Trace } from './kernel/trace.ts';
import type { QueueResult } from './metrics/queues.ts';

/** What is measured only where a scenario asks for it (`storage.measures: full`); absent elsewhere. */
export interface StorageMeasures {
  /**
   * Groups that a run ought to lose on average, given its path: the rate at which groups down to their last copies lose those to
   * failures of disks, integrated, and what was wiped.
   */
  readonly expectedDataLoss: number;
  /**
   * Time during which the group that was worst off was so many replicas in sync short of all: exactly one, exactly two, more. The
   * three add up to `reducedRedundancyMs`.
   */
  readonly oneReplicaShortMs: number;
  readonly twoReplicasShortMs: number;
  readonly moreReplicasShortMs: number;
  /** Time during which something was not rebuilt because no disk had room for it. */
  readonly recoveryStalledMs: number;
  /** By how much clients waited longer than usual: host time, times the factor of their latency minus 1. */
  readonly clientSlowdownMs: number;
  /** Faults that recovery itself caused. */
  readonly recoveryFaults: number;
}

/** What is measured only where a scenario asks for it (`slowness: true`); absent elsewhere. Over the workloads that count for availability. */
export interface SlownessMeasures {
  /** Sum over workloads of the time available while at least one of the replicas that served did so slowly. */
  readonly workloadDegradedMs: number;
  /** Integral of the number of replicas that served slowly. */
  readonly slowReplicaMs: number;
}

/** What workloads lost, one or all of them. */
export interface WorkloadLosses {
  /** Integral of wanted minus really serving replicas, over the workloads that count for availability. */
  readonly lostReplicaMs: number;
  /** Times at which a workload became unavailable by truth; unavailable at the start counts. */
  readonly outages: number;
  /** The longest of them, up to the horizon. */
  readonly longestOutageMs: number;
  /** Processor requests of wanted replicas of any kind that did not serve, in core-milliseconds. */
  readonly lostCoreMs: number;
  /** The same for memory requests, in GiB-milliseconds. */
  readonly lostMemoryGibMs: number;
  /** Integral of the number of pods that the API shows as Pending. */
  readonly pendingPodMs: number;
  /** The longest wait of one pod as Pending, up to the horizon. */
  readonly longestPendingMs: number;
  /** Execution time of Job pods that ended without success. */
  readonly lostWorkMs: number;
}

/** Time integrals and counts of one run. All are totals over the run's duration; lab/ scales and compares them. */
export interface RunMetrics extends WorkloadLosses, Partial<StorageMeasures>, Partial<SlownessMeasures> {
  /** Sum over workloads of the time with fewer than the required replicas really serving (truth). */
  readonly workloadUnavailableMs: number;
  /** The same by API readiness. */
  readonly workloadUnavailableApiMs: number;
  /** Sum over nodes of the time not serving, split by what was being waited for; the parts add up to the whole. */
  readonly nodeDowntimeMs: number;
  /** Not serving, and nobody acts yet: until a remediation asks or the fault ends by itself. */
  readonly detectMs: number;
  /** Unhealthy long enough, but a limit or budget refuses. */
  readonly budgetWaitMs: number;
  readonly powerOffMs: number;
  readonly bootMs: number;
  readonly reprovisionMs: number;
  /** Operating system up until the node is Ready. */
  readonly rejoinMs: number;
  /** Waiting for a person, or in a person's hands. */
  readonly repairMs: number;
  /** Planned reboots. */
  readonly plannedMs: number;
  /** Sum over hosts of the time from serving again until their data is in sync. */
  readonly resyncMs: number;
  /** Power-offs that a remediation started, and resets of hosts by themselves. */
  readonly fencings: number;
  /** Of them, resets of a host by its own watchdog, or by an agent on it. */
  readonly selfFencings: number;
  /** Times at which a remediation took a node for rebooted, and its host went on with the boot it was to be rid of. */
  readonly splitBrains: number;
  /** Fencings of hosts that would have served earlier without them, by what they were at that instant. */
  readonly needlessHealthy: number;
  readonly needlessSelfHealing: number;
  readonly needlessBooting: number;
  readonly reprovisionings: number;
  readonly mostInFlight: number;
  /** Decisions not to remediate although a node was unhealthy long enough. */
  readonly refusals: number;
  readonly resyncBytes: number;
  readonly reducedRedundancyMs: number;
  readonly dataUnavailableMs: number;
  /** Placement groups whose last replica was destroyed. */
  readonly dataLostGroups: number;
  readonly pages: number;
  readonly humanRepairs: number;
  readonly podsMoved: number;
  /**
   * What the attempts that budgets of our own granted cost, and the persons that were called after them, by the weights of those
   * budgets (`spec.costs`; by default the minutes that a host is out at the median). 0 without such a budget.
   */
  readonly remediationCost: number;
}

export type MetricName = keyof RunMetrics;

/** Measured only where a scenario asks for it. */
export type MeasureName = keyof StorageMeasures | keyof SlownessMeasures;

export const SLOWNESS_MEASURES: readonly (keyof SlownessMeasures)[] = ['workloadDegradedMs', 'slowReplicaMs'];

export const STORAGE_MEASURES: readonly (keyof StorageMeasures)[] = [
  'expectedDataLoss',
  'oneReplicaShortMs',
  'twoReplicasShortMs',
  'moreReplicasShortMs',
  'recoveryStalledMs',
  'clientSlowdownMs',
  'recoveryFaults',
];

export const MEASURE_NAMES: readonly MeasureName[] = [...SLOWNESS_MEASURES, ...STORAGE_MEASURES];

/** One value per metric that was measured. */
export type PerMetric<T> = Readonly<Record<Exclude<MetricName, MeasureName>, T> & Partial<Record<MeasureName, T>>>;

/** The value of a metric. Only one that was measured may be asked for: scenarios that ask for others are refused. */
export function figureOf<T>(figures: PerMetric<T>, metric: MetricName): T {
  const figure = figures[metric];
  assert(figure !== undefined, `${metric} is measured`);
  return figure;
}

/** Of one fault class: born, found their host down already, changed whether a host could serve. */
export interface FaultCounts {
  readonly offered: number;
  readonly latent: number;
  readonly effective: number;
}

/**
 * What kind of thing a user knows it as. Deployments, bare ReplicaSets, StatefulSets and VirtualMachines count for
 * availability. The others do not: a DaemonSet follows its nodes, a Job runs to an end, and nobody promised a bare pod a
 * successor. Their loss is capacity, or work.
 */
export type WorkloadKind = 'Deployment' | 'ReplicaSet' | 'StatefulSet' | 'VirtualMachine' | 'DaemonSet' | 'Job' | 'Pod';

/** One workload to which something happened in a run. */
export interface WorkloadResult extends WorkloadLosses {
  readonly kind: WorkloadKind;
  /** `namespace/name`. */
  readonly workload: string;
  /** How many really serving replicas it needs to be available. */
  readonly requiredReplicas: number;
  /** 0 for kinds that do not count for availability; so are the next one and the outages. */
  readonly unavailableMs: number;
  readonly unavailableApiMs: number;
  /** Available, with a replica that served slowly; this and the next one only where results have the `SlownessMeasures`. */
  readonly degradedMs?: number;
  readonly slowReplicaMs?: number;
}

export interface RunResult {
  readonly policy: string;
  readonly replication: number;
  readonly durationMs: number;
  readonly metrics: RunMetrics;
  /** Those to which something happened, in the order of name and kind. */
  readonly workloads: readonly WorkloadResult[];
  /** Those of the catalogue that come by themselves, and whatever else was born. */
  readonly faults: PerFault<FaultCounts>;
  /** Scripted faults and client faults by name: how often they fired. */
  readonly scriptFired: Readonly<Record<string, number>>;
  /** Where the scenario asks for them. */
  readonly queues?: readonly QueueResult[];
  /** Digest of everything observable that a policy can influence: equal digests are equal histories. */
  readonly historyDigest: string;
  /** Digest of the whole trace: equal for equal (config, policy, seed, replication, version). */
  readonly fingerprint: string;
  readonly eventsProcessed: number;
}

/** State of one host over a span, for timelines. */
export type TimelineState =
  | 'serving'
  | 'silent'
  | 'off'
  | 'fencing'
  | 'booting'
  | 'provisioning'
  | 'joining'
  | 'maintenance'
  | 'repair'
  | 'spare';

export interface TimelineSpan {
  readonly host: string;
  readonly state: TimelineState;
  readonly fromMs: number;
  readonly toMs: number;
}

/** What a controller had done to the hardware of a host, or an agent on it. */
export type RemedyEffect = 'powerOff' | 'powerOn' | 'provision' | 'deprovision' | 'reset';

/** One thing that surrounds a decision: a rule of its controller, what it compared, and that in words. */
export interface Surrounding {
  readonly rule: string;
  readonly values: Readonly<Record<string, string | number | boolean>>;
  readonly text: string;
}

/** One line of the story of a run: for `whatif`, `replay`, `explain`. Words are for people; everything else is data. */
export interface StoryEntry {
  /** Since the start of the run. */
  readonly atMs: number;
  /**
   * `fault`, `decision`, `action`, `effect`, `fencing`, `event`, `node`, `host`, `power`, `storage`, `workload`, `people`,
   * `upgrade`, `policy`.
   */
  readonly topic: string;
  /** Host, object or rack that it is about. */
  readonly subject: string;
  readonly text: string;
  /**
   * Names of the BareMetalHosts that it is about, in order. Of a rack: all of its hosts. Of a decision: the host behind its
   * object, or those that it chose.
   */
  readonly hosts: readonly string[];
  /** For decisions: rule code and the values it compared. For resets of a host by itself: why. `split-brain` for one. */
  readonly rule?: string;
  readonly values?: Readonly<Record<string, string | number | boolean>>;
  /**
   * For decisions by a state table: the state, and every edge that leaves it in order of precedence, with the guards that stood
   * against it and the truth that they had.
   */
  readonly weighed?: { readonly state: string; readonly edges: readonly Alternative[] } | undefined;
  /** Of controllers that say more: what else could have been done and why not, what the limits say, what comes next. */
  readonly surroundings?:
    | {
        readonly alternatives: readonly Surrounding[];
        readonly limits: readonly Surrounding[];
        readonly next: readonly Surrounding[];
      }
    | undefined;
  /** For decisions: when it looks again at the latest, although nothing changed. Since the start of the run. */
  readonly looksAgainAtMs?: number;
  /** For decisions that single out hosts for remediation: their names. */
  readonly chosen?: readonly string[];
  /** Exactly on refusals: names of the hosts that the health check or budget speaks for. */
  readonly concerns?: readonly string[];
  /** On refusals by our own policy and budget, who know who asks: names of the hosts that wait for them. */
  readonly waiting?: readonly string[];
  /** For effects, unless they were refused. */
  readonly effect?: RemedyEffect;
  /** For effects that reached another host than they named, because a BMC address is wrong: the host that they named. */
  readonly meant?: string;
  /** For fencings, refusals and split brains: what was true at that instant. */
  readonly truth?: string;
  /** For nodes: whether the API has the Node as Ready. */
  readonly ready?: boolean;
  /** For faults that show on their hosts, and their end: the same id in both, unique per host while the fault lasts. */
  readonly fault?: { readonly id: string; readonly ended: boolean };
}

/** Extra output of a recorded run. */
export interface Recording {
  readonly timeline: readonly TimelineSpan[];
  readonly story: readonly StoryEntry[];
  /** Every change of an API object, in fixed columns: see sim/metrics/run-trace.ts. */
  readonly trace: Trace;
}
