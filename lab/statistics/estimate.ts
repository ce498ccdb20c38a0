// From a sample of replications to the Estimate of the summary: which interval, and why. The one place that chooses.

import { assert } from '../../core/assert.ts';
import type { Estimate } from '../summary.ts';
import type { Bootstrap } from './bootstrap-interval.ts';
import { meanInterval, tooSkewedForT } from './mean-interval.ts';
import { sampleMoments } from './sample-moments.ts';

/**
 * Estimates the mean of a cost, which is never negative. All equal: `exact`; but none seen at all: `rule-of-three`, where
 * `high` is the 95 % upper bound on the share of runs that see any, 3/n, not a value in the metric's unit.
 * Source: Hanley and Lippman-Hand, "If nothing goes wrong, is everything all right?", JAMA 249 (1983).
 * Otherwise `t`, or `bootstrap` where the sample is too skewed for its size. An interval ends at 0, where a cost does: the part of a
 * `t` interval below it, which few replications have, covers nothing.
 */
export function estimateCost(values: readonly number[], bootstrap: Bootstrap): Estimate {
  if (values.length > 1 && values.every((value) => value === 0)) {
    return { mean: 0, low: 0, high: ruleOfThree(values.length), n: values.length, method: 'rule-of-three' };
  }
  const estimate = estimateMean(values, bootstrap);
  return { ...estimate, low: Math.max(0, estimate.low) };
}

/** Estimates the mean of values of either sign, such as paired differences; all equal, zero included, is `exact`. */
export function estimateMean(values: readonly number[], bootstrap: Bootstrap): Estimate {
  const first = values[0];
  assert(first !== undefined, 'an estimate needs at least one replication');
  assert(values.every(Number.isFinite), 'every replication has a finite value');
  if (values.every((value) => value === first)) {
    return { mean: first, low: first, high: first, n: values.length, method: 'exact' };
  }
  const moments = sampleMoments(values);
  const skewed = tooSkewedForT(moments);
  const { low, high } = skewed ? bootstrap.interval(values) : meanInterval(moments);
  return { mean: moments.mean, low, high, n: moments.n, method: skewed ? 'bootstrap' : 't' };
}

/** Upper 95 % bound on the probability of an event that n independent trials did not show. */
function ruleOfThree(n: number): number {
  return Math.min(1, 3 / n);
}
