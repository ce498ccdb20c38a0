// An executor whose chunks finish when a test says so, in the order that it says: workers of any speed, without clocks.

import type { Chunk, ChunkResult, ChunkRunner } from '../../lab/chunks.ts';
import type { Executor } from '../../lab/executor.ts';

export class ManualExecutor implements Executor {
  readonly workers: number;
  private readonly runner: ChunkRunner;
  private readonly open: (() => void)[] = [];

  constructor(runner: ChunkRunner, workers: number) {
    this.workers = workers;
    this.runner = runner;
  }

  get started(): number {
    return this.open.length;
  }

  run(chunk: Chunk): Promise<ChunkResult> {
    return new Promise((resolve) => {
      this.open.push(() => resolve(this.runner.run(chunk)));
    });
  }

  /** Finishes the n-th chunk that was started, and lets everything that waits for it go on. */
  async finish(n: number): Promise<void> {
    const finish = this.open[n];
    if (finish === undefined) throw new Error(`chunk ${n} was not started`);
    finish();
    await new Promise((resolve) => setImmediate(resolve));
  }

  async close(): Promise<void> {}
}

/** Finishes chunks at once, but always the youngest of up to `workers` first. */
export class LastFirstExecutor implements Executor {
  readonly workers: number;
  private readonly runner: ChunkRunner;
  private open: (() => void)[] = [];

  constructor(runner: ChunkRunner, workers: number) {
    this.workers = workers;
    this.runner = runner;
  }

  run(chunk: Chunk): Promise<ChunkResult> {
    return new Promise((resolve) => {
      this.open.push(() => resolve(this.runner.run(chunk)));
      setImmediate(() => this.open.pop()?.());
    });
  }

  async close(): Promise<void> {}
}
