// OpenShift's MachineHealthCheck, row by row: objects in, store, runtime, objects and events out.

import { describe, expect, test } from 'vitest';
import { OPENSHIFT_MACHINE } from '../../../core/api/machine.ts';
import { NODE } from '../../../core/api/node.ts';
import type { KubeObject, ObjectMeta } from '../../../core/api/object.ts';
import {
  METAL3_REMEDIATION,
  OPENSHIFT_MACHINE_HEALTH_CHECK,
  type OpenshiftMachineHealthCheck,
} from '../../../core/api/remediation.ts';
import { openshiftMachineHealthCheck } from '../../../core/health/openshift-machine-health-check.controller.ts';
import { ANNOTATION_EXTERNAL_REMEDIATION } from '../../../core/health/openshift-targets.ts';
import { type CoreBench, coreBench } from '../../kit/core-bench.ts';
import {
  aNode,
  anOpenshiftFleet,
  anOpenshiftMachine,
  meta,
  NOW_MS,
  OPENSHIFT_NAMESPACE,
  withReady,
} from '../../kit/machine-objects.ts';

const CHECK = `${OPENSHIFT_NAMESPACE}/workers`;
const EXTERNAL = { 'machine.openshift.io/remediation-strategy': 'external-baremetal' };

function aCheck(
  spec: Partial<NonNullable<OpenshiftMachineHealthCheck['spec']>> = {},
  rest: Partial<ObjectMeta> = {},
): OpenshiftMachineHealthCheck {
  return {
    apiVersion: 'machine.openshift.io/v1beta1',
    kind: 'MachineHealthCheck',
    metadata: meta('workers', { namespace: OPENSHIFT_NAMESPACE, ...rest }),
    spec: {
      selector: { matchLabels: { pool: 'workers' } },
      unhealthyConditions: [
        { type: 'Ready', status: 'Unknown', timeout: '300s' },
        { type: 'Ready', status: 'False', timeout: '300s' },
      ],
      ...spec,
    },
  };
}

function bench(objects: readonly KubeObject[], runMs = 1_000): CoreBench {
  const started = coreBench({ objects, controllers: [openshiftMachineHealthCheck()], atMs: NOW_MS });
  started.runFor(runMs);
  return started;
}

/** Machines that the health check wants gone. */
function deleted(run: CoreBench): readonly string[] {
  return run
    .list(OPENSHIFT_MACHINE)
    .filter(({ metadata }) => metadata.deletionTimestamp !== undefined)
    .map(({ metadata }) => metadata.name);
}

function workers(count: number): readonly string[] {
  return Array.from({ length: count }, (_, i) => `worker-${String(i).padStart(2, '0')}`);
}

describe('how many may be unhealthy', () => {
  test.each([
    { id: 'C001', of: 10, max: undefined, sick: 5, allowed: true, left: 5 },
    { id: 'C002', of: 10, max: '40%', sick: 5, allowed: false, left: 0 },
    { id: 'C004', of: 10, max: '40%', sick: 4, allowed: true, left: 0 },
    { id: 'C005', of: 5, max: 2, sick: 2, allowed: true, left: 0 },
    { id: 'C006', of: 5, max: 2, sick: 3, allowed: false, left: 0 },
    { id: 'C008 (4.2 floored to 4)', of: 7, max: '60%', sick: 4, allowed: true, left: 0 },
    { id: 'C008 (one more)', of: 7, max: '60%', sick: 5, allowed: false, left: 0 },
    { id: 'C009', of: 25, max: '40%', sick: 10, allowed: true, left: 0 },
    { id: 'C009 (one more)', of: 25, max: '40%', sick: 11, allowed: false, left: 0 },
    { id: 'C010', of: 6, max: '40%', sick: 2, allowed: true, left: 0 },
    { id: 'C010 (one more)', of: 6, max: '40%', sick: 3, allowed: false, left: 0 },
    { id: 'C011 (0.6 floored to 0)', of: 3, max: '20%', sick: 1, allowed: false, left: 0 },
    { id: 'C012 (a plain string is a count)', of: 5, max: '2', sick: 2, allowed: true, left: 0 },
    { id: 'C014', of: 3, max: -1, sick: 1, allowed: false, left: 0 },
    { id: 'C064 read the other way: a negative limit is 0', of: 3, max: -1, sick: 0, allowed: true, left: 0 },
    { id: 'an unreadable limit allows nothing', of: 3, max: 'two', sick: 1, allowed: false, left: 0 },
  ])('$id: $sick of $of unhealthy, maxUnhealthy $max', ({ of, max, sick, allowed, left }) => {
    const run = bench([aCheck(max === undefined ? {} : { maxUnhealthy: max }), ...anOpenshiftFleet(of, sick)]);
    const { status } = run.the(OPENSHIFT_MACHINE_HEALTH_CHECK, CHECK);
    expect({
      expected: status?.expectedMachines,
      healthy: status?.currentHealthy,
      left: status?.remediationsAllowed,
      condition: status?.conditions?.map(({ type, status, reason, severity }) => ({ type, status, reason, severity })),
      deleted: deleted(run),
      restricted: run.eventReasons('workers'),
    }).toEqual({
      expected: of,
      healthy: of - sick,
      left,
      condition: [
        allowed
          ? { type: 'RemediationAllowed', status: 'True', reason: undefined, severity: undefined }
          : { type: 'RemediationAllowed', status: 'False', reason: 'TooManyUnhealthy', severity: 'Warning' },
      ],
      deleted: allowed ? workers(sick) : [],
      restricted: allowed ? [] : ['RemediationRestricted'],
    });
  });
});

