import { expect, test } from 'vitest';
import { Bootstrap } from '../../../lab/statistics/bootstrap-interval.ts';
import { meanInterval } from '../../../lab/statistics/mean-interval.ts';
import { pairedDifferences, pairedInterval } from '../../../lab/statistics/paired-interval.ts';
import { sampleMoments } from '../../../lab/statistics/sample-moments.ts';

const DRUG_1 = [0.7, -1.6, -0.2, -1.2, -0.1, 3.4, 3.7, 0.8, 0, 2];
const DRUG_2 = [1.9, 0.8, 1.1, 0.1, -0.1, 4.4, 5.5, 1.6, 4.6, 3.4];

test('Student’s sleep data, paired: -1.58 [-2.459886, -0.7001142] (R: t.test(paired = TRUE))', () => {
  const moments = sampleMoments(pairedDifferences(DRUG_1, DRUG_2));
  const { low, high } = meanInterval(moments);
  expect(moments.mean).toBeCloseTo(-1.58, 12);
  expect(low).toBeCloseTo(-2.4598858, 6);
  expect(high).toBeCloseTo(-0.7001142, 6);
});

test('ten differences with one far out are too skewed for t, and the bootstrap leans to the long tail', () => {
  const { mean, low, high, n, method } = pairedInterval(DRUG_1, DRUG_2, new Bootstrap('seed'));
  expect({ n, method }).toEqual({ n: 10, method: 'bootstrap' });
  expect(mean - low).toBeGreaterThan(high - mean);
});

test('samples of unequal length are a mistake of the caller', () => {
  expect(() => pairedDifferences([1, 2], [1])).toThrow('paired samples are equally long');
});
