import { expect, test } from 'vitest';
import { Bootstrap, expandedTail } from '../../../lab/statistics/bootstrap-interval.ts';
import { meanInterval } from '../../../lab/statistics/mean-interval.ts';
import { sampleMoments } from '../../../lab/statistics/sample-moments.ts';
import { normalQuantile } from '../../../sim/kernel/special-functions.ts';

test.each([
  // By printed tables: t(0.975, n - 1) is 2.776, 2.262, 2.093, 2.023, 1.984; times sqrt(n / (n - 1)); then the normal tail.
  [5, 0.001],
  [10, 0.0086],
  [20, 0.0159],
  [40, 0.0202],
  [100, 0.023],
])('with %d values each tail is %d', (n, expected) => {
  expect(expandedTail(n)).toBeCloseTo(expected, 3);
});

test('on an ideal normal sample the interval is that of Student’s t', () => {
  const values = Array.from({ length: 200 }, (_, i) => 50 + 10 * normalQuantile((i + 0.5) / 200));
  const exact = meanInterval(sampleMoments(values));
  const { low, high } = new Bootstrap('seed').interval(values);
  // One end of 2,000 resamples has a standard error of about 6 % of the half width.
  const halfWidth = (exact.high - exact.low) / 2;
  expect(Math.abs(low - exact.low)).toBeLessThan(0.18 * halfWidth);
  expect(Math.abs(high - exact.high)).toBeLessThan(0.18 * halfWidth);
});

test('5 ones among 100: the means of resamples are binomial, whose 2.3 % and 97.7 % points are 1 and 10', () => {
  const values = Array.from({ length: 100 }, (_, i) => (i < 5 ? 1 : 0));
  expect(new Bootstrap('seed').interval(values)).toEqual({ low: 0.01, high: 0.1 });
});

test('draws depend on the seed alone, not on what was asked before', () => {
  const values = Array.from({ length: 30 }, (_, i) => Math.exp(i / 5));
  const other = new Bootstrap('one');
  other.interval([1, 2, 3]);
  const first = new Bootstrap('one').interval(values);
  expect(other.interval(values)).toEqual(first);
  expect(new Bootstrap('two').interval(values)).not.toEqual(first);
});
