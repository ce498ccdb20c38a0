// The status of PodDisruptionBudgets as the disruption controller keeps it, and evictions that go by it.

import { describe, expect, test } from 'vitest';
import { findCondition, withCondition } from '../../../core/api/conditions.ts';
import type { KubeObject } from '../../../core/api/object.ts';
import { formatTime } from '../../../core/api/time.ts';
import { POD, POD_DISRUPTION_BUDGET, type Pod, type PodDisruptionBudget } from '../../../core/api/workload.ts';
import { budget, pod, WORLD_START_MS, workload } from '../../kit/workload-objects.ts';
import { NODES, POD_START_MS, WorkloadWorld } from '../../kit/workload-world.ts';

const KEY = { namespace: 'app', name: 'db' };
const SET = workload({ kind: 'StatefulSet', name: 'db', on: ['a1', 'b1', 'c1'], policy: 'Parallel' });

function protectedBy(spec: NonNullable<PodDisruptionBudget['spec']>): WorkloadWorld {
  const given: KubeObject = budget('db', spec);
  return new WorkloadWorld([...SET, { ...given, metadata: { ...given.metadata, generation: 1 } }]);
}

function figures(world: WorkloadWorld): readonly unknown[] {
  const { status } = world.store.get(POD_DISRUPTION_BUDGET, KEY) ?? {};
  return [
    status?.currentHealthy,
    status?.desiredHealthy,
    status?.expectedPods,
    status?.disruptionsAllowed,
    status?.observedGeneration,
    status?.disruptedPods,
    findCondition(status?.conditions, 'DisruptionAllowed')?.reason,
  ];
}

function evict(world: WorkloadWorld, pod: string): readonly unknown[] {
  const outcome = world.store.evict({ namespace: 'app', name: pod });
  if (outcome.kind !== 'refused') return [outcome.kind];
  return [outcome.code, outcome.causes?.[0]?.message];
}

function setReady(world: WorkloadWorld, pod: string, status: 'True' | 'False'): void {
  world.store.update<Pod>(POD, { namespace: 'app', name: pod }, 'status', (current) => ({
    ...current,
    status: {
      ...current.status,
      conditions: withCondition(current.status?.conditions, { type: 'Ready', status }, world.kernel.nowMs),
    },
  }));
}

test('a budget without status gets one; it follows every step of an eviction', () => {
  const world = protectedBy({ maxUnavailable: 1 });
  world.until(1);
  expect(figures(world)).toEqual([3, 2, 3, 1, 1, undefined, 'SufficientPods']);
  expect(evict(world, 'db-0')).toEqual(['done']);
  const stamp = formatTime(WORLD_START_MS + 1000);
  expect(figures(world)).toEqual([3, 2, 3, 0, 1, { 'db-0': stamp }, 'SufficientPods']);
  world.until(2);
  expect(figures(world)).toEqual([2, 2, 3, 0, 1, undefined, 'InsufficientPods']);
  world.until(4 + POD_START_MS / 1000);
  expect(figures(world)).toEqual([3, 2, 3, 1, 1, undefined, 'SufficientPods']);
});

test('two evictions of one instant cannot both pass a budget of one', () => {
  const world = protectedBy({ maxUnavailable: 1 });
  world.until(1);
  expect([evict(world, 'db-0'), evict(world, 'db-1')]).toEqual([
    ['done'],
    [429, 'The disruption budget db needs 2 healthy pods and has 3 currently'],
  ]);
});

test('until the controller has seen a new spec, evictions are refused', () => {
  const world = protectedBy({ maxUnavailable: 1 });
  world.until(1);
  world.store.update<PodDisruptionBudget>(POD_DISRUPTION_BUDGET, KEY, 'main', (current) => ({
    ...current,
    spec: { ...current.spec, maxUnavailable: 2 },
  }));
  const before = evict(world, 'db-0');
  world.until(2);
  expect([before, evict(world, 'db-0')]).toEqual([
    [429, 'The disruption budget db is still being processed by the server.'],
    ['done'],
  ]);
});

