// What every ClusterView promises, whatever fills it: run by the virtual view, and by informers on the wire and live.

import { describe, expect, test } from 'vitest';
import type { WriteAction } from '../../core/actions.ts';
import { type Machine, OPENSHIFT_MACHINE } from '../../core/api/machine.ts';
import { isReady, NODE, type Node } from '../../core/api/node.ts';
import type { KubeObject } from '../../core/api/object.ts';
import { POD } from '../../core/api/workload.ts';
import type { ClusterView, IndexSpec } from '../../core/ports/cluster-view.ts';
import type { KubeWriter } from '../../core/ports/kube-writer.ts';
import { aMachine, aNode, aPod, keyIn } from '../sim/api-server/objects.ts';

/** A view of a server, and the means to change what is on it. */
export interface ViewUnderTest {
  readonly view: ClusterView;
  readonly addIndex: (index: IndexSpec) => void;
  readonly onChange: (
    listener: (change: { readonly before: KubeObject | undefined; readonly after: KubeObject | undefined }) => void,
  ) => void;
  readonly writer: KubeWriter;
  /** Lets time pass until the view has seen every write so far. */
  readonly settle: () => void | Promise<void>;
}

export type MakeView = (objects: readonly KubeObject[]) => ViewUnderTest | Promise<ViewUnderTest>;

const machinesByZone: IndexSpec<Machine> = {
  name: 'machines-by-zone',
  of: OPENSHIFT_MACHINE,
  values: ({ metadata }) => (metadata.labels?.zone ?? '').split('+').filter((zone) => zone !== ''),
};

/** Places a Machine by its Node: the index must follow both kinds. */
const machinesByHealth: IndexSpec<Machine> = {
  name: 'machines-by-health',
  of: OPENSHIFT_MACHINE,
  values({ metadata }, view) {
    const node = view.get(NODE, keyIn('', metadata.name));
    return node === undefined ? ['no node'] : [isReady(node) ? 'healthy' : 'unhealthy'];
  },
  dependsOn: [
    { kind: NODE, primaries: ({ before, after }) => [keyIn('metal', (after ?? before)?.metadata.name ?? '')] },
  ],
};

function readyNode(name: string): Node {
  return aNode(name, { status: { conditions: [{ type: 'Ready', status: 'True' }] } });
}

function zoned(name: string, zone: string): Machine {
  return aMachine(name, { metadata: { labels: { zone } } });
}

function patched(name: string, patch: Record<string, unknown>): WriteAction {
  return {
    do: 'patch',
    kind: OPENSHIFT_MACHINE,
    key: keyIn('metal', name),
    subresource: 'main',
    patch,
    onlyIf: {},
  };
}

function silent(name: string): WriteAction {
  return {
    do: 'patch',
    kind: NODE,
    key: keyIn('', name),
    subresource: 'status',
    patch: { status: { conditions: [{ type: 'Ready', status: 'Unknown' }] } },
    onlyIf: {},
  };
}

function deleted(name: string): WriteAction {
  return { do: 'delete', kind: OPENSHIFT_MACHINE, key: keyIn('metal', name), onlyIf: {} };
}

function created(name: string, zone: string): WriteAction {
  return {
    do: 'create',
    kind: OPENSHIFT_MACHINE,
    object: {
      apiVersion: 'machine.openshift.io/v1beta1',
      kind: 'Machine',
      metadata: { name, namespace: 'metal', labels: { zone } },
    },
  };
}

interface IndexRow {
  readonly title: string;
  readonly given: readonly KubeObject[];
  readonly when: readonly WriteAction[];
  readonly index: IndexSpec<Machine>;
  /** Every value that is asked for, to the names under it. */
  readonly stands: Readonly<Record<string, readonly string[]>>;
}

const INDEX_ROWS: readonly IndexRow[] = [
  {
    title: 'what was there before the index was added is in it, in key order',
    given: [zoned('c', 'r1'), zoned('a', 'r1'), zoned('b', 'r2')],
    when: [],
    index: machinesByZone,
    stands: { r1: ['a', 'c'], r2: ['b'], r3: [] },
  },
  {
    title: 'an object stands under each of its values once, and under none when it has none',
    given: [zoned('a', 'r1+r2'), zoned('b', 'r2+r2'), zoned('c', '')],
    when: [],
    index: machinesByZone,
    stands: { r1: ['a'], r2: ['a', 'b'], '': [] },
  },
  {
    title: 'creates, moves and deletes are followed',
    given: [zoned('a', 'r1'), zoned('b', 'r1')],
    when: [created('aa', 'r1'), patched('b', { metadata: { labels: { zone: 'r2' } } }), deleted('a')],
    index: machinesByZone,
    stands: { r1: ['aa'], r2: ['b'] },
  },
  {
    title: 'an object moves when an object of another kind changes',
    given: [aMachine('a'), aMachine('b'), aMachine('c'), readyNode('a'), readyNode('b')],
    when: [silent('b')],
    index: machinesByHealth,
    stands: { healthy: ['a'], unhealthy: ['b'], 'no node': ['c'] },
  },
  {
    title: 'an object moves when an object of another kind comes or goes',
    given: [aMachine('a'), aMachine('b'), readyNode('a')],
    when: [
      { do: 'delete', kind: NODE, key: keyIn('', 'a'), onlyIf: {} },
      { do: 'create', kind: NODE, object: { apiVersion: 'v1', kind: 'Node', metadata: { name: 'b' } } },
    ],
    index: machinesByHealth,
    stands: { healthy: [], unhealthy: ['b'], 'no node': ['a'] },
  },
];

