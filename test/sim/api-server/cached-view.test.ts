import { describe, expect, test } from 'vitest';
import { NODE } from '../../../core/api/node.ts';
import type { KubeObject } from '../../../core/api/object.ts';
import { POD } from '../../../core/api/workload.ts';
import { CachedView } from '../../../sim/api-server/cached-view.ts';
import type { Change } from '../../../sim/api-server/change.ts';
import { ObjectStore } from '../../../sim/api-server/object-store.ts';
import { Kernel } from '../../../sim/kernel/kernel.ts';
import { Draws, rootKey } from '../../../sim/kernel/rng.ts';
import { fc } from '../../kit/property.ts';
import { aNode, aStore, keyIn, START_MS } from './objects.ts';
import { randomWrites, SEEN_KINDS, START_OBJECTS } from './random-writes.ts';

const A = keyIn('', 'a');

function cordon(unschedulable: boolean): (node: KubeObject) => KubeObject {
  return (node) => ({ ...node, spec: { unschedulable } });
}

describe('a cached view', () => {
  test('shows a write exactly lagMs later, each in its turn', () => {
    const kernel = new Kernel(START_MS);
    const store = aStore([aNode('a')], kernel);
    const view = new CachedView(store, kernel, { lagMs: 100 });
    const history: string[] = [];
    const look = (): void => {
      const node = view.get(NODE, A);
      history.push(`${kernel.nowMs - START_MS} ${node?.spec?.unschedulable} ${view.seenResourceVersion}`);
    };
    store.update(NODE, A, 'main', cordon(true));
    kernel.runUntil(START_MS + 60);
    store.update(NODE, A, 'main', cordon(false));
    for (const atMs of [60, 99, 100, 159, 160]) {
      kernel.runUntil(START_MS + atMs);
      look();
    }
    expect(history).toEqual(['60 undefined 100', '99 undefined 100', '100 true 101', '159 true 101', '160 false 102']);
  });

  test('without lag shows it at the same instant, but after the writer and the rest of that instant', () => {
    const kernel = new Kernel(START_MS);
    const store = aStore([aNode('a')], kernel);
    const view = new CachedView(store, kernel, { lagMs: 0 });
    const history: string[] = [];
    view.onChange(() => history.push(`${kernel.nowMs - START_MS} arrived`));
    kernel.call(START_MS + 10, () => {
      store.update(NODE, A, 'main', cordon(true));
      kernel.call(START_MS + 10, () =>
        history.push(`its own event, view says ${view.get(NODE, A)?.spec?.unschedulable}`),
      );
      history.push(`written, view says ${view.get(NODE, A)?.spec?.unschedulable}`);
    });
    kernel.call(START_MS + 10, () => history.push(`same instant, view says ${view.get(NODE, A)?.spec?.unschedulable}`));
    kernel.runUntil(START_MS + 20);
    expect(history).toEqual([
      'written, view says undefined',
      'same instant, view says undefined',
      'its own event, view says undefined',
      '10 arrived',
    ]);
  });

  test('keeps one kernel event pending, however many changes are on their way', () => {
    const kernel = new Kernel(START_MS);
    const store = aStore([aNode('a')], kernel);
    const view = new CachedView(store, kernel, { lagMs: 50 });
    for (let i = 0; i < 40; i++) {
      store.update(NODE, A, 'main', cordon(i % 2 === 0));
      if (i % 10 === 9) kernel.runUntil(kernel.nowMs + 1);
      expect(kernel.pending).toBe(1);
    }
    kernel.runUntil(START_MS + 1000);
    expect([kernel.processed, kernel.pending, view.seenResourceVersion]).toEqual([4, 0, 140]);
  });

  test('a write by a listener arrives after the changes that were on their way before it', () => {
    const kernel = new Kernel(START_MS);
    const store = aStore([aNode('a')], kernel);
    const view = new CachedView(store, kernel, { lagMs: 0 });
    const heard: string[] = [];
    view.onChange(({ after }) => {
      heard.push(`${after?.metadata.name} ${view.seenResourceVersion}`);
      if (after?.metadata.name === 'a') {
        store.create(NODE, {
          apiVersion: 'v1',
          kind: 'Node',
          metadata: { name: `made-at-${view.seenResourceVersion}` },
        });
      }
    });
    store.update(NODE, A, 'main', cordon(true));
    store.update(NODE, A, 'main', cordon(false));
    kernel.runUntil(START_MS);
    expect(heard).toEqual(['a 101', 'a 102', 'made-at-101 103', 'made-at-102 104']);
    expect(kernel.processed).toBe(2);
  });

  test('made late starts from what the store holds then', () => {
    const kernel = new Kernel(START_MS);
    const store = aStore([aNode('a')], kernel);
    store.update(NODE, A, 'main', cordon(true));
    const view = new CachedView(store, kernel, { lagMs: 10 });
    expect(view.get(NODE, A)).toBe(store.get(NODE, A));
    expect([view.seenResourceVersion, kernel.pending]).toEqual([101, 0]);
  });

  test('shares the objects of the store', () => {
    const kernel = new Kernel(START_MS);
    const store = aStore([aNode('a')], kernel);
    const view = new CachedView(store, kernel, { lagMs: 10 });
    store.update(NODE, A, 'main', cordon(true));
    kernel.runUntil(START_MS + 10);
    expect(view.get(NODE, A)).toBe(store.get(NODE, A));
  });

  test('refuses a lag that is negative or no integer', () => {
    const kernel = new Kernel(START_MS);
    const store = aStore([], kernel);
    expect(() => new CachedView(store, kernel, { lagMs: -1 })).toThrow('whole milliseconds');
    expect(() => new CachedView(store, kernel, { lagMs: 0.5 })).toThrow('whole milliseconds');
  });

  test('after random writes: replays the write order, is a past state of the store meanwhile, and ends equal to it', () => {
    fc.assert(
      fc.property(randomWrites, fc.nat({ max: 20 }), fc.infiniteStream(fc.nat({ max: 9 })), (writes, lagMs, gaps) => {
        const kernel = new Kernel(START_MS);
        const store = aStore(START_OBJECTS, kernel);
        const view = new CachedView(store, kernel, { lagMs });
        const written: Change[] = [];
        const arrived: Change[] = [];
        const states = new Map([[store.resourceVersion, everything(store)]]);
        store.tap((change) => {
          written.push(change);
          states.set(change.resourceVersion, everything(store));
        });
        view.onChange((change) => arrived.push(change));
        for (const write of writes) {
          write(store);
          kernel.runUntil(kernel.nowMs + (gaps.next().value ?? 0));
          expect(everything(view)).toEqual(states.get(view.seenResourceVersion));
        }
        kernel.runUntil(kernel.nowMs + lagMs);
        expect(arrived).toEqual(written);
        expect(everything(view)).toEqual(everything(store));
      }),
    );
  });
});

