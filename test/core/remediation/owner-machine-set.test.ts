// Owner remediation by a Cluster API MachineSet beyond the conformance cases: what no manifest can say through admission, whose
// limit counts, and the versions that fit.

import { describe, expect, test } from 'vitest';
import type { Condition } from '../../../core/api/conditions.ts';
import { findCondition } from '../../../core/api/conditions.ts';
import { CAPI_MACHINE, type MachineSet } from '../../../core/api/machine.ts';
import type { KubeObject } from '../../../core/api/object.ts';
import { ownerMachineSetRemediation } from '../../../core/remediation/owner-machine-set.controller.ts';
import { type CoreBench, coreBench } from '../../kit/core-bench.ts';
import { aCapiMachine, aMachineSet, CAPI_NAMESPACE, CLUSTER_NAME, meta, NOW_MS } from '../../kit/machine-objects.ts';

const HANDED_OVER: readonly Condition[] = [
  { type: 'HealthCheckSucceeded', status: 'False', reason: 'UnhealthyNode' },
  { type: 'OwnerRemediated', status: 'False', reason: 'WaitingForRemediation' },
];

/** m0 is the oldest. */
function sickMachines(count: number, annotated?: string): KubeObject[] {
  return Array.from({ length: count }, (_, i) =>
    aCapiMachine(`m${i}`, {
      node: `n${i}`,
      createdAgoMs: (count - i) * 3_600_000,
      conditions: HANDED_OVER,
      ...(annotated === `m${i}` ? { annotations: { 'cluster.x-k8s.io/remediate-machine': '' } } : {}),
    }),
  );
}

function limitedSet(maxInFlight?: number | string, replicas = 9): MachineSet {
  const set = aMachineSet('cluster-api', 'workers', replicas);
  return {
    ...set,
    spec: { ...set.spec, replicas, ...(maxInFlight === undefined ? {} : { remediation: { maxInFlight } }) },
  };
}

function bench(objects: readonly KubeObject[]): CoreBench {
  const run = coreBench({ objects, controllers: [ownerMachineSetRemediation()], atMs: NOW_MS });
  run.runFor(1_000);
  return run;
}

/** In the order in which they were deleted. */
function deleted(run: CoreBench): readonly string[] {
  return run.performed.flatMap(({ action }) => (action.do === 'delete' ? [action.key.name] : []));
}

function ownerCondition(run: CoreBench, name: string): string {
  const condition = findCondition(
    run.the(CAPI_MACHINE, `${CAPI_NAMESPACE}/${name}`).status?.conditions,
    'OwnerRemediated',
  );
  return `${condition?.status} ${condition?.reason} ${condition?.message ?? ''}`.trim();
}

test('a limit that cannot be read lets none go', () => {
  expect(deleted(bench([limitedSet('3'), ...sickMachines(4)]))).toEqual([]);
});

test('a machine that was not handed over, or belongs to nobody, stays', () => {
  const onlyMarked = aCapiMachine('marked', { node: 'n', conditions: HANDED_OVER.slice(0, 1) });
  const orphan = aCapiMachine('orphan', { node: 'n', conditions: HANDED_OVER, owned: false });
  expect(deleted(bench([limitedSet(), onlyMarked, orphan]))).toEqual([]);
});

describe('of a MachineDeployment', () => {
  const deployment = (revision: string, maxInFlight?: number): KubeObject => ({
    apiVersion: 'cluster.x-k8s.io/v1beta2',
    kind: 'MachineDeployment',
    metadata: meta('general', {
      namespace: CAPI_NAMESPACE,
      annotations: { 'machinedeployment.clusters.x-k8s.io/revision': revision },
    }),
    spec: { ...(maxInFlight === undefined ? {} : { remediation: { maxInFlight } }) },
  });
  const set: MachineSet = {
    ...limitedSet(),
    metadata: meta('workers', {
      namespace: CAPI_NAMESPACE,
      annotations: { 'machinedeployment.clusters.x-k8s.io/revision': '2' },
      ownerReferences: [
        {
          apiVersion: 'cluster.x-k8s.io/v1beta2',
          kind: 'MachineDeployment',
          name: 'general',
          uid: 'uid-general',
          controller: true,
        },
      ],
    }),
    spec: { replicas: 4, template: { spec: { clusterName: CLUSTER_NAME } } },
  };

  test('its limit counts', () => {
    expect(deleted(bench([set, deployment('2', 1), ...sickMachines(4)]))).toEqual(['m3']);
  });

  test.each([
    ['v1.34.0', 'Other', 'MachineSet version is higher than ControlPlane version'],
    ['v1.29.9', 'Other', 'more than 3 minor versions older'],
    ['v1.32.8', 'KubeadmConfigTemplate', 'kubeadm only supports joining with the same major+minor version'],
    ['v1.32.8', 'Other', undefined],
  ])('a set of version %s with bootstrap %s beside v1.33.0: %s', (version, kind, said) => {
    const cluster: KubeObject = {
      apiVersion: 'cluster.x-k8s.io/v1beta2',
      kind: 'Cluster',
      metadata: meta(CLUSTER_NAME, { namespace: CAPI_NAMESPACE }),
      spec: { controlPlaneRef: { kind: 'KubeadmControlPlane', name: 'cp' } },
    };
    const controlPlane: KubeObject = {
      apiVersion: 'controlplane.cluster.x-k8s.io/v1beta2',
      kind: 'KubeadmControlPlane',
      metadata: meta('cp', { namespace: CAPI_NAMESPACE }),
      spec: { version: 'v1.33.0' },
      status: { version: 'v1.33.0' },
    };
    const template = { spec: { clusterName: CLUSTER_NAME, version, bootstrap: { configRef: { kind } } } };
    const versioned: MachineSet = { ...set, spec: { replicas: 4, template } };
    const run = bench([versioned, deployment('2'), cluster, controlPlane, ...sickMachines(1)]);
    expect(deleted(run)).toEqual(said === undefined ? ['m0'] : []);
    if (said !== undefined) expect(ownerCondition(run, 'm0')).toContain(said);
  });
});
