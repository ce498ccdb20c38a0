import { expect, test } from 'vitest';
import { sampleMoments } from '../../../lab/statistics/sample-moments.ts';

test.each([
  { name: 'one value', values: [7], expected: { n: 1, mean: 7, standardDeviation: 0, skewness: 0 } },
  { name: 'equal values', values: [3, 3, 3], expected: { n: 3, mean: 3, standardDeviation: 0, skewness: 0 } },
  // By hand: deviations -1, -1, 2; second moment 2, third moment 2; g1 = 2 / 2^1.5.
  {
    name: 'a skewed triple',
    values: [1, 1, 4],
    expected: { n: 3, mean: 2, standardDeviation: Math.sqrt(3), skewness: 2 ** -0.5 },
  },
])('moments of $name', ({ values, expected }) => {
  const moments = sampleMoments(values);
  expect(moments.n).toBe(expected.n);
  expect(moments.mean).toBeCloseTo(expected.mean, 12);
  expect(moments.standardDeviation).toBeCloseTo(expected.standardDeviation, 12);
  expect(moments.skewness).toBeCloseTo(expected.skewness, 12);
});

test('a large mean costs no digits: NIST NumAcc4 has standard deviation 0.1 at 10 million', () => {
  // NIST StRD NumAcc4: 10000000.2 once, then 10000000.1 and 10000000.3 five hundred times each.
  const values = [10_000_000.2, ...Array.from({ length: 500 }, () => [10_000_000.1, 10_000_000.3]).flat()];
  const { mean, standardDeviation } = sampleMoments(values);
  expect(mean).toBeCloseTo(10_000_000.2, 6);
  expect(standardDeviation).toBeCloseTo(0.1, 8);
});
