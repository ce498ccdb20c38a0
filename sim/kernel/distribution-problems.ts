// What can be wrong with a distribution that a person wrote. For the edges that parse; models take distributions as valid.

import type { Distribution } from './distributions.ts';

/** What is wrong with a distribution of durations, one sentence each; empty when it can be sampled. */
export function problemsOf(distribution: Distribution): readonly string[] {
  const problems: string[] = [];
  const need = (holds: boolean, sentence: string): void => {
    if (!holds) problems.push(sentence);
  };
  const isDuration = (value: number): boolean => Number.isFinite(value) && value >= 0;
  const isPositive = (value: number): boolean => Number.isFinite(value) && value > 0;
  switch (distribution.kind) {
    case 'constant':
      need(isDuration(distribution.value), `value must be 0 or more, not ${distribution.value}`);
      break;
    case 'uniform':
      need(isDuration(distribution.min), `min must be 0 or more, not ${distribution.min}`);
      need(isDuration(distribution.max), `max must be 0 or more, not ${distribution.max}`);
      need(!(distribution.max < distribution.min), `max ${distribution.max} is below min ${distribution.min}`);
      break;
    case 'exponential':
      need(isPositive(distribution.mean), `mean must be above 0, not ${distribution.mean}`);
      break;
    case 'weibull':
      need(isPositive(distribution.shape), `shape must be above 0, not ${distribution.shape}`);
      need(isPositive(distribution.scale), `scale must be above 0, not ${distribution.scale}`);
      break;
    case 'lognormal':
      need(isPositive(distribution.median), `median must be above 0, not ${distribution.median}`);
      need(isDuration(distribution.sigma), `sigma must be 0 or more, not ${distribution.sigma}`);
      break;
    case 'triangular': {
      const { min, mode, max } = distribution;
      need(isDuration(min), `min must be 0 or more, not ${min}`);
      need(Number.isFinite(mode) && !(mode < min), `mode ${mode} is below min ${min}`);
      need(Number.isFinite(max) && !(max < mode), `max ${max} is below mode ${mode}`);
      break;
    }
    case 'empirical': {
      const { sorted } = distribution;
      need(sorted.length > 0, 'an empirical distribution needs at least one value');
      need(sorted.every(isDuration), 'every value must be 0 or more');
      need(
        sorted.every((value, i) => i === 0 || value >= (sorted[i - 1] as number)),
        'values must be in ascending order',
      );
      break;
    }
  }
  return problems;
}
