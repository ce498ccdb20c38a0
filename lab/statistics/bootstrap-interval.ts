// Percentile bootstrap for the mean of a skewed sample. Resamples come from a named counter-based stream and are shared by all
// samples of one size, so a summary never depends on the order in which its figures are computed.
// Source: Efron, "Bootstrap methods: another look at the jackknife", Annals of Statistics 7 (1979).

import tQuantile from '@stdlib/stats-base-dists-t-quantile';
import { assert } from '../../core/assert.ts';
import { Draws, rootKey, type Stream } from '../../sim/kernel/rng.ts';
import { normalCdf } from '../../sim/kernel/special-functions.ts';
import { type Interval, TAIL } from './confidence.ts';
import { quantileOfSorted } from './quantile.ts';

/** Assumption: 2,000 resamples put some 45 of them beyond each end, which moves an end by a few per cent of the width. */
const RESAMPLES = 2000;

/** Draws the resamples of each sample size once and keeps them as long as it lives: one study. */
export class Bootstrap {
  private readonly draws: Draws;
  private readonly picks = new Map<number, Uint32Array>();

  /** @param seed seed string of the study. */
  constructor(seed: string) {
    this.draws = new Draws(rootKey(seed), 0);
  }

  /** 95 % interval for the mean behind a sample of at least two. */
  interval(values: readonly number[]): Interval {
    const n = values.length;
    assert(n >= 2, 'a bootstrap needs two values');
    const sample = Float64Array.from(values);
    const means = resampledMeans(sample, this.picksFor(n)).sort();
    const tail = expandedTail(n);
    return { low: quantileOfSorted(means, tail), high: quantileOfSorted(means, 1 - tail) };
  }

  private picksFor(n: number): Uint32Array {
    const known = this.picks.get(n);
    if (known !== undefined) return known;
    const picks = drawPicks(n, this.draws.stream('lab', `bootstrap/${n}`));
    this.picks.set(n, picks);
    return picks;
  }
}

/**
 * Tail probability that makes up for the narrowness of the bootstrap in small samples: with normal values the interval
 * is then as wide as Student's. Source: Hesterberg, "What teachers should know about the bootstrap", The American
 * Statistician 69 (2015), the expanded percentile interval.
 */
export function expandedTail(n: number): number {
  return normalCdf(-Math.sqrt(n / (n - 1)) * tQuantile(1 - TAIL, n - 1));
}

function drawPicks(n: number, stream: Stream): Uint32Array {
  const picks = new Uint32Array(RESAMPLES * n);
  for (let i = 0; i < picks.length; i++) picks[i] = Math.floor(stream.at(i) * n);
  return picks;
}

function resampledMeans(sample: Float64Array, picks: Uint32Array): Float64Array {
  const n = sample.length;
  const means = new Float64Array(RESAMPLES);
  for (let resample = 0; resample < RESAMPLES; resample++) {
    let sum = 0;
    // Both arrays were sized above, so no index is out of range.
    for (let i = resample * n; i < (resample + 1) * n; i++) sum += sample[picks[i] as number] as number;
    means[resample] = sum / n;
  }
  return means;
}
