import { describe, expect, test } from 'vitest';
import type { KubeObject } from '../../../core/api/object.ts';
import { POD, POD_DISRUPTION_BUDGET, type Pod, type PodDisruptionBudget } from '../../../core/api/workload.ts';
import { PODS_BY_BUDGET } from '../../../sim/api-server/disruption-budgets.ts';
import { aBudget, aPod, aStore, aWorkload, keyIn, ownedBy } from './objects.ts';

const set = aWorkload('StatefulSet', 'db', 7);

/** `ready` pods of the set that are ready, then `unready` that are not; names db-0, db-1, ... */
function dbPods(ready: number, unready = 0): readonly Pod[] {
  return Array.from({ length: ready + unready }, (_, i) =>
    aPod(`db-${i}`, {
      ready: i < ready ? 'True' : 'False',
      metadata: { ownerReferences: [ownedBy(set)] },
    }),
  );
}

/** Evicts the ready pods in order until one is refused; how many went. */
function evictable(objects: readonly KubeObject[]): number {
  const store = aStore(objects);
  let evicted = 0;
  for (const pod of store.list(POD)) {
    if (pod.status?.conditions?.[0]?.status !== 'True') continue;
    if (store.evict(keyIn('shop', pod.metadata.name)).kind === 'refused') break;
    evicted += 1;
  }
  return evicted;
}

interface BudgetRow {
  readonly spec: PodDisruptionBudget['spec'];
  readonly ready: number;
  readonly unready?: number;
  readonly evicted: number;
  readonly why: string;
}

describe('how many ready pods a budget lets go', () => {
  // desired = 7 - ceil(30 % of 7 = 2.1) = 4, and so on; percentages round up, whichever field has them.
  test.each<BudgetRow>([
    { spec: { minAvailable: 5 }, ready: 7, evicted: 2, why: '7 - 5' },
    { spec: { minAvailable: 5 }, ready: 6, unready: 1, evicted: 1, why: '6 - 5' },
    { spec: { minAvailable: 8 }, ready: 7, evicted: 0, why: 'never enough' },
    { spec: { minAvailable: 0 }, ready: 7, evicted: 7, why: 'none needed' },
    { spec: { minAvailable: '50%' }, ready: 7, evicted: 3, why: '7 - ceil(3.5)' },
    { spec: { minAvailable: '50%' }, ready: 4, evicted: 0, why: '4 of the 7 wanted - ceil(3.5)' },
    { spec: { minAvailable: '100%' }, ready: 7, evicted: 0, why: 'all needed' },
    { spec: { maxUnavailable: 1 }, ready: 7, evicted: 1, why: '7 - 6' },
    { spec: { maxUnavailable: 1 }, ready: 6, unready: 1, evicted: 0, why: 'one is already unavailable' },
    { spec: { maxUnavailable: 1 }, ready: 6, evicted: 0, why: 'one of the 7 wanted is missing' },
    { spec: { maxUnavailable: '30%' }, ready: 7, evicted: 3, why: 'ceil(2.1)' },
    { spec: { maxUnavailable: 0 }, ready: 7, evicted: 0, why: 'none may go' },
    { spec: { maxUnavailable: 9 }, ready: 7, evicted: 7, why: 'needed healthy is not below 0' },
    { spec: {}, ready: 7, evicted: 0, why: 'neither field: expected 0 pods' },
  ])('$spec with $ready ready, $unready not: $evicted ($why)', ({ spec, ready, unready = 0, evicted }) => {
    expect(evictable([set, ...dbPods(ready, unready), aBudget('db', spec)])).toBe(evicted);
  });

  test('replicas of a Deployment count through its ReplicaSet', () => {
    const deployment = aWorkload('Deployment', 'web', 4);
    const replicaSet: KubeObject = {
      ...aWorkload('ReplicaSet', 'web-1', 3),
      metadata: { ...aWorkload('ReplicaSet', 'web-1', 3).metadata, ownerReferences: [ownedBy(deployment)] },
    };
    const pods = [0, 1, 2].map((i) => aPod(`web-${i}`, { metadata: { ownerReferences: [ownedBy(replicaSet)] } }));
    const budget = aBudget('web', { maxUnavailable: 1 });
    expect(evictable([deployment, replicaSet, ...pods, budget])).toBe(0);
    expect(evictable([replicaSet, ...pods, budget])).toBe(1);
  });

  test('a controller that is not in the store counts by its pods; a pod without controller does not count', () => {
    expect(evictable([...dbPods(3), aBudget('db', { maxUnavailable: 1 })])).toBe(1);
    expect(evictable([aPod('a'), aPod('b'), aBudget('db', { maxUnavailable: 1 })])).toBe(0);
  });
});

