// Distributions against closed forms: quantiles, means, and the residual life of a process that runs for ever.

import { describe, expect, test } from 'vitest';
import { problemsOf } from '../../../sim/kernel/distribution-problems.ts';
import {
  type Distribution,
  gapDistribution,
  meanOf,
  sample,
  scaled,
  survivalOf,
} from '../../../sim/kernel/distributions.ts';
import { equilibriumCdf, equilibriumSample } from '../../../sim/kernel/equilibrium.ts';
import { fc } from '../../kit/property.ts';

const EACH_KIND: readonly Distribution[] = [
  { kind: 'constant', value: 42 },
  { kind: 'uniform', min: 2, max: 5 },
  { kind: 'exponential', mean: 10 },
  { kind: 'weibull', shape: 0.7, scale: 789.99955 },
  { kind: 'weibull', shape: 3, scale: 5 },
  { kind: 'lognormal', median: 3, sigma: 1.2 },
  { kind: 'triangular', min: 1, mode: 2, max: 5 },
  { kind: 'triangular', min: 2, mode: 2, max: 4 },
  { kind: 'empirical', sorted: [1, 2, 2, 7] },
];

describe('sample', () => {
  const rows: readonly [Distribution, u: number, expected: number][] = [
    [{ kind: 'constant', value: 42 }, 0.3, 42],
    [{ kind: 'uniform', min: 2, max: 5 }, 0.5, 3.5],
    [{ kind: 'exponential', mean: 10 }, 1 - Math.exp(-2), 20],
    [{ kind: 'exponential', mean: 10 }, 0, 0],
    [{ kind: 'weibull', shape: 2, scale: 3 }, 1 - Math.exp(-4), 6],
    [{ kind: 'lognormal', median: 3, sigma: 1.2 }, 0.5, 3],
    [{ kind: 'lognormal', median: 3, sigma: 1.2 }, 0.975, 3 * Math.exp(1.2 * 1.959963984540054)],
    [{ kind: 'lognormal', median: 3, sigma: 0 }, 0, 3],
    [{ kind: 'triangular', min: 0, mode: 1, max: 2 }, 0.125, 0.5],
    [{ kind: 'triangular', min: 0, mode: 1, max: 2 }, 0.875, 1.5],
    [{ kind: 'triangular', min: 4, mode: 4, max: 4 }, 0.9, 4],
    [{ kind: 'empirical', sorted: [1, 2, 7] }, 0.34, 2],
    [{ kind: 'empirical', sorted: [1, 2, 7] }, 0.999999, 7],
  ];
  test.each(rows)('%o at %s is %s', (distribution, u, expected) => {
    expect(sample(distribution, u)).toBeCloseTo(expected, 9);
  });

  test('the largest and the smallest uniform number give finite variates of 0 or more', () => {
    for (const distribution of EACH_KIND) {
      for (const u of [0, 2 ** -53, 1 - 2 ** -53]) {
        expect(sample(distribution, u)).toBeGreaterThanOrEqual(0);
        expect(Number.isFinite(sample(distribution, u))).toBe(true);
      }
    }
  });

  test('one uniform number more never gives a smaller variate', () => {
    const uniform = fc.double({ min: 0, max: 1 - 2 ** -53, noNaN: true });
    fc.assert(
      fc.property(fc.constantFrom(...EACH_KIND), uniform, uniform, (distribution, u, v) => {
        expect(sample(distribution, Math.min(u, v))).toBeLessThanOrEqual(sample(distribution, Math.max(u, v)));
      }),
    );
  });

  test('survival at a quantile is what is left', () => {
    for (const distribution of EACH_KIND) {
      if (distribution.kind === 'constant' || distribution.kind === 'empirical') continue;
      for (const u of [0.01, 0.2, 0.5, 0.8, 0.99]) {
        expect(survivalOf(distribution, sample(distribution, u))).toBeCloseTo(1 - u, 10);
      }
    }
  });

  test('an empirical survival counts what is larger', () => {
    const distribution: Distribution = { kind: 'empirical', sorted: [1, 2, 2, 7] };
    expect([0, 1, 2, 6.9, 7].map((x) => survivalOf(distribution, x))).toEqual([1, 0.75, 0.25, 0.25, 0]);
  });
});

describe('meanOf', () => {
  // Oracle D6: Weibull shape 0.7 with mean 1000 h has scale 789.99955.
  const means = [42, 3.5, 10, 1000, 4.464897556, 3 * Math.exp(0.72), 8 / 3, 8 / 3, 3];
  test.each(EACH_KIND.map((distribution, i) => [distribution, means[i] as number] as const))(
    'of %o is %s',
    (distribution, mean) => {
      expect(meanOf(distribution)).toBeCloseTo(mean, 6);
    },
  );

  test('agrees with the midpoint rule over the quantiles', () => {
    const cells = 200_000;
    for (const distribution of EACH_KIND) {
      let sum = 0;
      for (let i = 0; i < cells; i++) sum += sample(distribution, (i + 0.5) / cells);
      expect(sum / cells / meanOf(distribution)).toBeCloseTo(1, 3);
    }
  });

  test('follows a scale, and so does every quantile', () => {
    for (const distribution of EACH_KIND) {
      const doubled = scaled(distribution, 2);
      expect(meanOf(doubled)).toBeCloseTo(2 * meanOf(distribution), 9);
      expect(sample(doubled, 0.7)).toBeCloseTo(2 * sample(distribution, 0.7), 9);
    }
  });

  test('a gap distribution has the mean it was asked for', () => {
    expect([0.5, 0.7, 1, 2].map((shape) => Math.round(meanOf(gapDistribution(1000, shape)) * 1e6))).toEqual([
      1e9, 1e9, 1e9, 1e9,
    ]);
    expect(gapDistribution(1000, 1)).toEqual({ kind: 'exponential', mean: 1000 });
  });
});