test('C015: all unhealthy targets of a pass are acted on at once, in list order', () => {
  const run = bench([aCheck({ maxUnhealthy: '40%' }), ...anOpenshiftFleet(10, 4)]);
  const deletes = run.performed.filter(({ action }) => action.do === 'delete');
  expect(deletes.map(({ action, atMs }) => [action.do === 'delete' ? action.key.name : '', atMs])).toEqual(
    workers(4).map((name) => [name, NOW_MS]),
  );
  expect(run.eventReasons('worker-00')).toEqual(['MachineDeleted']);
});

test('C016: while short-circuited nothing happens, and remediation starts as soon as enough have recovered', () => {
  const run = bench([aCheck({ maxUnhealthy: 2 }), ...anOpenshiftFleet(5, 3)], 3_600_000);
  expect(deleted(run)).toEqual([]);
  expect(run.runtime.decided).toBeLessThan(5);
  run.update(NODE, 'node-worker-00', 'status', (node) => withReady(node, 'True', run.nowMs));
  run.runFor(1);
  expect(deleted(run)).toEqual(['worker-01', 'worker-02']);
  expect(run.the(OPENSHIFT_MACHINE_HEALTH_CHECK, CHECK).status).toMatchObject({
    currentHealthy: 3,
    remediationsAllowed: 0,
    conditions: [{ type: 'RemediationAllowed', status: 'True' }],
  });
});