test('a granted eviction that did not happen is forgotten after 2 min', () => {
  const world = protectedBy({ maxUnavailable: 1 });
  world.until(1);
  const stamp = formatTime(WORLD_START_MS + 1000);
  world.store.update<PodDisruptionBudget>(POD_DISRUPTION_BUDGET, KEY, 'status', (current) => ({
    ...current,
    status: { ...current.status, disruptionsAllowed: 0, disruptedPods: { 'db-0': stamp } },
  }));
  setReady(world, 'db-2', 'False');
  world.until(60);
  expect(figures(world)).toEqual([2, 2, 3, 0, 1, { 'db-0': stamp }, 'InsufficientPods']);
  world.until(122);
  expect(figures(world)).toEqual([3, 2, 3, 1, 1, undefined, 'SufficientPods']);
});

test('DisruptionTarget of a pod that nobody deletes turns False after 2 min', () => {
  const world = new WorkloadWorld(SET);
  world.until(10);
  world.store.update<Pod>(POD, { namespace: 'app', name: 'db-0' }, 'status', (current) => ({
    ...current,
    status: {
      ...current.status,
      conditions: withCondition(
        current.status?.conditions,
        { type: 'DisruptionTarget', status: 'True', reason: 'EvictionByEvictionAPI' },
        world.kernel.nowMs,
      ),
    },
  }));
  const status = () =>
    findCondition(world.store.get(POD, { namespace: 'app', name: 'db-0' })?.status?.conditions, 'DisruptionTarget')
      ?.status;
  world.until(129);
  const before = status();
  world.until(131);
  expect([before, status()]).toEqual(['True', 'False']);
});

describe('a pod that is not Ready, one of three', () => {
  const needs = (count: number, has: number) => [
    429,
    `The disruption budget db needs ${count} healthy pods and has ${has} currently`,
  ];
  test.each<readonly [string, NonNullable<PodDisruptionBudget['spec']>, readonly unknown[]]>([
    ['goes where enough are healthy', { minAvailable: 2 }, ['done']],
    ['stays where they are not', { minAvailable: 3 }, needs(3, 2)],
    ['goes where none is needed', { minAvailable: 0 }, ['done']],
    ['goes always under AlwaysAllow', { minAvailable: 3, unhealthyPodEvictionPolicy: 'AlwaysAllow' }, ['done']],
  ])('%s', (_, spec, expected) => {
    const world = protectedBy(spec);
    world.until(1);
    world.truth.loseKubelet('a1');
    setReady(world, 'db-0', 'False');
    world.until(2);
    expect(evict(world, 'db-0')).toEqual(expected);
  });
});

test('a budget whose status is right is not written', () => {
  const given = budget('db', { maxUnavailable: 1 });
  const status = {
    currentHealthy: 3,
    desiredHealthy: 2,
    expectedPods: 3,
    disruptionsAllowed: 1,
    observedGeneration: 0,
  };
  const world = new WorkloadWorld([...SET, { ...given, status }]);
  world.until(86_400);
  expect([world.writes, world.kernel.processed]).toEqual([[], 0]);
});

test("the budget of OpenShift's etcd is kept even where nobody follows statuses: health checks read it", () => {
  const inEtcd = ({ metadata, ...rest }: KubeObject): KubeObject => ({
    ...rest,
    metadata: { ...metadata, namespace: 'openshift-etcd' },
  });
  const guards = ['a1', 'b1', 'c1'].map((name) => pod(`guard-${name}`, undefined, { app: 'guard' }, {}, name));
  const objects = [...guards, budget('guard', { minAvailable: 2 })].map(inEtcd);
  const world = new WorkloadWorld([...objects, budget('db', { maxUnavailable: 1 })], {}, NODES, 'settled');
  const allowed = () => world.store.list(POD_DISRUPTION_BUDGET).map(({ status }) => status?.disruptionsAllowed);
  world.until(1);
  const before = allowed();
  // The kubelet of the node is well and soon says so.
  world.markUnreachable('a1', 'keeps');
  world.until(1.003);
  const during = allowed();
  world.until(2);
  expect({ before, during, after: allowed() }).toEqual({
    before: [undefined, 1],
    during: [undefined, 0],
    after: [undefined, 1],
  });
});
