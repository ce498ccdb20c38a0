// Builders of the objects that tests of the store speak about: complete, as a real server would print them, and small.

import type { ConditionStatus } from '../../../core/api/conditions.ts';
import { type Machine, OPENSHIFT_MACHINE, OPENSHIFT_MACHINE_SET } from '../../../core/api/machine.ts';
import { NODE, type Node } from '../../../core/api/node.ts';
import type { KubeObject, ObjectMeta, OwnerReference } from '../../../core/api/object.ts';
import {
  DEPLOYMENT,
  type Deployment,
  POD,
  POD_DISRUPTION_BUDGET,
  type Pod,
  type PodDisruptionBudget,
  REPLICA_SET,
  STATEFUL_SET,
} from '../../../core/api/workload.ts';
import { ObjectStore } from '../../../sim/api-server/object-store.ts';
import { Draws, rootKey } from '../../../sim/kernel/rng.ts';

export const START_MS = Date.UTC(2026, 0, 15, 12, 0, 0);

export interface SettableClock {
  nowMs: number;
}

/** A store with all kinds that the tests use, and what it starts with. */
export function aStore(objects: readonly KubeObject[] = [], clock: SettableClock = { nowMs: START_MS }): ObjectStore {
  const store = new ObjectStore(clock, new Draws(rootKey('store tests'), 0).stream('api', 'names'));
  for (const kind of KINDS) store.register(kind, { statusSubresource: true });
  store.load(objects);
  return store;
}

const KINDS = [
  NODE,
  POD,
  POD_DISRUPTION_BUDGET,
  DEPLOYMENT,
  REPLICA_SET,
  STATEFUL_SET,
  OPENSHIFT_MACHINE,
  OPENSHIFT_MACHINE_SET,
];

export function metadata(name: string, more: Partial<ObjectMeta> = {}): ObjectMeta {
  return {
    name,
    uid: `uid-of-${name}`,
    resourceVersion: '100',
    creationTimestamp: '2026-01-01T00:00:00Z',
    ...more,
  };
}

export function aNode(
  name: string,
  more: Omit<Partial<Node>, 'metadata'> & { metadata?: Partial<ObjectMeta> } = {},
): Node {
  return { apiVersion: 'v1', kind: 'Node', ...more, metadata: metadata(name, more.metadata) };
}

export function aMachine(
  name: string,
  more: Omit<Partial<Machine>, 'metadata'> & { metadata?: Partial<ObjectMeta> } = {},
): Machine {
  return {
    apiVersion: 'machine.openshift.io/v1beta1',
    kind: 'Machine',
    ...more,
    metadata: metadata(name, { namespace: 'metal', generation: 1, ...more.metadata }),
  };
}

/** A scheduled pod, running and ready unless told otherwise. */
export function aPod(
  name: string,
  more: {
    readonly ready?: ConditionStatus;
    readonly phase?: string;
    readonly spec?: Pod['spec'];
    readonly metadata?: Partial<ObjectMeta>;
  } = {},
): Pod {
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: metadata(name, { namespace: 'shop', labels: { app: 'db' }, ...more.metadata }),
    spec: { nodeName: 'node-1', terminationGracePeriodSeconds: 20, ...more.spec },
    status: { phase: more.phase ?? 'Running', conditions: [{ type: 'Ready', status: more.ready ?? 'True' }] },
  };
}

export function aBudget(name: string, spec: PodDisruptionBudget['spec']): PodDisruptionBudget {
  return {
    apiVersion: 'policy/v1',
    kind: 'PodDisruptionBudget',
    metadata: metadata(name, { namespace: 'shop', generation: 1 }),
    spec: { selector: { matchLabels: { app: 'db' } }, ...spec },
  };
}

export function aWorkload(
  kind: 'Deployment' | 'ReplicaSet' | 'StatefulSet',
  name: string,
  replicas: number,
): Deployment {
  return {
    apiVersion: 'apps/v1',
    kind,
    metadata: metadata(name, { namespace: 'shop', generation: 1 }),
    spec: { replicas },
  };
}

export function ownedBy(owner: KubeObject, more: Partial<OwnerReference> = {}): OwnerReference {
  return {
    apiVersion: owner.apiVersion,
    kind: owner.kind,
    name: owner.metadata.name,
    uid: owner.metadata.uid,
    controller: true,
    ...more,
  };
}

export function keyIn(namespace: string, name: string): { readonly namespace: string; readonly name: string } {
  return { namespace, name };
}
