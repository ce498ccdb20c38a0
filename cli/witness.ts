// Stands before an executor, passes chunks on and remembers the results of the compared policies: what becomes replications.ndjson, and
// what a replay is verified against. Runs of other variants (priors, break-even, matched pair) are not kept.

import type { Chunk, ChunkResult } from '../lab/chunks.ts';
import type { Executor } from '../lab/executor.ts';
import type { RunResult } from '../sim/result.ts';

export class Witness {
  private readonly compared: number;
  private readonly seen: RunResult[] = [];

  /** @param compared policies 0 to compared - 1 are remembered. */
  constructor(compared: number) {
    this.compared = compared;
  }

  /** The executor, with its results remembered. */
  of(inner: Executor): Executor {
    return {
      workers: inner.workers,
      run: async (chunk: Chunk): Promise<ChunkResult> => {
        const result = await inner.run(chunk);
        this.note(chunk, result);
        return result;
      },
      close: () => inner.close(),
    };
  }

  private note(chunk: Chunk, { results }: ChunkResult): void {
    if (chunk.variant.length > 0 || chunk.policies.some((policy) => policy >= this.compared)) return;
    this.seen.push(...results);
  }

  /** One line of JSON per run, by policy as compared, then by replication: independent of who finished first. */
  rows(policies: readonly string[]): string {
    return this.seen
      .toSorted((a, b) => policies.indexOf(a.policy) - policies.indexOf(b.policy) || a.replication - b.replication)
      .map(({ policy, replication, fingerprint, historyDigest, eventsProcessed, metrics }) =>
        JSON.stringify({ policy, replication, fingerprint, historyDigest, eventsProcessed, ...metrics }),
      )
      .map((row) => `${row}\n`)
      .join('');
  }
}
