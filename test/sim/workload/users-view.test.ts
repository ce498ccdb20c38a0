// What the users of one node notice, kind by kind, when it is silent, cut off, rebooted, drained or reprovisioned. Everything of
// interest stands on a1. Node lifecycle is played by the test. A pod starts in 8 s, a guest boots in 30 s more.

import { describe, expect, test } from 'vitest';
import { NODE } from '../../../core/api/node.ts';
import type { KubeObject } from '../../../core/api/object.ts';
import { POD, type Pod } from '../../../core/api/workload.ts';
import { isTouched } from '../../../sim/workload/workload-totals.ts';
import { virtualMachine } from '../../kit/machine-workloads.ts';
import { node, pod, uidOf, workload } from '../../kit/workload-objects.ts';
import { WorkloadWorld } from '../../kit/workload-world.ts';

const REQUESTS = { containers: [{ name: 'main', resources: { requests: { cpu: '1', memory: '2Gi' } } }] };

const TOLERANT = { tolerations: [{ operator: 'Exists' }] };

const jobPod: KubeObject = (() => {
  const made = pod('report-x1', undefined, { app: 'report' }, { ...REQUESTS, restartPolicy: 'Never' }, 'a1');
  const owner = { apiVersion: 'batch/v1', kind: 'Job', name: 'report', uid: uidOf('Job', 'report'), controller: true };
  return { ...made, metadata: { ...made.metadata, ownerReferences: [owner] } };
})();

const EVERYTHING: readonly KubeObject[] = [
  ...workload({ kind: 'Deployment', name: 'web', on: ['a1', 'b1'] }),
  ...workload({ kind: 'Deployment', name: 'one', on: ['a1'] }),
  ...workload({ kind: 'StatefulSet', name: 'db', on: ['a1', 'b1', 'c1'], volume: true }),
  ...workload({ kind: 'StatefulSet', name: 'solo', on: ['a1'] }),
  ...virtualMachine({ name: 'vm', on: 'a1', disk: 'ReadWriteMany', evictionStrategy: 'LiveMigrate' }),
  pod('agent-a', { kind: 'DaemonSet', name: 'agent' }, {}, { ...REQUESTS, ...TOLERANT }, 'a1'),
  pod('agent-b', { kind: 'DaemonSet', name: 'agent' }, {}, { ...REQUESTS, ...TOLERANT }, 'b1'),
  jobPod,
  pod('lonely', undefined, {}, REQUESTS, 'a1'),
];

const s = (ms: number): number => Math.round(ms / 1000);

/** `kind name truth/API lost=replicas out=times x longest pending=.. cores=.. work=..` in seconds, of those that were touched. */
function losses(world: WorkloadWorld): readonly string[] {
  return world.loops
    .totals()
    .workloads.filter(isTouched)
    .map((row) =>
      [
        `${row.kind} ${row.workload.slice('app/'.length)}`,
        `${s(row.unavailableMs)}/${s(row.unavailableApiMs)}`,
        `lost=${s(row.lostReplicaMs)}`,
        `out=${row.outages}x${s(row.longestOutageMs)}`,
        `pending=${s(row.pendingPodMs)}`,
        `cores=${s(row.lostCoreMs)}`,
        `work=${s(row.lostWorkMs)}`,
      ].join(' '),
    );
}

function silentThenMarked(
  world: WorkloadWorld,
  silence: (world: WorkloadWorld) => void,
  evicts: 'evicts' | 'keeps',
): void {
  world.until(10);
  silence(world);
  world.until(60);
  world.markUnreachable('a1', evicts);
}

