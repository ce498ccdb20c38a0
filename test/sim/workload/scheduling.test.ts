// Where pods go, and what keeps them waiting.

import { describe, expect, test } from 'vitest';
import type { KubeObject } from '../../../core/api/object.ts';
import { fc } from '../../kit/property.ts';
import { node, pod, workload } from '../../kit/workload-objects.ts';
import { POD_START_MS, WorkloadWorld } from '../../kit/workload-world.ts';

const SETTLE_S = POD_START_MS / 1000 + 1;

/** Node of each pod of `web` after its pod on a1 was deleted. */
function afterDelete(objects: readonly KubeObject[], nodes?: readonly string[]): readonly string[] {
  const world = new WorkloadWorld(objects, {}, nodes);
  world.forceDelete('web-7d4b9-0');
  world.until(SETTLE_S);
  return world.pods('web');
}

function web(change: Partial<Parameters<typeof workload>[0]> = {}): readonly KubeObject[] {
  return workload({ kind: 'Deployment', name: 'web', on: ['a1'], ...change });
}

describe('a replaced pod', () => {
  const NO_SCHEDULE = { key: 'dedicated', effect: 'NoSchedule' } as const;
  test.each<readonly [string, readonly KubeObject[], readonly string[] | undefined, readonly string[]]>([
    ['goes to the first node by name when all are equal', web(), undefined, ['a1 Running']],
    [
      'avoids racks of its siblings',
      web({ on: ['a1', 'b1', 'c2'] }),
      undefined,
      ['b1 Running', 'c2 Running', 'a1 Running'],
    ],
    [
      'prefers the node with the smallest share requested',
      [...web(), ...workload({ kind: 'Deployment', name: 'fat', on: ['a1', 'a2'], cpu: '4' })],
      undefined,
      ['b1 Running'],
    ],
    [
      'passes over nodes that are too small',
      [...web({ cpu: '3' }), node('a1', 'a', { cpu: '2' }), node('a2', 'a', { cpu: '2999m' })],
      undefined,
      ['b1 Running'],
    ],
    [
      'passes over taints that it does not tolerate',
      [...web(), node('a1', 'a', { taints: [NO_SCHEDULE] })],
      ['a1', 'a2'],
      ['a2 Running'],
    ],
    [
      'takes nodes with PreferNoSchedule last',
      [...web(), node('a1', 'a', { taints: [{ key: 'worn', effect: 'PreferNoSchedule' }] })],
      ['a1', 'a2'],
      ['a2 Running'],
    ],
    ['waits where its node selector matches nothing', web({ nodeSelector: { zone: 'x' } }), undefined, ['- Pending']],
    [
      'waits when nothing is left',
      [...web({ cpu: '6' }), ...workload({ kind: 'Deployment', name: 'fat', on: ['a1', 'a2'], cpu: '4' })],
      ['a1', 'a2'],
      ['- Pending'],
    ],
  ])('%s', (_, objects, nodes, expected) => {
    expect(afterDelete(objects, nodes)).toEqual(expected);
  });

  test('that fits nowhere is bound once a Node changes so that it fits', () => {
    const world = new WorkloadWorld(web({ cpu: '6' }), {}, ['a1']);
    world.setTaints('a1', [{ key: 'dedicated', effect: 'NoSchedule' }]);
    world.forceDelete('web-7d4b9-0');
    world.until(100);
    expect(world.pods('web')).toEqual(['- Pending']);
    const events = world.kernel.processed;
    world.until(5000);
    expect(world.kernel.processed).toBe(events);
    world.setTaints('a1', []);
    world.until(5000 + 1 + SETTLE_S);
    expect(world.pods('web')).toEqual(['a1 Running']);
  });
});

test('no node is ever given more than it has, whatever is asked for', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 100, max: 5000 }), { minLength: 1, maxLength: 30 }), (sizes) => {
      const objects = sizes.flatMap((milli, index) =>
        workload({ kind: 'Deployment', name: `w${index}`, on: [], replicas: 1, cpu: `${milli}m` }),
      );
      const world = new WorkloadWorld(objects);
      world.until(60);
      const used = new Map<string, number>();
      for (const [index, milli] of sizes.entries()) {
        const [place = ''] = world.pods(`w${index}-`)[0]?.split(' ') ?? [];
        if (place !== '-') used.set(place, (used.get(place) ?? 0) + milli);
      }
      for (const [, milli] of used) expect(milli).toBeLessThanOrEqual(8000);
    }),
    { numRuns: 50 },
  );
});

describe('owners', () => {
  test('a set of 60 complete workloads starts without a write or an event', () => {
    const objects = Array.from({ length: 60 }, (_, n) =>
      workload({
        kind: n % 2 === 0 ? 'Deployment' : 'StatefulSet',
        name: `w${n}`,
        on: ['a1', 'b1', 'c1'],
        volume: n % 4 === 1,
        cpu: '10m',
      }),
    ).flat();
    const world = new WorkloadWorld(objects);
    world.until(86_400);
    expect([world.writes, world.kernel.processed]).toEqual([[], 0]);
    expect(world.loops.availability.totals()).toMatchObject({ workloadUnavailableMs: 0, lostReplicaMs: 0 });
  });

  test('a pod that was Pending because its node is off stays so, and starts when the node is back', () => {
    const objects = [...web({ on: [undefined], nodeSelector: { 'kubernetes.io/hostname': 'a1' } })];
    const world = new WorkloadWorld(objects);
    world.setTaints('a1', [{ key: 'node.kubernetes.io/unreachable', effect: 'NoSchedule' }]);
    world.writes.length = 0;
    world.until(1000);
    expect(world.writes).toEqual([]);
    world.setTaints('a1', []);
    world.until(1001 + SETTLE_S);
    expect(world.pods('web')).toEqual(['a1 Running']);
    expect(world.loops.excluded).toEqual([{ workload: 'app/web', reason: 'pinned to one host' }]);
    expect(world.loops.podsMoved).toBe(0);
  });

  test('a Deployment without its ReplicaSet keeps its pods and replaces them', () => {
    const world = new WorkloadWorld(web({ on: ['a1', 'b1'], withoutReplicaSet: true }));
    world.until(100);
    expect(world.writes).toEqual([]);
    world.forceDelete('web-7d4b9-0');
    world.until(100 + SETTLE_S);
    expect(world.pods('web')).toEqual(['b1 Running', 'a1 Running']);
  });

  test.each([
    ['OrderedReady: only when the lower one is ready', 'OrderedReady', 2],
    ['Parallel: all at once', 'Parallel', 3],
  ] as const)('two lost pods of a StatefulSet, %s', (_, policy, podsAfterOneSecond) => {
    const world = new WorkloadWorld(workload({ kind: 'StatefulSet', name: 'db', on: ['a1', 'b1', 'c1'], policy }));
    world.forceDelete('db-1');
    world.forceDelete('db-0');
    world.until(1);
    expect(world.pods('db')).toHaveLength(podsAfterOneSecond);
    world.until(1 + 2 * SETTLE_S);
    expect(world.pods('db')).toEqual(['a1 Running', 'b1 Running', 'c1 Running']);
  });

  test('a bare pod that is deleted is not made again', () => {
    const world = new WorkloadWorld([pod('lonely', undefined, {}, {}, 'a1')]);
    world.forceDelete('lonely');
    world.until(100);
    expect(world.pods('lonely')).toEqual([]);
  });
});
