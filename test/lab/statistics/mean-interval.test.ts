import tQuantile from '@stdlib/stats-base-dists-t-quantile';
import { expect, test } from 'vitest';
import { meanInterval, tooSkewedForT } from '../../../lab/statistics/mean-interval.ts';
import { sampleMoments } from '../../../lab/statistics/sample-moments.ts';

// NIST/SEMATECH e-Handbook, table 1.3.6.7.2: upper critical values of Student's t at 0.975.
test.each([
  [1, 12.706],
  [2, 4.303],
  [9, 2.262],
  [29, 2.045],
  [99, 1.984],
])('t at 0.975 with %d degrees of freedom is the table’s %d', (degrees, expected) => {
  expect(tQuantile(0.975, degrees)).toBeCloseTo(expected, 3);
});

test('the interval of NIST ZARR13.DAT comes out (e-Handbook 1.3.5.2)', () => {
  const { low, high } = meanInterval({ n: 195, mean: 9.26146, standardDeviation: 0.022789 });
  expect(low).toBeCloseTo(9.258242, 5);
  expect(high).toBeCloseTo(9.264679, 5);
});

test('the interval of Student’s sleep data, drug 1, comes out (R: t.test)', () => {
  const { low, high } = meanInterval(sampleMoments([0.7, -1.6, -0.2, -1.2, -0.1, 3.4, 3.7, 0.8, 0, 2]));
  expect(low).toBeCloseTo(-0.5297804, 6);
  expect(high).toBeCloseTo(2.0297804, 6);
});

// Cochran: n must exceed 25 times the squared skewness.
test.each([
  { n: 100, skewness: 1.9, expected: false },
  { n: 100, skewness: 2, expected: true },
  { n: 100, skewness: -2.1, expected: true },
  { n: 400, skewness: 3.9, expected: false },
])('$n values of skewness $skewness: too skewed is $expected', ({ n, skewness, expected }) => {
  expect(tooSkewedForT({ n, skewness })).toBe(expected);
});
