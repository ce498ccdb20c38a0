// A Machine is deleted, step by step: what holds it, in which order it goes on, and what its status says. Seconds after the start.

import { describe, expect, test } from 'vitest';
import { type Condition, findCondition } from '../../../core/api/conditions.ts';
import type { MachineApi } from '../../../core/api/machine.ts';
import { NODE } from '../../../core/api/node.ts';
import type { KubeObject } from '../../../core/api/object.ts';
import { formatTime } from '../../../core/api/time.ts';
import { MACHINE_KINDS, STORED_HOST } from '../../../sim/machine/machine-objects.ts';
import { MachineWorld } from '../../kit/machine-world.ts';
import { WORLD_START_MS } from '../../kit/workload-objects.ts';

const LINEAGES: readonly MachineApi[] = ['openshift', 'cluster-api'];
const MACHINE = { namespace: 'metal', name: 'm-a' };
const NODE_KEY = { namespace: '', name: 'node-a' };

function kindOf(machineApi: MachineApi) {
  return MACHINE_KINDS[machineApi].machine;
}

function world(machineApi: MachineApi, options: { readonly objects?: readonly KubeObject[] } = {}): MachineWorld {
  const made = new MachineWorld({ machineApi, running: ['a'], spares: [], ...options });
  made.operate();
  return made;
}

function annotate(
  made: MachineWorld,
  machineApi: MachineApi,
  annotations: Readonly<Record<string, string | null>>,
): void {
  made.store.patch(kindOf(machineApi), MACHINE, { metadata: { annotations } }, { subresource: 'main' });
}

/** The hooks of either machineApi: set with a name, removed with none. */
function setHook(
  made: MachineWorld,
  machineApi: MachineApi,
  when: 'preDrain' | 'preTerminate',
  name: string | undefined,
): void {
  if (machineApi === 'openshift') {
    const hooks = name === undefined ? [] : [{ name, owner: 'tests' }];
    made.store.patch(
      kindOf(machineApi),
      MACHINE,
      { spec: { lifecycleHooks: { [when]: hooks } } },
      { subresource: 'main' },
    );
    return;
  }
  const prefix = when === 'preDrain' ? 'pre-drain' : 'pre-terminate';
  annotate(made, machineApi, { [`${prefix}.delete.hook.machine.cluster.x-k8s.io/test`]: name ?? null });
}

/** Phase, what it waits for, and the state of its host. */
function row(made: MachineWorld, machineApi: MachineApi): string {
  const { status } = made.store.get(kindOf(machineApi), MACHINE) ?? {};
  const conditions: readonly Condition[] | undefined = status?.conditions;
  const said = findCondition(conditions, machineApi === 'openshift' ? 'Drained' : 'Deleting');
  const waits = said === undefined ? '-' : (said.reason ?? said.message ?? '');
  return `${status?.phase ?? 'gone'} | ${waits} | ${made.hostRows()[0]?.split(' ')[1]}`;
}

describe.each(LINEAGES)('%s', (machineApi) => {
  test('hooks hold the drain and the release; each step goes on at once when they are taken away', () => {
    const made = world(machineApi);
    setHook(made, machineApi, 'preDrain', 'wait');
    setHook(made, machineApi, 'preTerminate', 'wait');
    made.deleteMachine('m-a');
    made.until(3_600);
    expect([made.drains.length, row(made, machineApi)]).toEqual([
      0,
      machineApi === 'openshift' ? 'Deleting | - | provisioned' : 'Deleting | WaitingForPreDrainHook | provisioned',
    ]);
    const events = made.kernel.processed;
    made.until(7_200);
    expect(made.kernel.processed).toBe(events);
    setHook(made, machineApi, 'preDrain', undefined);
    made.until(7_201);
    expect(made.drains.map(({ nodeName }) => nodeName)).toEqual(['node-a']);
    made.drained();
    made.until(7_300);
    expect(row(made, machineApi)).toBe(
      machineApi === 'openshift'
        ? 'Deleting | Drain finished successfully | provisioned'
        : 'Deleting | WaitingForPreTerminateHook | provisioned',
    );
    setHook(made, machineApi, 'preTerminate', undefined);
    made.until(7_301);
    expect(row(made, machineApi).split(' | ')[2]).toBe('deprovisioning');
    expect(made.store.get(NODE, NODE_KEY)).toBeDefined();
    made.until(7_301 + 300 + 31);
    expect([row(made, machineApi).split(' | ')[0], made.store.get(NODE, NODE_KEY)]).toEqual(['gone', undefined]);
  });

  test('the annotation leaves the drain out, and nothing else', () => {
    const made = world(machineApi);
    const prefix = machineApi === 'openshift' ? 'machine.openshift.io' : 'machine.cluster.x-k8s.io';
    annotate(made, machineApi, { [`${prefix}/exclude-node-draining`]: '' });
    made.deleteMachine('m-a');
    made.until(1);
    expect([made.drains.length, row(made, machineApi)]).toEqual([
      0,
      machineApi === 'openshift'
        ? 'Deleting | Node drain skipped | deprovisioning'
        : 'Deleting | WaitingForInfrastructureDeletion | deprovisioning',
    ]);
  });

  test('the annotation of the other Machine API means nothing', () => {
    const made = world(machineApi);
    const prefix = machineApi === 'openshift' ? 'machine.cluster.x-k8s.io' : 'machine.openshift.io';
    annotate(made, machineApi, { [`${prefix}/exclude-node-draining`]: '' });
    made.deleteMachine('m-a');
    made.until(1);
    expect(made.drains.length).toBe(1);
  });

  test('without its Node there is nothing to drain', () => {
    const made = world(machineApi);
    made.store.delete(NODE, NODE_KEY);
    made.deleteMachine('m-a');
    made.until(1);
    expect([made.drains.length, row(made, machineApi).split(' | ')[2]]).toEqual([0, 'deprovisioning']);
  });

  test('a host that is deleted under its Machine: OpenShift fails the Machine, Cluster API waits', () => {
    const made = world(machineApi);
    made.store.delete(STORED_HOST, { namespace: 'metal', name: 'a' });
    made.until(100);
    const { status } = made.store.get(kindOf(machineApi), MACHINE) ?? {};
    expect([status?.phase, status?.errorMessage, findCondition(status?.conditions, 'InstanceExists')?.reason]).toEqual(
      machineApi === 'openshift'
        ? ['Failed', "can't find created instance", 'InstanceMissing']
        : ['Running', undefined, undefined],
    );
  });
});

