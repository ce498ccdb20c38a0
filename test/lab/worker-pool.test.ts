import { expect, test } from 'vitest';
import { cutChunks } from '../../lab/chunks.ts';
import { conductStudy, studyPolicies } from '../../lab/conduct-study.ts';
import type { StudyPlan } from '../../lab/study-plan.ts';
import { availableWorkers, WorkerPool } from '../../lab/worker-pool.ts';
import { anInput, aPlan, aPolicy, hooks } from './analytic-world.ts';

const WORKER = new URL('./analytic-worker.ts', import.meta.url);
const INPUTS = [anInput('rebootCures', 'noReturnAfterPowerLoss')];

async function withPool<T>(plan: StudyPlan, workers: number, use: (pool: WorkerPool) => Promise<T>): Promise<T> {
  const start = { config: plan.config, policies: studyPolicies(plan) };
  const pool = new WorkerPool(start, { workers, workerUrl: WORKER });
  try {
    return await use(pool);
  } finally {
    await pool.close();
  }
}

test('all cores are used by default', () => {
  expect(availableWorkers()).toBeGreaterThanOrEqual(1);
});

test('one worker thread or two write the same summary, byte for byte', async () => {
  const plan = aPlan({ inputDraws: 10, breakEvenPoints: 3 });
  const [one, two] = await Promise.all(
    [1, 2].map((workers) =>
      withPool(plan, workers, async (executor) =>
        JSON.stringify(await conductStudy(plan, hooks(), { executor, inputs: INPUTS })),
      ),
    ),
  );
  expect(two).toBe(one);
  expect(one).toContain('"replications":100');
});

test('an aborted study keeps what its workers had in hand', async () => {
  const plan = aPlan();
  const { complete, replications, policies } = await withPool(plan, 2, (executor) =>
    conductStudy(plan, hooks(20), { executor, inputs: INPUTS }),
  );
  expect(complete).toBe(false);
  expect(replications).toBeGreaterThanOrEqual(10);
  expect(replications).toBeLessThan(100);
  expect(policies.map(({ metrics }) => metrics.workloadUnavailableMs.n)).toEqual([replications, replications]);
});

test('an error in a worker reaches the caller with its message', async () => {
  const plan = aPlan({ policies: [aPolicy('explodes')] });
  const [chunk] = cutChunks({ variant: [], policies: [0], record: false }, { first: 4, count: 1, size: 1 });
  if (chunk === undefined) throw new Error('one replication makes one chunk');
  await expect(withPool(plan, 1, (pool) => pool.run(chunk))).rejects.toThrow('run 4 of explodes in a worker');
});
