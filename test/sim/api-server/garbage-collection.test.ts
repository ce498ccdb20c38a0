import { describe, expect, test } from 'vitest';
import { OPENSHIFT_MACHINE, OPENSHIFT_MACHINE_SET } from '../../../core/api/machine.ts';
import { NODE } from '../../../core/api/node.ts';
import type { KubeObject, OwnerReference } from '../../../core/api/object.ts';
import { DEPLOYMENT, POD, REPLICA_SET } from '../../../core/api/workload.ts';
import type { ObjectStore } from '../../../sim/api-server/object-store.ts';
import { aMachine, aNode, aPod, aStore, aWorkload, keyIn, ownedBy } from './objects.ts';

const deployment = aWorkload('Deployment', 'web', 2);
const replicaSet = owned(aWorkload('ReplicaSet', 'web-1', 2), ownedBy(deployment));
const pods = ['web-1-a', 'web-1-b'].map((name) =>
  aPod(name, { spec: { nodeName: '' }, metadata: { ownerReferences: [ownedBy(replicaSet)] } }),
);
const WEB = keyIn('shop', 'web');

function owned<T extends KubeObject>(object: T, ...ownerReferences: readonly OwnerReference[]): T {
  return { ...object, metadata: { ...object.metadata, ownerReferences } };
}

function heardBy(store: ObjectStore): string[] {
  const heard: string[] = [];
  store.tap(({ type, before, after }) => heard.push(`${type} ${(after ?? before)?.metadata.name}`));
  return heard;
}

function newMachine(name: string, ownerReferences: readonly OwnerReference[]) {
  return {
    apiVersion: 'machine.openshift.io/v1beta1',
    kind: 'Machine',
    metadata: { name, namespace: 'metal', ownerReferences },
  };
}

describe('in the background', () => {
  test('dependents of dependents go at the same instant, after their owners', () => {
    const store = aStore([deployment, replicaSet, ...pods]);
    const heard = heardBy(store);
    expect(store.delete(DEPLOYMENT, WEB)).toEqual({ kind: 'done' });
    expect(heard).toEqual(['DELETED web', 'DELETED web-1', 'DELETED web-1-a', 'DELETED web-1-b']);
  });

  test('a dependent with finalizers or containers is only marked', () => {
    const running = aPod('web-1-c', { metadata: { ownerReferences: [ownedBy(replicaSet)] } });
    const store = aStore([replicaSet, running]);
    store.delete(REPLICA_SET, keyIn('shop', 'web-1'));
    expect(store.get(POD, keyIn('shop', 'web-1-c'))?.metadata.deletionGracePeriodSeconds).toBe(20);
  });

  test('a dependent with another owner stays and loses the reference', () => {
    const other = aWorkload('ReplicaSet', 'web-2', 1);
    const shared = owned(aPod('p'), ownedBy(replicaSet), ownedBy(other, { controller: false }));
    const store = aStore([replicaSet, other, shared]);
    store.delete(REPLICA_SET, keyIn('shop', 'web-1'));
    expect(store.get(POD, keyIn('shop', 'p'))?.metadata.ownerReferences).toEqual([
      ownedBy(other, { controller: false }),
    ]);
  });

  test('owners are told apart by uid: a new object of the old name owns nothing', () => {
    const stale = aPod('p', {
      spec: { nodeName: '' },
      metadata: { ownerReferences: [ownedBy(replicaSet, { uid: 'uid of its predecessor' })] },
    });
    const store = aStore([replicaSet, stale]);
    store.delete(REPLICA_SET, keyIn('shop', 'web-1'));
    expect(store.get(POD, keyIn('shop', 'p'))).toBe(stale);
  });

  test('a namespaced dependent of a cluster-scoped owner goes, too', () => {
    const store = aStore([aNode('n'), owned(aMachine('m'), ownedBy(aNode('n')))]);
    store.delete(NODE, keyIn('', 'n'));
    expect(store.list(OPENSHIFT_MACHINE)).toEqual([]);
  });
});

describe('a long chain of owners', () => {
  test('is taken down link by link, not by recursion', () => {
    const nodes: KubeObject[] = [aNode('n-0')];
    for (let i = 1; i < 5000; i++) {
      nodes.push(aNode(`n-${i}`, { metadata: { ownerReferences: [ownedBy(aNode(`n-${i - 1}`))] } }));
    }
    const store = aStore(nodes);
    const heard = heardBy(store);
    store.delete(NODE, keyIn('', 'n-0'));
    expect(heard).toEqual(nodes.map(({ metadata }) => `DELETED ${metadata.name}`));
  });
});

