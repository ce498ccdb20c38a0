// Machine conditions that follow the Node, and Machines that are paused.

import { describe, expect, test } from 'vitest';
import { CAPI_CLUSTER } from '../../../core/api/cluster.ts';
import { findCondition } from '../../../core/api/conditions.ts';
import { NODE } from '../../../core/api/node.ts';
import type { KubeObject } from '../../../core/api/object.ts';
import { MACHINE_KINDS } from '../../../sim/machine/machine-objects.ts';
import { MachineWorld } from '../../kit/machine-world.ts';

const MACHINE = MACHINE_KINDS['cluster-api'].machine;
const KEY = { namespace: 'metal', name: 'm-a' };
const NODE_KEY = { namespace: '', name: 'node-a' };

function row(world: MachineWorld): string {
  const { conditions } = world.store.get(MACHINE, KEY)?.status ?? {};
  return ['NodeReady', 'NodeHealthy', 'Ready', 'Available']
    .map((type) => findCondition(conditions, type))
    .map((said) => `${said?.status} ${said?.reason}`)
    .join(' | ');
}

function setNode(world: MachineWorld, ready: string, memoryPressure: string): void {
  const conditions = [
    { type: 'Ready', status: ready, message: 'kubelet says' },
    { type: 'MemoryPressure', status: memoryPressure },
    { type: 'DiskPressure', status: 'False' },
    { type: 'PIDPressure', status: 'False' },
  ];
  world.store.patch(NODE, NODE_KEY, { status: { conditions } }, { subresource: 'status' });
}

describe('where somebody reads', () => {
  function following(): MachineWorld {
    const world = new MachineWorld({ machineApi: 'cluster-api', running: ['a'], spares: [] });
    world.loops.followReadiness();
    return world;
  }

  test.each([
    ['Unknown', 'False', 'Unknown NodeReadyUnknown | Unknown NodeHealthyUnknown | False NotReady | False NotAvailable'],
    ['False', 'False', 'False NodeNotReady | False NodeNotHealthy | False NotReady | False NotAvailable'],
  ])('Node Ready=%s, MemoryPressure=%s: %s; and well again', (ready, pressure, said) => {
    const world = following();
    setNode(world, ready, pressure);
    world.until(1);
    expect(row(world)).toBe(said);
    setNode(world, 'True', 'False');
    world.until(2);
    expect(row(world)).toBe('True NodeReady | True NodeHealthy | True Ready | True Available');
  });

  test('a Node that is deleted under its Machine', () => {
    const world = following();
    world.store.delete(NODE, NODE_KEY);
    world.until(1);
    expect(row(world)).toBe('False NodeDeleted | False NodeDeleted | False NotReady | False NotAvailable');
    const said = findCondition(world.store.get(MACHINE, KEY)?.status?.conditions, 'NodeHealthy');
    expect(said?.message).toBe('Node node-a has been deleted while the Machine still exists');
  });

  test('a failed health check and a deletion take readiness away, not the health of the Node', () => {
    const world = following();
    setNode(world, 'Unknown', 'False');
    setNode(world, 'True', 'False');
    const conditions = [{ type: 'HealthCheckSucceeded', status: 'False' }];
    world.store.patch(MACHINE, KEY, { status: { conditions } }, { subresource: 'status' });
    world.until(1);
    expect(row(world)).toBe('True NodeReady | True NodeHealthy | False NotReady | False NotAvailable');
  });

  test('a Machine that is made says what it waits for', () => {
    const world = following();
    world.operate();
    world.store.patch(
      MACHINE_KINDS['cluster-api'].machineSet,
      { namespace: 'metal', name: 'workers' },
      { spec: { replicas: 2 } },
      { subresource: 'main' },
    );
    world.until(10);
    const made = world.store.list(MACHINE).find(({ metadata }) => metadata.name !== 'm-a');
    expect(findCondition(made?.status?.conditions, 'NodeReady')).toMatchObject({
      status: 'Unknown',
      reason: 'InspectionFailed',
      message: 'Waiting for Metal3Machine to report spec.providerID',
    });
  });
});

test('where nobody reads nothing is written', () => {
  const world = new MachineWorld({ machineApi: 'cluster-api', running: ['a'], spares: [] });
  setNode(world, 'Unknown', 'False');
  world.until(10);
  expect(row(world)).toBe(Array(4).fill('undefined undefined').join(' | '));
});

describe('paused', () => {
  test('a Machine is not deleted further until the annotation goes', () => {
    const world = new MachineWorld({ machineApi: 'cluster-api', running: ['a'], spares: [] });
    const pause = (value: string | null): void => {
      const annotations = { 'cluster.x-k8s.io/paused': value };
      world.store.patch(MACHINE, KEY, { metadata: { annotations } }, { subresource: 'main' });
    };
    pause('');
    world.deleteMachine('m-a');
    world.until(3_600);
    expect([world.drains.length, world.machineRows()]).toEqual([0, ['m-a Running a']]);
    pause(null);
    world.until(3_601);
    expect(world.drains.length).toBe(1);
  });

  test('a Cluster holds all its Machines and sets, and lets them all go on', () => {
    const cluster: KubeObject = {
      apiVersion: 'cluster.x-k8s.io/v1beta2',
      kind: 'Cluster',
      metadata: { name: 'prod', namespace: 'metal', uid: 'prod', resourceVersion: '' },
      spec: { paused: true },
    };
    const world = new MachineWorld({ machineApi: 'cluster-api', running: ['a'], spares: ['s'], objects: [cluster] });
    const labels = { 'cluster.x-k8s.io/cluster-name': 'prod' };
    const { machineSet } = MACHINE_KINDS['cluster-api'];
    world.store.patch(MACHINE, KEY, { metadata: { labels } }, { subresource: 'main' });
    const set = { namespace: 'metal', name: 'workers' };
    world.store.patch(machineSet, set, { metadata: { labels }, spec: { replicas: 2 } }, { subresource: 'main' });
    world.deleteMachine('m-a');
    world.until(3_600);
    expect([world.drains.length, world.machineRows()]).toEqual([0, ['m-a Running a']]);
    world.store.patch(
      CAPI_CLUSTER,
      { namespace: 'metal', name: 'prod' },
      { spec: { paused: false } },
      { subresource: 'main' },
    );
    world.until(3_601);
    expect([world.drains.length, world.machineRows().length]).toEqual([1, 2]);
  });
});
