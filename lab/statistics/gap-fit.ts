// Maximum likelihood of the two laws that gaps and repairs are described by: Weibull and lognormal, of positive values.
// Source: Johnson, Kotz and Balakrishnan, Continuous Univariate Distributions 1, 2nd ed. (1994), ch. 14 and 21.

import { assert } from '../../core/assert.ts';
import { sampleMoments } from './sample-moments.ts';

export interface WeibullFit {
  readonly n: number;
  /** Below 1 gaps cluster, at 1 they are exponential. */
  readonly shape: number;
  /** In the unit of the values. */
  readonly scale: number;
}

export interface LognormalFit {
  readonly n: number;
  /** In the unit of the values. */
  readonly median: number;
  /** Standard deviation of the logarithms, with n in the denominator, as maximum likelihood has it. */
  readonly sigma: number;
}

const SHAPE_LEAST = 0.01;
const SHAPE_MOST = 100;
const HALVINGS = 60;

/** Of at least two positive values that are not all equal. Bisection: the equation of the shape rises all the way. */
export function weibullFit(values: readonly number[]): WeibullFit {
  assert(values.length >= 2, 'a Weibull law needs two gaps');
  const logs = values.map(Math.log);
  const meanLog = sampleMoments(logs).mean;
  // Powers of values over their geometric mean neither overflow nor vanish.
  const centred = logs.map((log) => log - meanLog);
  const excess = (shape: number): number => {
    let powers = 0;
    let weighted = 0;
    for (const log of centred) {
      const power = Math.exp(shape * log);
      powers += power;
      weighted += power * log;
    }
    return weighted / powers - 1 / shape;
  };
  let low = SHAPE_LEAST;
  let high = SHAPE_MOST;
  for (let step = 0; step < HALVINGS; step++) {
    const middle = Math.sqrt(low * high);
    if (excess(middle) < 0) low = middle;
    else high = middle;
  }
  const shape = Math.sqrt(low * high);
  const meanPower = centred.reduce((sum, log) => sum + Math.exp(shape * log), 0) / values.length;
  return { n: values.length, shape, scale: Math.exp(meanLog) * meanPower ** (1 / shape) };
}

/** Of at least one positive value. */
export function lognormalFit(values: readonly number[]): LognormalFit {
  const { n, mean, standardDeviation } = sampleMoments(values.map(Math.log));
  return { n, median: Math.exp(mean), sigma: standardDeviation * Math.sqrt((n - 1) / n) };
}
