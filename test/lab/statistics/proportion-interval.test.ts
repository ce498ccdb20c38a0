import { expect, test } from 'vitest';
import { proportionInterval } from '../../../lab/statistics/proportion-interval.ts';

// Newcombe, "Two-sided confidence intervals for the single proportion", Statistics in Medicine 17 (1998), table I, method 5.
test.each([
  { hits: 81, trials: 263, low: 0.2527, high: 0.3676 },
  { hits: 15, trials: 148, low: 0.0578, high: 0.1617 },
  { hits: 0, trials: 20, low: 0, high: 0.1684 },
  { hits: 1, trials: 29, low: 0.0009, high: 0.1776 },
  { hits: 20, trials: 20, low: 1 - 0.1684, high: 1 },
])('$hits of $trials', ({ hits, trials, low, high }) => {
  const interval = proportionInterval(hits, trials);
  expect(interval.low).toBeCloseTo(low, 4);
  expect(interval.high).toBeCloseTo(high, 4);
});