const EVENTS: readonly [string, (world: WorkloadWorld) => void, readonly string[]][] = [
  ['nothing happens', (world) => world.until(1000), []],
  [
    'its kubelet is dead for 100 s, and pods serve on: only the API has them down',
    (world) => {
      silentThenMarked(world, ({ truth }) => truth.loseKubelet('a1'), 'keeps');
      world.until(110);
      world.truth.recover('a1');
      world.markReady('a1');
      world.until(1000);
    },
    [
      'Deployment one 0/50 lost=0 out=0x0 pending=0 cores=0 work=0',
      'StatefulSet solo 0/50 lost=0 out=0x0 pending=0 cores=0 work=0',
      'VirtualMachine vm 0/50 lost=0 out=0x0 pending=0 cores=0 work=0',
    ],
  ],
  [
    'cut off by the network for 100 s: down by truth at once, by the API only when it is marked',
    (world) => {
      silentThenMarked(world, ({ truth }) => truth.isolate('a1'), 'keeps');
      world.until(110);
      world.truth.recover('a1');
      world.markReady('a1');
      world.until(1000);
    },
    [
      'DaemonSet agent 0/0 lost=100 out=0x0 pending=0 cores=100 work=0',
      'StatefulSet db 0/0 lost=100 out=0x0 pending=0 cores=50 work=0',
      'Pod lonely 0/0 lost=100 out=0x0 pending=0 cores=100 work=0',
      'Deployment one 100/50 lost=100 out=1x100 pending=0 cores=50 work=0',
      'StatefulSet solo 100/50 lost=100 out=1x100 pending=0 cores=50 work=0',
      'VirtualMachine vm 100/50 lost=100 out=1x100 pending=0 cores=20 work=0',
      'Deployment web 0/0 lost=100 out=0x0 pending=0 cores=50 work=0',
    ],
  ],
  [
    'dead, and rebooted after 90 s, before anything is evicted',
    (world) => {
      silentThenMarked(world, ({ truth }) => truth.die('a1'), 'evicts');
      world.until(100);
      world.truth.boot('a1');
      world.markReady('a1');
      world.until(1000);
    },
    [
      'DaemonSet agent 0/0 lost=98 out=0x0 pending=0 cores=98 work=0',
      'StatefulSet db 0/0 lost=98 out=0x0 pending=0 cores=49 work=0',
      'Pod lonely 0/0 lost=98 out=0x0 pending=0 cores=98 work=0',
      'Deployment one 98/48 lost=98 out=1x98 pending=0 cores=49 work=0',
      'Job report 0/0 lost=0 out=0x0 pending=0 cores=0 work=10',
      'StatefulSet solo 98/48 lost=98 out=1x98 pending=0 cores=49 work=0',
      'VirtualMachine vm 128/48 lost=128 out=1x128 pending=8 cores=26 work=0',
      'Deployment web 0/0 lost=98 out=0x0 pending=0 cores=49 work=0',
    ],
  ],
  [
    'dead, and nobody does anything: replicas fail over after 350 s, identities and machines do not',
    (world) => {
      silentThenMarked(world, ({ truth }) => truth.die('a1'), 'evicts');
      world.until(1010);
    },
    [
      'DaemonSet agent 0/0 lost=1000 out=0x0 pending=0 cores=1000 work=0',
      'StatefulSet db 0/0 lost=1000 out=0x0 pending=0 cores=500 work=0',
      'Pod lonely 0/0 lost=1000 out=0x0 pending=0 cores=1000 work=0',
      'Deployment one 358/308 lost=358 out=1x358 pending=8 cores=179 work=0',
      'Job report 0/0 lost=0 out=0x0 pending=0 cores=0 work=10',
      'StatefulSet solo 1000/950 lost=1000 out=1x1000 pending=0 cores=500 work=0',
      'VirtualMachine vm 1000/950 lost=1000 out=1x1000 pending=0 cores=200 work=0',
      'Deployment web 0/0 lost=358 out=0x0 pending=8 cores=179 work=0',
    ],
  ],
  [
    'reprovisioned: dead, its Node deleted at 100 s, back at 700 s as an empty node',
    (world) => {
      silentThenMarked(world, ({ truth }) => truth.die('a1'), 'evicts');
      world.until(100);
      world.deleteNode('a1');
      world.until(700);
      world.truth.boot('a1');
      world.store.create(NODE, node('a1', 'a'));
      world.until(1010);
    },
    [
      'DaemonSet agent 0/0 lost=1000 out=0x0 pending=0 cores=1000 work=0',
      'StatefulSet db 0/0 lost=531 out=0x0 pending=368 cores=266 work=0',
      'Pod lonely 0/0 lost=1000 out=0x0 pending=0 cores=1000 work=0',
      'Deployment one 171/121 lost=171 out=1x171 pending=8 cores=86 work=0',
      'Job report 0/0 lost=0 out=0x0 pending=0 cores=0 work=10',
      'StatefulSet solo 171/121 lost=171 out=1x171 pending=8 cores=86 work=0',
      'VirtualMachine vm 201/121 lost=201 out=1x201 pending=8 cores=40 work=0',
      'Deployment web 0/0 lost=171 out=0x0 pending=8 cores=86 work=0',
    ],
  ],
  [
    'drained: replicas move, the machine migrates, the bare pod is gone for good, the Job has lost its work',
    (world) => {
      world.until(10);
      world.loops.drain('a1', { timeoutMs: 600_000 }, () => undefined);
      world.until(1010);
    },
    [
      'StatefulSet db 0/0 lost=8 out=0x0 pending=8 cores=4 work=0',
      'Pod lonely 0/0 lost=998 out=0x0 pending=0 cores=998 work=0',
      'Deployment one 6/8 lost=6 out=1x6 pending=8 cores=3 work=0',
      'Job report 0/0 lost=0 out=0x0 pending=0 cores=0 work=12',
      'StatefulSet solo 8/10 lost=8 out=1x8 pending=8 cores=4 work=0',
      'VirtualMachine vm 0/0 lost=0 out=0x0 pending=8 cores=0 work=0',
      'Deployment web 0/0 lost=6 out=0x0 pending=8 cores=3 work=0',
    ],
  ],
];

