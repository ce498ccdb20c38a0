// The leading pair compared again with one input at another value, on the same draws: one point of a sweep.

import type { SimConfig } from '../sim/config.ts';
import { figureOf, type MetricName } from '../sim/result.ts';
import { type Chunk, cutChunks } from './chunks.ts';
import type { FinishedChunk } from './dispatcher.ts';
import { runsByPolicy } from './finished-runs.ts';
import type { Bootstrap } from './statistics/bootstrap-interval.ts';
import { pairedInterval } from './statistics/paired-interval.ts';

/** What is compared, and how many replications each point gets. */
export interface PairQuestion {
  readonly a: string;
  readonly b: string;
  readonly metric: MetricName;
  readonly config: SimConfig;
  readonly replications: number;
}

export interface PointRuns {
  readonly pair: readonly [number, number];
  readonly replications: number;
  readonly chunkSize: number;
}

export function pointChunks(
  input: string,
  value: number,
  { pair, replications, chunkSize }: PointRuns,
): readonly Chunk[] {
  return cutChunks(
    { variant: [{ input, value }], policies: pair, record: false },
    { first: 1, count: replications, size: chunkSize },
  );
}

/** @param chunks those of the point. Undefined where not all of its replications are finished. */
export function pairedAt(
  chunks: readonly FinishedChunk[],
  { metric, replications }: PairQuestion,
  bootstrap: Bootstrap,
): ReturnType<typeof pairedInterval> | undefined {
  const [runsA = [], runsB = []] = runsByPolicy(chunks, 2);
  if (runsA.length < replications) return undefined;
  const costsOf = (runs: typeof runsA): readonly number[] => runs.map((run) => figureOf(run.metrics, metric));
  return pairedInterval(costsOf(runsA), costsOf(runsB), bootstrap);
}
