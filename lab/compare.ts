// Paired comparison of policies: the differences of every metric, replication by replication on the same draws, and in how
// many replications the policies really acted differently.

import { assert } from '../core/assert.ts';
import { figureOf, type RunResult } from '../sim/result.ts';
import { measuredIn, perMetric } from './metric-phrases.ts';
import type { Bootstrap } from './statistics/bootstrap-interval.ts';
import { pairedInterval } from './statistics/paired-interval.ts';
import type { PairSummary } from './summary.ts';

/** Pairs with fewer differing replications are inconclusive. Assumption: the mean of fewer differences is ruled by single ones. */
export const DIFFERING_PAIRS_LEAST = 30;

/** The runs of one policy in ascending order of replication. */
export interface PolicyRuns {
  readonly name: string;
  readonly runs: readonly RunResult[];
}

/** Differences a minus b; both have the same replications, at least one. */
export function comparePair(a: PolicyRuns, b: PolicyRuns, bootstrap: Bootstrap): PairSummary {
  assert(a.runs.length === b.runs.length, 'compared policies have the same replications');
  return {
    a: a.name,
    b: b.name,
    differences: perMetric(
      (metric) =>
        pairedInterval(
          a.runs.map((run) => figureOf(run.metrics, metric)),
          b.runs.map((run) => figureOf(run.metrics, metric)),
          bootstrap,
        ),
      measuredIn([...a.runs, ...b.runs]),
    ),
    differingPairs: a.runs.filter((run, i) => run.historyDigest !== b.runs[i]?.historyDigest).length,
    replications: a.runs.length,
  };
}

/** Every unordered pair once, in the order of `policies`. */
export function comparePairs(policies: readonly PolicyRuns[], bootstrap: Bootstrap): readonly PairSummary[] {
  return policies.flatMap((a, i) => policies.slice(i + 1).map((b) => comparePair(a, b, bootstrap)));
}
