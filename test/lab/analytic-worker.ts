// Main file of a worker thread for tests: as lab/worker.ts, bound to the analytic world instead of the simulation.

import { threadId, workerData } from 'node:worker_threads';
import { type Chunk, type ChunkResult, ChunkRunner } from '../../lab/chunks.ts';
import type { WorkerStart } from '../../lab/worker-pool.ts';
import { anInput, runWith } from './analytic-world.ts';

const start: WorkerStart = workerData;
const run = runWith(({ policy, replication, config, uniform }) => {
  if (policy === 'explodes') throw new Error(`run ${replication} of ${policy} in a worker`);
  return (
    Math.round(1e6 * uniform('weather')) + 1e6 * config.faults.noReturnAfterPowerLoss + (policy === 'hasty' ? 7 : 0)
  );
});

export const runner = new ChunkRunner({ ...start, inputs: [anInput('rebootCures', 'noReturnAfterPowerLoss')], run });

export function runChunk(chunk: Chunk): ChunkResult {
  if (threadId === 0) throw new Error('chunks run off the main thread');
  return runner.run(chunk);
}
