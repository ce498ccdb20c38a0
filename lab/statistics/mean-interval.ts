// Interval for a mean by Student's t: exact for normal samples, good for others unless they are skewed for their size.
// Source: Student, "The probable error of a mean", Biometrika 6 (1908); Law, Simulation Modeling and Analysis (2015), ch. 9.

import tQuantile from '@stdlib/stats-base-dists-t-quantile';
import { assert } from '../../core/assert.ts';
import { type Interval, TAIL } from './confidence.ts';
import type { SampleMoments } from './sample-moments.ts';

/** 95 % interval for the mean behind a sample of at least two. */
export function meanInterval(moments: Pick<SampleMoments, 'n' | 'mean' | 'standardDeviation'>): Interval {
  const { n, mean, standardDeviation } = moments;
  assert(n >= 2, 'a t interval needs two values');
  const halfWidth = (tQuantile(1 - TAIL, n - 1) * standardDeviation) / Math.sqrt(n);
  return { low: mean - halfWidth, high: mean + halfWidth };
}

/**
 * Whether a sample is too skewed for its size to trust Student's t: n <= 25 g1^2.
 * Source: Cochran, Sampling Techniques, 3rd ed. (1977), section 2.15: n should exceed 25 times the squared skewness.
 */
export function tooSkewedForT(moments: Pick<SampleMoments, 'n' | 'skewness'>): boolean {
  return moments.n <= 25 * moments.skewness ** 2;
}
