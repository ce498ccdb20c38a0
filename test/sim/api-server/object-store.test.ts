import { describe, expect, test } from 'vitest';
import { type Machine, OPENSHIFT_MACHINE } from '../../../core/api/machine.ts';
import { NODE, type Node } from '../../../core/api/node.ts';
import type { KubeObject } from '../../../core/api/object.ts';
import { formatTime } from '../../../core/api/time.ts';
import { POD } from '../../../core/api/workload.ts';
import type { IndexSpec } from '../../../core/ports/cluster-view.ts';
import type { Change } from '../../../sim/api-server/change.ts';
import { ObjectStore } from '../../../sim/api-server/object-store.ts';
import { aMachine, aNode, aPod, aStore, keyIn, START_MS } from './objects.ts';

const A = keyIn('', 'a');

function newNode(name: string): { apiVersion: string; kind: string; metadata: { name: string } } {
  return { apiVersion: 'v1', kind: 'Node', metadata: { name } };
}

function unschedulable(node: Node): Node {
  return { ...node, spec: { ...node.spec, unschedulable: true } };
}

function heardBy(store: ObjectStore): string[] {
  const heard: string[] = [];
  store.tap((change) => heard.push(described(change)));
  return heard;
}

function described({ type, kind, before, after, resourceVersion }: Change): string {
  return `${resourceVersion} ${type} ${kind.key} ${(after ?? before)?.metadata.name}`;
}

describe('load', () => {
  test('keeps objects exactly as given, status included, and shares them', () => {
    const machine = aMachine('a', { status: { phase: 'Running' } });
    const store = aStore([machine]);
    expect(store.get(OPENSHIFT_MACHINE, keyIn('metal', 'a'))).toBe(machine);
  });

  test('goes on counting after the largest version', () => {
    const store = aStore([
      aNode('a', { metadata: { resourceVersion: '70' } }),
      aNode('b', { metadata: { resourceVersion: '4321' } }),
      aNode('c', { metadata: { resourceVersion: 'opaque' } }),
    ]);
    const outcome = store.create(NODE, newNode('d'));
    expect(outcome).toMatchObject({ object: { metadata: { resourceVersion: '4322' } } });
  });

  test('fills in what a generated object lacks', () => {
    const store = aStore([aNode('a', { metadata: { uid: '', resourceVersion: '', creationTimestamp: '' } })]);
    expect(store.get(NODE, A)?.metadata).toEqual({
      name: 'a',
      uid: expect.stringMatching(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/),
      resourceVersion: '1',
      creationTimestamp: formatTime(START_MS),
    });
  });

  test('serves kinds that nobody registered', () => {
    const gadget: KubeObject = {
      apiVersion: 'shop.example.com/v1',
      kind: 'Gadget',
      metadata: { name: 'g', namespace: 'shop', uid: 'u', resourceVersion: '1' },
    };
    const store = aStore([gadget]);
    expect(store.kindOf('Gadget.shop.example.com')).toEqual({
      key: 'Gadget.shop.example.com',
      group: 'shop.example.com',
      kind: 'Gadget',
      namespaced: true,
    });
    expect(store.knows('Gadget.other.example.com')).toBe(false);
  });

  test('may come after the first index', () => {
    const store = aStore();
    const all = { name: 'all', of: NODE, values: () => ['all'] };
    store.addIndex(all);
    store.load([aNode('b'), aNode('a')]);
    expect(store.byIndex(all, 'all').map(({ metadata }) => metadata.name)).toEqual(['a', 'b']);
  });

  test('places anew what depends on kinds that came later in the list', () => {
    const store = aStore();
    const joined: IndexSpec<Machine> = {
      name: 'joined machines',
      of: OPENSHIFT_MACHINE,
      values: ({ metadata }, view) => (view.get(NODE, keyIn('', metadata.name)) === undefined ? [] : ['joined']),
    };
    store.addIndex(joined);
    store.load([aMachine('a'), aMachine('b'), aNode('b')]);
    expect(store.byIndex(joined, 'joined').map(({ metadata }) => metadata.name)).toEqual(['b']);
  });

  test('after someone listens is a mistake of the caller', () => {
    const store = aStore();
    store.tap(() => undefined);
    expect(() => store.load([aNode('a')])).toThrow('before anyone listens');
  });
});

