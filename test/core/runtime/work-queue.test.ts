// The queue of one controller: order, dedupe, delays, and one wake-up per instant.

import { describe, expect, test } from 'vitest';
import { backoffMs } from '../../../core/backoff.ts';
import { type Queued, WorkQueue } from '../../../core/runtime/work-queue.ts';
import { Kernel } from '../../../sim/kernel/kernel.ts';
import { clockOf } from '../../kit/core-bench.ts';
import { fc } from '../../kit/property.ts';

interface Item extends Queued {
  readonly name: string;
}

function anItem(name: string): Item {
  return { isReady: false, dueAtMs: Number.POSITIVE_INFINITY, dueTicket: -1, name };
}

function queueOn(kernel: Kernel, done: string[], then: (item: Item) => void = () => undefined): WorkQueue<Item> {
  return new WorkQueue<Item>(clockOf(kernel), (item) => {
    done.push(`${item.name}@${kernel.nowMs}`);
    then(item);
  });
}

test('items are processed once, in the order in which they became ready, never inside add', () => {
  const kernel = new Kernel();
  const done: string[] = [];
  const queue = queueOn(kernel, done);
  const [a, b] = [anItem('a'), anItem('b')];
  for (const item of [b, a, b, a]) queue.add(item);
  expect(done).toEqual([]);
  kernel.runUntil(10);
  expect(done).toEqual(['b@0', 'a@0']);
  expect(kernel.processed).toBe(1);
});

test('an item has one due instant: the last one set, and none after Infinity', () => {
  const kernel = new Kernel();
  const done: string[] = [];
  const queue = queueOn(kernel, done);
  const [a, b, c] = [anItem('a'), anItem('b'), anItem('c')];
  queue.setDue(a, 50);
  queue.setDue(a, 20);
  queue.setDue(b, 20);
  queue.setDue(c, 5);
  queue.setDue(c, Number.POSITIVE_INFINITY);
  queue.setDue(b, 70);
  kernel.runUntil(100);
  expect(done).toEqual(['a@20', 'b@70']);
});

test('an item added while it is processed is processed again in the same instant', () => {
  const kernel = new Kernel();
  const done: string[] = [];
  let again = 2;
  const queue: WorkQueue<Item> = queueOn(kernel, done, (item) => {
    if (again-- > 0) queue.add(item);
  });
  queue.add(anItem('a'));
  kernel.runUntil(0);
  expect(done).toEqual(['a@0', 'a@0', 'a@0']);
});

test('a closed queue processes nothing and leaves nothing pending', () => {
  const kernel = new Kernel();
  const done: string[] = [];
  const queue = queueOn(kernel, done);
  queue.add(anItem('a'));
  queue.setDue(anItem('b'), 5);
  queue.close();
  kernel.runUntil(10);
  expect([done, kernel.processed]).toEqual([[], 0]);
});

test('for any sequence of due instants, each item comes at its last one, in order of instant and then of setting', () => {
  fc.assert(
    fc.property(
      fc.array(fc.tuple(fc.integer({ min: 0, max: 7 }), fc.integer({ min: 0, max: 50 })), { maxLength: 60 }),
      (sets) => {
        const kernel = new Kernel();
        const done: string[] = [];
        const queue = queueOn(kernel, done);
        const items = Array.from({ length: 8 }, (_, i) => anItem(String(i)));
        const last = new Map<string, { atMs: number; ticket: number }>();
        sets.forEach(([which, atMs], ticket) => {
          const item = items[which];
          if (item === undefined) return;
          queue.setDue(item, atMs);
          if (last.get(item.name)?.atMs !== atMs) last.set(item.name, { atMs, ticket });
        });
        kernel.runUntil(100);
        const wanted = [...last]
          .sort(([, a], [, b]) => a.atMs - b.atMs || a.ticket - b.ticket)
          .map(([name, { atMs }]) => `${name}@${atMs}`);
        expect(done).toEqual(wanted);
      },
    ),
  );
});

describe('back-off', () => {
  test.each([
    [1, 5],
    [2, 10],
    [3, 20],
    [6, 160],
    [8, 640],
    [10, 2_560],
    [14, 40_960],
    [18, 655_360],
    [19, 1_000_000],
    [500, 1_000_000],
  ])('after %i failures in a row: %i ms', (failures, ms) => {
    expect(backoffMs(failures)).toBe(ms);
  });
});
