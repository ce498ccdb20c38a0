// Deployments: rollouts within their limits, sizes, revisions, status.

import { describe, expect, test } from 'vitest';
import { findCondition } from '../../../core/api/conditions.ts';
import { DEPLOYMENT, type Deployment, POD, REPLICA_SET } from '../../../core/api/workload.ts';
import { limitsOf, newReplicas, oldReplicas, proportional } from '../../../sim/workload/rollout.ts';
import { fc } from '../../kit/property.ts';
import { uidOf, workload } from '../../kit/workload-objects.ts';
import { POD_START_MS, WorkloadWorld } from '../../kit/workload-world.ts';

const KEY = { namespace: 'app', name: 'web' };
const START_S = POD_START_MS / 1000;

type Spec = NonNullable<Deployment['spec']>;

function change(world: WorkloadWorld, spec: Partial<Spec>): void {
  world.store.update<Deployment>(DEPLOYMENT, KEY, 'main', (current) => ({
    ...current,
    spec: { ...current.spec, ...spec },
  }));
}

/** Another template: the image of its one container. */
function withImage(world: WorkloadWorld, image: string): Partial<Spec> {
  const template = world.store.get(DEPLOYMENT, KEY)?.spec?.template;
  return { template: { ...template, spec: { ...template?.spec, containers: [{ name: image }] } } };
}

/** `revision replicas` of each ReplicaSet, in order of revision; the one of the start has revision 0. */
function revisions(world: WorkloadWorld): readonly string[] {
  return world.store
    .list(REPLICA_SET)
    .map(
      ({ metadata, spec }) => `${metadata.annotations?.['deployment.kubernetes.io/revision'] ?? 0} ${spec?.replicas}`,
    )
    .sort();
}

function figures(world: WorkloadWorld): readonly unknown[] {
  const { status } = world.store.get(DEPLOYMENT, KEY) ?? {};
  return [
    status?.replicas,
    status?.updatedReplicas,
    status?.availableReplicas,
    status?.unavailableReplicas,
    findCondition(status?.conditions, 'Available')?.status,
    findCondition(status?.conditions, 'Progressing')?.reason,
  ];
}

/** The fewest Ready and the most existing pods (terminating ones apart) of any instant from here to `untilS`. */
function extremes(world: WorkloadWorld, untilS: number): readonly [number, number] {
  let fewest = Number.POSITIVE_INFINITY;
  let most = 0;
  for (let second = world.seconds(); second <= untilS; second += 0.5) {
    world.until(second);
    const live = world.store.list(POD).filter(({ metadata }) => metadata.deletionTimestamp === undefined);
    fewest = Math.min(fewest, world.pods('web').filter((pod) => pod.endsWith('Running')).length);
    most = Math.max(most, live.length);
  }
  return [fewest, most];
}

const FOUR = workload({ kind: 'Deployment', name: 'web', on: ['a1', 'a2', 'b1', 'c1'], cpu: '100m' });

describe('a changed template', () => {
  test.each<readonly [string, Spec['strategy'], readonly [number, number], number]>([
    ['25 % of 4: one more, one less', undefined, [3, 5], 2 * START_S + 2],
    ['one more, none less', { rollingUpdate: { maxSurge: 1, maxUnavailable: 0 } }, [4, 5], 4 * START_S + 4],
    ['none more, one less', { rollingUpdate: { maxSurge: 0, maxUnavailable: 1 } }, [3, 4], 4 * START_S + 4],
    ['all at once', { rollingUpdate: { maxSurge: '100%', maxUnavailable: 0 } }, [4, 8], START_S + 2],
    ['Recreate', { type: 'Recreate' }, [0, 4], START_S + 6],
  ])('rolls out: %s', (_, strategy, expected, forS) => {
    const world = new WorkloadWorld(FOUR);
    change(world, { ...withImage(world, 'two'), ...(strategy === undefined ? {} : { strategy }) });
    expect(extremes(world, forS)).toEqual(expected);
    world.until(forS + 10);
    expect(revisions(world)).toEqual(['0 0', '1 4']);
    expect(figures(world)).toEqual([4, 4, 4, 0, 'True', 'NewReplicaSetAvailable']);
    expect(world.pods('web')).toEqual(
      ['Running', 'Running', 'Running', 'Running'].map((state) => expect.stringContaining(state)),
    );
  });

  test('the revision stands on both; going back to a former template takes its ReplicaSet', () => {
    const world = new WorkloadWorld(FOUR);
    const former = world.store.get(DEPLOYMENT, KEY)?.spec?.template;
    change(world, withImage(world, 'two'));
    world.until(60);
    expect(world.store.get(DEPLOYMENT, KEY)?.metadata.annotations).toEqual({
      'deployment.kubernetes.io/revision': '1',
    });
    change(world, former === undefined ? {} : { template: former });
    world.until(120);
    expect(revisions(world)).toEqual(['0 4', '1 0']);
    expect(world.loops.availability.totals()).toMatchObject({ workloadUnavailableMs: 0 });
  });

  test('that never becomes available stops at its limits', () => {
    const world = new WorkloadWorld(FOUR);
    const template = world.store.get(DEPLOYMENT, KEY)?.spec?.template;
    change(world, { template: { ...template, spec: { ...template?.spec, nodeSelector: { no: 'where' } } } });
    world.until(3600);
    expect(revisions(world)).toEqual(['0 3', '1 2']);
    expect(figures(world)).toEqual([5, 2, 3, 2, 'True', 'ReplicaSetUpdated']);
  });

  test('old revisions beyond the limit are deleted once a rollout is complete', () => {
    const world = new WorkloadWorld(FOUR);
    change(world, { revisionHistoryLimit: 1 });
    for (const [index, image] of ['two', 'three', 'four'].entries()) {
      change(world, withImage(world, image));
      world.until((index + 1) * 60);
    }
    expect(revisions(world)).toEqual(['2 0', '3 4']);
  });
});

