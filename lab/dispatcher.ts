// Hands chunks to an executor, as many at once as it has workers, and counts runs for the progress line. Parts of a study may run
// beside each other: chunks go out in the order in which their parts were asked for, so that no worker rests at the end of a part.
// When the study is aborted or a run fails, nothing new is handed out; what is in hand is finished and kept.

import type { Chunk, ChunkResult } from './chunks.ts';
import type { Executor } from './executor.ts';
import type { StudyHooks } from './study-plan.ts';

export interface FinishedChunk {
  readonly chunk: Chunk;
  readonly result: ChunkResult;
}

/** The chunks of one part of a study, on their way. */
interface Part {
  readonly phase: string;
  readonly finished: (FinishedChunk | undefined)[];
  readonly settle: () => void;
  /** Handed out, or waiting to be. */
  open: number;
}

interface Waiting {
  readonly part: Part;
  readonly index: number;
  readonly chunk: Chunk;
}

export class Dispatcher {
  private readonly executor: Executor;
  private readonly hooks: StudyHooks;
  private readonly totalRuns: number;
  private waiting: Waiting[] = [];
  private inHand = 0;
  private doneRuns = 0;
  private failure: { readonly reason: unknown } | undefined;

  constructor(executor: Executor, hooks: StudyHooks, totalRuns: number) {
    this.executor = executor;
    this.hooks = hooks;
    this.totalRuns = totalRuns;
  }

  /**
   * Runs the chunks of one part, after those of parts that were asked for before; the finished ones come back in the order of
   * `chunks`. Rejects with the error of a run, of whichever part, once what was in hand is finished.
   */
  run(phase: string, chunks: readonly Chunk[]): Promise<readonly FinishedChunk[]> {
    return new Promise((resolve, reject) => {
      const finished = chunks.map(() => undefined);
      const part: Part = {
        phase,
        finished,
        open: chunks.length,
        settle: () => {
          if (this.failure === undefined) resolve(part.finished.filter((entry) => entry !== undefined));
          else reject(this.failure.reason);
        },
      };
      this.waiting.push(...chunks.map((chunk, index) => ({ part, index, chunk })));
      if (this.inHand === 0) this.report(phase);
      if (chunks.length === 0) part.settle();
      else this.handOut();
    });
  }

  /** Every run of the study is finished. */
  get complete(): boolean {
    return this.doneRuns === this.totalRuns;
  }

  private handOut(): void {
    if (this.hooks.signal.aborted || this.failure !== undefined) this.drop();
    while (this.inHand < this.executor.workers) {
      const next = this.waiting.shift();
      if (next === undefined) return;
      void this.carryOut(next);
    }
  }

  /** Those that wait are not run. */
  private drop(): void {
    const dropped = this.waiting;
    this.waiting = [];
    for (const { part } of dropped) this.close(part);
  }

  private async carryOut({ part, index, chunk }: Waiting): Promise<void> {
    this.inHand++;
    try {
      part.finished[index] = { chunk, result: await this.executor.run(chunk) };
      this.doneRuns += chunk.replications * chunk.policies.length;
      this.report(part.phase);
    } catch (reason) {
      this.failure ??= { reason };
    }
    this.inHand--;
    this.handOut();
    this.close(part);
  }

  private close(part: Part): void {
    part.open--;
    if (part.open === 0) part.settle();
  }

  private report(phase: string): void {
    this.hooks.onProgress({ doneRuns: this.doneRuns, totalRuns: this.totalRuns, phase });
  }
}
