// The live clock against the real one. The only wait is for one timer of a few milliseconds.

import { expect, test } from 'vitest';
import { LiveClock } from '../../live/clock.ts';

test('it wakes not before the instant by its own clock, once, and not at all when called off', async () => {
  const clock = new LiveClock();
  const woken: string[] = [];
  clock.wakeAt(clock.nowMs() + 1, () => woken.push('called off'))();
  const atMs = clock.nowMs() + 5;
  const wokenAtMs = await new Promise<number>((resolve) => {
    clock.wakeAt(clock.nowMs() - 1000, () => woken.push('past'));
    clock.wakeAt(atMs, () => resolve(clock.nowMs()));
  });
  expect(wokenAtMs).toBeGreaterThanOrEqual(atMs);
  expect(woken).toEqual(['past']);
});