describe('versions', () => {
  test('one counter for all kinds grows by one with every write, deletes included', () => {
    const store = aStore([aNode('a'), aMachine('m')]);
    const heard = heardBy(store);
    store.update(NODE, A, 'main', unschedulable);
    store.delete(OPENSHIFT_MACHINE, keyIn('metal', 'm'));
    store.create(NODE, newNode('b'));
    expect(heard).toEqual(['101 MODIFIED Node a', '102 DELETED Machine.machine.openshift.io m', '103 ADDED Node b']);
    expect(store.resourceVersion).toBe(103);
  });

  test('a write that changes nothing is not one: the same object back, or an equal copy', () => {
    const store = aStore([aNode('a', { spec: { unschedulable: true }, status: { conditions: [] } })]);
    const heard = heardBy(store);
    const before = store.get(NODE, A);
    expect(store.update(NODE, A, 'main', (node) => node)).toEqual({ kind: 'done', object: before });
    store.update(NODE, A, 'main', unschedulable);
    store.update(NODE, A, 'status', (node) => ({ ...node, status: { conditions: [] } }));
    store.update(NODE, A, 'main', (node) => ({ ...node, status: { capacity: { cpu: '1' } } }));
    store.update(NODE, A, 'status', unschedulable);
    expect(heard).toEqual([]);
    expect(store.get(NODE, A)).toBe(before);
  });

  test('earlier versions stay as they were, and unchanged parts are shared', () => {
    const store = aStore([aNode('a', { metadata: { labels: { zone: 'r1' } }, status: { conditions: [] } })]);
    const before = store.get(NODE, A);
    store.update(NODE, A, 'main', unschedulable);
    const after = store.get(NODE, A);
    expect(before).toEqual(aNode('a', { metadata: { labels: { zone: 'r1' } }, status: { conditions: [] } }));
    expect(after?.metadata.labels).toBe(before?.metadata.labels);
    expect(after?.status).toBe(before?.status);
  });
});

describe('status subresource', () => {
  test('a kind without one takes status with the object and refuses a status write', () => {
    const store = aStore([aMachine('m', { status: { phase: 'Running' } })]);
    store.register(OPENSHIFT_MACHINE, { statusSubresource: false });
    const failed = (machine: Machine): Machine => ({ ...machine, status: { phase: 'Failed' } });
    expect(store.update(OPENSHIFT_MACHINE, keyIn('metal', 'm'), 'main', failed)).toMatchObject({
      kind: 'done',
      object: { status: { phase: 'Failed' }, metadata: { generation: 2 } },
    });
    expect(store.update(OPENSHIFT_MACHINE, keyIn('metal', 'm'), 'status', failed)).toMatchObject({ code: 404 });
  });

  test('a status write can remove status, a main write cannot', () => {
    const store = aStore([aMachine('m', { spec: {}, status: { phase: 'Running' } })]);
    const key = keyIn('metal', 'm');
    const bare = ({ apiVersion, kind, metadata }: Machine): Machine => ({ apiVersion, kind, metadata });
    store.update(OPENSHIFT_MACHINE, key, 'main', bare);
    expect(store.get(OPENSHIFT_MACHINE, key)).toMatchObject({ status: { phase: 'Running' } });
    expect(store.get(OPENSHIFT_MACHINE, key)).not.toHaveProperty('spec');
    store.update(OPENSHIFT_MACHINE, key, 'status', bare);
    expect(store.get(OPENSHIFT_MACHINE, key)).not.toHaveProperty('status');
  });
});

