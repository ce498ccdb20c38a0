// A KubeadmControlPlane with its etcd members on hosts: scaling, rollout, deletion and loss of quorum as whole histories. Seconds after
// the start; the operator needs 300 s to deprovision and 600 s to provision, the Node registers 100 s later.

import { describe, expect, test } from 'vitest';
import { KUBEADM_CONTROL_PLANE, type KubeadmControlPlane } from '../../../core/api/cluster.ts';
import { findCondition } from '../../../core/api/conditions.ts';
import { NODE } from '../../../core/api/node.ts';
import { MACHINE_KINDS } from '../../../sim/machine/machine-objects.ts';
import { kubeadmControlPlane, MachineWorld } from '../../kit/machine-world.ts';

const KEY = { namespace: 'metal', name: 'cp' };
const MACHINE = MACHINE_KINDS['cluster-api'].machine;
const HOOK = 'pre-terminate.delete.hook.machine.cluster.x-k8s.io/kcp-cleanup';
const IN_PROGRESS = 'controlplane.cluster.x-k8s.io/remediation-in-progress';
const DAY_S = 86_400;

class ControlPlaneWorld extends MachineWorld {
  /** `lost` and `found` with their seconds. */
  readonly quorum: string[] = [];
  private answered = 0;

  constructor(controlPlane: readonly string[], spares: readonly string[] = []) {
    super({ machineApi: 'cluster-api', running: [], spares, controlPlane });
    this.loops.etcd.onQuorumChanged((has) => this.quorum.push(`${has ? 'found' : 'lost'} +${this.seconds()}`));
    this.operate();
  }

  /** Runs on and answers every drain as soon as it is asked for. */
  runTo(seconds: number, seen?: () => void): void {
    while (this.seconds() < seconds) {
      this.until(Math.min(seconds, this.seconds() + 1));
      for (; this.answered < this.drains.length; this.answered++) this.drains[this.answered]?.done(true);
      seen?.();
    }
  }

  patch(change: object, subresource: 'main' | 'status' = 'main'): void {
    this.store.patch(KUBEADM_CONTROL_PLANE, KEY, { ...change }, { subresource });
  }

  get controlPlane(): KubeadmControlPlane {
    const object = this.store.get(KUBEADM_CONTROL_PLANE, KEY);
    if (object === undefined) throw new Error('the control plane is there');
    return object;
  }

  /** Names of the hosts with a member, learners in brackets. */
  members(): readonly string[] {
    const { etcd } = this.loops;
    return etcd
      .hosts()
      .map((host) => {
        const name = this.truth.nodeName(host).replace('node-', '');
        return etcd.roleOf(host) === 'voter' ? name : `(${name})`;
      })
      .sort();
  }

  condition(name: string, type: string): string {
    const said = findCondition(this.store.get(MACHINE, { namespace: 'metal', name })?.status?.conditions, type);
    return `${said?.status} ${said?.reason}`;
  }

  etcdCondition(): string {
    const said = findCondition(this.controlPlane.status?.conditions, 'EtcdClusterHealthy');
    return `${said?.status} ${said?.reason}`;
  }

  status(): string {
    const { replicas, readyReplicas, upToDateReplicas, version } = this.controlPlane.status ?? {};
    return `${version}: ${upToDateReplicas} of ${replicas}, ${readyReplicas} ready`;
  }
}

test('at the start Machines get their hook and conditions, once; then nothing happens any more', () => {
  const world = new ControlPlaneWorld(['a', 'b', 'c']);
  world.until(10);
  expect(world.writes.map((line) => line.split(' ').slice(2).join(' '))).toEqual([
    ...['m-a', 'm-b', 'm-c'].flatMap((name) => [`Machine metal/${name}`, `Machine metal/${name}`]),
    'KubeadmControlPlane metal/cp',
  ]);
  expect([world.status(), world.etcdCondition(), world.condition('m-b', 'EtcdMemberHealthy')]).toEqual([
    'v1.33.1: 3 of 3, 3 ready',
    'True Healthy',
    'True Healthy',
  ]);
  const events = world.kernel.processed;
  world.until(DAY_S);
  expect(world.kernel.processed).toBe(events);
});

