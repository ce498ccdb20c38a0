// Builders of Machines, Nodes and what owns them, in both Machine APIs. uids derive from names, so that rows can name them.

import type { Condition, ConditionStatus } from '../../core/api/conditions.ts';
import type { Machine, MachineSet } from '../../core/api/machine.ts';
import type { Node } from '../../core/api/node.ts';
import type { KubeObject, ObjectMeta, StringMap } from '../../core/api/object.ts';
import { formatTime } from '../../core/api/time.ts';

/** Virtual now of most rows: 2026-11-22T08:00:00Z. */
export const NOW_MS = 1_795_334_400_000;

export const OPENSHIFT_NAMESPACE = 'openshift-machine-api';
export const CAPI_NAMESPACE = 'metal3';
export const CLUSTER_NAME = 'prod-edge';

/** What the API server fills in is left empty. */
export function meta(name: string, rest: Partial<ObjectMeta> = {}): ObjectMeta {
  return { name, uid: `uid-${name}`, resourceVersion: '', ...rest };
}

/** `ready` for `forMs` at NOW_MS. */
export function aNode(
  name: string,
  ready: ConditionStatus = 'True',
  forMs = 86_400_000,
  rest: Partial<ObjectMeta> = {},
): Node {
  return {
    apiVersion: 'v1',
    kind: 'Node',
    metadata: meta(name, rest),
    status: { conditions: [readyFor(ready, forMs)] },
  };
}

function readyFor(status: ConditionStatus, forMs: number): Condition {
  const stamp = formatTime(NOW_MS - forMs);
  return { type: 'Ready', status, lastTransitionTime: stamp, lastHeartbeatTime: stamp };
}

/** The node with its Ready condition changed at `atMs`. */
export function withReady(node: Node, status: ConditionStatus, atMs: number): Node {
  const condition: Condition = { type: 'Ready', status, lastTransitionTime: formatTime(atMs) };
  return { ...node, status: { ...node.status, conditions: [condition] } };
}

export interface MachineOptions {
  readonly node?: string | undefined;
  readonly labels?: StringMap;
  readonly annotations?: StringMap;
  readonly phase?: string;
  readonly lastUpdatedAgoMs?: number;
  readonly createdAgoMs?: number;
  readonly owned?: boolean;
  readonly deleting?: boolean;
  readonly conditions?: readonly Condition[];
  readonly finalizers?: readonly string[];
}

export function anOpenshiftMachine(name: string, options: MachineOptions = {}): Machine {
  const machine = aMachine('machine.openshift.io/v1beta1', OPENSHIFT_NAMESPACE, 'workers', name, options);
  return {
    ...machine,
    status: {
      ...machine.status,
      phase: options.phase ?? 'Running',
      ...(options.lastUpdatedAgoMs === undefined ? {} : { lastUpdated: formatTime(NOW_MS - options.lastUpdatedAgoMs) }),
    },
  };
}

export function aCapiMachine(name: string, options: MachineOptions = {}): Machine {
  const machine = aMachine('cluster.x-k8s.io/v1beta2', CAPI_NAMESPACE, 'workers', name, options);
  return { ...machine, spec: { clusterName: CLUSTER_NAME } };
}

function aMachine(apiVersion: string, namespace: string, set: string, name: string, options: MachineOptions): Machine {
  const { node, labels, annotations, owned, deleting, conditions } = options;
  const ownerReferences = [{ apiVersion, kind: 'MachineSet', name: set, uid: `uid-${set}`, controller: true }];
  return {
    apiVersion,
    kind: 'Machine',
    metadata: meta(name, {
      namespace,
      labels: labels ?? { pool: 'workers' },
      ...(annotations === undefined ? {} : { annotations }),
      ...(owned === false ? {} : { ownerReferences }),
      ...(deleting === true ? { deletionTimestamp: formatTime(NOW_MS - 60_000) } : {}),
      creationTimestamp: formatTime(NOW_MS - (options.createdAgoMs ?? 86_400_000)),
      finalizers: options.finalizers ?? ['machine/teardown'],
    }),
    status: {
      ...(node === undefined ? {} : { nodeRef: { name: node } }),
      ...(conditions === undefined ? {} : { conditions }),
    },
  };
}

export function aMachineSet(machineApi: 'openshift' | 'cluster-api', name: string, replicas: number): MachineSet {
  const isOpenshift = machineApi === 'openshift';
  return {
    apiVersion: isOpenshift ? 'machine.openshift.io/v1beta1' : 'cluster.x-k8s.io/v1beta2',
    kind: 'MachineSet',
    metadata: meta(name, { namespace: isOpenshift ? OPENSHIFT_NAMESPACE : CAPI_NAMESPACE }),
    spec: { replicas },
  };
}

/** `count` OpenShift Machines worker-0.. with nodes; the first `sick` nodes are not Ready for `sickForMs`. */
export function anOpenshiftFleet(count: number, sick: number, sickForMs = 3_600_000): KubeObject[] {
  return fleet(count, sick, sickForMs, (name) => anOpenshiftMachine(name, { node: `node-${name}` }));
}

export function aCapiFleet(count: number, sick: number, sickForMs = 3_600_000): KubeObject[] {
  return fleet(count, sick, sickForMs, (name) => aCapiMachine(name, { node: `node-${name}` }));
}

function fleet(count: number, sick: number, sickForMs: number, machineOf: (name: string) => Machine): KubeObject[] {
  const objects: KubeObject[] = [];
  for (let i = 0; i < count; i++) {
    const name = `worker-${String(i).padStart(2, '0')}`;
    objects.push(machineOf(name), i < sick ? aNode(`node-${name}`, 'Unknown', sickForMs) : aNode(`node-${name}`));
  }
  return objects;
}
