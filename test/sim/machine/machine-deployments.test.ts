// A MachineDeployment changes its template: whole rollouts on hosts that are deprovisioned and provisioned. Seconds after the start.

import { describe, expect, test } from 'vitest';
import { CAPI_MACHINE_DEPLOYMENT } from '../../../core/api/cluster.ts';
import { NODE } from '../../../core/api/node.ts';
import type { KubeObject } from '../../../core/api/object.ts';
import { MACHINE_KINDS, STORED_METAL3_MACHINE } from '../../../sim/machine/machine-objects.ts';
import { MachineWorld } from '../../kit/machine-world.ts';

const KEY = { namespace: 'metal', name: 'general' };
const SETS = MACHINE_KINDS['cluster-api'].machineSet;
const REVISION = 'machinedeployment.clusters.x-k8s.io/revision';
const DAY_S = 86_400;

const TEMPLATE = {
  metadata: { labels: { set: 'workers' } },
  spec: { clusterName: 'prod', infrastructureRef: { kind: 'Metal3MachineTemplate', name: 'template' } },
};

function deployment(replicas: number, strategy: object): KubeObject {
  return {
    apiVersion: 'cluster.x-k8s.io/v1beta2',
    kind: 'MachineDeployment',
    metadata: {
      name: 'general',
      namespace: 'metal',
      uid: 'general',
      resourceVersion: '',
      annotations: { [REVISION]: '1' },
    },
    spec: { replicas, selector: { matchLabels: { pool: 'general' } }, template: TEMPLATE, rollout: { strategy } },
  };
}

/** The set `workers` of the kit becomes the deployment's first. */
function world(hosts: { running: readonly string[]; spares: readonly string[] }, strategy: object): MachineWorld {
  const made = new MachineWorld({
    machineApi: 'cluster-api',
    ...hosts,
    objects: [
      deployment(hosts.running.length, strategy),
      {
        apiVersion: 'infrastructure.cluster.x-k8s.io/v1beta2',
        kind: 'Metal3MachineTemplate',
        metadata: { name: 'template-2', namespace: 'metal', uid: 'template-2', resourceVersion: '' },
        spec: { template: { spec: { image: { url: 'http://images.example.com/node-2' } } } },
      },
    ],
  });
  made.store.update(SETS, { namespace: 'metal', name: 'workers' }, 'main', (set) => ({
    ...set,
    metadata: {
      ...set.metadata,
      annotations: { [REVISION]: '1' },
      finalizers: ['cluster.x-k8s.io/machineset'],
      ownerReferences: [
        { apiVersion: set.apiVersion, kind: 'MachineDeployment', name: 'general', uid: 'general', controller: true },
      ],
    },
  }));
  made.operate();
  made.until(1);
  return made;
}

function patch(made: MachineWorld, spec: object): void {
  made.store.patch(CAPI_MACHINE_DEPLOYMENT, KEY, { spec }, { subresource: 'main' });
}

function newTemplate(made: MachineWorld): void {
  patch(made, { template: { spec: { infrastructureRef: { name: 'template-2' } } } });
}

/** Runs on and answers every drain as soon as it is asked for. */
function runTo(made: MachineWorld, seconds: number, seen?: () => void): void {
  let answered = 0;
  while (made.seconds() < seconds) {
    made.until(Math.min(seconds, made.seconds() + 10));
    for (; answered < made.drains.length; answered++) made.drains[answered]?.done(true);
    seen?.();
  }
}

/** `revision wanted/exist/ready` of each set, oldest revision first. */
function sets(made: MachineWorld): readonly string[] {
  return made.store
    .list(SETS)
    .map(({ metadata, spec, status }) => {
      const revision = metadata.annotations?.[REVISION];
      return `${revision} ${spec?.replicas}/${status?.replicas}/${status?.readyReplicas}`;
    })
    .sort();
}

function status(made: MachineWorld): string {
  const { metadata, status: said } = made.store.get(CAPI_MACHINE_DEPLOYMENT, KEY) ?? {};
  return `revision ${metadata?.annotations?.[REVISION]} ${said?.phase} ${said?.upToDateReplicas} of ${said?.replicas}, ${said?.readyReplicas} ready`;
}

function running(made: MachineWorld): number {
  return made.machineRows().filter((row) => row.includes(' Running ')).length;
}

/** The infrastructure template of each Machine, sorted. */
function images(made: MachineWorld): readonly string[] {
  return made.store
    .list(MACHINE_KINDS['cluster-api'].machine)
    .map(({ metadata }) => {
      const object = made.store.get(STORED_METAL3_MACHINE, { namespace: 'metal', name: metadata.name });
      return object?.metadata.annotations?.['cluster.x-k8s.io/cloned-from-name'] ?? 'first';
    })
    .sort();
}

