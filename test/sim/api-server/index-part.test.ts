// Where an index says what part of an object decides its place, other changes only renew what is listed; and a listener that
// names kinds hears of no others.

import { expect, test } from 'vitest';
import { NODE, type Node } from '../../../core/api/node.ts';
import { POD } from '../../../core/api/workload.ts';
import type { IndexSpec } from '../../../core/ports/cluster-view.ts';
import { aNode, aPod, aStore, keyIn } from './objects.ts';

const A = keyIn('', 'a');

test('an object is placed anew when the part changed, and listed in its newest version when it did not', () => {
  let placed = 0;
  const byZone: IndexSpec<Node> = {
    name: 'by-zone',
    of: NODE,
    part: (node) => node.metadata.labels,
    values: (node) => {
      placed++;
      return [node.metadata.labels?.zone ?? ''];
    },
  };
  const store = aStore([aNode('a', { metadata: { labels: { zone: 'one' } } })]);
  store.addIndex(byZone);
  expect(placed).toBe(1);

  store.update(NODE, A, 'main', (node) => ({ ...node, spec: { unschedulable: true } }));
  expect(placed).toBe(1);
  expect(store.byIndex(byZone, 'one')).toEqual([store.get(NODE, A)]);
  expect(store.get(NODE, A)?.spec?.unschedulable).toBe(true);

  store.update(NODE, A, 'main', (node) => ({ ...node, metadata: { ...node.metadata, labels: { zone: 'two' } } }));
  expect(placed).toBe(2);
  expect(store.byIndex(byZone, 'one')).toEqual([]);
  expect(store.byIndex(byZone, 'two')).toEqual([store.get(NODE, A)]);
});

test('a crowd under one value is listed in order, whoever comes, goes or changes between two lists', () => {
  const byZone: IndexSpec<Node> = {
    name: 'by-zone',
    of: NODE,
    values: (node) => [node.metadata.labels?.zone ?? ''],
  };
  const inZone = (zone: string) => ({ metadata: { labels: { zone } } });
  const names = Array.from({ length: 100 }, (_, at) => `node-${String(at).padStart(3, '0')}`);
  const store = aStore(names.toReversed().map((name) => aNode(name, inZone('one'))));
  store.addIndex(byZone);
  const listed = (zone: string) => store.byIndex(byZone, zone).map(({ metadata }) => metadata.name);
  expect(listed('one')).toEqual(names);

  store.delete(NODE, keyIn('', 'node-050'));
  store.update(NODE, keyIn('', 'node-020'), 'main', (node) => ({
    ...node,
    metadata: { ...node.metadata, labels: { zone: 'two' } },
  }));
  store.update(NODE, keyIn('', 'node-070'), 'main', (node) => ({ ...node, spec: { unschedulable: true } }));
  store.create(NODE, {
    apiVersion: 'v1',
    kind: 'Node',
    metadata: { name: 'node-0305', labels: { zone: 'one' } },
  });
  const left = names.filter((name) => name !== 'node-050' && name !== 'node-020');
  expect(listed('one')).toEqual([...left, 'node-0305'].sort());
  expect(listed('two')).toEqual(['node-020']);
  expect(store.byIndex(byZone, 'one')).toContain(store.get(NODE, keyIn('', 'node-070')));
});

test('listeners are told of the kinds that they named, all in the order in which they came', () => {
  const store = aStore([aNode('a'), aPod('p')]);
  const heard: string[] = [];
  const stop = store.tap(({ kind }) => heard.push(`nodes ${kind.key}`), [NODE]);
  store.tap(({ kind }) => heard.push(`all ${kind.key}`));
  store.tap(({ kind }) => heard.push(`pods ${kind.key}`), [POD]);
  store.delete(NODE, A);
  const pod = store.list(POD)[0];
  store.delete(POD, keyIn(pod?.metadata.namespace ?? '', 'p'), { gracePeriodMs: 0 });
  stop();
  store.create(NODE, { apiVersion: 'v1', kind: 'Node', metadata: { name: 'b' } });
  expect(heard).toEqual(['nodes Node', 'all Node', 'all Pod', 'pods Pod', 'all Node']);
});

test('two indexes of one name over one kind are one: the second is not placed again', () => {
  const placed: string[] = [];
  const named = (of: string): IndexSpec<Node> => ({
    name: 'nodes-by-zone-twice',
    of: NODE,
    values: ({ metadata }) => {
      placed.push(`${of} ${metadata.name}`);
      return [metadata.labels?.zone ?? ''];
    },
  });
  const [first, second] = [named('first'), named('second')];
  const store = aStore([aNode('n', { metadata: { labels: { zone: 'a' } } })]);
  store.addIndex(first);
  store.addIndex(second);
  expect([placed, store.byIndex(second, 'a').length, store.countByIndex(first, 'a')]).toEqual([['first n'], 1, 1]);
});
