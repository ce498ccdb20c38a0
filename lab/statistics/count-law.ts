// Laws of counts that scatter more than a Poisson count: negative binomial with a given mean and variance, Poisson where the
// variance is no larger than the mean, and mixtures of them over an unknown level. Quantiles are exact for the mixture.
// Source: Johnson, Kemp and Kotz, Univariate Discrete Distributions, 3rd ed. (2005), ch. 5.

import { assert } from '../../core/assert.ts';
import { normalQuantile } from '../../sim/kernel/special-functions.ts';

export interface CountLaw {
  /** Not negative. */
  readonly mean: number;
  readonly variance: number;
}

export interface CountInterval {
  readonly low: number;
  readonly median: number;
  readonly high: number;
  /** Probability that the law gives to `low` to `high`, ends included: at least what was asked for, since counts are whole. */
  readonly probability: number;
}

/** Levels that stand for a normal law: midpoints of equal shares. More change no quantile used here by more than a count. */
const LEVELS = 41;
/** What is left beyond the last count that is looked at. */
const LEFT_OVER = 1e-9;

/** `LEVELS` values of a lognormal level with equal weights. */
export function levelsOf(logMean: number, logStandardDeviation: number): readonly number[] {
  if (logStandardDeviation === 0) return [Math.exp(logMean)];
  return Array.from({ length: LEVELS }, (_, index) =>
    Math.exp(logMean + logStandardDeviation * normalQuantile((index + 0.5) / LEVELS)),
  );
}

/** The central interval of an equally weighted mixture that holds at least `share`, with as much left out at either end. */
export function countInterval(laws: readonly CountLaw[], share: number): CountInterval {
  const tail = (1 - share) / 2;
  const cumulative = cumulativeOf(laws);
  const low = quantileOf(cumulative, tail);
  const high = quantileOf(cumulative, 1 - tail);
  const below = low === 0 ? 0 : (cumulative[low - 1] ?? 0);
  return { low, median: quantileOf(cumulative, 0.5), high, probability: (cumulative[high] ?? 1) - below };
}

function quantileOf(cumulative: readonly number[], p: number): number {
  const found = cumulative.findIndex((value) => value >= p);
  return found < 0 ? cumulative.length : found;
}

/** P(N <= k) for k = 0, 1, ... until nothing is left. */
function cumulativeOf(laws: readonly CountLaw[]): readonly number[] {
  assert(laws.length > 0, 'a mixture has a law');
  const terms = laws.map((law) => new CountTerms(law));
  const cumulative: number[] = [];
  for (let sum = 0; sum < 1 - LEFT_OVER && !terms.every((term) => term.isSpent); ) {
    let probability = 0;
    for (const term of terms) probability += term.next();
    sum += probability / laws.length;
    cumulative.push(sum);
  }
  return cumulative;
}

/** Probabilities of 0, 1, 2, ... one after the other, by logarithms: e^-1000 is no number. */
class CountTerms {
  private readonly mean: number;
  private readonly spread: number;
  /** Number of successes of the negative binomial; infinite for a Poisson count. */
  private readonly size: number;
  private count = 0;
  private log: number;

  constructor({ mean, variance }: CountLaw) {
    this.mean = mean;
    this.spread = Math.sqrt(Math.max(mean, variance));
    this.size = variance > mean * (1 + 1e-9) ? (mean * mean) / (variance - mean) : Infinity;
    this.log = this.size === Infinity ? -mean : -this.size * Math.log1p(mean / this.size);
  }

  /** Far beyond everything that has a weight. */
  get isSpent(): boolean {
    return this.count > this.mean + 60 * (this.spread + 1);
  }

  next(): number {
    const probability = Math.exp(this.log);
    const rate = this.size === Infinity ? this.mean : (this.mean * (this.size + this.count)) / (this.size + this.mean);
    this.count++;
    this.log += Math.log(rate / this.count);
    return probability;
  }
}
