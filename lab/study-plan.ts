// What a study is asked to do, fixed before the first run: worlds, policies, primary metric, minimum effect, hard
// constraints and how many runs each part gets. Built by cli/ from a scenario; lab/study.ts carries it out.

import type { PolicyConfig, SimConfig } from '../sim/config.ts';
import type { MetricName } from '../sim/result.ts';
import type { Sweep } from './break-even.ts';
import type { StudySummary } from './summary.ts';

export interface StudyPlan {
  readonly name: string;
  readonly study: 'steady' | 'from-now';
  readonly config: SimConfig;
  readonly policies: readonly PolicyConfig[];
  /** Per policy, in the order of `policies`: kind and name of each manifest, and what was done with it. */
  readonly policyManifests: readonly (readonly string[])[];
  /** Two policies that differ in their action alone; run beside the others, never ranked with them. */
  readonly matchedPair: {
    readonly description: string;
    readonly a: PolicyConfig;
    readonly b: PolicyConfig;
  } | null;
  /** Runs per policy, at least 1. Replications are numbered from 1. */
  readonly replications: number;
  /** Decides the verdict. Every metric is a cost: less is better. */
  readonly primaryMetric: MetricName;
  /** Share of the worse policy's mean, 0 or more: smaller differences do not count. */
  readonly minimumEffect: number;
  /** Hard constraints on means per run, as `dataLostGroups <= 0`; see lab/constraints.ts. */
  readonly constraints: readonly string[];
  /** Draws of the assumed inputs from their priors, one run per policy of the leading pair each; 0 leaves this out. */
  readonly inputDraws: number;
  /** Values of the swept input at which the pair is compared; below 2 leaves this out. */
  readonly breakEvenPoints: number;
  /** Absent: `rebootCures` from 0 to 1. */
  readonly breakEvenSweep?: Sweep;
  /** Workers; 1 runs in this process. Results do not depend on it. */
  readonly jobs: number;
  /** The exact command that repeats this study. */
  readonly command: string;
  readonly version: string;
  readonly scenarioDigest: string;
  readonly ledger: StudySummary['ledger'];
  readonly assumptions: StudySummary['assumptions'];
  readonly warnings: readonly string[];
  readonly meaningDifferences: readonly string[];
}

/** Break-even points where the plan's maker has no other wish. Assumption: steps of a quarter show a curve and cost little. */
export const BREAK_EVEN_POINTS_DEFAULT = 5;

export interface StudyProgress {
  readonly doneRuns: number;
  readonly totalRuns: number;
  /** What is being run now, in words for a progress line. */
  readonly phase: string;
}

export interface StudyHooks {
  /** Called after every finished chunk and at the start of every phase. */
  onProgress(progress: StudyProgress): void;
  /** When aborted, chunks in hand are finished, no new one is started, and the summary covers what is complete. */
  readonly signal: AbortSignal;
}
