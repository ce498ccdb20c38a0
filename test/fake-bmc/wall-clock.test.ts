// The clock that paces served hosts, against the real one. The only wait is for one timer of a few milliseconds.

import { expect, test } from 'vitest';
import { WallClock } from '../../fake-bmc/wall-clock.ts';

test('what is due already is woken for before what is not, never within the call that asks for it, and not when called off', async () => {
  const clock = new WallClock();
  const woken: string[] = [];
  const { promise, resolve } = Promise.withResolvers<void>();
  clock.wakeAt(clock.nowMs() + 5, () => {
    woken.push('later');
    resolve();
  });
  clock.wakeAt(clock.nowMs() + 1, () => woken.push('called off'))();
  clock.wakeAt(clock.nowMs() - 1_000, () => woken.push('past, called off'))();
  clock.wakeAt(clock.nowMs() - 1_000, () => woken.push('past'));
  woken.push('asked');
  await promise;
  expect(woken).toEqual(['asked', 'past', 'later']);
});
