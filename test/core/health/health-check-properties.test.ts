// What holds for any fleet and any history: the indexes agree with a scan, a decision does not change before the instant
// at which it asked to be called again, and lost memory changes nothing that lasts.

import { describe, expect, test } from 'vitest';
import type { ConditionStatus } from '../../../core/api/conditions.ts';
import { CAPI_MACHINE, type Machine, OPENSHIFT_MACHINE } from '../../../core/api/machine.ts';
import { isReady, NODE } from '../../../core/api/node.ts';
import type { Kind, KubeObject } from '../../../core/api/object.ts';
import { CAPI_MACHINE_HEALTH_CHECK, OPENSHIFT_MACHINE_HEALTH_CHECK } from '../../../core/api/remediation.ts';
import { capiMachineHealthCheck } from '../../../core/health/cluster-api-machine-health-check.controller.ts';
import { openshiftMachineHealthCheck } from '../../../core/health/openshift-machine-health-check.controller.ts';
import type { Controller } from '../../../core/ports/reconciler.ts';
import { type CoreBench, coreBench } from '../../kit/core-bench.ts';
import {
  aCapiMachine,
  aNode,
  anOpenshiftMachine,
  CAPI_NAMESPACE,
  CLUSTER_NAME,
  meta,
  NOW_MS,
  OPENSHIFT_NAMESPACE,
  withReady,
} from '../../kit/machine-objects.ts';
import { fc } from '../../kit/property.ts';

interface World {
  readonly name: string;
  readonly machineKind: Kind<Machine>;
  readonly namespace: string;
  readonly check: KubeObject;
  status(run: CoreBench): { readonly expectedMachines?: number; readonly currentHealthy?: number } | undefined;
  machine(name: string, node: string | undefined): Machine;
  controller(): Controller;
}

const OPENSHIFT: World = {
  name: 'OpenShift',
  machineKind: OPENSHIFT_MACHINE,
  namespace: OPENSHIFT_NAMESPACE,
  status: (run) => run.the(OPENSHIFT_MACHINE_HEALTH_CHECK, `${OPENSHIFT_NAMESPACE}/workers`).status,
  check: {
    apiVersion: 'machine.openshift.io/v1beta1',
    kind: 'MachineHealthCheck',
    metadata: meta('workers', { namespace: OPENSHIFT_NAMESPACE }),
    spec: {
      selector: { matchLabels: { pool: 'workers' } },
      unhealthyConditions: [
        { type: 'Ready', status: 'Unknown', timeout: '300s' },
        { type: 'Ready', status: 'False', timeout: '120s' },
      ],
      maxUnhealthy: '50%',
    },
  },
  machine: (name, node) => anOpenshiftMachine(name, { node, lastUpdatedAgoMs: 60_000, finalizers: [] }),
  controller: () => openshiftMachineHealthCheck(),
};

const CLUSTER_API: World = {
  name: 'Cluster API',
  machineKind: CAPI_MACHINE,
  namespace: CAPI_NAMESPACE,
  status: (run) => run.the(CAPI_MACHINE_HEALTH_CHECK, `${CAPI_NAMESPACE}/workers`).status,
  check: {
    apiVersion: 'cluster.x-k8s.io/v1beta1',
    kind: 'MachineHealthCheck',
    metadata: meta('workers', { namespace: CAPI_NAMESPACE }),
    spec: {
      clusterName: CLUSTER_NAME,
      selector: { matchLabels: { pool: 'workers' } },
      unhealthyConditions: [
        { type: 'Ready', status: 'Unknown', timeout: '300s' },
        { type: 'Ready', status: 'False', timeout: '120s' },
      ],
      maxUnhealthy: '50%',
    },
  },
  machine: (name, node) => aCapiMachine(name, { node, createdAgoMs: 60_000, finalizers: [] }),
  controller: () => capiMachineHealthCheck({ lineage: 'exact', withoutCluster: 'assume-running' }),
};

/** Something happens to machine `which` after `waitMs`. */
interface Happening {
  readonly waitMs: number;
  readonly which: number;
  readonly what: ConditionStatus | 'node-gone' | 'machine-gone' | 'other-pool';
}

const SIZE = 6;
const HISTORY = fc.array(
  fc.record({
    waitMs: fc.integer({ min: 0, max: 200_000 }),
    which: fc.integer({ min: 0, max: SIZE - 1 }),
    what: fc.constantFrom<Happening['what']>(
      'True',
      'True',
      'False',
      'Unknown',
      'node-gone',
      'machine-gone',
      'other-pool',
    ),
  }),
  { maxLength: 12 },
);