describe('patches that no server takes', () => {
  test.each([
    ['another name', { metadata: { name: 'b' } }, 'the name of the object (b) does not match the name on the URL (a)'],
    ['a namespace', { metadata: { namespace: 'x' } }, 'the namespace of the provided object does not match'],
    ['another kind', { kind: 'Pod' }, 'Pod in version "v1" cannot be handled as a Node'],
    ['no metadata', { metadata: null }, 'metadata is not an object'],
    ['labels that are numbers', { metadata: { labels: { a: 1 } } }, 'metadata.labels is not a map of strings'],
    ['finalizers that are no list', { metadata: { finalizers: 'f' } }, 'metadata.finalizers is not a list of strings'],
    [
      'owners without uid',
      { metadata: { ownerReferences: [{}] } },
      'metadata.ownerReferences is not a list of references',
    ],
  ])('%s: 400', (_title, patch, message) => {
    const store = aStore([aNode('a')]);
    const outcome = store.patch(NODE, A, patch, { subresource: 'main' });
    expect(outcome).toEqual({
      kind: 'refused',
      code: 400,
      reason: 'BadRequest',
      message: expect.stringContaining(message),
    });
    expect(store.get(NODE, A)).toEqual(aNode('a'));
  });

  test('a resourceVersion in the patch is a precondition', () => {
    const store = aStore([aNode('a')]);
    const patch = { metadata: { resourceVersion: '99' }, spec: { unschedulable: true } };
    expect(store.patch(NODE, A, patch, { subresource: 'main' })).toMatchObject({ code: 409, reason: 'Conflict' });
  });
});

describe('create', () => {
  test.each([
    ['no name', NODE, newNode(''), 422, 'Required value: name or generateName is required'],
    ['another kind', NODE, { ...newNode('a'), kind: 'Pod' }, 400, 'Pod in version "v1" cannot be handled as a Node'],
    ['no namespace', POD, { ...newNode('a'), kind: 'Pod' }, 400, 'an empty namespace may not be set during creation'],
    [
      'a namespace that the kind has not',
      NODE,
      { apiVersion: 'v1', kind: 'Node', metadata: { name: 'a', namespace: 'x' } },
      422,
      'metadata.namespace: Forbidden: not allowed on this type',
    ],
  ])('with %s is refused', (_title, kind, object, code, message) => {
    const outcome = aStore().create(kind, object);
    expect(outcome).toMatchObject({ kind: 'refused', code, message: expect.stringContaining(message) });
  });

  test('names and uids are the same for the same stream, and differ from each other', () => {
    const made = [aStore(), aStore()].map((store) =>
      Array.from({ length: 50 }, () => {
        const outcome = store.create(NODE, {
          apiVersion: 'v1',
          kind: 'Node',
          metadata: { name: '', generateName: 'n-' },
        });
        return outcome.kind === 'done' ? [outcome.object?.metadata.name, outcome.object?.metadata.uid] : [];
      }),
    );
    expect(made[0]).toEqual(made[1]);
    expect(new Set(made[0]?.flat()).size).toBe(100);
  });

  test('a name that is given wins over a prefix', () => {
    const outcome = aStore().create(NODE, {
      apiVersion: 'v1',
      kind: 'Node',
      metadata: { name: 'a', generateName: 'n-' },
    });
    expect(outcome).toMatchObject({ object: { metadata: { name: 'a' } } });
  });

  test('a generated name that is taken is drawn again, eight times at most', () => {
    const generated = { apiVersion: 'v1', kind: 'Node', metadata: { name: '', generateName: 'n-' } };
    // Five draws a name, three a uid: 0 spells b, the last number 9.
    const draws = [0, 0, 0, 0, 0, 0.1, 0.2, 0.3, 0, 0, 0, 0, 0, 0.999, 0.999, 0.999, 0.999, 0.999, 0.4, 0.5, 0.6];
    const names = { next: (): number => draws.shift() ?? 0 };
    const store = new ObjectStore({ nowMs: START_MS }, names);
    store.register(NODE, { statusSubresource: true });
    expect(store.create(NODE, generated)).toMatchObject({ object: { metadata: { name: 'n-bbbbb' } } });
    expect(store.create(NODE, generated)).toMatchObject({ object: { metadata: { name: 'n-99999' } } });
    expect(store.create(NODE, generated)).toMatchObject({ code: 409, reason: 'AlreadyExists' });
  });

  test('a long prefix is cut so that the name fits a label', () => {
    const outcome = aStore().create(NODE, {
      apiVersion: 'v1',
      kind: 'Node',
      metadata: { name: '', generateName: `${'x'.repeat(70)}-` },
    });
    expect(outcome.kind === 'done' && outcome.object?.metadata.name).toMatch(/^x{58}[a-z0-9]{5}$/);
  });

  test('custom kinds start at generation 1, kinds of the core group have none', () => {
    const store = aStore();
    store.create(NODE, newNode('a'));
    store.create(OPENSHIFT_MACHINE, {
      apiVersion: 'machine.openshift.io/v1beta1',
      kind: 'Machine',
      metadata: { name: 'm', namespace: 'metal' },
    });
    store.update(NODE, A, 'main', unschedulable);
    expect(store.get(NODE, A)?.metadata.generation).toBeUndefined();
    expect(store.get(OPENSHIFT_MACHINE, keyIn('metal', 'm'))?.metadata.generation).toBe(1);
  });
});

