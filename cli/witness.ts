// Executor that passes chunks on and remembers the results of the compared policies: what becomes replications.ndjson, and
// what a replay is verified against. Runs of other variants (priors, break-even, matched pair) are not kept.

import type { Chunk, ChunkResult } from '../lab/chunks.ts';
import type { Executor } from '../lab/executor.ts';
import type { RunResult } from '../sim/result.ts';

export class Witness implements Executor {
  readonly #inner: Executor;
  readonly #compared: number;
  readonly #seen: RunResult[] = [];

  /** @param compared policies 0 to compared - 1 are remembered. */
  constructor(inner: Executor, compared: number) {
    this.#inner = inner;
    this.#compared = compared;
  }

  get workers(): number {
    return this.#inner.workers;
  }

  async run(chunk: Chunk): Promise<ChunkResult> {
    const result = await this.#inner.run(chunk);
    if (chunk.variant.length === 0 && chunk.policies.every((policy) => policy < this.#compared)) {
      this.#seen.push(...result.results);
    }
    return result;
  }

  close(): Promise<void> {
    return this.#inner.close();
  }

  /** One line of JSON per run, by policy as compared, then by replication: independent of who finished first. */
  rows(policies: readonly string[]): string {
    return this.#seen
      .toSorted((a, b) => policies.indexOf(a.policy) - policies.indexOf(b.policy) || a.replication - b.replication)
      .map(({ policy, replication, fingerprint, historyDigest, eventsProcessed, metrics }) =>
        JSON.stringify({ policy, replication, fingerprint, historyDigest, eventsProcessed, ...metrics }),
      )
      .map((row) => `${row}\n`)
      .join('');
  }
}
