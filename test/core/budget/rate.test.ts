// The rate of starts by hand: from which instant on the next one is allowed.

import { describe, expect, test } from 'vitest';
import { formatMicroTime } from '../../../core/api/time.ts';
import { nextStartMs, type Rate, type RateLimits, rateOf, started } from '../../../core/budget/rate.ts';

const BUCKET: RateLimits = { tokenBucket: { burst: 2, refillEveryMs: 60_000 }, slidingWindow: undefined };
const WINDOW: RateLimits = { tokenBucket: undefined, slidingWindow: { starts: 2, perMs: 100_000 } };
const BOTH: RateLimits = { ...BUCKET, slidingWindow: { starts: 3, perMs: 1_000_000 } };

/** Instants of starts when somebody always asks from each of these instants on. */
function startsFrom(limits: RateLimits, asks: readonly number[]): readonly number[] {
  let rate: Rate = { tokens: undefined, startsMs: [] };
  let nowMs = 0;
  return asks.map((askMs) => {
    nowMs = nextStartMs(rate, limits, Math.max(askMs, nowMs));
    rate = started(rate, limits, nowMs);
    return nowMs;
  });
}

describe('the rate of starts', () => {
  test.each([
    {
      name: 'a bucket lets its burst go, then one per refill',
      limits: BUCKET,
      asks: [0, 0, 0, 0],
      starts: [0, 0, 60_000, 120_000],
    },
    {
      name: 'a bucket counts from when its last token came, not from the last start',
      limits: BUCKET,
      asks: [0, 0, 90_000, 90_000],
      starts: [0, 0, 90_000, 120_000],
    },
    {
      name: 'a bucket that is full does not overflow',
      limits: BUCKET,
      asks: [0, 900_000, 900_000, 900_000],
      starts: [0, 900_000, 900_000, 960_000],
    },
    {
      name: 'a start leaves the window when its whole length has passed',
      limits: WINDOW,
      asks: [0, 30_000, 99_999, 99_999],
      starts: [0, 30_000, 100_000, 130_000],
    },
    { name: 'both bind', limits: BOTH, asks: [0, 0, 0, 0], starts: [0, 0, 60_000, 1_000_000] },
  ])('$name', ({ limits, asks, starts }) => {
    expect(startsFrom(limits, asks)).toEqual(starts);
  });

  test('no start is in the window a millisecond too early', () => {
    const rate = { tokens: undefined, startsMs: [0, 30_000] };
    expect([nextStartMs(rate, WINDOW, 99_999), nextStartMs(rate, WINDOW, 100_000)]).toEqual([100_000, 100_000]);
    expect(started(rate, WINDOW, 100_000).startsMs).toEqual([30_000, 100_000]);
  });

  test('a clock that goes back refills nothing', () => {
    expect(nextStartMs({ tokens: { left: 0, atMs: 500_000 }, startsMs: [] }, BUCKET, 100_000)).toBe(560_000);
  });

  test('a new window finds the starts of the attempts under way in the ledger', () => {
    const grant = {
      uid: 'u',
      node: 'n',
      step: 0,
      action: 'Reboot',
      attempt: 1,
      grantedAt: formatMicroTime(7_000),
    } as const;
    expect(rateOf({ grants: { 'n-1': grant } }).startsMs).toEqual([7_000]);
  });
});
