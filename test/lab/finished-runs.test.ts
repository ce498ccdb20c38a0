import { expect, test } from 'vitest';
import { ChunkRunner, cutChunks } from '../../lab/chunks.ts';
import { recordedTimelines, runsByPolicy } from '../../lab/finished-runs.ts';
import { aPolicy, CONFIG, runWith } from './analytic-world.ts';

const runner = new ChunkRunner({
  config: CONFIG,
  policies: [aPolicy('careful'), aPolicy('hasty')],
  inputs: [],
  run: runWith(({ replication }) => replication),
});
const finished = cutChunks({ variant: [], policies: [1, 0], record: true }, { first: 1, count: 5, size: 2 }).map(
  (chunk) => ({ chunk, result: runner.run(chunk) }),
);

test('runs are merged by the numbers of their chunks, whatever order these come in', () => {
  const merged = runsByPolicy([...finished].reverse(), 2);
  expect(merged.map((runs) => runs.map((run) => `${run.policy} ${run.replication}`))).toEqual([
    ['hasty 1', 'hasty 2', 'hasty 3', 'hasty 4', 'hasty 5'],
    ['careful 1', 'careful 2', 'careful 3', 'careful 4', 'careful 5'],
  ]);
});

test('nothing finished is no runs for every policy', () => {
  expect(runsByPolicy([], 2)).toEqual([[], []]);
});

test('a timeline carries the name and number of its run', () => {
  expect(recordedTimelines(finished.slice(0, 1)).map(({ policy, replication }) => [policy, replication])).toEqual([
    ['hasty', 1],
    ['careful', 1],
    ['hasty', 2],
    ['careful', 2],
  ]);
});
