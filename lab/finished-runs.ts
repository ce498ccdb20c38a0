// Merges finished chunks into runs by policy and replication. Order comes from the numbers in the chunks alone, so that
// results do not depend on which worker finished when.

import { assert } from '../core/assert.ts';
import type { RunResult, TimelineSpan } from '../sim/result.ts';
import type { FinishedChunk } from './dispatcher.ts';

/**
 * Runs of each policy in ascending order of replication; every policy has the same replications.
 * @param policies how many policies each of the chunks ran.
 */
export function runsByPolicy(finished: readonly FinishedChunk[], policies: number): readonly (readonly RunResult[])[] {
  const ordered = [...finished].sort((a, b) => a.chunk.firstReplication - b.chunk.firstReplication);
  const runs = Array.from({ length: policies }, (): RunResult[] => []);
  for (const { chunk, result } of ordered) {
    assert(chunk.policies.length === policies, 'chunks that are merged ran the same policies');
    assert(
      result.results.length === policies * chunk.replications,
      'a chunk returns one result per policy and replication',
    );
    result.results.forEach((run, i) => {
      assert(
        run.replication === chunk.firstReplication + Math.floor(i / policies),
        'results come replication by replication',
      );
      runs[i % policies]?.push(run);
    });
  }
  return runs;
}

/** A recorded replication of one policy. */
export interface PolicyTimeline {
  readonly policy: string;
  readonly replication: number;
  readonly spans: readonly TimelineSpan[];
}

/** Timelines of the chunks that recorded, replication by replication. */
export function recordedTimelines(finished: readonly FinishedChunk[]): readonly PolicyTimeline[] {
  return finished.flatMap(({ result }) =>
    result.timelines.map((spans, i) => {
      const run = result.results[i];
      assert(run !== undefined, 'a timeline stands beside its run');
      return { policy: run.policy, replication: run.replication, spans };
    }),
  );
}
