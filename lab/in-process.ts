// Executor in this process, one chunk at a time: for one job, for tests, and for debugging with a plain stack.

import { type Chunk, type ChunkResult, ChunkRunner, type ChunkWorld } from './chunks.ts';
import type { Executor } from './executor.ts';

export class InProcessExecutor implements Executor {
  readonly workers = 1;
  private readonly runner: ChunkRunner;

  constructor(world: ChunkWorld) {
    this.runner = new ChunkRunner(world);
  }

  /** Lets the event loop turn once before each chunk, so that signals and progress output get through. */
  async run(chunk: Chunk): Promise<ChunkResult> {
    await new Promise((resolve) => setImmediate(resolve));
    return this.runner.run(chunk);
  }

  async close(): Promise<void> {}
}
