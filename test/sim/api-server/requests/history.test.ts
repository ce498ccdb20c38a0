// The window of the watch cache: how many changes of a kind are kept, by number and by age.

import { expect, test } from 'vitest';
import { NODE } from '../../../../core/api/node.ts';
import { History } from '../../../../sim/api-server/requests/history.ts';
import { aNode, START_MS } from '../objects.ts';

/** A history of one node that changes; `oldest` is the version of the oldest change that a watch can still be told. */
function aHistory() {
  const clock = { nowMs: START_MS };
  let version = 0;
  const history = new History(clock, () => version);
  const node = aNode('a');
  return {
    change(times: number, everyMs: number): void {
      for (let n = 0; n < times; n++) {
        clock.nowMs += everyMs;
        version += 1;
        history.record({ kind: NODE, type: 'MODIFIED', before: node, after: node, resourceVersion: version });
      }
    },
    oldest: () => history.oldestWatchable(NODE) + 1,
    kept: () => history.since(NODE, history.oldestWatchable(NODE))?.length,
  };
}

test('a hundred changes are kept however old they are', () => {
  const history = aHistory();
  history.change(100, 60_000);
  expect([history.oldest(), history.kept()]).toEqual([1, 100]);
  history.change(1, 60_000);
  expect([history.oldest(), history.kept()]).toEqual([2, 100]);
});

test('while changes come fast the window doubles, to keep 75 seconds', () => {
  const history = aHistory();
  history.change(300, 100);
  expect([history.oldest(), history.kept()]).toEqual([1, 300]);
});

test('it halves again, down to a hundred, once three quarters of it are stale', () => {
  const history = aHistory();
  history.change(400, 100);
  expect(history.kept()).toBe(400);
  history.change(600, 2000);
  expect(history.kept()).toBe(100);
});

test('what is asked from before the window is not known', () => {
  const clock = { nowMs: START_MS };
  const history = new History(clock, () => 50);
  expect(history.since(NODE, 49)).toBeUndefined();
  expect(history.since(NODE, 50)).toEqual([]);
  expect(history.stateAt(NODE, 49, [])).toBeUndefined();
  expect(history.stateAt(NODE, 50, [])).toEqual([]);
});
