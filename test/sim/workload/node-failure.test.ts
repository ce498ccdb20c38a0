// What happens to pods when their node goes silent, dies, comes back, is deleted or taken out of service. Times are seconds
// after the start; node lifecycle is played by the test, at 60 s.

import { describe, expect, test } from 'vitest';
import type { Pod } from '../../../core/api/workload.ts';
import { OUT_OF_SERVICE, workload } from '../../kit/workload-objects.ts';
import { POD_START_MS, WorkloadWorld } from '../../kit/workload-world.ts';

const START_S = POD_START_MS / 1000;
/** Taint at 60 s, default toleration 300 s, watch lag 2 ms. */
const EVICTED_S = 360.002;

const WEB = workload({ kind: 'Deployment', name: 'web', on: ['a1', 'b1'] });
const DB = workload({ kind: 'StatefulSet', name: 'db', on: ['a1', 'b1', 'c1'], volume: true });
const SHOP = workload({ kind: 'Deployment', name: 'shop', on: ['a1'], volume: true });

function deadAt10(world: WorkloadWorld): void {
  world.until(10);
  world.truth.die('a1');
  world.until(60);
  world.markUnreachable('a1');
}

describe('a node that is silent for 20 s', () => {
  test.each([
    ['kubelet only', (world: WorkloadWorld) => world.truth.loseKubelet('a1'), 0],
    ['cut off by the network', (world: WorkloadWorld) => world.truth.isolate('a1'), 20],
  ])('%s: nothing is written, nothing moves', (_, silence, lostSeconds) => {
    const world = new WorkloadWorld([...WEB, ...DB, ...SHOP]);
    world.until(10);
    silence(world);
    world.until(30);
    world.truth.recover('a1');
    world.until(1000);
    expect(world.writes).toEqual([]);
    expect(world.kernel.processed).toBe(0);
    expect(world.unavailableSeconds('shop')).toBe(lostSeconds);
    expect(world.unavailableSeconds('web')).toBe(0);
  });

  test('marked Unknown meanwhile: the kubelet writes Ready again and no pod moves', () => {
    const world = new WorkloadWorld(WEB);
    world.truth.loseKubelet('a1');
    world.until(55);
    world.markUnreachable('a1');
    world.until(100);
    world.truth.recover('a1');
    world.until(100.001);
    expect(world.pods('web')).toEqual(['a1 NotReady', 'b1 Running']);
    world.markReady('a1');
    world.until(1000);
    expect(world.pods('web')).toEqual(['a1 Running', 'b1 Running']);
    expect(world.loops.podsMoved).toBe(0);
    expect(world.loops.availability.totals()).toMatchObject({ lostReplicaMs: 0 });
  });

  test('through a reboot: containers are lost and start again where they were', () => {
    const world = new WorkloadWorld(SHOP);
    world.until(10);
    world.truth.die('a1');
    world.until(50);
    world.truth.boot('a1');
    world.until(100);
    expect(world.pods('shop')).toEqual(['a1 Running']);
    expect(world.changedAvailability).toEqual(['+10 app/shop unavailable', `+${50.002 + START_S} app/shop available`]);
    expect(world.writes).toEqual([
      '+50.002 MODIFIED Pod app/shop-7d4b9-0',
      '+50.004 MODIFIED ReplicaSet app/shop-7d4b9',
      '+50.006 MODIFIED Deployment app/shop',
      `+${50.002 + START_S} MODIFIED Pod app/shop-7d4b9-0`,
      `+${50.004 + START_S} MODIFIED ReplicaSet app/shop-7d4b9`,
      `+${50.006 + START_S} MODIFIED Deployment app/shop`,
    ]);
  });
});

test('a boot that no one saw going down costs the containers all the same', () => {
  const world = new WorkloadWorld(SHOP);
  world.until(10);
  world.truth.boot('a1');
  world.until(100);
  expect(world.unavailableSeconds('shop')).toBe(START_S + 0.002);
  expect(world.writes.filter((write) => write.includes(' Pod '))).toHaveLength(2);
});