describe('a new template', () => {
  test.each([
    { id: 'with surge, on a spare host', spares: ['s'], rollingUpdate: { maxSurge: 1, maxUnavailable: 0 }, fewest: 3 },
    { id: 'without surge, on its own hosts', spares: [], rollingUpdate: { maxSurge: 0, maxUnavailable: 1 }, fewest: 2 },
  ])('$id: every Machine is replaced, never fewer than $fewest run, and the old set goes', (row) => {
    const made = world(
      { running: ['a', 'b', 'c'], spares: row.spares },
      { type: 'RollingUpdate', rollingUpdate: row.rollingUpdate },
    );
    expect(sets(made)).toEqual(['1 3/3/3']);
    newTemplate(made);
    let fewest = 3;
    let most = 0;
    runTo(made, DAY_S, () => {
      fewest = Math.min(fewest, running(made));
      most = Math.max(most, made.machineRows().length);
    });
    expect({ fewest, most, sets: sets(made), status: status(made), images: images(made) }).toEqual({
      fewest: row.fewest,
      most: 3 + row.rollingUpdate.maxSurge,
      sets: ['2 3/3/3'],
      status: 'revision 2 Running 3 of 3, 3 ready',
      images: ['template-2', 'template-2', 'template-2'],
    });
    const events = made.kernel.processed;
    made.until(2 * DAY_S);
    expect(made.kernel.processed).toBe(events);
  });

  test('with surge and no spare host it waits, and goes on when one comes', () => {
    const made = world({ running: ['a', 'b'], spares: [] }, { rollingUpdate: { maxSurge: 1, maxUnavailable: 0 } });
    newTemplate(made);
    runTo(made, DAY_S);
    expect([sets(made), status(made)]).toEqual([['1 2/2/2', '2 1/1/0'], 'revision 2 ScalingDown 1 of 3, 2 ready']);
  });

  test('while it rolls out, the sets know which of their Nodes are Ready', () => {
    const made = world({ running: ['a', 'b', 'c'], spares: [] }, { rollingUpdate: { maxSurge: 1, maxUnavailable: 0 } });
    newTemplate(made);
    runTo(made, 100);
    const conditions = [{ type: 'Ready', status: 'Unknown' }];
    made.store.patch(NODE, { namespace: '', name: 'node-b' }, { status: { conditions } }, { subresource: 'status' });
    runTo(made, 101);
    expect(sets(made)).toEqual(['1 3/3/2', '2 1/1/0']);
  });

  test('OnDelete: nothing happens until the user deletes a Machine, which comes back from the new template', () => {
    const made = world({ running: ['a', 'b'], spares: [] }, { type: 'OnDelete' });
    newTemplate(made);
    runTo(made, DAY_S);
    expect(sets(made)).toEqual(['1 2/2/2', '2 0/0/0']);
    made.deleteMachine('m-a');
    runTo(made, 2 * DAY_S);
    expect([sets(made), images(made)]).toEqual([
      ['1 1/1/1', '2 1/1/1'],
      ['first', 'template-2'],
    ]);
  });

  test('back to the first template: the first set is the current one again, with a new revision', () => {
    const made = world({ running: ['a', 'b'], spares: [] }, { rollingUpdate: { maxSurge: 1, maxUnavailable: 0 } });
    newTemplate(made);
    runTo(made, 3_600);
    patch(made, { template: TEMPLATE });
    runTo(made, DAY_S);
    expect([sets(made), made.machineRows()]).toEqual([['3 2/2/2'], ['m-a Running a', 'm-b Running b']]);
  });
});

describe('scaling', () => {
  test('is a change of spec.replicas, in both directions', () => {
    const made = world({ running: ['a', 'b'], spares: ['s'] }, {});
    patch(made, { replicas: 3 });
    runTo(made, 10);
    expect(status(made)).toBe('revision 1 Running 3 of 3, 2 ready');
    runTo(made, 3_600);
    expect([sets(made), status(made)]).toEqual([['1 3/3/3'], 'revision 1 Running 3 of 3, 3 ready']);
    patch(made, { replicas: 1 });
    runTo(made, 3_610);
    expect(status(made)).toBe('revision 1 ScalingDown 3 of 3, 3 ready');
    runTo(made, 7_200);
    expect([sets(made), made.machineRows().length]).toEqual([['1 1/1/1'], 1]);
  });

  test.each([
    ['a paused deployment', { spec: { paused: true } }],
    ['one with the pause annotation', { metadata: { annotations: { 'cluster.x-k8s.io/paused': '' } } }],
  ])('%s stays as it is', (_, change) => {
    const made = world({ running: ['a'], spares: ['s'] }, {});
    made.store.patch(CAPI_MACHINE_DEPLOYMENT, KEY, change, { subresource: 'main' });
    patch(made, { replicas: 2 });
    runTo(made, 3_600);
    expect(made.machineRows()).toEqual(['m-a Running a']);
  });
});

test('a deployment that is deleted takes its sets and their Machines along', () => {
  const made = world({ running: ['a', 'b'], spares: [] }, {});
  made.store.update(CAPI_MACHINE_DEPLOYMENT, KEY, 'main', (object) => ({
    ...object,
    metadata: { ...object.metadata, finalizers: ['cluster.x-k8s.io/machinedeployment'] },
  }));
  made.store.delete(CAPI_MACHINE_DEPLOYMENT, KEY);
  runTo(made, 100);
  expect(made.machineRows()).toEqual(['m-a Deleting a', 'm-b Deleting b']);
  runTo(made, 3_600);
  expect([made.machineRows(), sets(made), made.store.get(CAPI_MACHINE_DEPLOYMENT, KEY)]).toEqual([[], [], undefined]);
});
