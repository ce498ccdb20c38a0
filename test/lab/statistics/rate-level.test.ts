import { describe, expect, test } from 'vitest';
import { type RatePeriod, rateLevel, stepVariance } from '../../../lab/statistics/rate-level.ts';
import { Draws, rootKey } from '../../../sim/kernel/rng.ts';
import { normalQuantile } from '../../../sim/kernel/special-functions.ts';

/** A rate that starts at 1000 a year and takes normal steps, seen without noise but for whole numbers. */
function wandering(name: string, periods: number, step: number): readonly RatePeriod[] {
  const stream = new Draws(rootKey('rate level'), 1).stream(name, 'steps');
  let log = Math.log(1e6);
  return Array.from({ length: periods }, (_, index) => {
    log += step * normalQuantile(stream.at(index));
    return { events: Math.round(Math.exp(log)), years: 1 };
  });
}

describe('how far rates wander', () => {
  test.each([0.1, 0.3, 1])('steps of %d are found again', (step) => {
    const histories = Array.from({ length: 40 }, (_, index) => ({
      periods: wandering(`rate ${index}`, 50, step),
      dispersion: 1,
    }));
    const { variance, steps } = stepVariance(histories);
    expect(steps).toBeGreaterThan(40 * 48);
    // Standard error of a variance from n normal values: sqrt(2 / n).
    expect(Math.abs(variance / step ** 2 - 1)).toBeLessThan(4 * Math.sqrt(2 / steps));
  });

  test('counting noise alone is no step', () => {
    const periods = [16, 25, 20, 18, 22].map((events) => ({ events, years: 1 }));
    expect(stepVariance([{ periods, dispersion: 1 }])).toEqual({ variance: 0, steps: 4 });
  });

  test('a short period with nothing beside a long one with much is no step', () => {
    // Half an event in a fiftieth of the time is what 25 in all of it make likely.
    const periods = [
      { events: 0, years: 0.02 },
      { events: 25, years: 1 },
    ];
    expect(stepVariance([{ periods, dispersion: 1 }]).variance).toBe(0);
  });

  test('a period without time at risk joins nothing', () => {
    const periods = [
      { events: 10, years: 1 },
      { events: 0, years: 0 },
      { events: 1000, years: 1 },
    ];
    expect(stepVariance([{ periods, dispersion: 1 }])).toEqual({ variance: 0, steps: 0 });
  });
});

describe('where a rate stands', () => {
  const periods = [99.5, 199.5].map((events) => ({ events, years: 1 }));

  test('a rate that does not wander: the mean by precision, 100 and 200 weigh 1 to 2', () => {
    const level = rateLevel(periods, { stepVariance: 0, dispersion: 1 });
    expect(level?.log).toBeCloseTo((Math.log(100) + 2 * Math.log(200)) / 3, 12);
    expect(level?.logStandardDeviation).toBeCloseTo(Math.sqrt(1 / 300), 12);
  });

  test('a rate that may be anywhere: the last period', () => {
    const level = rateLevel(periods, { stepVariance: 1e9, dispersion: 4 });
    expect(level?.log).toBeCloseTo(Math.log(200), 6);
    expect(level?.logStandardDeviation).toBeCloseTo(Math.sqrt(4 / 200), 6);
  });

  test('between: the gain of the filter, by hand', () => {
    const level = rateLevel(periods, { stepVariance: 0.03, dispersion: 1 });
    const gain = 0.04 / (0.04 + 0.005);
    expect(level?.log).toBeCloseTo(Math.log(100) + gain * Math.log(2), 12);
    expect(level?.logStandardDeviation).toBeCloseTo(Math.sqrt(0.04 * (1 - gain)), 12);
  });

  test('without time at risk nobody knows', () => {
    expect(rateLevel([{ events: 0, years: 0 }], { stepVariance: 1, dispersion: 1 })).toBeUndefined();
  });
});