describe('sizes', () => {
  test.each([
    ['up', 6, 6],
    ['down', 1, 1],
    ['to nothing', 0, 0],
  ])('%s', (_, replicas, running) => {
    const world = new WorkloadWorld(FOUR);
    change(world, { replicas });
    world.until(30);
    expect(world.pods('web').filter((pod) => pod.endsWith('Running'))).toHaveLength(running);
    expect(revisions(world)).toEqual([`0 ${replicas}`]);
    expect(figures(world).slice(0, 4)).toEqual([replicas, replicas, replicas, 0]);
  });

  test('a new Deployment makes its ReplicaSet and its pods; deleted, all go with it', () => {
    const world = new WorkloadWorld([]);
    const [given] = FOUR;
    if (given === undefined) throw new Error('a Deployment comes first');
    world.store.create(DEPLOYMENT, {
      ...given,
      metadata: { name: 'web', namespace: 'app', uid: uidOf('x', 'x') } as never,
    });
    world.until(2 * START_S);
    expect(revisions(world)).toEqual(['1 4']);
    expect(figures(world)).toEqual([4, 4, 4, 0, 'True', 'NewReplicaSetAvailable']);
    world.store.delete(DEPLOYMENT, KEY);
    world.until(3 * START_S);
    expect([revisions(world), world.pods('web')]).toEqual([[], []]);
  });

  test('what goes first: not bound, then not Ready, then the cheapest to delete, then doubled on a node', () => {
    const world = new WorkloadWorld(
      workload({ kind: 'Deployment', name: 'web', on: ['a1', 'b1', 'b1', 'c1'], cpu: '1' }),
    );
    world.store.update(POD, { namespace: 'app', name: 'web-7d4b9-0' }, 'main', (pod) => ({
      ...pod,
      metadata: { ...pod.metadata, annotations: { 'controller.kubernetes.io/pod-deletion-cost': '-1' } },
    }));
    const gone: string[] = [];
    world.store.tap(({ type, before }) => {
      if (type === 'DELETED' && before?.kind === 'Pod') gone.push(before.metadata.name);
    });
    for (const replicas of [3, 2]) {
      change(world, { replicas });
      world.until(world.seconds() + 10);
    }
    expect(gone).toEqual(['web-7d4b9-0', 'web-7d4b9-2']);
  });
});

describe('arithmetic', () => {
  test.each([
    [10, undefined, { replicas: 10, maxSurge: 3, maxUnavailable: 2 }],
    [10, { maxSurge: 0, maxUnavailable: 0 }, { replicas: 10, maxSurge: 0, maxUnavailable: 1 }],
    [3, { maxSurge: '0%', maxUnavailable: '10%' }, { replicas: 3, maxSurge: 0, maxUnavailable: 1 }],
    [10, { maxSurge: 0, maxUnavailable: 20 }, { replicas: 10, maxSurge: 0, maxUnavailable: 10 }],
  ])('limits of %i with %j', (replicas, rolling, expected) => {
    expect(limitsOf(replicas, rolling)).toEqual(expected);
  });

  // deploymentReplicas 10: [maxSurge, old, new] to the new one's size.
  test.each([
    [0, 10, 0, 0],
    [2, 10, 0, 2],
    [2, 5, 0, 7],
    [2, 10, 2, 2],
    [2, 2, 11, 10],
  ])('surge %i, old %i, new %i: %i', (maxSurge, old, current, expected) => {
    expect(newReplicas(current, old, { replicas: 10, maxSurge, maxUnavailable: 0 })).toBe(expected);
  });

  // [maxUnavailable, old, new, ready of old, ready of new] to the old one's size.
  test.each([
    [0, 10, 0, 10, 0, 10],
    [2, 10, 0, 10, 0, 8],
    [2, 10, 0, 8, 0, 8],
    [2, 10, 0, 9, 0, 8],
    [2, 8, 2, 8, 0, 8],
    [2, 10, 2, 8, 2, 6],
    [2, 8, 2, 6, 0, 8],
  ])(
    'unavailable %i, old %i, new %i, available %i and %i: %i',
    (maxUnavailable, old, current, oldReady, newReady, expected) => {
      const limits = { replicas: 10, maxSurge: 0, maxUnavailable };
      expect(
        oldReplicas({ replicas: current, available: newReady }, [{ replicas: old, available: oldReady }], limits),
      ).toEqual([expected]);
    },
  );

  test('a changed size is shared out in proportion and adds up', () => {
    expect(proportional([8, 5], 13, { replicas: 20, maxSurge: 0, maxUnavailable: 0 })).toEqual([12, 8]);
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 1, max: 50 }), { minLength: 2, maxLength: 5 }),
        fc.integer({ min: 1, max: 200 }),
        (sizes, replicas) => {
          const former = sizes.reduce((total, size) => total + size, 0);
          const next = proportional(sizes, former, { replicas, maxSurge: 2, maxUnavailable: 0 });
          expect(next.every((size) => size >= 0)).toBe(true);
          expect(next.reduce((total, size) => total + size, 0)).toBe(replicas + 2);
        },
      ),
    );
  });
});
