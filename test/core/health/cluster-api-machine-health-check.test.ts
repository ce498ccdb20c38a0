// Cluster API's MachineHealthCheck, row by row: objects in, store, runtime, objects and events out.

import { describe, expect, test } from 'vitest';
import { CAPI_CLUSTER, type Cluster } from '../../../core/api/cluster.ts';
import { type Condition, findCondition } from '../../../core/api/conditions.ts';
import type { Lineage } from '../../../core/api/lineage.ts';
import { CAPI_MACHINE, type Machine } from '../../../core/api/machine.ts';
import { NODE } from '../../../core/api/node.ts';
import type { KubeObject } from '../../../core/api/object.ts';
import {
  CAPI_MACHINE_HEALTH_CHECK,
  type CapiMachineHealthCheck,
  METAL3_REMEDIATION,
} from '../../../core/api/remediation.ts';
import { formatTime } from '../../../core/api/time.ts';
import { verdictOf } from '../../../core/health/cluster-api-check.ts';
import { capiMachineHealthCheck } from '../../../core/health/cluster-api-machine-health-check.controller.ts';
import { type CoreBench, coreBench } from '../../kit/core-bench.ts';
import {
  aCapiFleet,
  aCapiMachine,
  aNode,
  CAPI_NAMESPACE,
  CLUSTER_NAME,
  meta,
  NOW_MS,
  withReady,
} from '../../kit/machine-objects.ts';

const CHECK = `${CAPI_NAMESPACE}/workers`;
type Spec = NonNullable<CapiMachineHealthCheck['spec']>;

const READY_RULES: NonNullable<NonNullable<Spec['checks']>['unhealthyNodeConditions']> = [
  { type: 'Ready', status: 'Unknown', timeoutSeconds: 300 },
  { type: 'Ready', status: 'False', timeoutSeconds: 300 },
];

function aCheck(spec: Partial<Spec> = {}): CapiMachineHealthCheck {
  return {
    apiVersion: 'cluster.x-k8s.io/v1beta2',
    kind: 'MachineHealthCheck',
    metadata: meta('workers', { namespace: CAPI_NAMESPACE, generation: 1 }),
    spec: {
      clusterName: CLUSTER_NAME,
      selector: { matchLabels: { pool: 'workers' } },
      checks: { unhealthyNodeConditions: READY_RULES },
      ...spec,
    },
  };
}

function limited(triggerIf: NonNullable<NonNullable<Spec['remediation']>['triggerIf']>): Partial<Spec> {
  return { remediation: { triggerIf } };
}

function aCluster(isReady = true, agoMs = 86_400_000): Cluster {
  const stamp = formatTime(NOW_MS - agoMs);
  const conditions: Condition[] = [
    { type: 'InfrastructureReady', status: 'True', lastTransitionTime: stamp },
    { type: 'ControlPlaneInitialized', status: isReady ? 'True' : 'False', lastTransitionTime: stamp },
  ];
  return {
    apiVersion: 'cluster.x-k8s.io/v1beta2',
    kind: 'Cluster',
    metadata: meta(CLUSTER_NAME, { namespace: CAPI_NAMESPACE }),
    status: { conditions },
  };
}

function bench(
  objects: readonly KubeObject[],
  options: { readonly lineage?: Lineage; readonly cluster?: Cluster; readonly runMs?: number } = {},
): CoreBench {
  const { lineage = 'exact', cluster = aCluster(), runMs = 1_000 } = options;
  const run = coreBench({
    objects: [cluster, ...objects],
    controllers: [capiMachineHealthCheck({ lineage, withoutCluster: 'refuse' })],
    atMs: NOW_MS,
  });
  run.runFor(runMs);
  return run;
}

/** `HealthCheckSucceeded` and `OwnerRemediated` of a Machine, as `False UnhealthyNode`. */
function marks(run: CoreBench, name: string): readonly (string | undefined)[] {
  const { status } = run.the(CAPI_MACHINE, `${CAPI_NAMESPACE}/${name}`);
  return ['HealthCheckSucceeded', 'OwnerRemediated'].map((type) => {
    const condition = findCondition(status?.conditions, type);
    return condition === undefined ? undefined : `${condition.status} ${condition.reason}`;
  });
}

