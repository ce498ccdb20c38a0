import { expect, test } from 'vitest';
import { lognormalFit, weibullFit } from '../../../lab/statistics/gap-fit.ts';
import { fc } from '../../kit/property.ts';

/** Millions of revolutions of 23 ball bearings. Source: Lieblein and Zelen, J. Res. Natl. Bur. Stand. 57 (1956). */
const BEARINGS = [
  17.88, 28.92, 33, 41.52, 42.12, 45.6, 48.8, 51.84, 51.96, 54.12, 55.56, 67.8, 68.64, 68.64, 68.88, 84.12, 93.12,
  98.64, 105.12, 105.84, 127.92, 128.04, 173.4,
];

test('the ball bearings have the published Weibull shape 2.10 and scale 81.9', () => {
  const { n, shape, scale } = weibullFit(BEARINGS);
  expect(n).toBe(23);
  expect(shape).toBeCloseTo(2.1029, 4);
  expect(scale).toBeCloseTo(81.8934, 3);
});

test('their lognormal has median 63.48 and sigma 0.5215, as scipy says', () => {
  const { median, sigma } = lognormalFit(BEARINGS);
  expect(median).toBeCloseTo(63.480993, 5);
  expect(sigma).toBeCloseTo(0.521503, 5);
});

test('another unit changes the scale and nothing else', () => {
  const values = fc.array(fc.double({ min: 0.001, max: 1e6, noNaN: true }), { minLength: 3, maxLength: 30 });
  fc.assert(
    fc.property(values, fc.double({ min: 1e-6, max: 1e6, noNaN: true }), (sample, unit) => {
      fc.pre(Math.max(...sample) > 1.01 * Math.min(...sample));
      const plain = weibullFit(sample);
      const scaled = weibullFit(sample.map((value) => value * unit));
      expect(scaled.shape / plain.shape).toBeCloseTo(1, 6);
      expect(scaled.scale / plain.scale / unit).toBeCloseTo(1, 6);
    }),
  );
});