describe('which pods a budget covers', () => {
  test.each<[string, PodDisruptionBudget, 'allowed' | 'refused']>([
    ['its labels match', aBudget('db', { minAvailable: 1 }), 'refused'],
    ['other labels', aBudget('db', { minAvailable: 1, selector: { matchLabels: { app: 'web' } } }), 'allowed'],
    [
      'an expression',
      aBudget('db', { minAvailable: 1, selector: { matchExpressions: [{ key: 'app', operator: 'Exists' }] } }),
      'refused',
    ],
    ['an empty selector: all', aBudget('db', { minAvailable: 1, selector: {} }), 'refused'],
    [
      'an empty selector of v1beta1: none',
      { ...aBudget('db', { minAvailable: 1, selector: {} }), apiVersion: 'policy/v1beta1' },
      'allowed',
    ],
    ['no selector: none', { ...aBudget('db', {}), spec: { minAvailable: 1 } }, 'allowed'],
    ['another namespace', inNamespace('other', aBudget('db', { minAvailable: 1 })), 'allowed'],
  ])('%s', (_title, budget, answer) => {
    const store = aStore([aPod('db-0'), budget]);
    expect(store.evict(keyIn('shop', 'db-0')).kind).toBe(answer === 'allowed' ? 'done' : 'refused');
  });

  test('is told anew when a budget changes or goes', () => {
    const store = aStore([aPod('db-0'), aPod('db-1'), aBudget('db', { minAvailable: 2 })]);
    const answers: string[] = [store.evict(keyIn('shop', 'db-0')).kind];
    const spec = { spec: { selector: { matchLabels: { app: 'web' } } } };
    store.patch(POD_DISRUPTION_BUDGET, keyIn('shop', 'db'), spec, { subresource: 'main' });
    answers.push(store.evict(keyIn('shop', 'db-0')).kind);
    const back = { spec: { selector: { matchLabels: { app: 'db' } } } };
    store.patch(POD_DISRUPTION_BUDGET, keyIn('shop', 'db'), back, { subresource: 'main' });
    answers.push(store.evict(keyIn('shop', 'db-1')).kind);
    store.delete(POD_DISRUPTION_BUDGET, keyIn('shop', 'db'));
    answers.push(store.evict(keyIn('shop', 'db-1')).kind);
    expect(answers).toEqual(['refused', 'done', 'refused', 'done']);
  });
});

test('a budget that comes to select pods counts those that are there', () => {
  const store = aStore([aPod('db-0'), aPod('db-1'), aBudget('db', { minAvailable: 1, selector: {} })]);
  const select = (app: string): void => {
    const patch = { spec: { selector: { matchLabels: { app } } } };
    store.patch(POD_DISRUPTION_BUDGET, keyIn('shop', 'db'), patch, { subresource: 'main' });
  };
  select('web');
  store.addIndex(PODS_BY_BUDGET);
  expect(store.countByIndex(PODS_BY_BUDGET, 'shop/db')).toBe(0);
  select('db');
  expect(store.countByIndex(PODS_BY_BUDGET, 'shop/db')).toBe(2);
  expect([store.evict(keyIn('shop', 'db-0')).kind, store.evict(keyIn('shop', 'db-1')).kind]).toEqual([
    'done',
    'refused',
  ]);
});

describe('pods that are not ready', () => {
  test.each([
    ['go while the budget is healthy', { minAvailable: 2 }, 2, 'done'],
    ['stay while it is not', { minAvailable: 3 }, 2, 'refused'],
    ['stay under a budget that needs none, while none is ready', { minAvailable: 0 }, 0, 'refused'],
    ['always go where the budget says so', { minAvailable: 3, unhealthyPodEvictionPolicy: 'AlwaysAllow' }, 2, 'done'],
  ] as const)('%s', (_title, spec, ready, answer) => {
    const store = aStore([set, ...dbPods(ready, 1), aBudget('db', spec)]);
    expect(store.evict(keyIn('shop', `db-${ready}`)).kind).toBe(answer);
  });

  test.each(['Pending', 'Succeeded', 'Failed'])('%s ones go without asking', (phase) => {
    const store = aStore([aPod('db-0', { phase, ready: 'False' }), aBudget('db', { minAvailable: 1 })]);
    expect(store.evict(keyIn('shop', 'db-0')).kind).toBe('done');
  });

  test('terminating ones count as unhealthy and go without asking', () => {
    const store = aStore([aPod('db-0'), aPod('db-1'), aBudget('db', { minAvailable: 1 })]);
    store.delete(POD, keyIn('shop', 'db-0'));
    expect(store.evict(keyIn('shop', 'db-0')).kind).toBe('done');
    expect(store.evict(keyIn('shop', 'db-1'))).toMatchObject({
      causes: [{ message: 'The disruption budget db needs 1 healthy pods and has 1 currently' }],
    });
  });
});

function inNamespace<T extends KubeObject>(namespace: string, object: T): T {
  return { ...object, metadata: { ...object.metadata, namespace } };
}