test('one that is created while the cluster runs makes its first Machine, whose member votes at once', () => {
  const world = new MachineWorld({ machineApi: 'cluster-api', running: [], spares: ['s'] });
  world.operate();
  const { metadata, ...rest } = kubeadmControlPlane(1);
  world.store.create(KUBEADM_CONTROL_PLANE, { ...rest, metadata: { name: metadata.name, namespace: 'metal' } });
  world.until(3_600);
  const { etcd } = world.loops;
  expect([world.machineRows(), etcd.hosts().map((host) => etcd.roleOf(host))]).toEqual([
    [expect.stringMatching(/^cp-\w{5} Running s$/)],
    ['voter'],
  ]);
  const said = world.store.get(KUBEADM_CONTROL_PLANE, KEY)?.status;
  expect(said).toMatchObject({ replicas: 1, readyReplicas: 1, version: 'v1.33.1' });
});

describe('scaling', () => {
  test('up: one Machine at a time, the next only when the member before it votes', () => {
    const world = new ControlPlaneWorld(['a', 'b', 'c'], ['s1', 's2']);
    world.patch({ spec: { replicas: 5 } });
    let most = 0;
    world.runTo(DAY_S, () => {
      const waiting = world.machineRows().filter((row) => !row.includes(' Running ')).length;
      most = Math.max(most, waiting);
    });
    expect({ most, members: world.members(), status: world.status(), quorum: world.quorum }).toEqual({
      most: 1,
      members: ['a', 'b', 'c', 's1', 's2'],
      status: 'v1.33.1: 5 of 5, 5 ready',
      quorum: [],
    });
    const made = world.writes.filter((line) => line.includes('ADDED Machine'));
    const [first, second] = made.map((line) => Number(line.split(' ')[0]));
    expect((second ?? 0) - (first ?? 0)).toBeGreaterThan(700);
  });

  test('down: the member leaves etcd before its host goes', () => {
    const world = new ControlPlaneWorld(['a', 'b', 'c']);
    world.patch({ spec: { replicas: 1 } });
    let freed: readonly string[] | undefined;
    world.runTo(DAY_S, () => {
      if (world.hostRows()[0]?.includes('deprovisioning')) freed ??= world.members();
    });
    expect([freed, world.members(), world.machineRows(), world.quorum]).toEqual([
      ['b', 'c'],
      ['c'],
      ['m-c Running c'],
      [],
    ]);
  });

  test('not while a member is down: it waits, and goes on at the next look 15 s apart', () => {
    const world = new ControlPlaneWorld(['a', 'b', 'c'], ['s']);
    world.runTo(10);
    world.truth.die('node-b');
    world.patch({ spec: { replicas: 4 } });
    world.runTo(3_600);
    expect([world.machineRows().length, world.condition('m-b', 'EtcdMemberHealthy')]).toEqual([3, 'False NotHealthy']);
    const events = world.kernel.processed;
    world.runTo(7_200);
    expect(world.kernel.processed).toBe(events);
    world.truth.boot('node-b');
    world.runTo(7_216);
    expect(world.machineRows().length).toBe(4);
  });
});

