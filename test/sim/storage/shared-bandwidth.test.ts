// Oracle D14 to the millisecond, and conservation of work on random arrivals and stops.

import { describe, expect, test } from 'vitest';
import { Kernel } from '../../../sim/kernel/kernel.ts';
import { type RateClass, SharedBandwidth } from '../../../sim/storage/shared-bandwidth.ts';
import { fc } from '../../kit/property.ts';
import { everyFlow, type FlowEvent } from './every-flow.ts';

const GB = 1e9;

interface Arrival {
  readonly atSeconds: number;
  readonly gigabytes: number;
}

/** End of each flow in ms, for flows that share 1 GB/s. */
function endsOf(arrivals: readonly Arrival[], capGigabytes = Infinity): number[] {
  const kernel = new Kernel();
  const ends: number[] = [];
  const shared = new SharedBandwidth(kernel, GB, (owner) => {
    ends[owner] = kernel.nowMs;
  });
  arrivals.forEach(({ atSeconds, gigabytes }, owner) => {
    kernel.call(atSeconds * 1000, () => shared.start(owner, gigabytes * GB, capGigabytes * GB));
  });
  kernel.runUntil(10_000_000);
  expect([shared.active, shared.movedBytes]).toEqual([0, arrivals.reduce((sum, one) => sum + one.gigabytes * GB, 0)]);
  return ends;
}

describe('oracle D14', () => {
  const together: readonly Arrival[] = [
    { atSeconds: 0, gigabytes: 100 },
    { atSeconds: 0, gigabytes: 200 },
    { atSeconds: 0, gigabytes: 400 },
  ];
  const staggered: readonly Arrival[] = [
    { atSeconds: 0, gigabytes: 300 },
    { atSeconds: 100, gigabytes: 100 },
    { atSeconds: 150, gigabytes: 50 },
  ];

  test('(a) three flows from the start', () => {
    expect(endsOf(together)).toEqual([300_000, 500_000, 700_000]);
  });

  test('(b) three flows one after another', () => {
    expect(endsOf(staggered)).toEqual([450_000, 350_000, 300_000]);
  });

  test('(c) three flows, none faster than 0.4 GB/s', () => {
    expect(endsOf(together, 0.4)).toEqual([300_000, 550_000, 1_050_000]);
  });
});

describe('caps', () => {
  test('what capped flows leave goes to the others, in whatever order they came', () => {
    const kernel = new Kernel();
    const ends: [number, number][] = [];
    const shared = new SharedBandwidth(kernel, 10_000, (owner) => ends.push([owner, kernel.nowMs]));
    // 10 B/ms: the second is capped at 1, the third at 3, so the first has 6.
    shared.start(1, 6000, 100_000);
    shared.start(2, 1000, 1000);
    shared.start(3, 3000, 3000);
    kernel.runUntil(5000);
    expect(ends).toEqual([
      [2, 1000],
      [3, 1000],
      [1, 1000],
    ]);
  });

  test('an end between two milliseconds is told at the next, and the others speed up at the true instant', () => {
    const kernel = new Kernel();
    const ends: [number, number][] = [];
    const shared = new SharedBandwidth(kernel, 3000, (owner) => ends.push([owner, kernel.nowMs]));
    // 3 B/ms by two: 1.5 each. The first ends at 2/3 ms; the second then has 10 B left at 3 B/ms, which end at 4 ms sharp.
    shared.start(1, 1, 1e9);
    shared.start(2, 11, 1e9);
    kernel.runUntil(100);
    expect(ends).toEqual([
      [1, 1],
      [2, 4],
    ]);
  });
});

test('a second flow of one owner is refused', () => {
  const shared = new SharedBandwidth(new Kernel(), 1000, () => {});
  shared.start(1, 500, 1e9);
  expect(() => shared.start(1, 500, 1e9)).toThrow('an owner has at most one flow');
});

