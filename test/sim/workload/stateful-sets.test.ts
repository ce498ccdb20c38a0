// StatefulSets: sizes, updates with partition, at most one pod per identity, status.

import { describe, expect, test } from 'vitest';
import { POD, STATEFUL_SET, type StatefulSet } from '../../../core/api/workload.ts';
import { workload } from '../../kit/workload-objects.ts';
import { POD_START_MS, WorkloadWorld } from '../../kit/workload-world.ts';

const KEY = { namespace: 'app', name: 'db' };
const START_S = POD_START_MS / 1000;

type Spec = NonNullable<StatefulSet['spec']>;
type Policy = NonNullable<Spec['podManagementPolicy']>;

function set(policy: Policy = 'OrderedReady', on: readonly string[] = ['a1', 'b1', 'c1']): WorkloadWorld {
  return new WorkloadWorld(workload({ kind: 'StatefulSet', name: 'db', on, policy, cpu: '100m' }));
}

function change(world: WorkloadWorld, spec: Partial<Spec>): void {
  world.store.update<StatefulSet>(STATEFUL_SET, KEY, 'main', (current) => ({
    ...current,
    spec: { ...current.spec, ...spec },
  }));
}

function withImage(world: WorkloadWorld, image: string): Partial<Spec> {
  const template = world.store.get(STATEFUL_SET, KEY)?.spec?.template;
  return { template: { ...template, spec: { ...template?.spec, containers: [{ name: image }] } } };
}

/** `ordinal image` of each pod. */
function images(world: WorkloadWorld): readonly string[] {
  return world.store.list(POD).map(({ metadata, spec }) => `${metadata.name.slice(3)} ${spec?.containers?.[0]?.name}`);
}

/** `+second ordinal` at which each pod was first marked for deletion. */
function deletions(world: WorkloadWorld): readonly string[] {
  const seen: string[] = [];
  world.store.tap(({ before, after }) => {
    if (after?.kind !== 'Pod' || after.metadata.deletionTimestamp === before?.metadata.deletionTimestamp) return;
    if (after.metadata.deletionTimestamp !== undefined)
      seen.push(`+${Math.round(world.seconds())} ${after.metadata.name.slice(3)}`);
  });
  return seen;
}

function status(world: WorkloadWorld): readonly unknown[] {
  const found = world.store.get(STATEFUL_SET, KEY)?.status;
  const isUpdated = found?.currentRevision === found?.updateRevision;
  return [found?.replicas, found?.readyReplicas, found?.currentReplicas, found?.updatedReplicas, isUpdated];
}

describe('sizes', () => {
  test.each<readonly [Policy, readonly string[]]>([
    // Each stops in 2 s, and the next goes when it is gone.
    ['OrderedReady', ['+0 2', '+2 1']],
    ['Parallel', ['+0 2', '+0 1']],
  ])('down to one, %s', (policy, expected) => {
    const world = set(policy);
    const seen = deletions(world);
    change(world, { replicas: 1 });
    world.until(30);
    expect([seen, world.pods('db'), status(world)]).toEqual([expected, ['a1 Running'], [1, 1, 1, 1, true]]);
  });

  test.each<readonly [Policy, number]>([
    ['OrderedReady', 4],
    ['Parallel', 5],
  ])('up by two, %s', (policy, afterOneSecond) => {
    const world = set(policy);
    change(world, { replicas: 5 });
    world.until(1);
    const soon = world.pods('db').length;
    world.until(3 * START_S);
    expect([soon, status(world)]).toEqual([afterOneSecond, [5, 5, 5, 5, true]]);
  });

  test('a surplus pod on a dead node holds the ordered shrinking back', () => {
    const world = set();
    world.truth.die('c1');
    world.until(60);
    world.markUnreachable('c1', 'keeps');
    change(world, { replicas: 1 });
    world.until(3600);
    expect(world.pods('db')).toEqual(['a1 Running', 'b1 Running', 'c1 Terminating']);
  });

  test('ordinals may start elsewhere', () => {
    const world = new WorkloadWorld(workload({ kind: 'StatefulSet', name: 'db', on: [], replicas: 2 }));
    change(world, { ordinals: { start: 5 } });
    world.until(3 * START_S);
    expect(world.store.list(POD).map(({ metadata }) => metadata.name)).toEqual(['db-5', 'db-6']);
  });
});

describe('a changed template', () => {
  test.each<readonly [string, Spec['updateStrategy'], readonly string[], readonly unknown[]]>([
    ['goes from the highest ordinal down', undefined, ['0 two', '1 two', '2 two'], [3, 3, 3, 3, true]],
    ['stops at the partition', { rollingUpdate: { partition: 2 } }, ['0 main', '1 main', '2 two'], [3, 3, 2, 1, false]],
    ['waits for deletions', { type: 'OnDelete' }, ['0 main', '1 main', '2 main'], [3, 3, 3, 0, false]],
  ])('%s', (_, updateStrategy, expected, figures) => {
    const world = set();
    change(world, { ...withImage(world, 'two'), ...(updateStrategy === undefined ? {} : { updateStrategy }) });
    world.until(100);
    expect([images(world), status(world)]).toEqual([expected, figures]);
    expect(world.pods('db').every((pod) => pod.endsWith('Running'))).toBe(true);
  });

  test('one at a time, each when the one before is Ready again', () => {
    const world = set('Parallel');
    const seen = deletions(world);
    change(world, withImage(world, 'two'));
    world.until(100);
    // 2 s to stop and 8 s to start, each.
    expect(seen).toEqual(['+0 2', '+10 1', '+20 0']);
  });

  test('a pod below the partition that is lost comes back in its former revision', () => {
    const world = set();
    change(world, { ...withImage(world, 'two'), updateStrategy: { rollingUpdate: { partition: 2 } } });
    world.until(50);
    world.forceDelete('db-0');
    world.until(70);
    expect(images(world)).toEqual(['0 main', '1 main', '2 two']);
  });

  test('OnDelete: a deleted pod comes back in the new one', () => {
    const world = set();
    change(world, { ...withImage(world, 'two'), updateStrategy: { type: 'OnDelete' } });
    world.until(10);
    world.forceDelete('db-1');
    world.until(30);
    expect(images(world)).toEqual(['0 main', '1 two', '2 main']);
  });
});
