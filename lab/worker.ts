// Main file of a worker thread: binds chunks to the real simulation. Reports nothing, keeps nothing between chunks but
// the config of the last variant.

import { workerData } from 'node:worker_threads';
import { ASSUMED_INPUTS } from '../sim/assumptions.ts';
import { simulate } from '../sim/simulation.ts';
import { type Chunk, type ChunkResult, ChunkRunner } from './chunks.ts';
import type { WorkerStart } from './worker-pool.ts';

const start: WorkerStart = workerData;
const runner = new ChunkRunner({ ...start, inputs: ASSUMED_INPUTS, run: simulate });

/** Called by the pool with one chunk at a time. */
export function runChunk(chunk: Chunk): ChunkResult {
  return runner.run(chunk);
}