describe('rollout of a new version', () => {
  test.each([
    { id: 'with surge, on a spare host', spares: ['s'], maxSurge: 1, most: 4, fewest: 3 },
    { id: 'without surge, on its own hosts', spares: [], maxSurge: 0, most: 3, fewest: 2 },
  ])('$id: one by one, and etcd never loses its quorum', ({ spares, maxSurge, most, fewest }) => {
    const world = new ControlPlaneWorld(['a', 'b', 'c'], spares);
    world.runTo(10);
    world.patch({ spec: { version: 'v1.34.0', rollout: { strategy: { rollingUpdate: { maxSurge } } } } });
    const seen = { most: 0, fewest: 9 };
    world.runTo(DAY_S, () => {
      seen.most = Math.max(seen.most, world.machineRows().length);
      const voters = world.members().filter((name) => !name.startsWith('(')).length;
      seen.fewest = Math.min(seen.fewest, voters);
    });
    expect({ ...seen, status: world.status(), quorum: world.quorum, learners: world.members().length }).toEqual({
      most,
      fewest,
      status: 'v1.34.0: 3 of 3, 3 ready',
      quorum: [],
      learners: 3,
    });
    expect(world.machineRows().filter((row) => row.startsWith('m-'))).toEqual([]);
  });

  test('the version in the status is the old one until the last Machine is replaced', () => {
    const world = new ControlPlaneWorld(['a', 'b'], ['s']);
    world.runTo(10);
    world.patch({ spec: { version: 'v1.34.0' } });
    world.runTo(1_500);
    expect(world.status().split(':')[0]).toBe('v1.33.1');
    world.runTo(DAY_S);
    expect(world.status().split(':')[0]).toBe('v1.34.0');
  });
});

describe('a Machine that the user deletes', () => {
  test('is drained, leaves etcd, and is replaced', () => {
    const world = new ControlPlaneWorld(['a', 'b', 'c'], ['s']);
    world.runTo(10);
    world.deleteMachine('m-a');
    world.runTo(50);
    expect([world.members(), world.condition('m-a', 'EtcdMemberHealthy')]).toEqual([['b', 'c'], 'False Deleting']);
    world.runTo(3_600);
    expect([world.members().length, world.status()]).toEqual([3, 'v1.33.1: 3 of 3, 3 ready']);
    const [row] = world.machineRows().filter((text) => text.startsWith('cp-'));
    const replacement = world.store.get(MACHINE, { namespace: 'metal', name: row?.split(' ')[0] ?? '' });
    expect(replacement?.metadata).toMatchObject({
      annotations: { [HOOK]: '' },
      labels: { 'cluster.x-k8s.io/control-plane': '', 'cluster.x-k8s.io/control-plane-name': 'cp' },
    });
    expect(replacement?.spec).toMatchObject({ version: 'v1.33.1', clusterName: 'prod' });
  });

  test('stays at its hook while etcd would lose its quorum without it, and goes when the sick one is back', () => {
    const world = new ControlPlaneWorld(['a', 'b', 'c'], ['s']);
    world.runTo(10);
    world.truth.die('node-b');
    world.deleteMachine('m-a');
    world.runTo(3_600);
    expect([world.machineRows()[0], world.condition('m-a', 'Deleting'), world.members()]).toEqual([
      'm-a Deleting a',
      'True WaitingForPreTerminateHook',
      ['a', 'b', 'c'],
    ]);
    world.truth.boot('node-b');
    world.runTo(3_631);
    expect(world.members()).toEqual(['b', 'c']);
  });

  test('of two, the second waits until the first is gone', () => {
    const world = new ControlPlaneWorld(['a', 'b', 'c', 'd', 'e']);
    world.runTo(10);
    world.deleteMachine('m-a');
    world.deleteMachine('m-b');
    world.runTo(200);
    expect([world.members(), world.condition('m-b', 'Deleting')]).toEqual([
      ['b', 'c', 'd', 'e'],
      'True WaitingForPreTerminateHook',
    ]);
    world.runTo(500);
    expect(world.members()).toEqual(['c', 'd', 'e']);
  });

  test('without its hook leaves a member behind that belongs to nobody, and is taken out', () => {
    const world = new ControlPlaneWorld(['a', 'b', 'c'], ['s']);
    world.runTo(10);
    world.store.update(MACHINE, { namespace: 'metal', name: 'm-a' }, 'main', (machine) => ({
      ...machine,
      metadata: { ...machine.metadata, annotations: {}, finalizers: [] },
    }));
    world.runTo(20);
    world.deleteMachine('m-a');
    expect(world.members()).toEqual(['a', 'b', 'c']);
    world.runTo(30);
    expect(world.members()).toEqual(['b', 'c']);
    world.runTo(3_600);
    expect([world.members(), world.status()]).toEqual([['b', 'c', 's'], 'v1.33.1: 3 of 3, 3 ready']);
  });
});

