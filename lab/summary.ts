// The study summary: what lab/ computes and every reporter shows. Reporters compute no statistic; they format this.
// It is written as summary.json, so it holds no wall-clock time and no machine detail: same seed, same bytes.

import type { Lineage } from '../core/api/lineage.ts';
import type { PerFault, RecoveryCoupling } from '../sim/config.ts';
import type { QueueName } from '../sim/metrics/queues.ts';
import type { FaultCounts, MetricName, PerMetric, TimelineSpan, WorkloadKind } from '../sim/result.ts';

export const SUMMARY_SCHEMA = 'metaltwin.dev/summary/v1alpha1';

/** A mean over replications with its 95 % interval. */
export interface Estimate {
  readonly mean: number;
  readonly low: number;
  readonly high: number;
  readonly n: number;
  /** `t`: Student; `bootstrap`: percentile bootstrap, for skewed samples; `rule-of-three`: none seen, `high` is 3/n; `exact`: all equal. */
  readonly method: 't' | 'bootstrap' | 'rule-of-three' | 'exact';
}

/**
 * What one workload lost: means per run over all replications, those included in which nothing happened to it. Workloads to
 * which no run of the policy did anything are left out. The longest times are the largest of all replications.
 */
export interface WorkloadSummary {
  readonly kind: WorkloadKind;
  /** `namespace/name`. */
  readonly workload: string;
  readonly requiredReplicas: number;
  readonly unavailableMs: Estimate;
  readonly unavailableApiMs: Estimate;
  readonly lostReplicaMs: Estimate;
  readonly outages: Estimate;
  readonly lostCoreMs: Estimate;
  readonly lostMemoryGibMs: Estimate;
  readonly pendingPodMs: Estimate;
  readonly lostWorkMs: Estimate;
  /** Served, but slowly: this and the next one only where the scenario asks for `slowness`. */
  readonly degradedMs?: Estimate;
  readonly slowReplicaMs?: Estimate;
  readonly longestOutageMs: number;
  readonly longestPendingMs: number;
}

/** One queue over all replications. */
export interface QueueSummary {
  readonly queue: QueueName;
  /** Per run. */
  readonly entered: number;
  /** Means over time: how many were there, and how many of them waited. */
  readonly meanThere: number;
  readonly meanWaiting: number;
  /** Means over those who came; 0 where nobody did. */
  readonly meanStayMs: number;
  readonly meanWaitMs: number;
  /** The largest of all replications. */
  readonly longestWaitMs: number;
  readonly mostWaiting: number;
}

export interface PolicySummary {
  readonly name: string;
  /** Whether known defects of the products were reproduced or mended. */
  readonly lineage: Lineage;
  /** Kind and name of each manifest, and what was done with it. */
  readonly manifests: readonly string[];
  readonly metrics: PerMetric<Estimate>;
  /** In the order of name and kind. */
  readonly workloads: readonly WorkloadSummary[];
  /** Totals over all replications. */
  readonly faults: PerFault<FaultCounts>;
  readonly scriptFired: Readonly<Record<string, number>>;
  /** Where the scenario asks for them. */
  readonly queues?: readonly QueueSummary[];
  readonly fingerprint: string;
}

export interface PairSummary {
  readonly a: string;
  readonly b: string;
  /** a minus b, replication by replication on the same draws. */
  readonly differences: PerMetric<Estimate>;
  /** Pairs of replications whose observable histories differ; under 30 the comparison is inconclusive. */
  readonly differingPairs: number;
  readonly replications: number;
}

/** The same comparison where one input is set to a value. */
export interface BreakEvenPoint {
  readonly value: number;
  /** Primary metric, a minus b. */
  readonly difference: Estimate;
}

export interface BreakEven {
  readonly a: string;
  readonly b: string;
  /** Name of the input: `rebootCures`. */
  readonly input: string;
  /** What it means, in words. */
  readonly meaning: string;
  readonly defaultValue: number;
  readonly points: readonly BreakEvenPoint[];
  /** Values at which the sign of the mean difference changes (linear between points); empty: it does not flip in range. */
  readonly flipsAt: readonly number[];
}