describe('the end of a drain is seen', () => {
  test.each<[MachineApi, number, number]>([
    ['cluster-api', 1, 20],
    ['cluster-api', 30, 40],
    ['openshift', 1, 1],
    ['openshift', 22, 25],
  ])('%s: pods gone after %d s, host released after %d s', (machineApi, goneS, releasedS) => {
    const made = world(machineApi);
    made.deleteMachine('m-a');
    made.until(goneS);
    made.drained();
    made.until(100);
    const release = made.writes.find((line) => line.includes('BareMetalHost'));
    expect(Math.floor(Number(release?.split(' ')[0]))).toBe(releasedS);
  });

  test('the time limit of Cluster API goes to the drain; what an earlier controller used of it is gone', () => {
    const made = world('cluster-api');
    const kind = kindOf('cluster-api');
    made.store.patch(kind, MACHINE, { spec: { deletion: { nodeDrainTimeoutSeconds: 600 } } }, { subresource: 'main' });
    const nodeDrainStartTime = formatTime(WORLD_START_MS - 200_000);
    made.store.patch(kind, MACHINE, { status: { deletion: { nodeDrainStartTime } } }, { subresource: 'status' });
    made.deleteMachine('m-a');
    made.until(1);
    expect(Math.round((made.drains[0]?.timeoutMs ?? 0) / 1000)).toBe(400);
  });
});

test('Cluster API keeps Nodes while the whole cluster goes', () => {
  const cluster: KubeObject = {
    apiVersion: 'cluster.x-k8s.io/v1beta2',
    kind: 'Cluster',
    metadata: {
      name: 'prod',
      namespace: 'metal',
      uid: 'prod',
      resourceVersion: '',
      deletionTimestamp: '2027-01-15T07:00:00Z',
      finalizers: ['x'],
    },
  };
  const made = world('cluster-api', { objects: [cluster] });
  made.deleteMachine('m-a');
  made.until(400);
  expect([made.drains.length, row(made, 'cluster-api').split(' | ')[0]]).toEqual([0, 'gone']);
  expect(made.store.get(NODE, NODE_KEY)).toBeDefined();
});

describe('OpenShift drains one control plane Node at a time', () => {
  test('the second waits until the first is uncordoned or gone, and looks every 20 s', () => {
    const made = new MachineWorld({ machineApi: 'openshift', controlPlane: ['a', 'b'], running: [], spares: [] });
    const cordon = (name: string, unschedulable: boolean | null): void => {
      made.store.patch(NODE, { namespace: '', name }, { spec: { unschedulable } }, { subresource: 'main' });
    };
    cordon('node-b', true);
    made.deleteMachine('m-a');
    made.until(3_605);
    expect(made.drains).toEqual([]);
    cordon('node-b', null);
    made.until(3_619);
    expect(made.drains).toEqual([]);
    made.until(3_621);
    expect(made.drains.map(({ nodeName }) => nodeName)).toEqual(['node-a']);
  });

  test('its own cordon lets an earlier drain go on', () => {
    const made = new MachineWorld({ machineApi: 'openshift', controlPlane: ['a', 'b'], running: [], spares: [] });
    for (const name of ['node-a', 'node-b']) {
      made.store.patch(NODE, { namespace: '', name }, { spec: { unschedulable: true } }, { subresource: 'main' });
    }
    made.deleteMachine('m-a');
    made.until(1);
    expect(made.drains.length).toBe(1);
  });
});