describe('a dead node', () => {
  test('a Deployment runs elsewhere after the toleration, away from its siblings; the old pod stays Terminating', () => {
    const world = new WorkloadWorld(WEB);
    deadAt10(world);
    world.until(EVICTED_S - 0.001);
    expect(world.pods('web')).toEqual(['a1 NotReady', 'b1 Running']);
    world.until(EVICTED_S + START_S + 1);
    expect(world.pods('web')).toEqual(['a1 Terminating', 'b1 Running', 'a2 Running']);
    expect(world.loops.podsMoved).toBe(1);
    expect(world.loops.availability.totals().lostReplicaMs).toBe((EVICTED_S + START_S - 10) * 1000 + 6);
  });

  test('a ReadWriteOnce volume holds the successor back until the pod object is gone and 6 min more', () => {
    const world = new WorkloadWorld(SHOP);
    deadAt10(world);
    world.until(1000);
    expect(world.pods('shop')).toEqual(['a1 Terminating', 'a2 Pending']);
    expect(world.attachedTo()).toEqual(['a1']);
    world.forceDelete('shop-7d4b9-0');
    world.until(1359.9);
    expect(world.pods('shop')).toEqual(['a2 Pending']);
    world.until(1361 + START_S);
    expect(world.pods('shop')).toEqual(['a2 Running']);
    expect(world.attachedTo()).toEqual(['a2']);
    expect(world.unavailableSeconds('shop')).toBeCloseTo(1360 - 10 + START_S, 1);
  });

  test('a StatefulSet has no second pod of the identity while the old one stands', () => {
    const world = new WorkloadWorld(DB);
    deadAt10(world);
    world.until(86_400);
    expect(world.pods('db')).toEqual(['a1 Terminating', 'b1 Running', 'c1 Running']);
  });

  test.each([
    ['OrderedReady', ['a1 NotReady', 'b1 Running']],
    ['Parallel', ['a1 NotReady', 'b1 Running', 'c1 Running']],
  ] as const)('a lost higher ordinal behind one that is not ready, %s', (policy, expected) => {
    const world = new WorkloadWorld(workload({ kind: 'StatefulSet', name: 'db', on: ['a1', 'b1', 'c1'], policy }));
    world.truth.die('a1');
    world.until(60);
    world.markUnreachable('a1');
    world.forceDelete('db-2');
    world.until(100);
    expect(world.pods('db')).toEqual(expected);
  });

  test('the Node is deleted: pods go within 60 to 80 s, volumes 6 min later', () => {
    const world = new WorkloadWorld(DB);
    deadAt10(world);
    world.until(100);
    world.deleteNode('a1');
    world.until(160);
    expect(world.pods('db')).toEqual(['a1 NotReady', 'b1 Running', 'c1 Running']);
    world.until(181);
    expect(world.pods('db')).toEqual(['a2 Pending', 'b1 Running', 'c1 Running']);
    const goneAt = Number(world.writes.find((write) => write.includes('DELETED Pod'))?.match(/\d+\.?\d*/)?.[0]);
    world.until(goneAt + 359);
    expect(world.attachedTo()).toEqual(['a1', 'b1', 'c1']);
    world.until(goneAt + 361 + START_S);
    expect(world.pods('db')).toEqual(['a2 Running', 'b1 Running', 'c1 Running']);
  });

  test.each<readonly [string, (world: WorkloadWorld) => void, readonly string[]]>([
    ['of a Node that is gone', (world) => world.deleteNode('a1'), ['Failed DeletionByPodGC']],
    ['of one out of service', (world) => world.setTaints('a1', [OUT_OF_SERVICE]), ['Failed DeletionByTaintManager']],
  ])('pod GC: a pod %s is Failed before it goes', (_, happens, expected) => {
    const world = new WorkloadWorld(DB);
    deadAt10(world);
    world.until(expected[0]?.endsWith('PodGC') === true ? 100 : 400);
    const last: string[] = [];
    world.store.tap(({ type, before }) => {
      if (type !== 'DELETED' || before?.kind !== 'Pod') return;
      const { phase, conditions } = (before as Pod).status ?? {};
      last.push(`${phase} ${conditions?.find(({ type: is }) => is === 'DisruptionTarget')?.reason}`);
    });
    happens(world);
    world.until(600);
    expect(last).toEqual(expected);
  });

  test('out-of-service frees a terminating pod and its volume at once', () => {
    const world = new WorkloadWorld(DB);
    deadAt10(world);
    world.until(400);
    world.setTaints('a1', [OUT_OF_SERVICE]);
    world.until(421 + START_S);
    expect(world.pods('db')).toEqual(['a2 Running', 'b1 Running', 'c1 Running']);
    expect([...world.attachedTo()].sort()).toEqual(['a2', 'b1', 'c1']);
  });

  test('the node comes back: the kubelet removes what is terminating, the successor follows', () => {
    const world = new WorkloadWorld([...DB, ...SHOP]);
    deadAt10(world);
    world.until(900);
    world.truth.boot('a1');
    world.markReady('a1');
    world.until(920);
    expect(world.pods('db-0')).toEqual(['a1 Running']);
    expect(world.pods('shop')).toEqual(['a2 Running']);
    expect([...world.attachedTo()].sort()).toEqual(['a1', 'a2', 'b1', 'c1']);
  });
});

test('a dead kubelet leaves pods serving by truth while the API says they are not', () => {
  const world = new WorkloadWorld(SHOP);
  world.until(10);
  world.truth.loseKubelet('a1');
  world.until(60);
  world.markUnreachable('a1', 'keeps');
  world.until(160);
  expect(world.loops.availability.totals()).toMatchObject({
    workloadUnavailableMs: 0,
    workloadUnavailableApiMs: 100_000,
  });
});

test('a pool that accepts no I/O takes the workloads on it down and up again, without a write', () => {
  const world = new WorkloadWorld([...DB, ...WEB]);
  world.until(10);
  world.storage.set(0, false);
  world.until(40);
  world.storage.set(0, true);
  world.until(100);
  expect([world.unavailableSeconds('db'), world.unavailableSeconds('web'), world.writes.length]).toEqual([30, 0, 0]);
});