describe('stopping', () => {
  test('a stopped flow says what was left and is never announced', () => {
    const kernel = new Kernel();
    const ends: number[] = [];
    const shared = new SharedBandwidth(kernel, 1000, (owner) => ends.push(owner));
    shared.start(1, 500, 1e9);
    shared.start(2, 500, 1e9);
    kernel.runUntil(200);
    expect(shared.stop(1)).toBe(400);
    expect(shared.movedBytes).toBe(200);
    kernel.runUntil(600);
    expect([ends, kernel.nowMs, shared.movedBytes]).toEqual([[2], 600, 600]);
    expect(shared.stop(1)).toBe(0);
  });

  test('a flow stopped at the very instant of its end has nothing left and is not announced', () => {
    const kernel = new Kernel();
    const ends: number[] = [];
    const shared = new SharedBandwidth(kernel, 1000, (owner) => ends.push(owner));
    kernel.call(100, () => ends.push(shared.stop(1)));
    shared.start(1, 100, 1e9);
    kernel.runUntil(1000);
    expect([ends, kernel.pending]).toEqual([[0], 0]);
  });
});

test('whatever starts and stops when: bytes in = bytes out, never above capacity or cap, no event but one pending', () => {
  const command = fc.record({
    afterMs: fc.nat(500),
    owner: fc.nat(9),
    bytes: fc.integer({ min: 1, max: 5000 }),
    cap: fc.constantFrom(1000, 2500, 7000, 1e9),
    stop: fc.boolean(),
  });
  fc.assert(
    fc.property(fc.array(command, { maxLength: 60 }), (commands) => {
      const kernel = new Kernel();
      const capacity = 10_000;
      const open = new Map<number, { bytes: number; cap: number; sinceMs: number }>();
      let settled = 0;
      let ended = 0;
      const shared = new SharedBandwidth(kernel, capacity, (owner) => {
        const flow = open.get(owner);
        if (flow === undefined) throw new Error(`unknown flow ${owner} ended`);
        expect(kernel.nowMs - flow.sinceMs).toBeGreaterThanOrEqual(
          Math.floor(flow.bytes / (Math.min(flow.cap, capacity) / 1000)),
        );
        settled += flow.bytes;
        ended += 1;
        open.delete(owner);
      });
      for (const { afterMs, owner, bytes, cap, stop } of commands) {
        const before = shared.movedBytes;
        kernel.runUntil(kernel.nowMs + afterMs);
        expect(shared.movedBytes - before).toBeLessThanOrEqual((capacity / 1000) * afterMs + 1e-3);
        const flow = open.get(owner);
        if (flow === undefined) {
          open.set(owner, { bytes, cap, sinceMs: kernel.nowMs });
          shared.start(owner, bytes, cap);
        } else if (stop) {
          settled += flow.bytes - shared.stop(owner);
          open.delete(owner);
        }
        expect(kernel.pending).toBe(open.size > 0 ? 1 : 0);
      }
      const waiting = [...open.values()].reduce((sum, flow) => sum + flow.bytes, 0);
      kernel.runUntil(kernel.nowMs + 1_000_000);
      expect(open.size).toBe(0);
      expect(ended).toBeGreaterThanOrEqual(waiting > 0 ? 1 : 0);
      expect(shared.movedBytes).toBeCloseTo(settled, 3);
    }),
    { numRuns: 200 },
  );
});

describe('slowness', () => {
  test('a slow flow takes its factor of the time, and says its own bytes', () => {
    const kernel = new Kernel();
    const ends: [number, number][] = [];
    const shared = new SharedBandwidth(kernel, 1000, (owner) => ends.push([owner, kernel.nowMs]));
    shared.start(1, 500, 1e9, { slowness: 3 });
    shared.start(2, 500, 1e9);
    kernel.runUntil(1000);
    // Half of the capacity each: 500 bytes of work each, so the slow one has moved a third of its 500.
    expect([ends, Math.round(shared.movedBytes)]).toEqual([[[2, 1000]], 500 + 167]);
    expect(shared.stop(1)).toBeCloseTo(500 - 500 / 3, 6);
    expect(shared.movedBytes).toBeCloseTo(500 + 500 / 3, 6);
  });
});

