import { expect, test } from 'vitest';
import { ChunkRunner, cutChunks } from '../../lab/chunks.ts';
import { Dispatcher } from '../../lab/dispatcher.ts';
import type { Executor } from '../../lab/executor.ts';
import { runsByPolicy } from '../../lab/finished-runs.ts';
import { aPolicy, CONFIG, hooks, runWith } from './analytic-world.ts';
import { ManualExecutor } from './manual-executor.ts';

const runner = new ChunkRunner({
  config: CONFIG,
  policies: [aPolicy('careful'), aPolicy('hasty')],
  inputs: [],
  run: runWith(({ replication }) => replication),
});
const chunks = cutChunks({ variant: [], policies: [0, 1], record: false }, { first: 1, count: 10, size: 3 });

test('chunks that finish out of order are merged in order', async () => {
  const executor = new ManualExecutor(runner, 3);
  const dispatcher = new Dispatcher(executor, hooks(), 20);
  const running = dispatcher.run('policies', chunks);
  for (const next of [2, 0, 3, 1]) await executor.finish(next);
  const runs = runsByPolicy(await running, 2);
  const numbers = Array.from({ length: 10 }, (_, i) => i + 1);
  expect(runs.map((list) => list.map((run) => run.replication))).toEqual([numbers, numbers]);
  expect(runs.map((list) => list[0]?.policy)).toEqual(['careful', 'hasty']);
  expect(dispatcher.complete).toBe(true);
});

test('abort lets chunks in hand finish, hands out no more, and keeps every policy at the same replications', async () => {
  const executor = new ManualExecutor(runner, 2);
  const watched = hooks();
  const dispatcher = new Dispatcher(executor, watched, 20);
  const running = dispatcher.run('policies', chunks);
  watched.abort();
  for (const next of [1, 0]) await executor.finish(next);
  const runs = runsByPolicy(await running, 2);
  expect(runs.map((list) => list.map((run) => run.replication))).toEqual([
    [1, 2, 3, 4, 5, 6],
    [1, 2, 3, 4, 5, 6],
  ]);
  expect(executor.started).toBe(2);
  expect(dispatcher.complete).toBe(false);
});

test('progress counts runs, from the start of a phase to its end', async () => {
  const executor = new ManualExecutor(runner, 1);
  const watched = hooks();
  const running = new Dispatcher(executor, watched, 20).run('policies', chunks);
  for (const next of [0, 1, 2, 3]) await executor.finish(next);
  await running;
  expect(watched.progress).toEqual(
    [0, 6, 12, 18, 20].map((doneRuns) => ({ doneRuns, totalRuns: 20, phase: 'policies' })),
  );
});

test('a run that throws ends the phase with its own error, after what others had in hand, and hands out no more', async () => {
  const started: number[] = [];
  const broken: Executor = {
    workers: 2,
    run: (chunk) => {
      started.push(chunk.firstReplication);
      return chunk.firstReplication === 1
        ? Promise.reject(new Error('negative time'))
        : new Promise((resolve) => setImmediate(() => resolve(runner.run(chunk))));
    },
    close: () => Promise.resolve(),
  };
  const watched = hooks();
  await expect(new Dispatcher(broken, watched, 20).run('policies', chunks)).rejects.toThrow('negative time');
  expect(started).toEqual([1, 4]);
  expect(watched.progress.map(({ doneRuns }) => doneRuns)).toEqual([0, 6]);
});

test('of two runs that throw the first is told', async () => {
  const broken: Executor = {
    workers: 2,
    run: (chunk) => Promise.reject(new Error(`replication ${chunk.firstReplication}`)),
    close: () => Promise.resolve(),
  };
  await expect(new Dispatcher(broken, hooks(), 20).run('policies', chunks)).rejects.toThrow('replication 1');
});

test('a part without chunks is finished at once', async () => {
  const dispatcher = new Dispatcher(new ManualExecutor(runner, 1), hooks(), 0);
  expect(await dispatcher.run('couplings', [])).toEqual([]);
});

test('a part that is asked for while another runs follows without a gap, and each gets its own chunks', async () => {
  const executor = new ManualExecutor(runner, 2);
  const watched = hooks();
  const dispatcher = new Dispatcher(executor, watched, 28);
  const first = dispatcher.run('policies', chunks);
  const sweep = cutChunks({ variant: [], policies: [0], record: false }, { first: 1, count: 8, size: 4 });
  const second = dispatcher.run('break-even', sweep);
  const handedOut: number[] = [];
  for (const next of [0, 1, 2, 3, 4, 5]) {
    handedOut.push(executor.started);
    await executor.finish(next);
  }
  expect(handedOut).toEqual([2, 3, 4, 5, 6, 6]);
  expect((await first).map(({ chunk }) => chunk)).toEqual(chunks);
  expect((await second).map(({ chunk }) => chunk)).toEqual(sweep);
  expect(watched.progress.map(({ phase }) => phase)).toEqual([
    ...['policies', 'policies', 'policies', 'policies', 'policies'],
    ...['break-even', 'break-even'],
  ]);
  expect(dispatcher.complete).toBe(true);
});

test('abort leaves out a part that has not begun', async () => {
  const executor = new ManualExecutor(runner, 2);
  const watched = hooks();
  const dispatcher = new Dispatcher(executor, watched, 40);
  const first = dispatcher.run('policies', chunks);
  const second = dispatcher.run('break-even', chunks);
  watched.abort();
  for (const next of [0, 1]) await executor.finish(next);
  expect([(await first).length, (await second).length, executor.started]).toEqual([2, 0, 2]);
});