describe('quorum', () => {
  test('lost and found at the instants at which hosts fall and return; the conditions follow', () => {
    const world = new ControlPlaneWorld(['a', 'b', 'c']);
    world.runTo(10);
    world.truth.die('node-a');
    world.runTo(20);
    world.truth.isolate('node-b');
    world.runTo(94);
    expect([world.etcdCondition(), world.quorum]).toEqual(['True Healthy', ['lost +20']]);
    world.runTo(96);
    expect([world.etcdCondition(), world.condition('m-c', 'EtcdMemberHealthy')]).toEqual([
      'Unknown InspectionFailed',
      'Unknown InspectionFailed',
    ]);
    world.runTo(500);
    world.truth.recover('node-b');
    world.runTo(521);
    expect([world.etcdCondition(), world.condition('m-a', 'EtcdMemberHealthy'), world.quorum.at(-1)]).toEqual([
      'False NotHealthy',
      'False NotHealthy',
      'found +500',
    ]);
  });
});

describe('the replacement of a remediated Machine', () => {
  const record = '{"machine":"m-x","timestamp":"2027-01-15T07:00:00Z","retryCount":1}';

  test('carries the record on, and is made although another member is sick', () => {
    const world = new ControlPlaneWorld(['a', 'b', 'c', 'd'], ['s']);
    world.runTo(10);
    world.truth.die('node-d');
    world.patch({ metadata: { annotations: { [IN_PROGRESS]: record } }, spec: { replicas: 5 } });
    world.runTo(20);
    const [row = ''] = world.machineRows().filter((text) => text.startsWith('cp-'));
    const machine = world.store.get(MACHINE, { namespace: 'metal', name: row.split(' ')[0] ?? '' });
    expect([
      machine?.metadata.annotations?.['controlplane.cluster.x-k8s.io/remediation-for'],
      world.controlPlane.metadata.annotations?.[IN_PROGRESS],
      world.controlPlane.status?.lastRemediation,
    ]).toEqual([record, undefined, { machine: 'm-x', time: '2027-01-15T07:00:00Z', retryCount: 1 }]);
  });

  test('is not made where a new sick member could cost the quorum', () => {
    const world = new ControlPlaneWorld(['a', 'b', 'c'], ['s']);
    world.runTo(10);
    world.truth.die('node-c');
    world.patch({ metadata: { annotations: { [IN_PROGRESS]: record } }, spec: { replicas: 4 } });
    world.runTo(3_600);
    expect([world.machineRows().length, world.controlPlane.metadata.annotations?.[IN_PROGRESS]]).toEqual([3, record]);
  });
});

test('OpenShift: members on the masters; one that is deployed anew takes the place of its lost member', () => {
  const world = new MachineWorld({ machineApi: 'openshift', controlPlane: ['a', 'b', 'c'], running: [], spares: [] });
  const quorum: boolean[] = [];
  world.loops.etcd.onQuorumChanged((has) => quorum.push(has));
  expect(world.loops.etcd.hosts().length).toBe(3);
  world.setState('a', 'deprovisioning');
  world.until(1);
  world.truth.die('node-b');
  expect(quorum).toEqual([false]);
  world.truth.boot('node-b');
  expect(quorum).toEqual([false, true]);
  world.store.delete(NODE, { namespace: '', name: 'node-a' });
  world.registerNode('a');
  world.until(60);
  expect(world.loops.etcd.hosts().map((host) => world.loops.etcd.roleOf(host))).toEqual(['voter', 'voter', 'voter']);
  expect(world.loops.etcd.isUp(0)).toBe(true);
});
