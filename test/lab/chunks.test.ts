import { expect, test } from 'vitest';
import { ChunkRunner, cutChunks } from '../../lab/chunks.ts';
import { fc } from '../kit/property.ts';
import { anInput, aPolicy, CONFIG, runWith } from './analytic-world.ts';

const TEMPLATE = { variant: [], policies: [0, 1], record: false };

test('chunks cover a range once, in order, none larger than asked', () => {
  const range = fc.record({
    first: fc.integer({ min: 1, max: 1000 }),
    count: fc.nat(300),
    size: fc.integer({ min: 1, max: 60 }),
  });
  fc.assert(
    fc.property(range, ({ first, count, size }) => {
      const chunks = cutChunks(TEMPLATE, { first, count, size });
      const numbers = chunks.flatMap((chunk) =>
        Array.from({ length: chunk.replications }, (_, i) => chunk.firstReplication + i),
      );
      expect(numbers).toEqual(Array.from({ length: count }, (_, i) => first + i));
      expect(chunks.every((chunk) => chunk.replications <= size)).toBe(true);
    }),
  );
});

const WORLD = {
  config: CONFIG,
  policies: [aPolicy('careful'), aPolicy('hasty')],
  inputs: [anInput('rebootCures', 'noReturnAfterPowerLoss'), anInput('lemons', 'frailtySigma')],
  run: runWith(
    ({ config, policy, replication }) =>
      replication + 100 * config.faults.frailtySigma + (policy === 'hasty' ? 1000 : 0),
  ),
};

test('a chunk runs replication by replication, its policies in order, and leaves no trace of its variant', () => {
  const runner = new ChunkRunner(WORLD);
  const costs = (variant: readonly { input: string; value: number }[]): readonly number[] =>
    runner
      .run({ variant, policies: [1, 0], firstReplication: 5, replications: 2, record: false })
      .results.map((run) => run.metrics.workloadUnavailableMs);
  const usual = costs([]);
  const defaultLemons = 100 * CONFIG.faults.frailtySigma;
  expect(usual).toEqual([1005, 5, 1006, 6].map((cost) => cost + defaultLemons));
  expect(costs([{ input: 'lemons', value: 2 }])).toEqual([1205, 205, 1206, 206]);
  expect(costs([{ input: 'lemons', value: 3 }])).toEqual([1305, 305, 1306, 306]);
  expect(costs([])).toEqual(usual);
});

test('timelines are kept for chunks that record, and only for these', () => {
  const runner = new ChunkRunner(WORLD);
  const chunk = { variant: [], policies: [0], firstReplication: 1, replications: 2 };
  expect(runner.run({ ...chunk, record: true }).timelines.map((spans) => spans.length)).toEqual([1, 1]);
  expect(runner.run({ ...chunk, record: false }).timelines).toEqual([]);
});

test('an input that is not assumed cannot be set', () => {
  const chunk = { ...TEMPLATE, variant: [{ input: 'weather', value: 1 }], firstReplication: 1, replications: 1 };
  expect(() => new ChunkRunner(WORLD).run(chunk)).toThrow('weather is an assumed or chosen input');
});
