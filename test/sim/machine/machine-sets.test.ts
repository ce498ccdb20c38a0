// What a MachineSet does besides replacing: which Machines it gives up, when it does not create, and what its status says.

import { describe, expect, test } from 'vitest';
import type { Condition } from '../../../core/api/conditions.ts';
import type { MachineApi } from '../../../core/api/machine.ts';
import { NODE } from '../../../core/api/node.ts';
import type { KubeObject } from '../../../core/api/object.ts';
import { formatTime } from '../../../core/api/time.ts';
import { type DeletionOrder, deletionOrderOf, machinesToDelete } from '../../../sim/machine/deletion-order.ts';
import { MACHINE_KINDS, type StoredMachine } from '../../../sim/machine/machine-objects.ts';
import { aMachineSet } from '../../kit/machine-objects.ts';
import { MachineWorld } from '../../kit/machine-world.ts';

const DAY_MS = 86_400_000;
const NOW_MS = 1_800_000_000_000;
const SET = { namespace: 'metal', name: 'workers' };

interface Given {
  readonly ageDays?: number;
  readonly deleting?: boolean;
  readonly annotations?: Readonly<Record<string, string>>;
  readonly node?: boolean;
  readonly sick?: boolean;
  readonly failed?: boolean;
}

function machine(name: string, given: Given): StoredMachine {
  const { ageDays = 1, deleting = false, annotations, node = true, sick = false, failed = false } = given;
  const conditions: readonly Condition[] = sick ? [{ type: 'HealthCheckSucceeded', status: 'False' }] : [];
  return {
    apiVersion: 'cluster.x-k8s.io/v1beta2',
    kind: 'Machine',
    metadata: {
      name,
      uid: name,
      resourceVersion: '',
      creationTimestamp: formatTime(NOW_MS - ageDays * DAY_MS),
      ...(deleting ? { deletionTimestamp: formatTime(NOW_MS) } : {}),
      ...(annotations === undefined ? {} : { annotations }),
    },
    status: {
      conditions,
      ...(node ? { nodeRef: { name: `node-${name}` } } : {}),
      ...(failed ? { errorMessage: 'gone' } : {}),
    },
  };
}

const CAPI = { 'cluster.x-k8s.io/delete-machine': '' };
const OPENSHIFT = { 'machine.openshift.io/delete-machine': 'yes' };

describe('the order of deletion', () => {
  test.each<{
    machineApi: MachineApi;
    order: DeletionOrder;
    of: Readonly<Record<string, Given>>;
    goes: readonly string[];
  }>([
    {
      machineApi: 'cluster-api',
      order: 'Random',
      of: {
        plain: {},
        sick: { sick: true },
        'no-node': { node: false },
        asked: { annotations: CAPI },
        going: { deleting: true },
      },
      goes: ['going', 'asked', 'no-node', 'sick', 'plain'],
    },
    {
      machineApi: 'cluster-api',
      order: 'Newest',
      of: { old: { ageDays: 90 }, young: { ageDays: 1 }, sick: { ageDays: 40, sick: true } },
      goes: ['sick', 'young', 'old'],
    },
    {
      machineApi: 'cluster-api',
      order: 'Oldest',
      of: { young: {}, old: { ageDays: 9 }, middle: { ageDays: 3 } },
      goes: ['old', 'middle', 'young'],
    },
    { machineApi: 'cluster-api', order: 'Random', of: { b: {}, a: {}, c: {} }, goes: ['a', 'b', 'c'] },
    {
      machineApi: 'openshift',
      order: 'Random',
      of: {
        plain: {},
        'no-node': { node: false },
        failed: { failed: true },
        asked: { annotations: OPENSHIFT },
        going: { deleting: true },
      },
      goes: ['going', 'asked', 'failed', 'no-node', 'plain'],
    },
    {
      machineApi: 'openshift',
      order: 'Oldest',
      of: { old: { ageDays: 900 }, failed: { failed: true }, young: {}, asked: { annotations: OPENSHIFT } },
      goes: ['asked', 'failed', 'old', 'young'],
    },
    {
      machineApi: 'openshift',
      order: 'Newest',
      of: { old: { ageDays: 900 }, young: {}, failed: { failed: true, ageDays: 900 } },
      goes: ['failed', 'young', 'old'],
    },
  ])('$machineApi, $order: $goes', ({ machineApi, order, of, goes }) => {
    const machines = Object.entries(of).map(([name, given]) => machine(name, given));
    const given = { machineApi, order, nowMs: NOW_MS };
    expect(machinesToDelete(machines, machines.length, given).map(({ metadata }) => metadata.name)).toEqual(goes);
    expect(machinesToDelete(machines, 1, given).length).toBe(1);
    expect(machinesToDelete(machines, 0, given)).toEqual([]);
  });

  test.each([
    [{ deletion: { order: 'Oldest' } }, 'Oldest'],
    [{ deletePolicy: 'Newest' }, 'Newest'],
    [{}, 'Random'],
    [{ deletePolicy: '' }, 'Random'],
    [{ deletePolicy: 'Youngest' }, undefined],
  ])('%j asks for %s', (spec, order) => {
    expect(deletionOrderOf({ ...aMachineSet('openshift', 's', 1), spec })).toBe(order);
  });
});