export function describeClusterView(name: string, make: MakeView): void {
  describe(`ClusterView: ${name}`, () => {
    test('finds what was there from the start', async () => {
      const { view } = await make([readyNode('a'), zoned('a', 'r1')]);
      expect(view.get(NODE, keyIn('', 'a'))).toEqual(readyNode('a'));
      expect(view.get(OPENSHIFT_MACHINE, keyIn('metal', 'a'))).toEqual(zoned('a', 'r1'));
      expect(view.hasSynced(NODE)).toBe(true);
    });

    test('finds nothing under another namespace, another kind or a kind without objects', async () => {
      const { view } = await make([zoned('a', 'r1')]);
      expect(view.get(OPENSHIFT_MACHINE, keyIn('other', 'a'))).toBeUndefined();
      expect(view.get(NODE, keyIn('metal', 'a'))).toBeUndefined();
      expect(view.list(POD)).toEqual([]);
    });

    test('lists in the order of namespace/name', async () => {
      const pods = ['b/x', 'a/y', 'a-b/x', 'a/x'].map((path) => {
        const [namespace = '', podName = ''] = path.split('/');
        return aPod(podName, { metadata: { namespace, uid: path } });
      });
      const { view } = await make(pods);
      expect(view.list(POD).map(({ metadata }) => metadata.uid)).toEqual(['a-b/x', 'a/x', 'a/y', 'b/x']);
    });

    test('shows creates, changes and deletes once it has caught up', async () => {
      const { view, writer, settle } = await make([zoned('a', 'r1'), zoned('b', 'r1')]);
      await submitted(writer, [created('c', 'r3'), patched('b', { spec: { providerID: 'p' } }), deleted('a')]);
      await settle();
      expect(view.list(OPENSHIFT_MACHINE).map(({ metadata, spec }) => [metadata.name, spec?.providerID])).toEqual([
        ['b', 'p'],
        ['c', undefined],
      ]);
      expect(view.get(OPENSHIFT_MACHINE, keyIn('metal', 'a'))).toBeUndefined();
    });

    test('a list that was read stays as it was while the view moves on', async () => {
      const { view, addIndex, writer, settle } = await make([zoned('a', 'r1'), zoned('b', 'r1')]);
      addIndex(machinesByZone);
      const listed = view.list(OPENSHIFT_MACHINE);
      const indexed = view.byIndex(machinesByZone, 'r1');
      await submitted(writer, [deleted('a')]);
      await settle();
      expect(listed.map(({ metadata }) => metadata.name)).toEqual(['a', 'b']);
      expect(indexed.map(({ metadata }) => metadata.name)).toEqual(['a', 'b']);
    });

    test('tells changes one by one, in order, when it shows them itself', async () => {
      const { view, onChange, writer, settle } = await make([zoned('a', 'r1')]);
      const heard: unknown[] = [];
      onChange(({ before, after }) => {
        heard.push([before?.metadata.labels?.zone, after?.metadata.labels?.zone]);
        const key = keyIn('metal', (after ?? before)?.metadata.name ?? '');
        heard.push(view.get(OPENSHIFT_MACHINE, key)?.metadata.labels?.zone);
      });
      await submitted(writer, [
        patched('a', { metadata: { labels: { zone: 'r2' } } }),
        created('b', 'r9'),
        patched('a', { metadata: { labels: { zone: 'r3' } } }),
        deleted('a'),
      ]);
      await settle();
      expect(heard).toEqual([
        ['r1', 'r2'],
        'r2',
        [undefined, 'r9'],
        'r9',
        ['r2', 'r3'],
        'r3',
        ['r3', undefined],
        undefined,
      ]);
    });

    test.each(INDEX_ROWS)('index: $title', async ({ given, when, index, stands }) => {
      const { view, addIndex, writer, settle } = await make(given);
      addIndex(index);
      await submitted(writer, when);
      await settle();
      const names: Record<string, readonly string[]> = {};
      const counts: Record<string, number> = {};
      const expectedCounts: Record<string, number> = {};
      for (const [value, expected] of Object.entries(stands)) {
        names[value] = view.byIndex(index, value).map(({ metadata }) => metadata.name);
        counts[value] = view.countByIndex(index, value);
        expectedCounts[value] = expected.length;
      }
      expect(names).toEqual(stands);
      expect(counts).toEqual(expectedCounts);
    });

    test('an object under an unchanged value is listed in its new version', async () => {
      const { view, addIndex, writer, settle } = await make([zoned('a', 'r1')]);
      addIndex(machinesByZone);
      expect(view.byIndex(machinesByZone, 'r1')).toHaveLength(1);
      await submitted(writer, [patched('a', { spec: { providerID: 'new' } })]);
      await settle();
      expect(view.byIndex(machinesByZone, 'r1').map(({ spec }) => spec?.providerID)).toEqual(['new']);
    });

    test('an index that was never added is a mistake of the caller', async () => {
      const { view } = await make([]);
      expect(() => view.byIndex(machinesByZone, 'r1')).toThrow("index 'machines-by-zone'");
      expect(() => view.countByIndex(machinesByZone, 'r1')).toThrow("index 'machines-by-zone'");
    });
  });
}

/** Submits in turn; every write must be done. */
async function submitted(writer: KubeWriter, writes: readonly WriteAction[]): Promise<void> {
  for (const write of writes) {
    const outcome = await new Promise<object>((resolve) => writer.submit('contract-suite', write, resolve));
    expect(outcome).toMatchObject({ kind: 'done' });
  }
}
