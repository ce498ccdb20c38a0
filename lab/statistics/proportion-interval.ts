// Exact (Clopper-Pearson) interval for a probability from counts: holds its level for any number of trials, at the price of
// being a little wide. Source: Clopper and Pearson, Biometrika 26 (1934).

import betaQuantile from '@stdlib/stats-base-dists-beta-quantile';
import { assert } from '../../core/assert.ts';
import { type Interval, TAIL } from './confidence.ts';

/** 95 % interval for the probability behind `hits` of `trials`; trials at least 1. */
export function proportionInterval(hits: number, trials: number): Interval {
  assert(trials >= 1, 'a proportion needs a trial');
  assert(hits >= 0 && hits <= trials, 'hits lie between none and all');
  return {
    low: hits === 0 ? 0 : betaQuantile(TAIL, hits, trials - hits + 1),
    high: hits === trials ? 1 : betaQuantile(1 - TAIL, hits + 1, trials - hits),
  };
}
