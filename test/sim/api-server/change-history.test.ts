import { expect, test } from 'vitest';
import { NODE } from '../../../core/api/node.ts';
import { type KubeObject, keyOf, keyString } from '../../../core/api/object.ts';
import { ChangeHistory } from '../../../sim/api-server/change-history.ts';
import { fc } from '../../kit/property.ts';
import { aNode, aStore, keyIn, START_MS } from './objects.ts';
import { randomWrites, SEEN_KINDS, START_OBJECTS } from './random-writes.ts';

function byName(objects: readonly KubeObject[]): readonly KubeObject[] {
  return objects.toSorted((a, b) => (keyString(keyOf(a)) < keyString(keyOf(b)) ? -1 : 1));
}

test('every instant that is kept reads as the store was then, and what came since leads to today', () => {
  fc.assert(
    fc.property(randomWrites, fc.array(fc.nat(9)), (writes, gaps) => {
      const clock = { nowMs: START_MS };
      const store = aStore(START_OBJECTS, clock);
      const history = new ChangeHistory(store, clock, 1_000_000);
      const past: { readonly atMs: number; readonly objects: readonly (readonly KubeObject[])[] }[] = [];
      writes.forEach((write, i) => {
        write(store);
        const gapMs = gaps[i] ?? 1;
        if (gapMs > 0) past.push({ atMs: clock.nowMs, objects: SEEN_KINDS.map((kind) => store.list(kind)) });
        clock.nowMs += gapMs;
      });
      for (const { atMs, objects } of past) {
        expect(SEEN_KINDS.map((kind) => byName(history.objectsAt(kind, atMs)))).toEqual(objects);
        SEEN_KINDS.forEach((kind, i) => {
          const state = new Map((objects[i] ?? []).map((object) => [keyString(keyOf(object)), object]));
          for (const { before, after } of history.since(kind, atMs)) {
            const subject = after ?? before;
            if (subject === undefined) continue;
            if (after === undefined) state.delete(keyString(keyOf(subject)));
            else state.set(keyString(keyOf(subject)), after);
          }
          expect(byName([...state.values()])).toEqual(store.list(kind));
        });
      }
    }),
  );
});

test('changes past their time are let go, and the rest still reads right', () => {
  const clock = { nowMs: START_MS };
  const store = aStore([aNode('a')], clock);
  const history = new ChangeHistory(store, clock, 1_000);
  const set = (v: number): void => {
    store.update(NODE, keyIn('', 'a'), 'main', (node) => ({
      ...node,
      metadata: { ...node.metadata, labels: { v: `${v}` } },
    }));
  };
  for (let v = 0; v < 5_000; v++) {
    clock.nowMs = START_MS + v;
    set(v);
  }
  const labelAt = (ms: number) => history.objectsAt(NODE, START_MS + ms)[0]?.metadata.labels?.v;
  expect([labelAt(4_999), labelAt(4_500), labelAt(4_000), history.since(NODE, 0).length]).toEqual([
    '4999',
    '4500',
    '4000',
    1_001,
  ]);
});
