// MachineDeletionRemediation beyond its cases: other owners, Machines that somebody else deletes or that are new already, and a
// death at every boundary of its own actions.

import { describe, expect, test } from 'vitest';
import { KUBEADM_CONTROL_PLANE } from '../../../core/api/cluster.ts';
import { findCondition } from '../../../core/api/conditions.ts';
import { type MachineApi, machineKind } from '../../../core/api/machine.ts';
import {
  MACHINE_DELETION_REMEDIATION,
  type MachineDeletionRemediation,
} from '../../../core/api/machine-deletion-remediation.ts';
import { NODE } from '../../../core/api/node.ts';
import type { KubeObject, OwnerReference } from '../../../core/api/object.ts';
import { formatTime } from '../../../core/api/time.ts';
import { machineDeletionRemediationController } from '../../../core/remediation/machine-deletion-remediation.controller.ts';
import { CONTROL_PLANE_MACHINE_SET } from '../../../core/remediation/owner-nodes.ts';
import { type CoreBench, coreBench } from '../../kit/core-bench.ts';
import { meta, NOW_MS } from '../../kit/machine-objects.ts';

const NAMESPACE = 'machines';
const KEY = 'medik8s/node-0';
const SECOND = 1_000;

interface Given {
  readonly machineApi?: MachineApi;
  readonly ownerKind?: string;
  readonly owners?: readonly Partial<OwnerReference>[];
  readonly replicas?: number | 'no owner';
  readonly machineAgeMs?: number;
  readonly diesAt?: number;
}

const OWNER_API: Readonly<Record<string, string>> = {
  MachineSet: 'machine.openshift.io/v1beta1',
  ControlPlaneMachineSet: `${CONTROL_PLANE_MACHINE_SET.group}/v1`,
  KubeadmControlPlane: `${KUBEADM_CONTROL_PLANE.group}/v1beta2`,
};

function ownerReference(kind: string, change: Partial<OwnerReference> = {}): OwnerReference {
  return { apiVersion: OWNER_API[kind] ?? 'v1', kind, name: 'owner', uid: 'uid-owner', controller: true, ...change };
}

function objects({
  machineApi = 'openshift',
  ownerKind = 'MachineSet',
  owners = [{}],
  replicas = 1,
  machineAgeMs = 3_600_000,
}: Given): readonly KubeObject[] {
  const annotations =
    machineApi === 'openshift'
      ? { 'machine.openshift.io/machine': `${NAMESPACE}/machine-0` }
      : { 'cluster.x-k8s.io/machine': 'machine-0', 'cluster.x-k8s.io/cluster-namespace': NAMESPACE };
  const request: MachineDeletionRemediation = {
    apiVersion: 'machine-deletion-remediation.medik8s.io/v1alpha1',
    kind: 'MachineDeletionRemediation',
    metadata: meta('node-0', { namespace: 'medik8s', creationTimestamp: formatTime(NOW_MS) }),
  };
  const owner: KubeObject = {
    apiVersion:
      machineApi === 'cluster-api' && ownerKind === 'MachineSet'
        ? 'cluster.x-k8s.io/v1beta2'
        : (OWNER_API[ownerKind] ?? ''),
    kind: ownerKind,
    metadata: meta('owner', { namespace: NAMESPACE }),
    spec: { replicas },
  };
  return [
    request,
    ...(replicas === 'no owner' ? [] : [owner]),
    {
      apiVersion: machineApi === 'openshift' ? 'machine.openshift.io/v1beta1' : 'cluster.x-k8s.io/v1beta2',
      kind: 'Machine',
      metadata: meta('machine-0', {
        namespace: NAMESPACE,
        creationTimestamp: formatTime(NOW_MS - machineAgeMs),
        ownerReferences: owners.map((change) => ownerReference(ownerKind, change)),
      }),
      spec: { providerID: 'baremetalhost:///machines/host-0/1' },
      status: { nodeRef: { name: 'node-0' } },
    },
    { apiVersion: 'v1', kind: 'Node', metadata: meta('node-0', { annotations }) },
  ];
}

/** Decides for ten seconds; then the owner's controller, played here, makes another Machine with a Node of another name. */
function replaced(given: Given): CoreBench {
  const { machineApi = 'openshift', diesAt } = given;
  let boundaries = 0;
  // The first decisions are made while the bench is being built.
  const late: { bench?: CoreBench } = {};
  const bench = coreBench({
    objects: objects(given),
    controllers: [machineDeletionRemediationController({ machineApi })],
    atMs: NOW_MS,
    lagMs: 10,
    runtime: {
      atBoundary: () => {
        const { bench } = late;
        boundaries++;
        if (bench === undefined || boundaries !== diesAt) return;
        bench.runtime.stop();
        bench.kernel.call(bench.nowMs + SECOND, () => bench.runtime.start());
      },
    },
  });
  late.bench = bench;
  bench.runFor(10 * SECOND);
  if (bench.get(machineKind(machineApi), `${NAMESPACE}/machine-0`) === undefined) {
    bench.delete(NODE, 'node-0');
    for (const { kind, object } of successor(given)) bench.store.create(kind, object);
  }
  bench.runFor(120 * SECOND);
  return bench;
}

