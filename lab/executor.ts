// The seam between what a study wants run and where it runs: in this process, on a worker pool, later on other machines.
// An executor promises nothing about order; chunks are idempotent and results are merged by replication number.

import type { PolicyConfig, SimConfig } from '../sim/config.ts';
import type { Recording, RunResult } from '../sim/result.ts';
import type { Chunk, ChunkResult } from './chunks.ts';

/** One run; `simulate` of sim/simulation.ts has this shape. Pure: equal arguments give equal results. */
export type RunFunction = (
  config: SimConfig,
  policy: PolicyConfig,
  options: { replication: number; record: boolean },
) => { result: RunResult; recording: Recording | undefined };

export interface Executor {
  /** Chunks that it can work on at once, at least 1. */
  readonly workers: number;
  /** Rejects when a run throws; the chunk may then be handed out again. */
  run(chunk: Chunk): Promise<ChunkResult>;
  /** Frees workers; no chunk may be in hand. */
  close(): Promise<void>;
}