function start(world: World, forgetMemory: boolean): CoreBench {
  const objects: KubeObject[] = [world.check];
  for (let i = 0; i < SIZE; i++) {
    objects.push(world.machine(`m${i}`, i === 0 ? undefined : `n${i}`));
    if (i > 0) objects.push(aNode(`n${i}`));
  }
  return coreBench({
    objects,
    controllers: [world.controller()],
    atMs: NOW_MS,
    lagMs: 3,
    runtime: { forgetMemory },
  });
}

function happen(run: CoreBench, world: World, { waitMs, which, what }: Happening): void {
  run.runFor(waitMs);
  const [machine, node] = [`${world.namespace}/m${which}`, `n${which}`];
  if (what === 'machine-gone') {
    if (run.get(world.machineKind, machine) !== undefined) run.delete(world.machineKind, machine);
  } else if (what === 'other-pool') {
    if (run.get(world.machineKind, machine) === undefined) return;
    run.update(world.machineKind, machine, 'main', (current) => ({
      ...current,
      metadata: { ...current.metadata, labels: { pool: 'others' } },
    }));
  } else if (run.get(NODE, node) !== undefined) {
    if (what === 'node-gone') run.delete(NODE, node);
    else if (!(what === 'True' && isReady(run.the(NODE, node)))) {
      run.update(NODE, node, 'status', (current) => withReady(current, what, run.nowMs));
    }
  }
}

/** Expected and healthy by looking at every Machine. */
function scan(run: CoreBench, world: World): { readonly expected: number; readonly healthy: number } {
  const targets = run.list(world.machineKind).filter(({ metadata }) => metadata.labels?.pool === 'workers');
  const healthy = targets.filter(({ metadata, status }) => {
    const node = status?.nodeRef === undefined ? undefined : run.get(NODE, status.nodeRef.name);
    return node !== undefined && isReady(node) && metadata.deletionTimestamp === undefined;
  });
  return { expected: targets.length, healthy: healthy.length };
}

/** Objects without what differs between two runs that wrote in another order. */
function lasting(run: CoreBench, world: World): unknown {
  return run.list(world.machineKind).map(({ metadata, status }) => ({
    name: metadata.name,
    annotations: metadata.annotations,
    deleting: metadata.deletionTimestamp,
    conditions: status?.conditions?.map(({ type, status, reason }) => ({ type, status, reason })),
  }));
}

/** A condition that is about to be written carries the instant of the look, which is no part of what was decided. */
function withoutInstants(actions: readonly unknown[]): unknown {
  return JSON.parse(JSON.stringify(actions, (key, value: unknown) => (key === 'lastTransitionTime' ? 'now' : value)));
}

describe.each([OPENSHIFT, CLUSTER_API])('$name', (world) => {
  test('the status counts what a scan counts, after any history', () => {
    fc.assert(
      fc.property(HISTORY, (history) => {
        const run = start(world, false);
        for (const happening of history) {
          happen(run, world, happening);
          run.runFor(10);
          const status = world.status(run);
          expect({ expected: status?.expectedMachines, healthy: status?.currentHealthy }).toEqual(scan(run, world));
        }
      }),
      { numRuns: 60 },
    );
  });

  test('a decision stays what it is until the instant at which it asked to be called again', () => {
    fc.assert(
      fc.property(HISTORY, fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }), (history, share) => {
        const run = start(world, false);
        for (const happening of history) happen(run, world, happening);
        run.runFor(10);
        const key = { namespace: world.namespace, name: 'workers' };
        const decideAt = (nowMs: number) =>
          world.controller().decide({ view: run.view, key, nowMs, memory: undefined, facts: [] });
        const { recheckAtMs, actions, because } = decideAt(run.nowMs);
        // Cluster API sets no timer while short-circuited, so its marks come late (case C060).
        if (because.rule === 'too-many-unhealthy') return;
        // The product looks one second after a timeout; within that second a look would already find it passed.
        const until = (recheckAtMs ?? run.nowMs + 86_400_000) - 1_000;
        if (until <= run.nowMs) return;
        const earlier = decideAt(run.nowMs + Math.floor((until - run.nowMs) * share));
        expect(withoutInstants(earlier.actions)).toEqual(withoutInstants(actions));
      }),
      { numRuns: 60 },
    );
  });

  test('with memory emptied before every decision the same end is reached', () => {
    fc.assert(
      fc.property(HISTORY, (history) => {
        const ends = [false, true].map((forgetMemory) => {
          const run = start(world, forgetMemory);
          for (const happening of history) happen(run, world, happening);
          run.runFor(3_600_000);
          return lasting(run, world);
        });
        expect(ends[1]).toEqual(ends[0]);
      }),
      { numRuns: 30 },
    );
  });
});
