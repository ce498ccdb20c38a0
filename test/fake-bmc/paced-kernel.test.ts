// The paced kernel on a clock that a test moves: when events run, what time it is, what somebody from outside meets.

import { describe, expect, test } from 'vitest';
import { PacedKernel } from '../../fake-bmc/paced-kernel.ts';
import { Kernel } from '../../sim/kernel/kernel.ts';
import { ManualClock } from '../kit/manual-clock.ts';
import { fc } from '../kit/property.ts';

function rig(speed: number) {
  const clock = new ManualClock(5_000_000);
  const kernel = new Kernel(1_000);
  const seen: string[] = [];
  const note = (what: string): void => void seen.push(`${kernel.nowMs} ${what}`);
  const paced = new PacedKernel(kernel, clock, { speed });
  const at = (atMs: number, what: string, then: () => void = () => undefined): void => {
    paced.act(() =>
      kernel.call(atMs, () => {
        note(what);
        then();
      }),
    );
  };
  return { clock, kernel, paced, seen, note, at };
}

describe('given events of a kernel that is paced', () => {
  test.each([
    { speed: 1, waits: [100, 250], pending: 5_000_100 },
    { speed: 10, waits: [10, 25], pending: 5_000_010 },
    { speed: 0.5, waits: [200, 500], pending: 5_000_200 },
  ])('at speed $speed each runs when the clock has come so far, and not before', ({ speed, waits, pending }) => {
    const { clock, seen, at } = rig(speed);
    at(1_250, 'second');
    at(1_100, 'first');
    expect(clock.pending).toEqual([pending]);
    const [one = 0, two = 0] = waits;
    clock.advanceTo(5_000_000 + one - 1);
    expect(seen).toEqual([]);
    clock.advanceTo(5_000_000 + one);
    expect(seen).toEqual(['1100 first']);
    clock.advanceTo(5_000_000 + two);
    expect(seen).toEqual(['1100 first', '1250 second']);
    expect(clock.pending).toEqual([]);
  });

  test('an event that schedules another wakes for it, too', () => {
    const { clock, kernel, seen, note, at } = rig(1);
    at(1_100, 'first', () => kernel.call(1_150, () => note('its successor')));
    clock.advanceTo(5_001_000);
    expect(seen).toEqual(['1100 first', '1150 its successor']);
  });

  test('somebody from outside acts at the present instant, after all that was due by then', () => {
    const { clock, paced, seen, note, at } = rig(1);
    at(1_300, 'due');
    clock.moveTo(5_000_400);
    expect(paced.act(() => note('acts'))).toBeUndefined();
    expect(seen).toEqual(['1300 due', '1400 acts']);
  });

  test('what an action leads to at once has happened when it returns, in the order of its scheduling, and asks for no wake-up', () => {
    const { clock, kernel, paced, seen, note } = rig(1);
    clock.moveTo(5_000_100);
    paced.act(() => {
      kernel.call(1_100, () => {
        note('first');
        kernel.call(1_100, () => note('its successor'));
      });
      kernel.call(1_100, () => note('second'));
      note('acts');
    });
    expect(seen).toEqual(['1100 acts', '1100 first', '1100 second', '1100 its successor']);
    expect(clock.pending).toEqual([]);
  });

  test('what has become due while somebody acted has happened, too, and what has not waits', () => {
    const { clock, kernel, paced, seen, note } = rig(10);
    paced.act(() => {
      kernel.call(1_040, () => note('due'));
      kernel.call(1_041, () => note('early'));
      clock.moveTo(5_000_004);
    });
    expect(seen).toEqual(['1040 due']);
    expect(clock.pending).toEqual([5_000_005]);
  });

  test('who acts within an event acts at once, and events stay in order', () => {
    const { clock, paced, seen, note, at } = rig(1);
    at(1_100, 'event', () => paced.act(() => note('acts within')));
    at(1_100, 'next');
    clock.advanceTo(5_000_900);
    expect(seen).toEqual(['1100 event', '1100 acts within', '1100 next']);
  });

  test('a wake-up that comes early runs nothing and sleeps again', () => {
    const clock = new ManualClock(0);
    const kernel = new Kernel(0);
    let earlyMs = 3;
    const early = {
      nowMs: () => clock.nowMs(),
      wakeAt: (atMs: number, wake: () => void) => clock.wakeAt(atMs - earlyMs, wake),
    };
    const seen: number[] = [];
    const paced = new PacedKernel(kernel, early, { speed: 1 });
    paced.act(() => kernel.call(10, () => void seen.push(kernel.nowMs)));
    earlyMs = 0;
    clock.advanceTo(9);
    expect(seen).toEqual([]);
    expect(clock.pending).toEqual([10]);
    clock.advanceTo(10);
    expect(seen).toEqual([10]);
  });

  test('a clock that goes back does not take virtual time back', () => {
    const { clock, paced } = rig(1);
    clock.moveTo(5_000_500);
    paced.act(() => undefined);
    clock.moveTo(5_000_100);
    expect(paced.nowMs()).toBe(1_500);
    expect(paced.act(() => paced.nowMs())).toBe(1_500);
  });

  test('an action that throws leaves the pace as it was', () => {
    const { clock, paced, seen, at } = rig(1);
    at(1_100, 'event');
    expect(() =>
      paced.act(() => {
        throw new Error('of the one who acts');
      }),
    ).toThrow('of the one who acts');
    clock.advanceTo(5_000_100);
    expect(seen).toEqual(['1100 event']);
  });

  test('once stopped nothing happens, time stands, and nobody is woken', () => {
    const { clock, paced, seen, at } = rig(1);
    at(1_100, 'event');
    clock.advanceTo(5_000_050);
    paced.stop();
    expect(clock.pending).toEqual([]);
    clock.advanceTo(5_009_000);
    expect(paced.act(() => paced.nowMs())).toBe(1_000);
    at(1_000, 'at once');
    expect(seen).toEqual([]);
  });

  test.each([0, -1, Number.NaN, Number.POSITIVE_INFINITY])('no pace is %s', (speed) => {
    expect(() => new PacedKernel(new Kernel(0), new ManualClock(0), { speed })).toThrow('a pace is above 0');
  });
});

