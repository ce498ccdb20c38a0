// Residual life: how long a renewal process that has been running for ever still has to go when we start to look. Starting
// every entity "new" instead gives too many early events where gaps cluster (oracle D6), so first gaps are drawn from here.
// Density P(X > x) / mean; sampled by inversion, so one uniform number still gives one variate.

import { type Distribution, meanOf, sample, survivalOf } from './distributions.ts';
import { normalCdf, regularizedGammaP } from './special-functions.ts';

/** Steps and relative precision at which the numerical inversion stops. */
const STEPS_MAX = 200;
const PRECISION = 1e-12;

/** The first gap of an equilibrium start, for u in [0, 1). The mean of the distribution must be above 0. */
export function equilibriumSample(distribution: Distribution, u: number): number {
  if (distribution.kind === 'exponential') return sample(distribution, u);
  if (distribution.kind === 'constant') return distribution.value * u;
  if (u <= 0) return 0;
  return inverted(distribution, u);
}

/** Share of residual lives that are at most x: the integral of P(X > t) from 0 to x, over the mean. */
export function equilibriumCdf(distribution: Distribution, x: number): number {
  if (x <= 0) return 0;
  switch (distribution.kind) {
    case 'constant':
      return Math.min(1, x / distribution.value);
    case 'exponential':
      return -Math.expm1(-x / distribution.mean);
    case 'weibull':
      return regularizedGammaP(1 / distribution.shape, (x / distribution.scale) ** distribution.shape);
    case 'lognormal': {
      const { median, sigma } = distribution;
      if (sigma === 0) return Math.min(1, x / median);
      const z = Math.log(x / median) / sigma;
      return (x / meanOf(distribution)) * normalCdf(-z) + normalCdf(z - sigma);
    }
    case 'uniform': {
      const { min, max } = distribution;
      const over = Math.max(0, Math.min(x, max) - min);
      return (Math.min(x, min) + (over === 0 ? 0 : over - over ** 2 / (2 * (max - min)))) / meanOf(distribution);
    }
    case 'triangular':
      return survivalIntegralOfTriangular(distribution, x) / meanOf(distribution);
    case 'empirical': {
      let sum = 0;
      for (const value of distribution.sorted) sum += Math.min(value, x);
      return sum / distribution.sorted.length / meanOf(distribution);
    }
  }
}

function survivalIntegralOfTriangular(
  { min, mode, max }: Extract<Distribution, { kind: 'triangular' }>,
  x: number,
): number {
  const untilMin = Math.min(x, min);
  const rising = Math.max(0, Math.min(x, mode) - min);
  const belowMode = rising === 0 ? 0 : rising - rising ** 3 / (3 * (max - min) * (mode - min));
  const spread = max - mode;
  const falling = Math.max(0, Math.min(x, max) - mode);
  const aboveMode = falling === 0 ? 0 : (spread ** 3 - (spread - falling) ** 3) / (3 * (max - min) * spread);
  return untilMin + belowMode + aboveMode;
}

/** Newton's method, whose slope is the survival function itself, kept inside a shrinking bracket. */
function inverted(distribution: Distribution, u: number): number {
  const mean = meanOf(distribution);
  let low = 0;
  let high = mean;
  while (equilibriumCdf(distribution, high) < u) {
    low = high;
    high *= 2;
  }
  let x = (low + high) / 2;
  for (let step = 0; step < STEPS_MAX; step++) {
    const miss = equilibriumCdf(distribution, x) - u;
    if (miss > 0) high = x;
    else low = x;
    const slope = survivalOf(distribution, x) / mean;
    const newton = x - miss / slope;
    const next = newton > low && newton < high ? newton : (low + high) / 2;
    if (Math.abs(next - x) <= PRECISION * x) return next;
    x = next;
  }
  return x;
}