/** The same comparison where recovery load does so much to hosts. */
export interface CouplingPoint {
  readonly coupling: RecoveryCoupling;
  /** Primary metric, a minus b. */
  readonly difference: Estimate;
}

export interface CouplingCheck {
  readonly a: string;
  readonly b: string;
  /** Of the study itself. */
  readonly coupling: RecoveryCoupling;
  /** Off, default, strong. */
  readonly points: readonly CouplingPoint[];
}

/** The paired difference of the primary metric when assumed inputs are drawn from their priors. */
export interface InputUncertainty {
  readonly a: string;
  readonly b: string;
  readonly draws: number;
  readonly difference: Estimate;
  /** 2.5 % and 97.5 % points of the difference over the draws. */
  readonly low: number;
  readonly high: number;
  /** Share of the draws in which a costs less than b, with its exact (Clopper-Pearson) 95 % interval. */
  readonly aBetter: { readonly share: number; readonly low: number; readonly high: number };
  /** Rank correlation of each assumed input with the difference, strongest first. */
  readonly influence: readonly { readonly input: string; readonly meaning: string; readonly rankCorrelation: number }[];
}

export interface ConstraintResult {
  readonly policy: string;
  /** `dataLostGroups <= 0` */
  readonly constraint: string;
  readonly outcome: 'holds' | 'broken' | 'undecided';
  readonly estimate: Estimate;
}

export type VerdictOutcome = 'better' | 'equivalent' | 'inconclusive' | 'not-compared';

/** Computed once; banner, JSON, Markdown, HTML and exit code all show this value. */
export interface Verdict {
  readonly outcome: VerdictOutcome;
  /** The better policy, when there is one. */
  readonly winner: string | null;
  readonly against: string | null;
  /** One sentence, the first line of every report. */
  readonly sentence: string;
  /** Why it is not (or only conditionally) decided. */
  readonly reasons: readonly string[];
  readonly primaryMetric: MetricName;
  /** Differences smaller than this share of the worse policy's value do not count. */
  readonly minimumEffect: number;
  readonly constraints: readonly ConstraintResult[];
}

export interface StudySummary {
  readonly schema: typeof SUMMARY_SCHEMA;
  readonly version: string;
  readonly name: string;
  readonly study: 'steady' | 'from-now';
  readonly seed: string;
  readonly replications: number;
  readonly durationMs: number;
  readonly hosts: number;
  readonly racks: number;
  readonly scenarioDigest: string;
  /** The exact command that repeats this study. */
  readonly command: string;
  readonly verdict: Verdict;
  readonly policies: readonly PolicySummary[];
  readonly pairs: readonly PairSummary[];
  /** The two compared actions with everything else made equal; null when the policies do not differ in action. */
  readonly matchedPair: { readonly description: string; readonly pair: PairSummary } | null;
  readonly inputUncertainty: InputUncertainty | null;
  readonly breakEven: BreakEven | null;
  /** Only where the scenario speaks of what recovery load does to hosts. */
  readonly couplings?: CouplingCheck;
  /** Lines about meaning: how the policies differ in timeouts, limits, selectors, action. */
  readonly meaningDifferences: readonly string[];
  /** Import ledger: per kind what was used, ignored and assumed. */
  readonly ledger: readonly {
    readonly kind: string;
    readonly count: number;
    readonly used: string;
    readonly ignored: string;
    readonly assumed: string;
  }[];
  readonly assumptions: readonly { readonly name: string; readonly value: string; readonly source: string }[];
  readonly warnings: readonly string[];
  /** Replication 1 of each policy. */
  readonly timelines: readonly {
    readonly policy: string;
    readonly replication: number;
    readonly spans: readonly TimelineSpan[];
  }[];
  /** Interrupted studies are valid for what they finished. */
  readonly complete: boolean;
}