const HANDED_OVER = ['False UnhealthyNode', 'False WaitingForRemediation'];
const MARKED = ['False UnhealthyNode', undefined];
const WELL = ['True HealthCheckSucceeded', undefined];

describe('how many may be unhealthy', () => {
  test.each([
    { id: 'C038', of: 3, max: 1, sick: 2, allowed: false, left: 0 },
    { id: 'C039', of: 3, max: 2, sick: 2, allowed: true, left: 0 },
    { id: 'C040 (2.5 floored to 2)', of: 5, max: '50%', sick: 3, allowed: false, left: 0 },
    { id: 'C041', of: 5, max: '60%', sick: 3, allowed: true, left: 0 },
    { id: 'C042 (3.5 floored to 3)', of: 5, max: '70%', sick: 3, allowed: true, left: 0 },
    { id: 'without a limit', of: 3, max: undefined, sick: 3, allowed: true, left: 0 },
    { id: 'C064 (a negative limit is not clamped)', of: 3, max: -1, sick: 0, allowed: false, left: 0 },
  ])('$id: $sick of $of unhealthy, limit $max', ({ of, max, sick, allowed, left }) => {
    const spec = max === undefined ? {} : limited({ unhealthyLessThanOrEqualTo: max });
    const run = bench([aCheck(spec), ...aCapiFleet(of, sick)]);
    const { status } = run.the(CAPI_MACHINE_HEALTH_CHECK, CHECK);
    const condition = findCondition(status?.conditions, 'RemediationAllowed');
    expect({
      expected: status?.expectedMachines,
      healthy: status?.currentHealthy,
      left: status?.remediationsAllowed,
      condition: [condition?.status, condition?.reason],
      targets: status?.targets,
      observed: status?.observedGeneration,
      marks: run.list(CAPI_MACHINE).map(({ metadata }) => marks(run, metadata.name)),
      restricted: run.eventReasons('workers'),
    }).toEqual({
      expected: of,
      healthy: of - sick,
      left,
      condition: allowed ? ['True', 'RemediationAllowed'] : ['False', 'TooManyUnhealthy'],
      targets: run.names(CAPI_MACHINE),
      observed: 1,
      marks: Array.from({ length: of }, (_, i) => (i >= sick ? WELL : allowed ? HANDED_OVER : MARKED)),
      restricted: allowed || sick === 0 ? [] : ['RemediationRestricted'],
    });
    expect(run.list(CAPI_MACHINE).every(({ metadata }) => metadata.deletionTimestamp === undefined)).toBe(true);
  });

  test.each([
    { id: 'C044', unhealthy: 2, verdict: { allowed: false } },
    { id: 'C045', unhealthy: 3, verdict: { allowed: true, remediationsAllowed: 2 } },
    { id: 'C045', unhealthy: 4, verdict: { allowed: true, remediationsAllowed: 1 } },
    { id: 'C045', unhealthy: 5, verdict: { allowed: true, remediationsAllowed: 0 } },
    { id: 'C045', unhealthy: 6, verdict: { allowed: false } },
  ])('$id: range [3-5], $unhealthy unhealthy', ({ unhealthy, verdict }) => {
    expect(verdictOf({ limit: 'range', text: '[3-5]', min: 3, max: 5 }, 10, unhealthy)).toEqual(verdict);
  });

  test.each([
    { id: 'C044: too few for the range', range: '[3-5]', sick: 2, handedOver: false, rule: 'outside-range' },
    { id: 'C045: within the range', range: '[3-5]', sick: 3, handedOver: true, rule: 'remediate' },
    { id: 'C046: a range the wrong way round', range: '[5-3]', sick: 4, handedOver: false, rule: 'limit-unreadable' },
    { id: 'a range that is none', range: '3-5', sick: 4, handedOver: false, rule: 'limit-unreadable' },
  ])('$id', ({ range, sick, handedOver, rule }) => {
    const run = bench([aCheck(limited({ unhealthyInRange: range })), ...aCapiFleet(8, sick)]);
    expect(marks(run, 'worker-00')[1] !== undefined).toBe(handedOver);
    expect(run.rules()[0]).toBe(rule);
  });

  test('C048: a plain string is an error here', () => {
    const run = bench([aCheck(limited({ unhealthyLessThanOrEqualTo: '2' })), ...aCapiFleet(5, 1)]);
    expect({ rules: run.rules(), performed: run.performed }).toEqual({ rules: ['limit-unreadable'], performed: [] });
  });

  test('v1beta1 fields mean the same', () => {
    const spec: Partial<Spec> = {
      checks: { unhealthyNodeConditions: [] },
      maxUnhealthy: '40%',
      nodeStartupTimeout: '20m',
      unhealthyConditions: [{ type: 'Ready', status: 'Unknown', timeout: '300s' }],
    };
    const { checks: _checks, ...v1beta1 } = aCheck(spec).spec ?? {};
    const check = { ...aCheck(), apiVersion: 'cluster.x-k8s.io/v1beta1', spec: v1beta1 };
    const run = bench([check, ...aCapiFleet(5, 2)]);
    expect([marks(run, 'worker-00'), marks(run, 'worker-04')]).toEqual([HANDED_OVER, WELL]);
  });
});

