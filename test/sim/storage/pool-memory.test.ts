// Memory that goes from one pool to the next: whatever the former left, the next finds zeros, in an array of its own length.

import { expect, test } from 'vitest';
import { PoolMemory } from '../../../sim/storage/pool-memory.ts';

function arraysOf(memory: PoolMemory, length: number) {
  memory.forget();
  return [memory.float64(length), memory.int32(length), memory.uint8(3)] as const;
}

test('the next pool of the same size has the same arrays, empty', () => {
  const memory = new PoolMemory();
  const first = arraysOf(memory, 5);
  for (const array of first) array.fill(7);
  const next = arraysOf(memory, 5);
  expect(next.map((array, at) => array === first[at])).toEqual([true, true, true]);
  expect(next.flatMap((array) => [...array]).every((value) => value === 0)).toBe(true);
});

test('a pool of another size has arrays of its own, and those of the same size again', () => {
  const memory = new PoolMemory();
  const first = arraysOf(memory, 5);
  for (const array of first) array.fill(7);
  const next = arraysOf(memory, 6);
  expect(next.map((array, at) => [array.length, array === first[at], array.some((value) => value !== 0)])).toEqual([
    [6, false, false],
    [6, false, false],
    [3, true, false],
  ]);
});

test('two pools at work at once share nothing', () => {
  const memory = new PoolMemory();
  const one = memory.float64(4);
  const other = memory.float64(4);
  one.fill(1);
  expect([...other]).toEqual([0, 0, 0, 0]);
});