function everything(view: { list: CachedView['list'] }): readonly KubeObject[] {
  return SEEN_KINDS.flatMap((kind) => view.list(kind));
}

describe('a view that leaves kinds out', () => {
  test('is not sent their changes, and refuses to be read for them', () => {
    const kernel = new Kernel(0);
    const store = new ObjectStore(kernel, new Draws(rootKey('view'), 0).stream('api-server', 'names'));
    store.register(NODE, { statusSubresource: true });
    store.register(POD, { statusSubresource: true });
    const view = new CachedView(store, kernel, { lagMs: 5, without: [POD] });
    const seen: string[] = [];
    view.onChange(({ kind }) => seen.push(kind.key));
    store.create(POD, { apiVersion: 'v1', kind: 'Pod', metadata: { namespace: 'a', name: 'p' } });
    store.create(NODE, { apiVersion: 'v1', kind: 'Node', metadata: { name: 'n' } });
    kernel.runUntil(10);
    expect(seen).toEqual(['Node']);
    expect(view.get(NODE, { namespace: '', name: 'n' })?.metadata.name).toBe('n');
    expect(() => view.get(POD, { namespace: 'a', name: 'p' })).toThrow('Pod is watched before it is read');
    expect(() => view.list(POD)).toThrow('Pod is watched before it is read');
  });
});