describe('equilibriumSample', () => {
  test('inverts the integrated survival, by which one uniform number gives one variate', () => {
    for (const distribution of EACH_KIND) {
      for (const u of [1e-9, 0.1, 0.5, 0.9, 0.999999, 1 - 2 ** -53]) {
        expect(equilibriumCdf(distribution, equilibriumSample(distribution, u))).toBeCloseTo(u, 11);
      }
      expect(equilibriumSample(distribution, 0)).toBe(0);
    }
  });

  test('the integrated survival is the integral of the survival', () => {
    for (const distribution of EACH_KIND) {
      const x = sample(distribution, 0.6);
      const cells = 100_000;
      let sum = 0;
      for (let i = 0; i < cells; i++) sum += survivalOf(distribution, ((i + 0.5) / cells) * x);
      expect(equilibriumCdf(distribution, x)).toBeCloseTo((sum / cells) * (x / meanOf(distribution)), 4);
    }
  });

  // Mean residual life is E[X^2] / (2 E[X]).
  test.each([
    [{ kind: 'constant', value: 42 }, 21],
    [{ kind: 'exponential', mean: 10 }, 10],
    [{ kind: 'uniform', min: 2, max: 5 }, 13 / 7],
    // Oracle D6: squared coefficient of variation 2.138685632.
    [{ kind: 'weibull', shape: 0.7, scale: 789.99955 }, 500 * 3.138685632],
    [{ kind: 'lognormal', median: 3, sigma: 0.8 }, 1.5 * Math.exp(1.5 * 0.64)],
    [{ kind: 'empirical', sorted: [1, 2, 7] }, 2.7],
  ] satisfies [Distribution, number][])('of %o has the mean residual life %s', (distribution, mean) => {
    const cells = 20_000;
    let sum = 0;
    for (let i = 0; i < cells; i++) sum += equilibriumSample(distribution, (i + 0.5) / cells);
    expect(sum / cells / mean).toBeCloseTo(1, 3);
  });

  test('a renewal process that starts so has no surplus of early events (oracle D6)', () => {
    const gaps = gapDistribution(1000, 0.7);
    const first = { fresh: 0, equilibrium: 0 };
    const cells = 10_000;
    for (let i = 0; i < cells; i++) {
      if (sample(gaps, (i + 0.5) / cells) < 100) first.fresh += 1;
      if (equilibriumSample(gaps, (i + 0.5) / cells) < 100) first.equilibrium += 1;
    }
    // A rate of 1/1000 over 100: 0.1 expected events; at most one each counted here.
    expect(first.equilibrium / cells).toBeLessThan(0.1);
    expect(first.equilibrium / cells).toBeGreaterThan(0.08);
    expect(first.fresh / cells).toBeGreaterThan(0.2);
  });
});

describe('problemsOf', () => {
  test('every kind above is in order', () => {
    expect(EACH_KIND.flatMap((distribution) => [...problemsOf(distribution)])).toEqual([]);
  });

  test.each([
    [{ kind: 'constant', value: -1 }, ['value must be 0 or more, not -1']],
    [
      { kind: 'uniform', min: -2, max: -5 },
      ['min must be 0 or more, not -2', 'max must be 0 or more, not -5', 'max -5 is below min -2'],
    ],
    [{ kind: 'exponential', mean: 0 }, ['mean must be above 0, not 0']],
    [
      { kind: 'weibull', shape: -1, scale: Infinity },
      ['shape must be above 0, not -1', 'scale must be above 0, not Infinity'],
    ],
    [{ kind: 'lognormal', median: 0, sigma: -1 }, ['median must be above 0, not 0', 'sigma must be 0 or more, not -1']],
    [{ kind: 'triangular', min: 3, mode: 2, max: 1 }, ['mode 2 is below min 3', 'max 1 is below mode 2']],
    [{ kind: 'empirical', sorted: [] }, ['an empirical distribution needs at least one value']],
    [{ kind: 'empirical', sorted: [2, -1] }, ['every value must be 0 or more', 'values must be in ascending order']],
    [{ kind: 'constant', value: Number.NaN }, ['value must be 0 or more, not NaN']],
  ] satisfies [Distribution, string[]][])('%o is refused with every reason', (distribution, problems) => {
    expect(problemsOf(distribution)).toEqual(problems);
  });
});
