import { expect, test } from 'vitest';
import { quantile } from '../../../lab/statistics/quantile.ts';
import { fc } from '../../kit/property.ts';

// R: quantile(c(1, 3, 4, 8, 10), c(0, .025, .25, .5, .9, 1)), type 7.
test.each([
  [0, 1],
  [0.025, 1.2],
  [0.25, 3],
  [0.5, 4],
  [0.9, 9.2],
  [1, 10],
])('the %d quantile agrees with R', (p, expected) => {
  expect(quantile([10, 1, 4, 8, 3], p)).toBeCloseTo(expected, 12);
});

test('turning the sample round turns its quantiles round', () => {
  const values = fc.array(fc.integer({ min: -1000, max: 1000 }), { minLength: 1 });
  fc.assert(
    fc.property(values, fc.double({ min: 0, max: 1, noNaN: true }), (sample, p) => {
      const turned = sample.map((value) => -value);
      expect(quantile(turned, p)).toBeCloseTo(-quantile(sample, 1 - p), 8);
    }),
  );
});
