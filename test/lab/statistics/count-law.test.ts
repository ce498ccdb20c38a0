import { describe, expect, test } from 'vitest';
import { type CountLaw, countInterval, levelsOf } from '../../../lab/statistics/count-law.ts';

// scipy 1.17: poisson(m), and nbinom(n, n / (n + m)) with n = m^2 / (v - m); quantiles at 5, 50 and 95 %.
describe('central 90 % intervals agree with scipy', () => {
  const rows: readonly (readonly [string, readonly CountLaw[], readonly [number, number, number, number]])[] = [
    ['Poisson', [{ mean: 3.5, variance: 3.5 }], [1, 3, 7, 0.9430636944863618]],
    ['negative binomial', [{ mean: 3.5, variance: 20 }], [0, 2, 12, 0.9501487246241844]],
    ['a thousand', [{ mean: 1000, variance: 3000 }], [911, 999, 1091, 0.9016849784639546]],
    ['hardly any', [{ mean: 0.2, variance: 0.2 }], [0, 0, 1, 0.9824769036935782]],
    ['none', [{ mean: 0, variance: 0 }], [0, 0, 0, 1]],
    [
      'half the one, half the other',
      [
        { mean: 1, variance: 1 },
        { mean: 10, variance: 40 },
      ],
      [0, 3, 18, 0.9502007186783497],
    ],
  ];
  test.each(rows)('%s', (_, laws, [low, median, high, probability]) => {
    const interval = countInterval(laws, 0.9);
    expect({ ...interval, probability: 0 }).toEqual({ low, median, high, probability: 0 });
    expect(interval.probability).toBeCloseTo(probability, 8);
  });
});

test('levels have the mean and the spread of their law', () => {
  const logs = levelsOf(Math.log(5), 0.6).map(Math.log);
  const mean = logs.reduce((sum, log) => sum + log, 0) / logs.length;
  const variance = logs.reduce((sum, log) => sum + (log - mean) ** 2, 0) / logs.length;
  expect(mean).toBeCloseTo(Math.log(5), 12);
  expect(Math.sqrt(variance)).toBeCloseTo(0.6, 1);
  expect(levelsOf(0, 0)).toEqual([1]);
});