function scaleTo(world: MachineWorld, machineApi: MachineApi, replicas: number): void {
  world.store.patch(MACHINE_KINDS[machineApi].machineSet, SET, { spec: { replicas } }, { subresource: 'main' });
}

function statusOf(world: MachineWorld, machineApi: MachineApi): string {
  const status = world.store.get(MACHINE_KINDS[machineApi].machineSet, SET)?.status;
  return `${status?.replicas} replicas, ${status?.readyReplicas} ready, ${status?.availableReplicas} available`;
}

describe.each<MachineApi>(['openshift', 'cluster-api'])('%s', (machineApi) => {
  test('scaled down, the annotated Machine goes; deleting ones count, so no further one follows', () => {
    const world = new MachineWorld({ machineApi, running: ['a', 'b', 'c'], spares: [] });
    world.operate();
    const annotations = machineApi === 'openshift' ? OPENSHIFT : CAPI;
    const kind = MACHINE_KINDS[machineApi].machine;
    world.store.patch(
      kind,
      { namespace: 'metal', name: 'm-b' },
      { metadata: { annotations } },
      { subresource: 'main' },
    );
    scaleTo(world, machineApi, 2);
    world.until(1);
    world.drained();
    world.until(100);
    expect(world.machineRows()).toEqual(['m-a Running a', 'm-b Deleting b', 'm-c Running c']);
    expect(statusOf(world, machineApi)).toBe('3 replicas, 3 ready, 3 available');
    world.until(400);
    expect(world.machineRows()).toEqual(['m-a Running a', 'm-c Running c']);
    expect(statusOf(world, machineApi)).toBe('2 replicas, 2 ready, 2 available');
    world.until(10_000);
    expect(world.hostRows()[1]).toBe('b available empty free');
  });

  test('scaled up, a spare is claimed, and the status follows until its Node is Ready', () => {
    const world = new MachineWorld({ machineApi, running: ['a'], spares: ['s'] });
    world.operate();
    scaleTo(world, machineApi, 2);
    world.until(1);
    expect(statusOf(world, machineApi)).toBe('2 replicas, 1 ready, 1 available');
    world.until(1_000);
    expect(statusOf(world, machineApi)).toBe('2 replicas, 2 ready, 2 available');
  });

  test('a Node that registers is ready in the status once it is Ready', () => {
    const world = new MachineWorld({ machineApi, running: ['a'], spares: ['s'] });
    const setReady = (status: string): void => {
      const conditions = [{ type: 'Ready', status }];
      world.store.patch(NODE, { namespace: '', name: 'node-s' }, { status: { conditions } }, { subresource: 'status' });
    };
    scaleTo(world, machineApi, 2);
    world.until(1);
    world.setState('s', 'provisioned');
    world.registerNode('s');
    setReady('False');
    world.until(100);
    expect([world.machineRows()[1]?.split(' ')[1], statusOf(world, machineApi)]).toEqual([
      'Running',
      '2 replicas, 1 ready, 1 available',
    ]);
    setReady('True');
    world.until(101);
    expect(statusOf(world, machineApi)).toBe('2 replicas, 2 ready, 2 available');
  });

  test('without a reader a Node that comes and goes writes nothing; with one it does', () => {
    const written = (follows: boolean): string => {
      const world = new MachineWorld({ machineApi, running: ['a', 'b'], spares: [] });
      if (follows) world.loops.followReadiness();
      const conditions = [{ type: 'Ready', status: 'Unknown' }];
      world.store.patch(NODE, { namespace: '', name: 'node-a' }, { status: { conditions } }, { subresource: 'status' });
      world.until(10);
      return statusOf(world, machineApi);
    };
    expect([written(false), written(true)]).toEqual([
      'undefined replicas, undefined ready, undefined available',
      '2 replicas, 1 ready, 1 available',
    ]);
  });
});

