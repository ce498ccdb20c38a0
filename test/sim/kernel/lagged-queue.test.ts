// Keys come out after the lag, once each, in order of arrival, with one event per instant.

import { describe, expect, test } from 'vitest';
import { Kernel } from '../../../sim/kernel/kernel.ts';
import { LaggedQueue } from '../../../sim/kernel/lagged-queue.ts';

function world(lagMs: number) {
  const kernel = new Kernel(0);
  const worked: string[] = [];
  const queue: LaggedQueue = new LaggedQueue(kernel, 'test', lagMs, (key) => {
    worked.push(`${kernel.nowMs} ${key}`);
    if (key === 'again' && worked.length < 4) queue.add('again');
  });
  return { kernel, queue, worked };
}

describe.each([0, 2])('lag %i', (lagMs) => {
  test('keys of one instant share an event and keep their order; a waiting key is not added twice', () => {
    const { kernel, queue, worked } = world(lagMs);
    kernel.call(10, () => {
      for (const key of ['b', 'a', 'b']) queue.add(key);
    });
    kernel.call(11, () => queue.add('a'));
    kernel.call(20, () => queue.add('b'));
    kernel.runUntil(100);
    const expected = lagMs === 0 ? ['10 b', '10 a', '11 a', '20 b'] : ['12 b', '12 a', '22 b'];
    expect(worked).toEqual(expected);
    expect(kernel.processed).toBe(3 + (lagMs === 0 ? 3 : 2));
  });

  test('a key that is added while it is worked on comes again after the lag', () => {
    const { kernel, queue, worked } = world(lagMs);
    queue.add('again');
    kernel.runUntil(100);
    expect(worked).toEqual([1, 2, 3, 4].map((n) => `${n * lagMs} again`));
  });
});

test('keys of overlapping instants each come out at their own', () => {
  const { kernel, queue, worked } = world(5);
  for (const atMs of [1, 2, 3, 4, 6, 7]) kernel.call(atMs, () => queue.add(`k${atMs}`));
  kernel.runUntil(100);
  expect(worked).toEqual(['6 k1', '7 k2', '8 k3', '9 k4', '11 k6', '12 k7']);
});