describe('when a target is unhealthy', () => {
  const node = aNode('node-a');
  test.each([
    { id: 'C018: for 400 s of 300 s', node: aNode('node-a', 'Unknown', 400_000), deletedAfterMs: 0 },
    { id: 'C018: for 200 s of 300 s', node: aNode('node-a', 'Unknown', 200_000), deletedAfterMs: 101_000 },
    {
      id: 'exactly at its timeout: the comparison is strict',
      node: aNode('node-a', 'False', 300_000),
      deletedAfterMs: 1_000,
    },
  ])('$id', ({ node: sick, deletedAfterMs }) => {
    const run = bench([aCheck(), anOpenshiftMachine('a', { node: 'node-a' }), sick], 0);
    expect(deleted(run)).toEqual(deletedAfterMs === 0 ? ['a'] : []);
    if (deletedAfterMs > 0) run.run(NOW_MS + deletedAfterMs - 1);
    expect(deleted(run)).toEqual(deletedAfterMs === 0 ? ['a'] : []);
    run.run(NOW_MS + deletedAfterMs);
    expect(deleted(run)).toEqual(['a']);
  });

  test('C019: one of two conditions is enough', () => {
    const spec = {
      unhealthyConditions: [
        { type: 'DiskPressure', status: 'True' as const, timeout: '1h' },
        { type: 'Ready', status: 'Unknown' as const, timeout: '300s' },
      ],
    };
    const sick = aNode('node-a', 'Unknown', 400_000);
    expect(deleted(bench([aCheck(spec), anOpenshiftMachine('a', { node: 'node-a' }), sick]))).toEqual(['a']);
  });

  test('C020: a timeout that is hours away is looked at once an hour', () => {
    const spec = { unhealthyConditions: [{ type: 'Ready', status: 'Unknown' as const, timeout: '3h' }] };
    const run = bench([aCheck(spec), anOpenshiftMachine('a', { node: 'node-a' }), aNode('node-a', 'Unknown', 0)], 0);
    const before = run.runtime.decided;
    run.run(NOW_MS + 3_599_999);
    expect(run.runtime.decided - before).toBeLessThanOrEqual(1);
    const atHour = run.runtime.decided;
    run.run(NOW_MS + 3_600_000);
    expect(run.runtime.decided).toBe(atHour + 1);
    expect(deleted(run)).toEqual([]);
    run.run(NOW_MS + 3 * 3_600_000 + 1_000);
    expect(deleted(run)).toEqual(['a']);
  });

  test.each([
    { id: 'C021: its node does not exist', machine: anOpenshiftMachine('a', { node: 'node-a' }), objects: [] },
    {
      id: 'C022: it has failed',
      machine: anOpenshiftMachine('a', { node: 'node-a', phase: 'Failed' }),
      objects: [node],
    },
    {
      id: 'C024: no node since the startup timeout',
      machine: anOpenshiftMachine('a', { lastUpdatedAgoMs: 601_000 }),
      objects: [],
    },
  ])('$id', ({ machine, objects }) => {
    expect(deleted(bench([aCheck(), machine, ...objects]))).toEqual(['a']);
  });

  test('a condition whose stamp alone moves is looked at again', () => {
    const run = bench([aCheck(), anOpenshiftMachine('a', { node: 'node-a' }), aNode('node-a', 'Unknown', 10_000)]);
    run.update(NODE, 'node-a', 'status', (current) => withReady(current, 'Unknown', NOW_MS - 400_000));
    run.runFor(1);
    expect(deleted(run)).toEqual(['a']);
  });

  test('C021 while running: the node is deleted', () => {
    const run = bench([aCheck(), anOpenshiftMachine('a', { node: 'node-a' }), node]);
    expect(deleted(run)).toEqual([]);
    run.delete(NODE, 'node-a');
    run.runFor(1);
    expect(deleted(run)).toEqual(['a']);
  });

  test('C025: nodeStartupTimeout 0 never makes a machine without a node unhealthy', () => {
    const run = bench([aCheck({ nodeStartupTimeout: '0' }), anOpenshiftMachine('a', { lastUpdatedAgoMs: 9e8 })], 9e8);
    expect(deleted(run)).toEqual([]);
    expect(run.the(OPENSHIFT_MACHINE_HEALTH_CHECK, CHECK).status?.currentHealthy).toBe(0);
  });

  test('C036: one about to become unhealthy counts as not healthy, and nothing is done about it', () => {
    const run = bench([aCheck(), anOpenshiftMachine('a', { node: 'node-a' }), aNode('node-a', 'Unknown', 10_000)]);
    expect(run.the(OPENSHIFT_MACHINE_HEALTH_CHECK, CHECK).status).toMatchObject({
      expectedMachines: 1,
      currentHealthy: 0,
    });
    expect(deleted(run)).toEqual([]);
    expect(run.eventReasons()).toEqual(['DetectedUnhealthy']);
  });
});

