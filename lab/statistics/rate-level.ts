// The level of a rate that wanders: its logarithm takes independent normal steps, and counts show it with noise. How far it
// wanders is estimated from the steps of many such rates together, where it stands now from the history of one.
// Source: Paule and Mandel, "Consensus values and weighting factors", Journal of Research of the National Bureau of Standards 87
// (1982), for the variance of the steps beyond their noise; Gart and Zweifel, "On the bias of various estimators of the logit and
// its variance", Biometrika 54 (1967), for that noise, which must not lean on one count that is low by chance; Kalman, "A new approach to linear filtering and prediction problems",
// Journal of Basic Engineering 82 (1960), for the level.

/** One period of a rate: events seen, and the time at risk, in years. */
export interface RatePeriod {
  readonly events: number;
  readonly years: number;
}

export interface RateLevel {
  /** Mean and standard deviation of the logarithm of the rate per year, at the end of the last period. */
  readonly log: number;
  readonly logStandardDeviation: number;
}

/** Half an event more than was seen keeps the logarithm of nothing finite. */
const CONTINUITY = 0.5;
const HALVINGS = 60;
const STEP_VARIANCE_MOST = 100;

function logRate({ events, years }: RatePeriod): number {
  return Math.log((events + CONTINUITY) / years);
}

/** Variance of the logarithm of a rate that comes from counting. `dispersion`: variance over mean of a count. */
function countingNoise({ events }: RatePeriod, dispersion: number): number {
  return dispersion / (events + CONTINUITY);
}

/** Variance of the step that counting alone makes between two periods of one rate, by what each would be expected to have. */
function stepNoise(before: RatePeriod, after: RatePeriod): number {
  const both = before.events + after.events;
  const expected = (both * before.years) / (before.years + after.years);
  return ((both + 1) * (both + 2)) / (both * (expected + 1) * (both - expected + 1));
}

/**
 * Variance of one step, beyond what counting explains; 0 where counting explains all. Steps from or to a period without time at
 * risk are left out, and those between two periods without an event.
 * @param histories one after the other, each with its dispersion (variance over mean of a count)
 */
export function stepVariance(
  histories: readonly { readonly periods: readonly RatePeriod[]; readonly dispersion: number }[],
): { readonly variance: number; readonly steps: number } {
  const steps = histories.flatMap(({ periods, dispersion }) =>
    periods.slice(1).flatMap((period, index) => {
      const before = periods[index];
      if (before === undefined || before.years <= 0 || period.years <= 0) return [];
      if (period.events + before.events === 0) return [];
      const change = logRate(period) - logRate(before);
      return [{ square: change * change, noise: dispersion * stepNoise(before, period) }];
    }),
  );
  const excess = (variance: number): number =>
    steps.reduce((sum, { square, noise }) => sum + square / (variance + noise), 0) - steps.length;
  if (steps.length === 0 || excess(0) <= 0) return { variance: 0, steps: steps.length };
  let low = 0;
  let high = STEP_VARIANCE_MOST;
  for (let halving = 0; halving < HALVINGS; halving++) {
    const middle = (low + high) / 2;
    if (excess(middle) > 0) low = middle;
    else high = middle;
  }
  return { variance: (low + high) / 2, steps: steps.length };
}

/** Where the rate stands after its last period with time at risk; undefined without any. */
export function rateLevel(
  periods: readonly RatePeriod[],
  model: { readonly stepVariance: number; readonly dispersion: number },
): RateLevel | undefined {
  let level: { log: number; variance: number } | undefined;
  for (const period of periods) {
    if (level !== undefined) level.variance += model.stepVariance;
    if (period.years <= 0) continue;
    const seen = logRate(period);
    const noise = countingNoise(period, model.dispersion);
    if (level === undefined) {
      level = { log: seen, variance: noise };
      continue;
    }
    const gain = level.variance / (level.variance + noise);
    level = { log: level.log + gain * (seen - level.log), variance: level.variance * (1 - gain) };
  }
  return level === undefined ? undefined : { log: level.log, logStandardDeviation: Math.sqrt(level.variance) };
}
