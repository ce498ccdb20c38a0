// A node maintenance in a whole world: the operator's stand-in drains the node, Kubernetes' own loops start the pods
// elsewhere, and the node is planned downtime until somebody deletes the request.

import { expect, test } from 'vitest';
import { NODE } from '../../../core/api/node.ts';
import { NODE_MAINTENANCE, type NodeMaintenance } from '../../../core/api/node-maintenance.ts';
import { POD } from '../../../core/api/workload.ts';
import type { ClientFaultKind } from '../../../sim/config.ts';
import { startedRun } from '../../../sim/simulation.ts';
import type { World } from '../../../sim/world.ts';
import { tinyWorld } from '../../kit/tiny-world.ts';
import { budget, node, WORLD_START_MS, workload } from '../../kit/workload-objects.ts';

const NODES = ['node-a1', 'node-a2', 'node-b1', 'node-b2'];
const KEY = { namespace: '', name: 'nm' };

const MAINTENANCE: NodeMaintenance = {
  apiVersion: 'nodemaintenance.medik8s.io/v1beta1',
  kind: 'NodeMaintenance',
  metadata: { name: 'nm', uid: 'uid-nm', resourceVersion: '1' },
  spec: { nodeName: 'node-a1', reason: 'new firmware' },
};

/** Two web pods on node-a1 and one elsewhere; at least two of them must serve. */
function world(change: Partial<Parameters<typeof tinyWorld>[0]> = {}): World {
  const objects = [
    ...NODES.map((name) => node(name, name.slice(0, 6))),
    ...workload({ name: 'web', kind: 'Deployment', on: ['node-a1', 'node-a1', 'node-b1'] }),
    budget('web', { minAvailable: 2 }),
  ];
  const config = tinyWorld({ startMs: WORLD_START_MS, objects, ...change });
  const policy = { name: 'maintenance', objects: [MAINTENANCE] };
  return startedRun(config, policy, { replication: 1, record: false }).world;
}

function until(running: World, ms: number): void {
  running.kernel.runUntil(WORLD_START_MS + ms);
}

function podsOn(running: World, name: string): number {
  return running.store.list(POD).filter(({ spec }) => spec?.nodeName === name).length;
}

function marks(running: World): unknown {
  const found = running.store.get(NODE, { namespace: '', name: 'node-a1' });
  return {
    unschedulable: found?.spec?.unschedulable ?? false,
    taints: (found?.spec?.taints ?? []).map(({ key }) => key),
    excluded: found?.metadata.labels?.['remediation.medik8s.io/exclude-from-remediation'] ?? 'no',
  };
}

test('the budget lets one pod go at a time, the pods start elsewhere, and the node is planned downtime until the end', () => {
  const running = world();
  until(running, 10_000);
  expect(podsOn(running, 'node-a1')).toBe(1);
  expect(running.store.get(NODE_MAINTENANCE, KEY)?.status?.phase).toBe('Running');
  until(running, 300_000);
  expect(running.store.get(NODE_MAINTENANCE, KEY)?.status).toMatchObject({
    phase: 'Succeeded',
    drainProgress: 100,
    evictionPods: 2,
  });
  expect(marks(running)).toEqual({
    unschedulable: true,
    taints: ['node.kubernetes.io/unschedulable', 'medik8s.io/drain'],
    excluded: 'true',
  });
  expect(podsOn(running, 'node-a1')).toBe(0);
  expect(running.store.list(POD)).toHaveLength(3);
  until(running, 3_600_000);
  running.store.delete(NODE_MAINTENANCE, KEY);
  until(running, 7_200_000);
  expect(marks(running)).toEqual({ unschedulable: false, taints: [], excluded: 'no' });
  const { planned, detect } = running.observer.downtime.totals(running.kernel.nowMs);
  expect(planned).toBeGreaterThan(3_300_000);
  expect(planned).toBeLessThan(3_600_000);
  expect(detect).toBe(0);
});

test('a host that fails while it is under maintenance is no undetected failure', () => {
  const running = world({
    script: [{ name: 'cable', atMs: 1_800_000, fault: 'selfHealingOutage', target: 'a1', forMs: 600_000 }],
  });
  until(running, 3_000_000);
  const { planned, detect } = running.observer.downtime.totals(running.kernel.nowMs);
  expect(detect).toBe(0);
  expect(planned).toBeGreaterThan(2_700_000);
});

test.each<{ readonly title: string; readonly what: ClientFaultKind }>([
  { title: 'a third of the requests fail', what: { fault: 'apiErrors', code: 500, share: 0.3 } },
  { title: 'a third of the replies are lost', what: { fault: 'lostReplies', share: 0.3 } },
  {
    title: 'a third of the events are late',
    what: { fault: 'lateEvents', share: 0.3, delayMs: { kind: 'constant', value: 7_000 } },
  },
  {
    title: 'the operator dies between its actions',
    what: { fault: 'crashBetweenActions', share: 0.2, restartAfterMs: { kind: 'constant', value: 20_000 } },
  },
])('while $title it drains all the same, and gives the node back whole', ({ what }) => {
  const running = world({
    clientFaults: [
      {
        name: 'trouble',
        start: { kind: 'at', atMs: 0 },
        lastsMs: { kind: 'constant', value: 3_000_000 },
        controllers: ['node-maintenance.medik8s'],
        what,
      },
    ],
  });
  until(running, 1_800_000);
  expect(running.observer.scriptFired).toEqual({ trouble: 1 });
  expect(running.store.get(NODE_MAINTENANCE, KEY)?.status).toMatchObject({ phase: 'Succeeded', drainProgress: 100 });
  expect([podsOn(running, 'node-a1'), running.store.list(POD).length]).toEqual([0, 3]);
  running.store.delete(NODE_MAINTENANCE, KEY);
  until(running, 7_200_000);
  expect(running.store.get(NODE_MAINTENANCE, KEY)).toBeUndefined();
  expect(marks(running)).toEqual({ unschedulable: false, taints: [], excluded: 'no' });
});
