// The kernel's promises: one total order, cancels that cancel, time that only advances to where it was told.

import { describe, expect, test } from 'vitest';
import { Kernel } from '../../../sim/kernel/kernel.ts';
import { fc } from '../../kit/property.ts';

type Log = [atMs: number, a: number, b: number][];

/** A kernel whose one handler writes the log. */
function aLoggingKernel(startMs = 0): { kernel: Kernel; log: Log; opcode: number } {
  const kernel = new Kernel(startMs);
  const log: Log = [];
  const opcode = kernel.register('log', (a, b) => log.push([kernel.nowMs, a, b]));
  return { kernel, log, opcode };
}

describe('order', () => {
  test('events run by instant, then priority, then order of scheduling', () => {
    const { kernel, log, opcode } = aLoggingKernel();
    kernel.schedule(20, opcode, 1);
    kernel.schedule(10, opcode, 2);
    kernel.schedule(10, opcode, 3, 0, -1);
    kernel.schedule(10, opcode, 4);
    kernel.schedule(10, opcode, 5, 0, 7);
    kernel.runUntil(20);
    expect(log).toEqual([
      [10, 3, 0],
      [10, 2, 0],
      [10, 4, 0],
      [10, 5, 0],
      [20, 1, 0],
    ]);
  });

  test('an event scheduled for the running instant runs after those already waiting there', () => {
    const { kernel, log, opcode } = aLoggingKernel();
    kernel.call(5, () => kernel.schedule(5, opcode, 1));
    kernel.schedule(5, opcode, 2);
    kernel.runUntil(5);
    expect(log).toEqual([
      [5, 2, 0],
      [5, 1, 0],
    ]);
  });

  test('a priority has passed when something of a later one ran at this instant, whatever runs then', () => {
    const kernel = new Kernel();
    const seen: string[] = [];
    const look = (name: string, priority = 0, atMs = 10) =>
      kernel.call(atMs, () => seen.push(`${name}: ${kernel.hasPassed(5)}`), priority);
    look('before');
    look('its own', 5);
    look('after', 6);
    kernel.call(10, () => look('before, but late'), 7);
    look('the next instant', 0, 11);
    kernel.runUntil(20);
    expect(seen).toEqual([
      'before: false',
      'its own: false',
      'after: true',
      'before, but late: true',
      'the next instant: false',
    ]);
    expect(kernel.hasPassed(0)).toBe(false);
  });

  test('any mix of scheduling, cancelling and stepping runs like a stable sort by (atMs, priority, sequence)', () => {
    const command = fc.oneof(
      { weight: 5, arbitrary: fc.record({ delay: fc.nat(30), priority: fc.integer({ min: -3, max: 3 }) }) },
      { weight: 2, arbitrary: fc.record({ cancel: fc.nat(200) }) },
      { weight: 3, arbitrary: fc.constant('step' as const) },
    );
    fc.assert(
      fc.property(fc.array(command, { maxLength: 300 }), (commands) => {
        const { kernel, log, opcode } = aLoggingKernel(1000);
        const model: { atMs: number; priority: number; id: number }[] = [];
        const expected: Log = [];
        const handles: number[] = [];
        const stepModel = (): boolean => {
          model.sort((x, y) => x.atMs - y.atMs || x.priority - y.priority || x.id - y.id);
          const first = model.shift();
          if (first !== undefined) expected.push([first.atMs, first.id, 7 - first.id]);
          return first !== undefined;
        };
        for (const one of commands) {
          if (one === 'step') {
            expect(kernel.step()).toBe(stepModel());
          } else if ('cancel' in one) {
            const id = one.cancel % Math.max(1, handles.length);
            const waiting = model.findIndex((event) => event.id === id);
            const handle = handles[id];
            if (handle === undefined) continue;
            expect(kernel.cancel(handle)).toBe(waiting >= 0);
            if (waiting >= 0) model.splice(waiting, 1);
          } else {
            const id = handles.length;
            const atMs = kernel.nowMs + one.delay;
            handles.push(kernel.schedule(atMs, opcode, id, 7 - id, one.priority));
            model.push({ atMs, priority: one.priority, id });
          }
          expect(kernel.pending).toBe(model.length);
        }
        while (kernel.step()) stepModel();
        expect(log).toEqual(expected);
        expect(model).toEqual([]);
        expect(kernel.processed).toBe(expected.length);
      }),
      { numRuns: 300 },
    );
  });

  test('thousands of events at few instants, most of them cancelled, keep their order through sweeps', () => {
    const { kernel, log, opcode } = aLoggingKernel();
    const handles: number[] = [];
    for (let i = 0; i < 10_000; i++) handles.push(kernel.schedule(1 + ((i * 7919) % 13), opcode, i));
    handles.forEach((handle, i) => {
      if (i % 4 !== 0) kernel.cancel(handle);
    });
    expect(kernel.pending).toBe(2500);
    kernel.runUntil(13);
    const kept = Array.from({ length: 2500 }, (_, i) => i * 4).map((i) => [1 + ((i * 7919) % 13), i, 0] as const);
    expect(log).toEqual(kept.sort((x, y) => x[0] - y[0] || x[1] - y[1]));
  });
});