describe('given any events, and anybody who acts at any time', () => {
  /** Of an action: how long after the one before, how fast the clock runs on during it, and what it schedules, so much later. */
  const action = fc.record({
    afterMs: fc.nat(40),
    takesMs: fc.nat(4),
    schedules: fc.array(fc.record({ delayMs: fc.nat(60), again: fc.nat(2) }), { maxLength: 3 }),
  });

  test('none runs ahead of the clock, all in the order of the kernel alone, and at the same instants', () => {
    fc.assert(
      fc.property(
        fc.array(action, { maxLength: 20 }),
        fc.constantFrom(0.5, 1, 7, 1_000),
        fc.boolean(),
        (actions, speed, wakes) => {
          const clock = new ManualClock(0);
          const kernel = new Kernel(0);
          const alone = new Kernel(0);
          const paced = new PacedKernel(kernel, clock, { speed });
          const seen: string[] = [];
          const expected: string[] = [];
          const schedule = (
            on: Kernel,
            log: string[],
            name: string,
            { delayMs, again }: { delayMs: number; again: number },
          ) => {
            on.call(on.nowMs + delayMs, () => {
              log.push(`${on.nowMs} ${name}`);
              if (on === kernel) expect(kernel.nowMs).toBeLessThanOrEqual(clock.nowMs() * speed);
              if (again > 0) schedule(on, log, `${name}'`, { delayMs: again - 1, again: again - 1 });
            });
          };
          for (const [index, { afterMs, takesMs, schedules }] of actions.entries()) {
            // With wake-ups on time, or with none at all until somebody acts.
            if (wakes) clock.advanceTo(clock.nowMs() + afterMs);
            else clock.moveTo(clock.nowMs() + afterMs);
            alone.runUntil(Math.floor(clock.nowMs() * speed));
            paced.act(() => {
              expect(kernel.nowMs).toBe(alone.nowMs);
              for (const [place, one] of schedules.entries()) {
                schedule(kernel, seen, `${index}.${place}`, one);
                schedule(alone, expected, `${index}.${place}`, one);
              }
              clock.moveTo(clock.nowMs() + takesMs);
            });
            alone.runUntil(Math.floor(clock.nowMs() * speed));
            expect(seen).toEqual(expected);
          }
        },
      ),
      { numRuns: 200 },
    );
  });
});