describe('what is done', () => {
  const sickNode = aNode('node-a', 'Unknown', 3_600_000);

  test('C026: a machine without a controller owner is skipped, with one event', () => {
    const run = bench([aCheck(), anOpenshiftMachine('a', { node: 'node-a', owned: false }), sickNode]);
    run.update(NODE, 'node-a', 'status', (current) => withReady(current, 'False', run.nowMs - 400_000));
    run.runFor(1_000);
    expect({ deleted: deleted(run), events: run.eventReasons() }).toEqual({
      deleted: [],
      events: ['SkippedNoController'],
    });
  });

  test('C027: the external strategy annotates the machine, and only once', () => {
    const run = bench([aCheck({}, { annotations: EXTERNAL }), anOpenshiftMachine('a', { node: 'node-a' }), sickNode]);
    const machine = run.the(OPENSHIFT_MACHINE, `${OPENSHIFT_NAMESPACE}/a`);
    expect(machine.metadata.annotations).toEqual({ [ANNOTATION_EXTERNAL_REMEDIATION]: '' });
    expect(deleted(run)).toEqual([]);
    expect(run.eventReasons()).toEqual(['ExternalAnnotationAdded']);
    const { resourceVersion } = machine.metadata;
    run.update(NODE, 'node-a', 'status', (current) => withReady(current, 'False', run.nowMs - 400_000));
    run.runFor(3_600_000);
    expect(run.the(OPENSHIFT_MACHINE, `${OPENSHIFT_NAMESPACE}/a`).metadata.resourceVersion).toBe(resourceVersion);
  });

  test('C028: not for a failed machine, which is deleted', () => {
    const failed = anOpenshiftMachine('a', { node: 'node-a', phase: 'Failed' });
    const run = bench([aCheck({}, { annotations: EXTERNAL }), failed, sickNode]);
    expect(deleted(run)).toEqual(['a']);
    expect(run.the(OPENSHIFT_MACHINE, `${OPENSHIFT_NAMESPACE}/a`).metadata.annotations).toBeUndefined();
  });

  test('C029, C030: an annotated machine counts as unhealthy, and keeps its annotation when its node is well again', () => {
    const annotated = anOpenshiftMachine('a', {
      node: 'node-a',
      annotations: { [ANNOTATION_EXTERNAL_REMEDIATION]: '' },
    });
    const run = bench([aCheck({}, { annotations: EXTERNAL }), annotated, aNode('node-a')]);
    expect(run.the(OPENSHIFT_MACHINE_HEALTH_CHECK, CHECK).status?.currentHealthy).toBe(0);
    expect(run.the(OPENSHIFT_MACHINE, `${OPENSHIFT_NAMESPACE}/a`).metadata.annotations).toEqual({
      [ANNOTATION_EXTERNAL_REMEDIATION]: '',
    });
  });

  const template: KubeObject = {
    apiVersion: 'infrastructure.cluster.x-k8s.io/v1beta1',
    kind: 'Metal3RemediationTemplate',
    metadata: meta('reboot', { namespace: OPENSHIFT_NAMESPACE }),
    spec: { template: { spec: { strategy: { type: 'Reboot', retryLimit: 1, timeout: '300s' } } } },
  };
  const reference = {
    apiVersion: 'infrastructure.cluster.x-k8s.io/v1beta1',
    kind: 'Metal3RemediationTemplate',
    name: 'reboot',
  };

  test('C031, C032: a template makes one request per machine, owned by it; it goes when the machine is healthy', () => {
    const run = bench([
      aCheck({ remediationTemplate: reference }),
      anOpenshiftMachine('a', { node: 'node-a' }),
      sickNode,
      template,
    ]);
    const [request, ...more] = run.list(METAL3_REMEDIATION);
    expect(more).toEqual([]);
    expect(request).toMatchObject({
      apiVersion: 'infrastructure.cluster.x-k8s.io/v1beta1',
      kind: 'Metal3Remediation',
      metadata: {
        name: 'a',
        namespace: OPENSHIFT_NAMESPACE,
        ownerReferences: [{ kind: 'Machine', name: 'a', uid: 'uid-a' }],
      },
      spec: { strategy: { type: 'Reboot', retryLimit: 1, timeout: '300s' } },
    });
    run.update(NODE, 'node-a', 'status', (current) => withReady(current, 'False', run.nowMs - 400_000));
    run.runFor(1_000);
    expect(run.list(METAL3_REMEDIATION)).toEqual([request]);
    run.update(NODE, 'node-a', 'status', (current) => withReady(current, 'True', run.nowMs));
    run.runFor(1_000);
    expect(run.list(METAL3_REMEDIATION)).toEqual([]);
    expect(deleted(run)).toEqual([]);
  });

  test('a template that is not there is said, and nothing is requested', () => {
    const check = aCheck({ remediationTemplate: reference });
    const run = bench([check, anOpenshiftMachine('a', { node: 'node-a' }), sickNode]);
    expect([run.rules()[0], run.names(METAL3_REMEDIATION), deleted(run)]).toEqual(['template-missing', [], []]);
  });

  test('C034: nothing while paused', () => {
    const paused = aCheck({}, { annotations: { 'cluster.x-k8s.io/paused': '' } });
    const run = bench([paused, anOpenshiftMachine('a', { node: 'node-a' }), sickNode]);
    expect({ deleted: deleted(run), performed: run.performed }).toEqual({ deleted: [], performed: [] });
  });

  test('C035: an empty selector selects every machine of the namespace', () => {
    const run = bench([aCheck({ selector: {} }), anOpenshiftMachine('a', { node: 'node-a', labels: {} }), sickNode]);
    expect(deleted(run)).toEqual(['a']);
  });
});

test('a heartbeat decides nothing, and a healthy fleet comes to rest', () => {
  const run = bench([aCheck(), ...anOpenshiftFleet(50, 0)]);
  const before = run.runtime.decided;
  for (let i = 0; i < 50; i++) {
    run.update(NODE, `node-worker-${String(i).padStart(2, '0')}`, 'status', (node) => ({
      ...node,
      status: {
        ...node.status,
        conditions: (node.status?.conditions ?? []).map((condition) => ({
          ...condition,
          lastHeartbeatTime: '2026-11-22T08:00:05Z',
        })),
      },
    }));
  }
  run.runFor(86_400_000);
  expect(run.runtime.decided).toBe(before);
});