describe('when a target is unhealthy', () => {
  const startup = (seconds: number): Partial<Spec> => ({
    checks: { nodeStartupTimeoutSeconds: seconds, unhealthyNodeConditions: READY_RULES },
  });
  const infraReady = (agoMs: number): Condition => ({
    type: 'InfrastructureReady',
    status: 'True',
    lastTransitionTime: formatTime(NOW_MS - agoMs),
  });
  test.each([
    { id: 'C049', machine: aCapiMachine('a', { createdAgoMs: 400_000 }), afterMs: 201_000 },
    {
      id: 'C050',
      machine: aCapiMachine('a', { createdAgoMs: 400_000, conditions: [infraReady(50_000)] }),
      afterMs: 551_000,
    },
    { id: 'C051', machine: aCapiMachine('a', { createdAgoMs: 1_200_000 }), afterMs: 0 },
  ])('$id: no node, startup timeout 600 s: unhealthy after $afterMs ms', ({ machine, afterMs }) => {
    const run = bench([aCheck(startup(600)), machine], { runMs: Math.max(0, afterMs - 1) });
    expect(marks(run, 'a')[0]).toBe(afterMs === 0 ? 'False NodeStartupTimeout' : undefined);
    run.run(NOW_MS + afterMs);
    expect(marks(run, 'a')[0]).toBe('False NodeStartupTimeout');
  });

  test('C052: a disabled startup timeout leaves it neither healthy nor unhealthy, for ever', () => {
    const run = bench([aCheck(startup(0)), aCapiMachine('a', { createdAgoMs: 9e8 })], { runMs: 9e8 });
    expect(marks(run, 'a')).toEqual([undefined, undefined]);
    expect(run.the(CAPI_MACHINE_HEALTH_CHECK, CHECK).status).toMatchObject({ expectedMachines: 1, currentHealthy: 0 });
  });

  test.each([
    { id: 'C054', sinceMs: 100_000, afterMs: 201_000 },
    { id: 'C055', sinceMs: 400_000, afterMs: 0 },
  ])('$id: Ready=Unknown for $sinceMs ms of 300 s: unhealthy after $afterMs ms', ({ sinceMs, afterMs }) => {
    const objects = [aCheck(), aCapiMachine('a', { node: 'n' }), aNode('n', 'Unknown', sinceMs)];
    const run = bench(objects, { runMs: Math.max(0, afterMs - 1) });
    expect(marks(run, 'a')[0]).toBe(afterMs === 0 ? 'False UnhealthyNode' : undefined);
    run.run(NOW_MS + afterMs);
    expect(marks(run, 'a')).toEqual(HANDED_OVER);
  });

  test('C056: its node is gone', () => {
    const run = bench([aCheck(), aCapiMachine('a', { node: 'n' }), aNode('n')]);
    expect(marks(run, 'a')).toEqual(WELL);
    run.delete(NODE, 'n');
    run.runFor(1);
    expect(marks(run, 'a')).toEqual(['False NodeDeleted', 'False WaitingForRemediation']);
  });

  test('an annotation asks for remediation at once', () => {
    const asked = aCapiMachine('a', { node: 'n', annotations: { 'cluster.x-k8s.io/remediate-machine': '' } });
    expect(marks(bench([aCheck(), asked, aNode('n')]), 'a')).toEqual([
      'False HasRemediateAnnotation',
      'False WaitingForRemediation',
    ]);
  });

  test.each([
    { id: 'C058: skip-remediation', annotation: 'cluster.x-k8s.io/skip-remediation' },
    { id: 'paused', annotation: 'cluster.x-k8s.io/paused' },
  ])('$id leaves the targets and the counts', ({ annotation }) => {
    const dead = aCapiMachine('dead', { node: 'gone', annotations: { [annotation]: '' } });
    const spec = limited({ unhealthyLessThanOrEqualTo: 1 });
    const run = bench([aCheck(spec), dead, ...aCapiFleet(2, 0)]);
    expect(run.the(CAPI_MACHINE_HEALTH_CHECK, CHECK).status).toMatchObject({
      expectedMachines: 2,
      currentHealthy: 2,
      targets: ['worker-00', 'worker-01'],
    });
    expect(marks(run, 'dead')).toEqual([undefined, undefined]);
  });

  test('C059: workers are not evaluated before the control plane is initialised, then at once', () => {
    const run = bench([aCheck(), aCapiMachine('a', { node: 'n' }), aNode('n', 'False', 3_600_000)], {
      cluster: aCluster(false),
      runMs: 86_400_000,
    });
    expect(marks(run, 'a')).toEqual([undefined, undefined]);
    run.update(CAPI_CLUSTER, `${CAPI_NAMESPACE}/${CLUSTER_NAME}`, 'status', (cluster) => ({
      ...cluster,
      ...{ status: aCluster().status ?? {} },
    }));
    run.runFor(1);
    expect(marks(run, 'a')).toEqual(HANDED_OVER);
  });

  test('without its Cluster object nothing is checked, unless told to assume it runs', () => {
    const objects = [aCheck(), ...aCapiFleet(1, 1)];
    const run = (withoutCluster: 'refuse' | 'assume-running'): readonly (string | undefined)[] => {
      const controllers = [capiMachineHealthCheck({ lineage: 'exact', withoutCluster })];
      const started = coreBench({ objects, controllers, atMs: NOW_MS });
      started.runFor(1);
      return marks(started, 'worker-00');
    };
    expect([run('refuse'), run('assume-running')]).toEqual([[undefined, undefined], HANDED_OVER]);
  });
});

