// Hands chunks to an executor in order, as many at once as it has workers, and counts runs for the progress line. When the
// study is aborted or a run fails, nothing new is handed out; what is in hand is finished and kept.

import type { Chunk, ChunkResult } from './chunks.ts';
import type { Executor } from './executor.ts';
import type { StudyHooks } from './study-plan.ts';

export interface FinishedChunk {
  readonly chunk: Chunk;
  readonly result: ChunkResult;
}

export class Dispatcher {
  readonly #executor: Executor;
  readonly #hooks: StudyHooks;
  readonly #totalRuns: number;
  #doneRuns = 0;

  constructor(executor: Executor, hooks: StudyHooks, totalRuns: number) {
    this.#executor = executor;
    this.#hooks = hooks;
    this.#totalRuns = totalRuns;
  }

  /** Runs the chunks of one phase; the finished ones come back in the order of `chunks`. Rejects with a run's own error. */
  async run(phase: string, chunks: readonly Chunk[]): Promise<readonly FinishedChunk[]> {
    const finished: (FinishedChunk | undefined)[] = chunks.map(() => undefined);
    const failures: unknown[] = [];
    const queue = chunks.entries();
    const lane = async (): Promise<void> => {
      while (!this.#hooks.signal.aborted && failures.length === 0) {
        const next = queue.next();
        if (next.done) return;
        const [index, chunk] = next.value;
        try {
          finished[index] = { chunk, result: await this.#executor.run(chunk) };
        } catch (failure) {
          failures.push(failure);
          return;
        }
        this.#doneRuns += chunk.replications * chunk.policies.length;
        this.#report(phase);
      }
    };
    this.#report(phase);
    await Promise.all(Array.from({ length: this.#executor.workers }, lane));
    if (failures.length > 0) throw failures[0];
    return finished.filter((entry) => entry !== undefined);
  }

  /** Every run of the study is finished. */
  get complete(): boolean {
    return this.#doneRuns === this.#totalRuns;
  }

  #report(phase: string): void {
    this.#hooks.onProgress({ doneRuns: this.#doneRuns, totalRuns: this.#totalRuns, phase });
  }
}
