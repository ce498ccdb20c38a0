// Study: a request resolved to everything that lab/ and reports/ need, or a list of problems. Plain data.

import type { Lineage } from '../core/api/lineage.ts';
import type { StudySummary } from '../lab/summary.ts';
import type { PolicyConfig, SimConfig } from '../sim/config.ts';
import type { MetricName } from '../sim/result.ts';
import type { FaultRequest } from './fault-script.ts';
import type { Place, Problem } from './problem.ts';

export interface PolicyRequest {
  readonly name: string;
  /** Manifest files. Empty: no remediation at all. */
  readonly files: readonly string[];
  /** Exact when absent. */
  readonly lineage?: Lineage;
}

/** What was asked for on the command line. A scenario file or cluster paths; both: the paths replace the scenario's cluster. */
export interface StudyRequest {
  readonly scenarioFile?: string;
  readonly clusterPaths?: readonly string[];
  /** Added to those of the scenario; one of the same name replaces it. */
  readonly policies?: readonly PolicyRequest[];
  /** Faults that strike whatever the background does, for `whatif`; targets are checked against the cluster. */
  readonly script?: readonly (FaultRequest & { readonly place?: Place })[];
  readonly overrides?: StudyOverrides;
}

export interface StudyOverrides {
  readonly seed?: string;
  readonly replications?: number;
  /** As in a scenario: `30d`. */
  readonly duration?: string;
  readonly study?: 'steady' | 'from-now';
  readonly rackLabel?: string;
}

/** A policy with a line per manifest: kind, name, and what was done with it. */
export interface StudyPolicy extends PolicyConfig {
  readonly manifests: readonly string[];
}

/** Two policies that differ in the action alone, built from the compared ones. */
export interface MatchedPair {
  readonly description: string;
  readonly a: StudyPolicy;
  readonly b: StudyPolicy;
}

export interface Study {
  readonly name: string;
  /** The cluster came from a dump, so its objects are whole; those of a generated one hold what decides. */
  readonly imported: boolean;
  readonly study: 'steady' | 'from-now';
  readonly config: SimConfig;
  readonly policies: readonly StudyPolicy[];
  readonly primaryMetric: MetricName;
  /** Share of the worse policy's value below which a difference does not count. */
  readonly minimumEffect: number;
  /** Hard bounds on means per run, as `dataLostGroups <= 0`. */
  readonly constraints: readonly string[];
  /** What break-even sweeps; absent: `rebootCures` from 0 to 1. */
  readonly breakEven?: { readonly input: string; readonly from: number; readonly to: number };
  readonly replications: number;
  readonly seed: string;
  readonly ledger: StudySummary['ledger'];
  readonly assumptions: StudySummary['assumptions'];
  readonly warnings: readonly string[];
  /** The warnings with their places. */
  readonly problems: readonly Problem[];
  readonly meaningDifferences: readonly string[];
  readonly matchedPair: MatchedPair | null;
  /** Of the resolved config and policies: equal digests are equal studies. */
  readonly scenarioDigest: string;
}

export type LoadedStudy = { readonly study: Study } | { readonly problems: readonly Problem[] };