describe('an owner that is not there', () => {
  test('takes a newly created dependent with it', () => {
    const store = aStore();
    const heard = heardBy(store);
    const gone = { apiVersion: 'machine.openshift.io/v1beta1', kind: 'MachineSet', name: 'set', uid: 'gone' };
    store.create(OPENSHIFT_MACHINE, newMachine('m', [gone]));
    expect(heard).toEqual(['ADDED m', 'DELETED m']);
  });

  test('is not there under another uid either', () => {
    const store = aStore([replicaSet]);
    const heard = heardBy(store);
    const { apiVersion, kind, spec } = aPod('p', { spec: { nodeName: '' } });
    const metadata = {
      name: 'p',
      namespace: 'shop',
      ownerReferences: [ownedBy(replicaSet, { uid: 'its predecessor' })],
    };
    store.create(POD, { apiVersion, kind, spec: spec ?? {}, metadata });
    expect(heard).toEqual(['ADDED p', 'DELETED p']);
  });

  test('does nothing when its kind is not served, or when what was loaded names it already', () => {
    const unknown = { apiVersion: 'x.example.com/v1', kind: 'Thing', name: 't', uid: 'thing' };
    const foreign = { apiVersion: 'machine.openshift.io/v1beta1', kind: 'MachineSet', name: 'set', uid: 'set' };
    const store = aStore([owned(aMachine('a'), foreign)]);
    store.create(OPENSHIFT_MACHINE, newMachine('b', [unknown]));
    store.create(OPENSHIFT_MACHINE, newMachine('c', [foreign]));
    expect(store.list(OPENSHIFT_MACHINE).map(({ metadata }) => metadata.name)).toEqual(['a', 'b', 'c']);
    expect(store.list(OPENSHIFT_MACHINE_SET)).toEqual([]);
  });
});

describe('orphaned', () => {
  test('dependents outlive their owner without the reference', () => {
    const store = aStore([deployment, replicaSet, ...pods]);
    store.delete(DEPLOYMENT, WEB, { propagation: 'Orphan' });
    expect(store.get(DEPLOYMENT, WEB)).toBeUndefined();
    expect(store.get(REPLICA_SET, keyIn('shop', 'web-1'))?.metadata.ownerReferences).toEqual([]);
    expect(store.list(POD)).toEqual(pods);
  });
});

describe('in the foreground', () => {
  const blocking = { blockOwnerDeletion: true };

  test('the owner waits for a dependent that blocks it', () => {
    const running = owned(aPod('p'), ownedBy(replicaSet, blocking));
    const store = aStore([replicaSet, running]);
    const key = keyIn('shop', 'web-1');
    expect(store.delete(REPLICA_SET, key, { propagation: 'Foreground' })).toMatchObject({
      kind: 'done',
      object: { metadata: { finalizers: ['foregroundDeletion'], deletionTimestamp: expect.any(String) } },
    });
    expect(store.get(POD, keyIn('shop', 'p'))?.metadata.deletionTimestamp).toBeDefined();
    const heard = heardBy(store);
    store.delete(POD, keyIn('shop', 'p'), { gracePeriodMs: 0 });
    expect(heard).toEqual(['DELETED p', 'DELETED web-1']);
  });

  test('it goes last when all can go at once', () => {
    const set = owned(aWorkload('ReplicaSet', 'web-1', 2), ownedBy(deployment, blocking));
    const dependents = pods.map((pod) => owned(pod, ownedBy(set, blocking)));
    const store = aStore([deployment, set, ...dependents]);
    const heard = heardBy(store);
    expect(store.delete(DEPLOYMENT, WEB, { propagation: 'Foreground' })).toEqual({ kind: 'done' });
    expect(heard.filter((change) => change.startsWith('DELETED'))).toEqual([
      'DELETED web-1-a',
      'DELETED web-1-b',
      'DELETED web-1',
      'DELETED web',
    ]);
  });

  test('it goes at once when its dependents are gone already', () => {
    const store = aStore([replicaSet, ...pods]);
    for (const { metadata } of pods) store.delete(POD, keyIn('shop', metadata.name));
    const heard = heardBy(store);
    store.delete(REPLICA_SET, keyIn('shop', 'web-1'), { propagation: 'Foreground' });
    expect(heard).toEqual(['DELETED web-1']);
  });

  test('it does not wait for a dependent that does not block it', () => {
    const store = aStore([replicaSet, owned(aPod('p'), ownedBy(replicaSet))]);
    expect(store.delete(REPLICA_SET, keyIn('shop', 'web-1'), { propagation: 'Foreground' })).toEqual({ kind: 'done' });
    expect(store.list(POD).map(({ metadata }) => metadata.deletionTimestamp !== undefined)).toEqual([true]);
  });
});