function successor(given: Given) {
  const { machineApi = 'openshift' } = given;
  const [machine, node] = objects(given).slice(-2);
  if (machine === undefined || node === undefined) throw new Error('a Machine and its Node are given');
  const renamed = JSON.parse(
    JSON.stringify([machine, node]).replaceAll('machine-0', 'machine-1').replaceAll('node-0', 'node-1'),
  ) as KubeObject[];
  const fresh = renamed.map(({ metadata: { creationTimestamp: _, ...metadata }, ...rest }) => ({ ...rest, metadata }));
  return [machineKind(machineApi), NODE].flatMap((kind, at) => {
    const object = fresh[at];
    return object === undefined ? [] : [{ kind, object }];
  });
}

function end(bench: CoreBench): string {
  const succeeded = findCondition(bench.the(MACHINE_DELETION_REMEDIATION, KEY).status?.conditions, 'Succeeded');
  return `Succeeded=${succeeded?.status} ${succeeded?.reason}`;
}

const DONE = 'Succeeded=True MachineDeleted';
const STUCK = 'Succeeded=Unknown RemediationStarted';

describe('whose Machine it is', () => {
  test.each<{ title: string; given: Given; ends: string; deleted: boolean }>([
    { title: 'a MachineSet of OpenShift', given: {}, ends: DONE, deleted: true },
    { title: 'a ControlPlaneMachineSet', given: { ownerKind: 'ControlPlaneMachineSet' }, ends: DONE, deleted: true },
    { title: 'a MachineSet of Cluster API', given: { machineApi: 'cluster-api' }, ends: DONE, deleted: true },
    {
      title: 'a KubeadmControlPlane',
      given: { machineApi: 'cluster-api', ownerKind: 'KubeadmControlPlane' },
      ends: DONE,
      deleted: true,
    },
    { title: 'an owner with two replicas, one of them missing', given: { replicas: 2 }, ends: STUCK, deleted: true },
    { title: 'an owner that is gone', given: { replicas: 'no owner' }, ends: STUCK, deleted: true },
    { title: 'an owner of a kind without replicas', given: { ownerKind: 'HostedMachine' }, ends: STUCK, deleted: true },
    { title: 'two owners', given: { owners: [{}, { name: 'other' }] }, ends: STUCK, deleted: false },
    {
      title: 'nobody',
      given: { owners: [] },
      ends: 'Succeeded=False RemediationCannotStartNoControllerOwner',
      deleted: false,
    },
    { title: 'a Machine of the same second', given: { machineAgeMs: 0 }, ends: DONE, deleted: true },
    {
      title: 'a Machine that is younger than its remediation',
      given: { machineAgeMs: -60_000 },
      ends: STUCK,
      deleted: false,
    },
  ])('$title', ({ given, ends, deleted }) => {
    const bench = replaced(given);
    const machine = bench.get(machineKind(given.machineApi ?? 'openshift'), `${NAMESPACE}/machine-0`);
    expect({ ends: end(bench), deleted: machine === undefined }).toEqual({ ends, deleted });
  });
});

test('a Machine that somebody else deletes first: there is none any more that could be replaced', () => {
  const bench = coreBench({
    objects: objects({}).map((object) =>
      object.kind === 'Machine'
        ? { ...object, metadata: { ...object.metadata, finalizers: ['f'], deletionTimestamp: formatTime(NOW_MS) } }
        : object,
    ),
    controllers: [machineDeletionRemediationController({ machineApi: 'openshift' })],
    atMs: NOW_MS,
  });
  bench.runFor(40 * SECOND);
  expect(end(bench)).toBe(STUCK);
  bench.update(
    machineKind('openshift'),
    `${NAMESPACE}/machine-0`,
    'main',
    ({ metadata: { finalizers: _, ...metadata }, ...rest }) => ({
      ...rest,
      metadata,
    }),
  );
  bench.runFor(40 * SECOND);
  expect(end(bench)).toBe('Succeeded=False RemediationCannotStartMachineNotFound');
});

test('a death at every boundary of its own actions: one Machine is deleted, and it ends well', () => {
  for (let diesAt = 1; diesAt <= 20; diesAt++) {
    const bench = replaced({ diesAt });
    const machines = bench.list(machineKind('openshift')).map(({ metadata }) => metadata.name);
    expect({ diesAt, end: end(bench), machines }).toEqual({ diesAt, end: DONE, machines: ['machine-1'] });
  }
});
