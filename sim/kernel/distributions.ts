// Distributions of durations and gaps, sampled by inversion: one uniform number gives one variate, so that common random
// numbers stay synchronised across policies. Parameters carry their unit in the name; a sampled value is in that unit.

import { logGamma, normalCdf, normalQuantile } from './special-functions.ts';

export type Distribution =
  | { readonly kind: 'constant'; readonly value: number }
  | { readonly kind: 'uniform'; readonly min: number; readonly max: number }
  | { readonly kind: 'exponential'; readonly mean: number }
  | { readonly kind: 'weibull'; readonly shape: number; readonly scale: number }
  | { readonly kind: 'lognormal'; readonly median: number; readonly sigma: number }
  | { readonly kind: 'triangular'; readonly min: number; readonly mode: number; readonly max: number }
  | { readonly kind: 'empirical'; readonly sorted: readonly number[] };

/**
 * The quantile of the distribution at `u`, 0 <= u < 1: one uniform number gives one variate. Not rounded: callers that need
 * whole milliseconds round. The distribution is taken as valid (see `problemsOf`).
 */
export function sample(distribution: Distribution, u: number): number {
  switch (distribution.kind) {
    case 'constant':
      return distribution.value;
    case 'uniform':
      return distribution.min + u * (distribution.max - distribution.min);
    case 'exponential':
      return -distribution.mean * Math.log1p(-u);
    case 'weibull':
      return distribution.scale * (-Math.log1p(-u)) ** (1 / distribution.shape);
    case 'lognormal':
      return distribution.sigma === 0
        ? distribution.median
        : distribution.median * Math.exp(distribution.sigma * normalQuantile(u));
    case 'triangular': {
      const { min, mode, max } = distribution;
      if (max === min) return min;
      const rising = (mode - min) / (max - min);
      return u < rising
        ? min + Math.sqrt(u * (max - min) * (mode - min))
        : max - Math.sqrt((1 - u) * (max - min) * (max - mode));
    }
    case 'empirical':
      return distribution.sorted[Math.floor(u * distribution.sorted.length)] as number;
  }
}

/** The mean, in closed form. */
export function meanOf(distribution: Distribution): number {
  switch (distribution.kind) {
    case 'constant':
      return distribution.value;
    case 'uniform':
      return (distribution.min + distribution.max) / 2;
    case 'exponential':
      return distribution.mean;
    case 'weibull':
      return distribution.scale * Math.exp(logGamma(1 + 1 / distribution.shape));
    case 'lognormal':
      return distribution.median * Math.exp(distribution.sigma ** 2 / 2);
    case 'triangular':
      return (distribution.min + distribution.mode + distribution.max) / 3;
    case 'empirical':
      return distribution.sorted.reduce((sum, value) => sum + value, 0) / distribution.sorted.length;
  }
}

/** P(X > x). */
export function survivalOf(distribution: Distribution, x: number): number {
  switch (distribution.kind) {
    case 'constant':
      return x < distribution.value ? 1 : 0;
    case 'uniform':
      if (x < distribution.min) return 1;
      return x >= distribution.max ? 0 : (distribution.max - x) / (distribution.max - distribution.min);
    case 'exponential':
      return x <= 0 ? 1 : Math.exp(-x / distribution.mean);
    case 'weibull':
      return x <= 0 ? 1 : Math.exp(-((x / distribution.scale) ** distribution.shape));
    case 'lognormal':
      if (distribution.sigma === 0) return x < distribution.median ? 1 : 0;
      return x <= 0 ? 1 : normalCdf(-Math.log(x / distribution.median) / distribution.sigma);
    case 'triangular': {
      const { min, mode, max } = distribution;
      if (x < min) return 1;
      if (x >= max) return 0;
      return x < mode
        ? 1 - (x - min) ** 2 / ((max - min) * (mode - min))
        : (max - x) ** 2 / ((max - min) * (max - mode));
    }
    case 'empirical': {
      const { sorted } = distribution;
      let low = 0;
      let high = sorted.length;
      while (low < high) {
        const middle = (low + high) >> 1;
        if ((sorted[middle] as number) <= x) low = middle + 1;
        else high = middle;
      }
      return (sorted.length - low) / sorted.length;
    }
  }
}

/** Weibull gaps of a given mean: shape 1 is exponential, below 1 clusters. `mean` > 0, `shape` > 0. */
export function gapDistribution(mean: number, shape: number): Distribution {
  if (shape === 1) return { kind: 'exponential', mean };
  return { kind: 'weibull', shape, scale: mean / Math.exp(logGamma(1 + 1 / shape)) };
}

/** The same distribution with every variate multiplied by a factor > 0. */
export function scaled(distribution: Distribution, factor: number): Distribution {
  switch (distribution.kind) {
    case 'constant':
      return { kind: 'constant', value: distribution.value * factor };
    case 'uniform':
      return { kind: 'uniform', min: distribution.min * factor, max: distribution.max * factor };
    case 'exponential':
      return { kind: 'exponential', mean: distribution.mean * factor };
    case 'weibull':
      return { kind: 'weibull', shape: distribution.shape, scale: distribution.scale * factor };
    case 'lognormal':
      return { kind: 'lognormal', median: distribution.median * factor, sigma: distribution.sigma };
    case 'triangular': {
      const { min, mode, max } = distribution;
      return { kind: 'triangular', min: min * factor, mode: mode * factor, max: max * factor };
    }
    case 'empirical':
      return { kind: 'empirical', sorted: distribution.sorted.map((value) => value * factor) };
  }
}

/** Central value of a distribution: its median or mean, as its parameters give it. */
export function centre(distribution: Distribution): number {
  switch (distribution.kind) {
    case 'constant':
      return distribution.value;
    case 'uniform':
      return (distribution.min + distribution.max) / 2;
    case 'exponential':
      return distribution.mean;
    case 'weibull':
      return distribution.scale;
    case 'lognormal':
      return distribution.median;
    case 'triangular':
      return distribution.mode;
    case 'empirical':
      return distribution.sorted[Math.floor(distribution.sorted.length / 2)] ?? 0;
  }
}

/** The same shape about another central value; a constant where the central value is 0 so far. */
export function recentred(distribution: Distribution, value: number): Distribution {
  const now = centre(distribution);
  return now <= 0 ? { kind: 'constant', value } : scaled(distribution, value / now);
}
