// DaemonSets: a pod on every node that is meant, kept there, and made again with the node.

import { expect, test } from 'vitest';
import { NODE, TAINT_UNREACHABLE, type Taint } from '../../../core/api/node.ts';
import type { KubeObject } from '../../../core/api/object.ts';
import { DAEMON_SET, POD, type PodSpec } from '../../../core/api/workload.ts';
import { node, pod, uidOf } from '../../kit/workload-objects.ts';
import { POD_START_MS, WorkloadWorld } from '../../kit/workload-world.ts';

const NODES = ['a1', 'a2', 'b1'];
const SETTLE_S = POD_START_MS / 1000 + 1;
const DEDICATED: Taint = { key: 'dedicated', effect: 'NoSchedule' };

function agent(spec: PodSpec = {}): KubeObject {
  return {
    apiVersion: 'apps/v1',
    kind: 'DaemonSet',
    metadata: { name: 'agent', namespace: 'app', uid: uidOf('DaemonSet', 'agent'), resourceVersion: '' },
    spec: {
      selector: { matchLabels: { app: 'agent' } },
      template: { metadata: { labels: { app: 'agent' } }, spec: { ...spec, containers: [{ name: 'main' }] } },
    },
  };
}

function running(nodes: readonly string[]): readonly KubeObject[] {
  const tolerations = ['node.kubernetes.io/not-ready', TAINT_UNREACHABLE].map((key) => ({
    key,
    operator: 'Exists',
    effect: 'NoExecute',
  }));
  return nodes.map((name) =>
    pod(`agent-${name}`, { kind: 'DaemonSet', name: 'agent' }, { app: 'agent' }, { tolerations }, name),
  );
}

function places(world: WorkloadWorld): readonly string[] {
  return [...world.pods('agent')].sort();
}

function status(world: WorkloadWorld): readonly unknown[] {
  const found = world.store.get(DAEMON_SET, { namespace: 'app', name: 'agent' })?.status;
  return [found?.desiredNumberScheduled, found?.currentNumberScheduled, found?.numberReady, found?.numberMisscheduled];
}

test('a set without pods gets one on every node, bound by the scheduler through its affinity', () => {
  const world = new WorkloadWorld([agent()], {}, NODES);
  world.until(SETTLE_S);
  expect(places(world)).toEqual(['a1 Running', 'a2 Running', 'b1 Running']);
  expect(status(world)).toEqual([3, 3, 3, 0]);
});

test.each<readonly [string, PodSpec, readonly KubeObject[], readonly string[]]>([
  ['selector', { nodeSelector: { 'kubernetes.io/hostname': 'a2' } }, [], ['a2 Running']],
  [
    'taints that the template does not tolerate',
    {},
    [node('a1', 'a', { taints: [DEDICATED] })],
    ['a2 Running', 'b1 Running'],
  ],
  [
    'taints that it tolerates',
    { tolerations: [{ operator: 'Exists' }] },
    [node('a1', 'a', { taints: [DEDICATED] })],
    ['a1 Running', 'a2 Running', 'b1 Running'],
  ],
  [
    'affinity',
    {
      affinity: {
        nodeAffinity: {
          requiredDuringSchedulingIgnoredDuringExecution: {
            nodeSelectorTerms: [
              { matchExpressions: [{ key: 'topology.example.com/rack', operator: 'NotIn', values: ['a'] }] },
            ],
          },
        },
      },
    },
    [],
    ['b1 Running'],
  ],
])('which nodes are meant: %s', (_, spec, nodes, expected) => {
  const world = new WorkloadWorld([agent(spec), ...nodes], {}, NODES);
  world.until(SETTLE_S);
  expect(places(world)).toEqual(expected);
});

test('complete at the start: nothing is written, whatever the time', () => {
  const world = new WorkloadWorld([agent(), ...running(NODES)], {}, NODES);
  world.until(86_400);
  expect([world.writes, world.kernel.processed]).toEqual([[], 0]);
});

test('an unreachable node keeps its pod, for ever', () => {
  const world = new WorkloadWorld([agent(), ...running(NODES)], {}, NODES);
  world.until(10);
  world.truth.die('a1');
  world.until(60);
  world.markUnreachable('a1');
  world.until(86_400);
  expect(places(world)).toEqual(['a1 NotReady', 'a2 Running', 'b1 Running']);
  // No new pod would go there now: the node takes nothing.
  expect(status(world)).toEqual([2, 2, 2, 1]);
});

test('a cordon does not matter; NoExecute that is not tolerated drives it off, and it comes back after', () => {
  const world = new WorkloadWorld([agent(), ...running(NODES)], {}, NODES);
  world.loops.drain('a1', { timeoutMs: 1000 }, () => undefined);
  world.until(10);
  const cordoned = places(world);
  world.setTaints('a1', [{ key: 'dedicated', effect: 'NoExecute' }]);
  world.until(20);
  const driven = places(world);
  world.setTaints('a1', []);
  world.until(20 + SETTLE_S);
  expect([cordoned, driven, places(world)]).toEqual([
    ['a1 Running', 'a2 Running', 'b1 Running'],
    ['a2 Running', 'b1 Running'],
    ['a1 Running', 'a2 Running', 'b1 Running'],
  ]);
});

test('a pod that is deleted is made again on its node, and a new Node gets one', () => {
  const world = new WorkloadWorld([agent(), ...running(['a1', 'a2'])], {}, ['a1', 'a2']);
  world.store.delete(POD, { namespace: 'app', name: 'agent-a1' });
  world.store.create(NODE, node('late', 'b'));
  world.until(2);
  world.markReady('late');
  world.until(2 + SETTLE_S);
  expect(places(world)).toEqual(['a1 Running', 'a2 Running', 'late Running']);
  expect(status(world)).toEqual([3, 3, 3, 0]);
});

test('a deleted Node takes its pod with it, and its figure', () => {
  const world = new WorkloadWorld([agent(), ...running(NODES)], {}, NODES);
  world.truth.die('b1');
  world.deleteNode('b1');
  world.until(200);
  expect(places(world)).toEqual(['a1 Running', 'a2 Running']);
  expect(status(world)).toEqual([2, 2, 2, 0]);
});
