// Hard rules between pods, and the scheduler's back-off.

import { describe, expect, test } from 'vitest';
import { NODE } from '../../../core/api/node.ts';
import type { KubeObject } from '../../../core/api/object.ts';
import type { PodSpec, ReplicaSet } from '../../../core/api/workload.ts';
import { node, workload } from '../../kit/workload-objects.ts';
import { POD_START_MS, WorkloadWorld } from '../../kit/workload-world.ts';

const SETTLE_S = POD_START_MS / 1000 + 1;
const HOSTNAME = 'kubernetes.io/hostname';
const RACK = 'topology.example.com/rack';
const OWN = { matchLabels: { app: 'web' } };

/** A Deployment of so many replicas, none of them bound, whose template has more in its spec. */
function web(replicas: number, spec: PodSpec, cpu = '100m'): readonly KubeObject[] {
  return workload({ kind: 'Deployment', name: 'web', on: [], replicas, cpu }).map((object) => {
    if (object.kind !== 'ReplicaSet' && object.kind !== 'Deployment') return object;
    const own = object.spec as ReplicaSet['spec'];
    const template = { ...own?.template, spec: { ...own?.template?.spec, ...spec } };
    return { ...object, spec: { ...own, template } };
  });
}

function bound(world: WorkloadWorld): readonly string[] {
  world.until(SETTLE_S);
  return world
    .pods('web')
    .map((pod) => pod.split(' ')[0] ?? '')
    .sort();
}

const APART = (topologyKey: string): PodSpec => ({
  affinity: {
    podAntiAffinity: { requiredDuringSchedulingIgnoredDuringExecution: [{ labelSelector: OWN, topologyKey }] },
  },
});
const SPREAD = (topologyKey: string, maxSkew: number): PodSpec => ({
  topologySpreadConstraints: [{ maxSkew, topologyKey, whenUnsatisfiable: 'DoNotSchedule', labelSelector: OWN }],
});

describe('where pods with hard rules go', () => {
  test.each<readonly [string, number, PodSpec, readonly string[]]>([
    [
      'anti-affinity by host: one each, the rest waits',
      8,
      APART(HOSTNAME),
      ['-', '-', 'a1', 'a2', 'b1', 'b2', 'c1', 'c2'],
    ],
    ['anti-affinity by rack: one a rack', 4, APART(RACK), ['-', 'a1', 'b1', 'c1']],
    ['a key that no node has does not keep apart', 2, APART('no.such/key'), ['a1', 'b1']],
    [
      'affinity by rack: all follow the first',
      3,
      {
        affinity: {
          podAffinity: { requiredDuringSchedulingIgnoredDuringExecution: [{ labelSelector: OWN, topologyKey: RACK }] },
        },
      },
      ['a1', 'a1', 'a2'],
    ],
    ['spread over hosts by one', 7, SPREAD(HOSTNAME, 1), ['a1', 'a1', 'a2', 'b1', 'b2', 'c1', 'c2']],
    [
      'only domains that the pod can go to count',
      3,
      { ...SPREAD(RACK, 1), nodeSelector: { [RACK]: 'a' } },
      ['a1', 'a1', 'a2'],
    ],
    ['spread over a key that no node has: nowhere', 1, SPREAD('no.such/key', 1), ['-']],
  ])('%s', (_, replicas, spec, expected) => {
    expect(bound(new WorkloadWorld(web(replicas, spec)))).toEqual(expected);
  });

  test('one that waits goes to a node that joins', () => {
    const world = new WorkloadWorld(web(3, APART(HOSTNAME)), {}, ['a1', 'b1']);
    const before = bound(world);
    world.store.create(NODE, node('late', 'c'));
    world.markReady('late');
    world.until(30);
    expect([before, world.pods('web').filter((pod) => pod.startsWith('late'))]).toEqual([
      ['-', 'a1', 'b1'],
      ['late Running'],
    ]);
  });
});

test('a pod that fits nowhere is tried again after 1, 2, 4, 8 and then 10 s, however often something changes', () => {
  const tried: number[] = [];
  const world = new WorkloadWorld(web(1, {}, '64'));
  world.events.onEvent(({ reason }) => {
    if (reason === 'FailedScheduling') tried.push(Math.round(world.seconds()));
  });
  for (let tenth = 1; tenth < 400; tenth++) {
    world.until(tenth / 10);
    world.setTaints('a1', [{ key: `k${tenth}`, effect: 'NoSchedule' }]);
  }
  expect(tried).toEqual([0, 1, 3, 7, 15, 25, 35]);
});