describe('Cluster API does not create', () => {
  const cluster: KubeObject = {
    apiVersion: 'cluster.x-k8s.io/v1beta2',
    kind: 'Cluster',
    metadata: { name: 'prod', namespace: 'metal', uid: 'prod', resourceVersion: '' },
    spec: { controlPlaneRef: { kind: 'KubeadmControlPlane', name: 'cp' } },
  };
  const controlPlane = (version: string, reached: string | undefined): KubeObject => ({
    apiVersion: 'controlplane.cluster.x-k8s.io/v1beta2',
    kind: 'KubeadmControlPlane',
    metadata: {
      name: 'cp',
      namespace: 'metal',
      uid: 'cp',
      resourceVersion: '',
      annotations: { 'cluster.x-k8s.io/paused': '' },
    },
    spec: { version },
    status: reached === undefined ? {} : { version: reached },
  });

  function machinesAfter(options: {
    readonly version?: string;
    readonly reached?: string | undefined;
    readonly own?: string;
    readonly bootstrap?: string;
    readonly annotations?: Readonly<Record<string, string>>;
  }): number {
    const { version = 'v1.33.1', own = 'v1.33.1', bootstrap = 'Other', annotations } = options;
    const reached = 'reached' in options ? options.reached : version;
    const world = new MachineWorld({
      machineApi: 'cluster-api',
      running: ['a'],
      spares: ['s'],
      objects: [cluster, controlPlane(version, reached)],
    });
    world.operate();
    const kind = MACHINE_KINDS['cluster-api'].machineSet;
    const spec = { version: own, bootstrap: { configRef: { kind: bootstrap } } };
    world.store.patch(
      kind,
      SET,
      { metadata: { annotations: annotations ?? null }, spec: { replicas: 2, template: { spec } } },
      { subresource: 'main' },
    );
    world.until(3_600);
    return world.machineRows().length;
  }

  test.each([
    ['when all is well it does', {}, 2],
    ['while the control plane is upgraded', { version: 'v1.33.1', reached: 'v1.32.8' }, 1],
    ['while it is being provisioned', { reached: undefined }, 1],
    ['a version newer than the control plane', { own: 'v1.34.0' }, 1],
    ['a version more than three minors older', { own: 'v1.29.9' }, 1],
    ['three minors older is allowed', { own: 'v1.30.0' }, 2],
    ['kubeadm joins the same minor version only', { own: 'v1.32.8', bootstrap: 'KubeadmConfigTemplate' }, 1],
    [
      'unless the check is skipped',
      { own: 'v1.34.0', annotations: { 'machineset.cluster.x-k8s.io/skip-preflight-checks': 'KubernetesVersionSkew' } },
      2,
    ],
    [
      'or all are',
      { reached: 'v1.32.8', annotations: { 'machineset.cluster.x-k8s.io/skip-preflight-checks': 'All' } },
      2,
    ],
    ['where creation is disabled', { annotations: { 'cluster.x-k8s.io/disable-machine-create': 'true' } }, 1],
    ['on a paused set', { annotations: { 'cluster.x-k8s.io/paused': '' } }, 1],
  ])('%s', (_, options, expected) => {
    expect(machinesAfter(options)).toBe(expected);
  });

  test('after the upgrade it creates at the next look, 15 s apart', () => {
    const world = new MachineWorld({
      machineApi: 'cluster-api',
      running: ['a'],
      spares: ['s'],
      objects: [cluster, controlPlane('v1.33.1', 'v1.32.8')],
    });
    scaleTo(world, 'cluster-api', 2);
    world.until(3_601);
    const events = world.kernel.processed;
    world.until(7_201);
    expect([world.machineRows().length, world.kernel.processed]).toEqual([1, events]);
    const kind = world.store.kindOf('KubeadmControlPlane.controlplane.cluster.x-k8s.io');
    if (kind === undefined) throw new Error('control planes are served');
    world.store.patch(
      kind,
      { namespace: 'metal', name: 'cp' },
      { status: { version: 'v1.33.1' } },
      { subresource: 'status' },
    );
    world.until(7_201 + 15);
    expect(world.machineRows().length).toBe(2);
  });
});

test('a MachineSet that is deleted takes its Machines along and goes last', () => {
  const world = new MachineWorld({ machineApi: 'cluster-api', running: ['a', 'b'], spares: [] });
  world.operate();
  const kind = MACHINE_KINDS['cluster-api'].machineSet;
  world.store.update(kind, SET, 'main', (set) => ({
    ...set,
    metadata: { ...set.metadata, finalizers: ['cluster.x-k8s.io/machineset'] },
  }));
  world.store.delete(kind, SET);
  world.until(1);
  for (const { done } of world.drains) done(true);
  world.until(200);
  expect([world.machineRows(), world.store.get(kind, SET) === undefined]).toEqual([
    ['m-a Deleting a', 'm-b Deleting b'],
    false,
  ]);
  world.until(400);
  expect([world.machineRows(), world.store.get(kind, SET)]).toEqual([[], undefined]);
});