test('C060: short-circuited, then allowed: the owner is asked as soon as one has recovered', () => {
  const run = bench([aCheck(limited({ unhealthyLessThanOrEqualTo: 1 })), ...aCapiFleet(4, 2)], { runMs: 86_400_000 });
  expect([marks(run, 'worker-00'), marks(run, 'worker-01')]).toEqual([MARKED, MARKED]);
  expect(run.runtime.decided).toBeLessThan(6);
  run.update(NODE, 'node-worker-00', 'status', (node) => withReady(node, 'True', run.nowMs));
  run.runFor(1);
  expect([marks(run, 'worker-00'), marks(run, 'worker-01')]).toEqual([WELL, HANDED_OVER]);
});

test('C061: an owner that is at it already is not asked again', () => {
  const run = bench([aCheck(), ...aCapiFleet(1, 1)]);
  run.update(CAPI_MACHINE, `${CAPI_NAMESPACE}/worker-00`, 'status', (machine) => ({
    ...machine,
    status: {
      ...machine.status,
      conditions: (machine.status?.conditions ?? []).map((condition) =>
        condition.type === 'OwnerRemediated' ? { ...condition, reason: 'RemediationDeferred' } : condition,
      ),
    },
  }));
  const { resourceVersion } = run.the(CAPI_MACHINE, `${CAPI_NAMESPACE}/worker-00`).metadata;
  run.runFor(3_600_000);
  expect(marks(run, 'worker-00')[1]).toBe('False RemediationDeferred');
  expect(run.the(CAPI_MACHINE, `${CAPI_NAMESPACE}/worker-00`).metadata.resourceVersion).toBe(resourceVersion);
});

