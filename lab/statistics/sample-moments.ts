// Mean, standard deviation and skewness of a sample: what the choice between interval methods looks at.

import { assert } from '../../core/assert.ts';

export interface SampleMoments {
  readonly n: number;
  readonly mean: number;
  /** With n - 1 in the denominator; 0 for a single value. */
  readonly standardDeviation: number;
  /** Third central moment over the 3/2 power of the second, both with n in the denominator (g1); 0 where all are equal. */
  readonly skewness: number;
}

/** Moments of a sample of at least one finite number, in two passes so that large means cost no digits. */
export function sampleMoments(values: readonly number[]): SampleMoments {
  const n = values.length;
  assert(n > 0, 'a sample has at least one value');
  let sum = 0;
  for (const value of values) sum += value;
  const mean = sum / n;
  let second = 0;
  let third = 0;
  for (const value of values) {
    const deviation = value - mean;
    second += deviation * deviation;
    third += deviation * deviation * deviation;
  }
  const spread = second / n;
  return {
    n,
    mean,
    standardDeviation: n === 1 ? 0 : Math.sqrt(second / (n - 1)),
    skewness: spread === 0 ? 0 : third / n / spread ** 1.5,
  };
}