/** Starts of up to 40 owners, one flow each, and stops of some. */
const story = fc
  .array(
    fc.record({
      afterMs: fc.nat(300),
      bytes: fc.integer({ min: 1, max: 20_000 }),
      cap: fc.constantFrom(1, 2.5, 2.5, 7, 1e9),
      stopAfterMs: fc.option(fc.nat(900)),
    }),
    { maxLength: 40 },
  )
  .map((flows): readonly FlowEvent[] => {
    let atMs = 0;
    const events = flows.flatMap(({ afterMs, bytes, cap, stopAfterMs }, owner): readonly FlowEvent[] => {
      atMs += afterMs;
      const start = { atMs, owner, bytes, capPerMs: cap };
      return stopAfterMs === null ? [start] : [start, { atMs: atMs + stopAfterMs, owner, capPerMs: cap }];
    });
    return events.toSorted((one, other) => one.atMs - other.atMs);
  });

test('every flow ends when it does with every flow moved by itself', () => {
  fc.assert(
    fc.property(story, (events) => {
      const kernel = new Kernel();
      const ends = new Map<number, number>();
      const shared = new SharedBandwidth(kernel, 10_000, (owner) => ends.set(owner, kernel.nowMs));
      for (const { atMs, owner, bytes, capPerMs } of events) {
        kernel.runUntil(atMs);
        if (bytes === undefined) shared.stop(owner);
        else shared.start(owner, bytes, capPerMs * 1000);
      }
      kernel.runUntil(10_000_000);
      const expected = everyFlow(events, 10);
      for (const { owner, atMs } of expected) {
        // The end is told at the next whole millisecond; one that falls on it may be told then, or be stopped then.
        const told = ends.get(owner);
        if (told === undefined) expect(Math.abs(atMs - Math.round(atMs))).toBeLessThan(1e-3);
        else expect(told - atMs).toSatisfy((late: number) => late > -1e-3 && late < 1 + 1e-3);
      }
      expect(ends.size).toBeLessThanOrEqual(expected.length);
    }),
    { numRuns: 300 },
  );
});

test('work is conserved, the capacity never exceeded, and Little: flows in the system times time is the sum of their stays', () => {
  fc.assert(
    fc.property(story, (events) => {
      const kernel = new Kernel();
      const since = new Map<number, number>();
      let stays = 0;
      let inSystem = 0;
      let moved = 0;
      const leave = (owner: number): void => {
        stays += kernel.nowMs - (since.get(owner) ?? Number.NaN);
        since.delete(owner);
      };
      const shared = new SharedBandwidth(kernel, 10_000, leave);
      shared.onSpan((spanMs: number, classes: readonly RateClass[]) => {
        const rate = classes.reduce((sum, one) => sum + one.rate * one.flows, 0);
        const flows = classes.reduce((sum, one) => sum + one.flows, 0);
        expect(rate).toBeLessThanOrEqual(10 * (1 + 1e-12));
        // Nothing idles while somebody could take more.
        const isSated = classes.every(({ rate: each, cap }) => each === cap || each === 0);
        if (!isSated) expect(rate).toBeGreaterThan(10 * (1 - 1e-12));
        inSystem += flows * spanMs;
        moved += rate * spanMs;
      });
      for (const { atMs, owner, bytes, capPerMs } of events) {
        kernel.runUntil(atMs);
        if (bytes !== undefined) {
          since.set(owner, kernel.nowMs);
          shared.start(owner, bytes, capPerMs * 1000);
        } else if (since.has(owner)) {
          shared.stop(owner);
          leave(owner);
        }
      }
      kernel.runUntil(10_000_000);
      expect(moved).toBeCloseTo(shared.movedBytes, 2);
      // A stay is counted to the whole millisecond at which its end is told.
      expect(stays - inSystem).toBeGreaterThanOrEqual(-1e-3);
      expect(stays - inSystem).toBeLessThanOrEqual(events.length);
    }),
    { numRuns: 200 },
  );
});
