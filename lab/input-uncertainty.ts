// How much of the answer hangs on numbers that nobody measured: the leading pair is run again with the assumed inputs drawn
// from their priors, one replication per draw, each with draws of its own. The spread holds both kinds of not knowing.

import { assert } from '../core/assert.ts';
import type { AssumedInput } from '../sim/assumptions.ts';
import { sample } from '../sim/kernel/distributions.ts';
import { Draws, rootKey } from '../sim/kernel/rng.ts';
import { figureOf, type MetricName } from '../sim/result.ts';
import type { Chunk, Setting } from './chunks.ts';
import type { FinishedChunk } from './dispatcher.ts';
import { runsByPolicy } from './finished-runs.ts';
import type { Bootstrap } from './statistics/bootstrap-interval.ts';
import { TAIL } from './statistics/confidence.ts';
import { estimateMean } from './statistics/estimate.ts';
import { latinHypercube } from './statistics/latin-hypercube.ts';
import { pairedDifferences } from './statistics/paired-interval.ts';
import { proportionInterval } from './statistics/proportion-interval.ts';
import { quantile } from './statistics/quantile.ts';
import { rankCorrelation } from './statistics/rank-correlation.ts';
import type { InputUncertainty } from './summary.ts';

/** Draw k (from 0) is replication this + k: far beyond those of the policies, so that the two parts are independent. */
const FIRST_REPLICATION = 1_000_001;

/** One chunk per draw, for the two policies `pair` of the study. */
export function inputChunks(
  inputs: readonly AssumedInput[],
  options: { readonly draws: number; readonly seed: string; readonly pair: readonly [number, number] },
): readonly Chunk[] {
  const names = inputs.map((input) => input.name);
  const points = latinHypercube(names, options.draws, new Draws(rootKey(options.seed), 0));
  return Array.from({ length: options.draws }, (_, draw) => ({
    variant: inputs.map((input, axis): Setting => {
      const u = points[axis]?.[draw];
      assert(u !== undefined, 'every input has a coordinate in every draw');
      return { input: input.name, value: sample(input.prior, u) };
    }),
    policies: options.pair,
    firstReplication: FIRST_REPLICATION + draw,
    replications: 1,
    record: false,
  }));
}

/** @param finished at least one of the chunks, in order. */
export function summariseInputs(
  finished: readonly FinishedChunk[],
  inputs: readonly AssumedInput[],
  question: { readonly a: string; readonly b: string; readonly metric: MetricName },
  bootstrap: Bootstrap,
): InputUncertainty {
  const [runsA = [], runsB = []] = runsByPolicy(finished, 2);
  const costsOf = (runs: typeof runsA): readonly number[] => runs.map((run) => figureOf(run.metrics, question.metric));
  const differences = pairedDifferences(costsOf(runsA), costsOf(runsB));
  const influence = inputs.map((input, axis) => ({
    input: input.name,
    meaning: input.meaning,
    rankCorrelation: rankCorrelation(
      finished.map(({ chunk }) => settingValue(chunk, axis)),
      differences,
    ),
  }));
  return {
    a: question.a,
    b: question.b,
    draws: differences.length,
    difference: estimateMean(differences, bootstrap),
    low: quantile(differences, TAIL),
    high: quantile(differences, 1 - TAIL),
    aBetter: shareBelowZero(differences),
    influence: influence.sort((x, y) => Math.abs(y.rankCorrelation) - Math.abs(x.rankCorrelation)),
  };
}

function shareBelowZero(differences: readonly number[]): InputUncertainty['aBetter'] {
  const hits = differences.filter((difference) => difference < 0).length;
  return { share: hits / differences.length, ...proportionInterval(hits, differences.length) };
}

function settingValue(chunk: Chunk, axis: number): number {
  const setting = chunk.variant[axis];
  assert(setting !== undefined, 'every draw sets every input');
  return setting.value;
}