describe('time', () => {
  test('runUntil executes what is due, the bound included, and leaves nowMs at the bound', () => {
    const { kernel, log, opcode } = aLoggingKernel();
    kernel.schedule(10, opcode, 1);
    kernel.schedule(11, opcode, 2);
    kernel.runUntil(10);
    expect({ log, nowMs: kernel.nowMs, pending: kernel.pending, next: kernel.nextAtMs }).toEqual({
      log: [[10, 1, 0]],
      nowMs: 10,
      pending: 1,
      next: 11,
    });
    kernel.runUntil(500);
    expect({ nowMs: kernel.nowMs, pending: kernel.pending, next: kernel.nextAtMs, step: kernel.step() }).toEqual({
      nowMs: 500,
      pending: 0,
      next: Infinity,
      step: false,
    });
  });

  test('a cancelled event neither counts nor moves time', () => {
    const { kernel, log, opcode } = aLoggingKernel();
    kernel.cancel(kernel.schedule(10, opcode, 1));
    kernel.schedule(20, opcode, 2);
    expect(kernel.nextAtMs).toBe(20);
    kernel.step();
    expect({ log, processed: kernel.processed }).toEqual({ log: [[20, 2, 0]], processed: 1 });
  });

  test('epoch instants and the largest integers keep their milliseconds', () => {
    const start = 1_795_392_000_123;
    const { kernel, log, opcode } = aLoggingKernel(start);
    kernel.schedule(start + 1, opcode, 2 ** 31 - 1, -(2 ** 31));
    kernel.schedule(Number.MAX_SAFE_INTEGER, opcode, 7);
    while (kernel.step());
    expect(log).toEqual([
      [start + 1, 2 ** 31 - 1, -(2 ** 31)],
      [Number.MAX_SAFE_INTEGER, 7, 0],
    ]);
  });

  test.each([
    ['the past', 99],
    ['half a millisecond', 100.5],
    ['not a number', Number.NaN],
    ['the end of time', Infinity],
  ])('an event in %s is refused', (_, atMs) => {
    const { kernel, opcode } = aLoggingKernel(100);
    expect(() => kernel.schedule(atMs, opcode)).toThrow(`events need an integer instant from 100 on, not ${atMs}`);
    expect(kernel.pending).toBe(0);
  });
});

describe('mistakes of the caller', () => {
  const { kernel, opcode } = aLoggingKernel();
  test.each([
    ['an unknown opcode', () => kernel.schedule(1, opcode + 1), 'unknown opcode 3'],
    ["the kernel's own opcode", () => kernel.schedule(1, 1), 'unknown opcode 1'],
    ['a fractional operand', () => kernel.schedule(1, opcode, 0.5), "operands of 'log' are 32-bit integers"],
    [
      'an operand beyond 32 bits',
      () => kernel.schedule(1, opcode, 0, 2 ** 31),
      "operands of 'log' are 32-bit integers",
    ],
    ['a priority out of range', () => kernel.schedule(1, opcode, 0, 0, 256), 'priority is an integer from -256 to 255'],
    ['a bound in the past', () => kernel.runUntil(-1), 'cannot run until -1'],
    ['a fractional start', () => new Kernel(0.5), 'virtual time starts at an integer, not 0.5'],
  ])('%s throws', (_, act, message) => {
    expect(act).toThrow(message);
  });
});

describe('handles', () => {
  test('a handle dies with its event, whoever reuses the slot', () => {
    const { kernel, log, opcode } = aLoggingKernel();
    const first = kernel.schedule(1, opcode, 1);
    kernel.step();
    const second = kernel.schedule(2, opcode, 2);
    expect([kernel.cancel(first), kernel.cancel(second), kernel.cancel(second)]).toEqual([false, true, false]);
    expect(kernel.step()).toBe(false);
    expect(log).toEqual([[1, 1, 0]]);
  });

  test('a handler cannot cancel itself, and can cancel its neighbour at the same instant', () => {
    const kernel = new Kernel();
    const log: string[] = [];
    const own: number = kernel.call(1, () => log.push(`self ${kernel.cancel(own)}`, `other ${kernel.cancel(other)}`));
    const other: number = kernel.call(1, () => log.push('other ran'));
    kernel.runUntil(1);
    expect(log).toEqual(['self false', 'other true']);
  });

  test('reset forgets events, counts and handles but keeps handlers', () => {
    const { kernel, log, opcode } = aLoggingKernel();
    const old = kernel.schedule(5, opcode, 1);
    kernel.schedule(1, opcode, 2);
    kernel.step();
    kernel.reset(50);
    const next = kernel.schedule(60, opcode, 3);
    expect([kernel.cancel(old), kernel.processed, kernel.pending, kernel.nowMs]).toEqual([false, 0, 1, 50]);
    kernel.runUntil(70);
    expect(log).toEqual([
      [1, 2, 0],
      [60, 3, 0],
    ]);
    expect(kernel.cancel(next)).toBe(false);
  });
});