describe('with a template', () => {
  const templateRef = {
    apiVersion: 'infrastructure.cluster.x-k8s.io/v1beta2',
    kind: 'Metal3RemediationTemplate',
    name: 'reboot',
  };
  const template: KubeObject = {
    apiVersion: templateRef.apiVersion,
    kind: templateRef.kind,
    metadata: meta('reboot', { namespace: CAPI_NAMESPACE }),
    spec: { template: { spec: { strategy: { type: 'Reboot', retryLimit: 1, timeoutSeconds: 300 } } } },
  };
  const request = (name: string): KubeObject => ({
    apiVersion: templateRef.apiVersion,
    kind: 'Metal3Remediation',
    metadata: meta(name, { namespace: CAPI_NAMESPACE }),
    spec: {},
  });
  const check = aCheck({ remediation: { templateRef } });

  test.each([
    { lineage: 'exact' as const, requests: ['worker-00'] },
    { lineage: 'corrected' as const, requests: ['worker-00', 'worker-01', 'worker-02'] },
  ])('C062: worker-00 has its request already; $lineage has then $requests', ({ lineage, requests }) => {
    const run = bench([check, template, request('worker-00'), ...aCapiFleet(4, 3)], { lineage });
    expect(run.names(METAL3_REMEDIATION)).toEqual(requests);
  });

  test('all unhealthy machines of a first pass get theirs, as the template says, and it goes when the machine is well', () => {
    const run = bench([check, template, ...aCapiFleet(4, 2)]);
    expect(
      run.list(METAL3_REMEDIATION).map(({ metadata, spec }) => [metadata.name, metadata.ownerReferences, spec]),
    ).toEqual(
      ['worker-00', 'worker-01'].map((name) => [
        name,
        [{ apiVersion: 'cluster.x-k8s.io/v1beta2', kind: 'Machine', name, uid: `uid-${name}` }],
        { strategy: { type: 'Reboot', retryLimit: 1, timeoutSeconds: 300 } },
      ]),
    );
    expect(marks(run, 'worker-00')).toEqual(MARKED);
    run.update(NODE, 'node-worker-01', 'status', (node) => withReady(node, 'True', run.nowMs));
    run.runFor(1);
    expect(run.names(METAL3_REMEDIATION)).toEqual(['worker-00']);
    expect(marks(run, 'worker-01')).toEqual(WELL);
  });

  test('a health check leaves the requests for machines of others alone', () => {
    const other = aCapiMachine('other', { node: 'n', labels: { pool: 'others' } });
    const run = bench([
      check,
      template,
      request('other'),
      other,
      aNode('n', 'Unknown', 3_600_000),
      ...aCapiFleet(1, 0),
    ]);
    expect(run.names(METAL3_REMEDIATION)).toEqual(['other']);
  });

  test('a template that is not there is said, and nothing is requested', () => {
    const run = bench([check, ...aCapiFleet(2, 1)]);
    expect([run.rules()[0], run.names(METAL3_REMEDIATION)]).toEqual(['template-missing', []]);
  });
});

test('a fleet that comes to rest is decided a handful of times, however many machines were marked', () => {
  const run = bench([aCheck(), ...aCapiFleet(40, 0)], { runMs: 0 });
  run.runFor(86_400_000);
  expect(run.list(CAPI_MACHINE).map(({ metadata }) => marks(run, metadata.name))).toEqual(
    Array.from({ length: 40 }, () => WELL),
  );
  expect(run.runtime.decided).toBeLessThan(5);
});

test('a machine that is replaced by another one shows in status.targets', () => {
  const run = bench([aCheck(), ...aCapiFleet(2, 0)]);
  const gone: Machine = run.the(CAPI_MACHINE, `${CAPI_NAMESPACE}/worker-00`);
  run.delete(CAPI_MACHINE, `${CAPI_NAMESPACE}/worker-00`);
  run.update(CAPI_MACHINE, `${CAPI_NAMESPACE}/worker-00`, 'main', (machine) => ({
    ...machine,
    metadata: { ...machine.metadata, finalizers: [] },
  }));
  const { uid: _uid, resourceVersion: _version, ...metadata } = gone.metadata;
  run.store.create(CAPI_MACHINE, { ...gone, metadata: { ...metadata, name: 'worker-99' } });
  run.runFor(1_000);
  expect(run.the(CAPI_MACHINE_HEALTH_CHECK, CHECK).status?.targets).toEqual(['worker-01', 'worker-99']);
});
