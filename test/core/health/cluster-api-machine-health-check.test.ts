// Cluster API's MachineHealthCheck beyond the conformance cases: the fields of v1beta1, a missing Cluster, refused writes, and
// what must cost nothing.

import { describe, expect, test } from 'vitest';
import type { Cluster } from '../../../core/api/cluster.ts';
import { type Condition, findCondition } from '../../../core/api/conditions.ts';
import type { Lineage } from '../../../core/api/lineage.ts';
import { CAPI_MACHINE, type Machine } from '../../../core/api/machine.ts';
import type { KubeObject } from '../../../core/api/object.ts';
import {
  CAPI_MACHINE_HEALTH_CHECK,
  type CapiMachineHealthCheck,
  METAL3_REMEDIATION,
} from '../../../core/api/remediation.ts';
import { formatTime } from '../../../core/api/time.ts';
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
} from '../../kit/machine-objects.ts';
import { refusing } from '../../kit/refusing-writer.ts';

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
const _MARKED = ['False UnhealthyNode', undefined];
const WELL = ['True HealthCheckSucceeded', undefined];

describe('what is written otherwise', () => {
  test.each([
    { id: 'without a limit all may be', spec: {}, sick: 3, handedOver: true },
    { id: 'a range that is none', spec: limited({ unhealthyInRange: '3-5' }), sick: 3, handedOver: false },
  ])('$id', ({ spec, sick, handedOver }) => {
    const run = bench([aCheck(spec), ...aCapiFleet(3, sick)]);
    expect(marks(run, 'worker-00')[1] !== undefined).toBe(handedOver);
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

test('a condition of a Machine that a check asks for is looked at when it moves, one that none asks for is not', () => {
  const asking = aCheck({
    checks: {
      unhealthyNodeConditions: READY_RULES,
      unhealthyMachineConditions: [{ type: 'NodeHealthy', status: 'False', timeoutSeconds: 60 }],
    },
  });
  const run = bench([asking, ...aCapiFleet(1, 0)]);
  const before = run.runtime.decided;
  const say = (type: string): void => {
    const said: Condition = { type, status: 'False', lastTransitionTime: formatTime(run.nowMs - 120_000) };
    run.update(CAPI_MACHINE, `${CAPI_NAMESPACE}/worker-00`, 'status', ({ status, ...machine }) => ({
      ...machine,
      status: { ...status, conditions: [...(status?.conditions ?? []), said] },
    }));
    run.runFor(1_000);
  };
  say('BootstrapConfigReady');
  expect(run.runtime.decided).toBe(before);
  say('NodeHealthy');
  expect(marks(run, 'worker-00')).toEqual(['False UnhealthyMachine', 'False WaitingForRemediation']);
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

  test.each([
    { apiVersion: 'cluster.x-k8s.io/v1beta1', v1beta1: 'conditions' },
    { apiVersion: 'cluster.x-k8s.io/v1beta2', v1beta1: 'deprecated' },
  ])(
    'a request that is refused is said in the condition of v1beta1, of $apiVersion in $v1beta1',
    ({ apiVersion, v1beta1 }) => {
      const run = coreBench({
        objects: [aCluster(), { ...check, apiVersion }, template, ...aCapiFleet(2, 1)],
        controllers: [capiMachineHealthCheck({ lineage: 'exact', withoutCluster: 'refuse' })],
        atMs: NOW_MS,
        writer: refusing('create', METAL3_REMEDIATION, 'no rights on metal3remediations', 1_000),
      });
      run.runFor(1_000);
      const { status } = run.the(CAPI_MACHINE_HEALTH_CHECK, CHECK);
      const conditions = v1beta1 === 'conditions' ? status?.conditions : status?.deprecated?.v1beta1?.conditions;
      expect(findCondition(conditions, 'ExternalRemediationRequestAvailable')).toMatchObject({
        status: 'False',
        severity: 'Error',
        reason: 'ExternalRemediationRequestCreationFailed',
        message: 'no rights on metal3remediations',
      });
      expect(run.names(METAL3_REMEDIATION)).toEqual([]);
    },
  );
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