describe('taps', () => {
  test('all listeners see writes of listeners in one order, each after the change that caused it', () => {
    const store = aStore([aNode('a')]);
    const first = heardBy(store);
    store.tap(({ after }) => {
      if (after?.metadata.name === 'a') {
        store.create(NODE, newNode('b'));
        store.create(NODE, newNode('c'));
      }
      if (after?.metadata.name === 'b') store.create(NODE, newNode('d'));
    });
    const last = heardBy(store);
    store.update(NODE, A, 'main', unschedulable);
    expect(first).toEqual(['101 MODIFIED Node a', '102 ADDED Node b', '103 ADDED Node c', '104 ADDED Node d']);
    expect(last).toEqual(first);
  });

  test('a listener that was taken off hears no more', () => {
    const store = aStore([aNode('a')]);
    const heard: string[] = [];
    const stop = store.tap((change) => heard.push(change.type));
    store.update(NODE, A, 'main', unschedulable);
    stop();
    store.delete(NODE, A);
    expect(heard).toEqual(['MODIFIED']);
  });

  test('a listener that throws ends that write, not the store', () => {
    const store = aStore([aNode('a')]);
    const stop = store.tap(() => {
      throw new Error('broken listener');
    });
    expect(() => store.update(NODE, A, 'main', unschedulable)).toThrow('broken listener');
    stop();
    const heard = heardBy(store);
    store.delete(NODE, A);
    expect(heard).toEqual(['102 DELETED Node a']);
  });
});

describe('select', () => {
  test('finds by labels, in one namespace or in all', () => {
    const store = aStore([
      aPod('a', { metadata: { uid: '1', labels: { app: 'db', tier: 'gold' } } }),
      aPod('b', { metadata: { uid: '2', labels: { app: 'db' } } }),
      aPod('c', { metadata: { uid: '3', labels: { app: 'web' } } }),
      aPod('d', { metadata: { uid: '4', namespace: 'other', labels: { app: 'db' } } }),
    ]);
    const names = (found: readonly KubeObject[]): readonly string[] => found.map(({ metadata }) => metadata.name);
    expect(names(store.select(POD, { matchLabels: { app: 'db' } }))).toEqual(['d', 'a', 'b']);
    expect(names(store.select(POD, { matchLabels: { app: 'db' } }, 'shop'))).toEqual(['a', 'b']);
    const notGold = { matchExpressions: [{ key: 'tier', operator: 'DoesNotExist' as const }] };
    expect(names(store.select(POD, notGold, 'shop'))).toEqual(['b', 'c']);
  });
});
