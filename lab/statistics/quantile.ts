// Sample quantiles by linear interpolation between order statistics.
// Source: Hyndman and Fan, "Sample quantiles in statistical packages", The American Statistician 50 (1996), type 7 (R's default).

import { assert } from '../../core/assert.ts';

/** Quantile at `p` (0 to 1) of numbers in ascending order, at least one. */
export function quantileOfSorted(sorted: ArrayLike<number>, p: number): number {
  assert(sorted.length > 0, 'a quantile needs at least one value');
  const position = (sorted.length - 1) * p;
  const below = Math.floor(position);
  const low = valueAt(sorted, below);
  const high = valueAt(sorted, Math.min(below + 1, sorted.length - 1));
  return low + (position - below) * (high - low);
}

/** The same of numbers in any order. */
export function quantile(values: readonly number[], p: number): number {
  return quantileOfSorted(Float64Array.from(values).sort(), p);
}

function valueAt(sorted: ArrayLike<number>, index: number): number {
  const value = sorted[index];
  assert(value !== undefined, 'a quantile lies within its sample');
  return value;
}