describe('what users notice', () => {
  test.each(EVENTS)('%s', (_, happens, expected) => {
    const world = new WorkloadWorld(EVERYTHING);
    happens(world);
    expect(losses(world)).toEqual(expected);
  });
});

const DEPLOYMENT_AND_MACHINE = [
  ...workload({ kind: 'Deployment', name: 'one', on: ['a1'] }),
  ...virtualMachine({ name: 'one', on: 'a1' }),
];

test('a Deployment and a virtual machine of one name have accounts of their own', () => {
  const world = new WorkloadWorld(DEPLOYMENT_AND_MACHINE);
  silentThenMarked(world, ({ truth }) => truth.die('a1'), 'evicts');
  world.until(1010);
  expect(losses(world)).toEqual([
    'Deployment one 358/308 lost=358 out=1x358 pending=8 cores=179 work=0',
    'VirtualMachine one 1000/950 lost=1000 out=1x1000 pending=0 cores=200 work=0',
  ]);
});

describe('Jobs and bare pods', () => {
  const finish = (world: WorkloadWorld, name: string, phase: 'Succeeded' | 'Failed'): void => {
    world.store.update<Pod>(POD, { namespace: 'app', name }, 'status', (found) => ({
      ...found,
      status: { phase, conditions: [] },
    }));
  };

  test('a Job that succeeds before its node dies has lost nothing', () => {
    const world = new WorkloadWorld([jobPod]);
    world.until(50);
    finish(world, 'report-x1', 'Succeeded');
    world.truth.die('a1');
    world.until(100);
    expect(losses(world)).toEqual([]);
  });

  test('a bare pod that has finished is not missed', () => {
    const world = new WorkloadWorld([pod('lonely', undefined, {}, REQUESTS, 'a1')]);
    world.until(50);
    finish(world, 'lonely', 'Succeeded');
    world.truth.die('a1');
    world.until(100);
    expect(losses(world)).toEqual([]);
  });

  test('a Job pod that a cut-off node goes on executing has lost what it did when it is removed', () => {
    const world = new WorkloadWorld([jobPod]);
    world.until(10);
    world.truth.isolate('a1');
    world.until(70);
    world.forceDelete('report-x1');
    world.until(100);
    expect(losses(world)).toEqual(['Job report 0/0 lost=0 out=0x0 pending=0 cores=0 work=70']);
  });
});

test('in all: unavailability and replicas of counted kinds, capacity and work of every kind', () => {
  const world = new WorkloadWorld(EVERYTHING);
  silentThenMarked(world, ({ truth }) => truth.die('a1'), 'evicts');
  world.until(1010);
  const { workloads: _, ...totals } = world.loops.totals();
  expect(Object.entries(totals).map(([name, value]) => `${name} ${name === 'outages' ? value : s(value)}`)).toEqual([
    'workloadUnavailableMs 2358',
    'workloadUnavailableApiMs 2208',
    'lostReplicaMs 3716',
    'outages 3',
    'longestOutageMs 1000',
    'lostCoreMs 3558',
    'lostMemoryGibMs 7966',
    'pendingPodMs 16',
    'longestPendingMs 8',
    'lostWorkMs 10',
  ]);
});

test('what still waits or is down at the end counts up to it, however often it is asked', () => {
  const world = new WorkloadWorld(workload({ kind: 'Deployment', name: 'big', on: [undefined], cpu: '64' }));
  world.until(100);
  const first = world.loops.totals();
  expect(world.loops.totals()).toEqual(first);
  expect(losses(world)).toEqual(['Deployment big 100/100 lost=100 out=1x100 pending=100 cores=6400 work=0']);
  world.until(200);
  expect(world.lossOf('big')).toMatchObject({
    longestOutageMs: 200_000,
    pendingPodMs: 200_000,
    longestPendingMs: 200_000,
  });
});
