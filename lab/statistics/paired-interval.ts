// Paired difference on common random numbers: replication by replication, then as a one-sample mean. What two policies
// share cancels, which is why small differences become visible.
// Source: Law, Simulation Modeling and Analysis (2015), ch. 11; Glasserman and Yao, Management Science 38 (1992).

import { assert } from '../../core/assert.ts';
import type { Estimate } from '../summary.ts';
import type { Bootstrap } from './bootstrap-interval.ts';
import { estimateMean } from './estimate.ts';

/** Estimates the mean of a minus b; the i-th values must come from one replication. */
export function pairedInterval(a: readonly number[], b: readonly number[], bootstrap: Bootstrap): Estimate {
  return estimateMean(pairedDifferences(a, b), bootstrap);
}

/** a minus b, replication by replication. */
export function pairedDifferences(a: readonly number[], b: readonly number[]): readonly number[] {
  assert(a.length === b.length, 'paired samples are equally long');
  return a.map((value, i) => {
    const other = b[i];
    assert(other !== undefined, 'paired samples are equally long');
    return value - other;
  });
}
