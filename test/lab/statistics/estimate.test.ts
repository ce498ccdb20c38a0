import { expect, test } from 'vitest';
import { Bootstrap } from '../../../lab/statistics/bootstrap-interval.ts';
import { estimateCost, estimateMean } from '../../../lab/statistics/estimate.ts';

const bootstrap = new Bootstrap('seed');
const zeros = Array.from({ length: 100 }, () => 0);

test('no occurrence in 100 runs is bounded by the rule of three', () => {
  expect(estimateCost(zeros, bootstrap)).toEqual({ mean: 0, low: 0, high: 0.03, n: 100, method: 'rule-of-three' });
});

test('one run without an occurrence says nothing about the next', () => {
  expect(estimateCost([0], bootstrap)).toEqual({ mean: 0, low: 0, high: 0, n: 1, method: 'exact' });
});

test('two runs cannot bound a share beyond 1', () => {
  expect(estimateCost([0, 0], bootstrap)).toEqual({ mean: 0, low: 0, high: 1, n: 2, method: 'rule-of-three' });
});

test('differences of exactly 0 are exactly 0', () => {
  expect(estimateMean(zeros, bootstrap)).toEqual({ mean: 0, low: 0, high: 0, n: 100, method: 'exact' });
});

test('equal values are exact', () => {
  expect(estimateCost([5, 5, 5], bootstrap)).toEqual({ mean: 5, low: 5, high: 5, n: 3, method: 'exact' });
});

test('a symmetric sample gets Student’s t', () => {
  // By hand: mean 2, s = 1, t(0.975, 2) = 4.3027, half width 4.3027 / sqrt(3) = 2.4841.
  const { mean, low, high, n, method } = estimateMean([1, 2, 3], bootstrap);
  expect({ mean, n, method }).toEqual({ mean: 2, n: 3, method: 't' });
  expect(low).toBeCloseTo(-0.4841, 4);
  expect(high).toBeCloseTo(4.4841, 4);
});

test('the interval of a cost ends at 0, whatever t says of so few runs', () => {
  const { low, high, method } = estimateCost([1, 2, 3], bootstrap);
  expect({ low, method }).toEqual({ low: 0, method: 't' });
  expect(high).toBeCloseTo(4.4841, 4);
});

test('one loss in 100 runs is too skewed for t: bootstrap, and zero is not excluded', () => {
  const { mean, low, high, method } = estimateCost([...zeros.slice(1), 1], bootstrap);
  expect({ mean, low, method }).toEqual({ mean: 0.01, low: 0, method: 'bootstrap' });
  // Resampled losses are binomial(100, 0.01): 3 or fewer in 98.2 % of resamples, and the end asked for is 97.7 %.
  expect([0.03, 0.04]).toContain(high);
});
