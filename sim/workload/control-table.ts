// Controls: the objects that own replicas of pods (ReplicaSets, StatefulSets, and Deployments whose ReplicaSets are not
// among the objects), each with its pods. Bookkeeping only; replica-sets.ts, deployments.ts and stateful-sets.ts act.
//
// Divergence from reality: a Deployment of the start without ReplicaSets stands for them and never rolls out. A pod whose
// ReplicaSet is missing belongs to the Deployment whose selector matches it (partial dumps). Adoption is not modelled.

import { controllerOwner, keyOf, keyString, type ObjectKey } from '../../core/api/object.ts';
import { matchesSelector } from '../../core/api/selector.ts';
import {
  DEPLOYMENT,
  type Deployment,
  type Pod,
  REPLICA_SET,
  type ReplicaSet,
  STATEFUL_SET,
  type StatefulSet,
} from '../../core/api/workload.ts';
import type { ObjectStore } from '../api-server/object-store.ts';
import type { PodRecord } from './pod-table.ts';

interface ControlBase {
  readonly key: ObjectKey;
  readonly uid: string;
  /** `namespace/name` of the workload that a user knows: the Deployment of a ReplicaSet, else its own. */
  readonly workloadName: string;
  /** Index in Availability, or -1 where it does not count. */
  workload: number;
  readonly pods: Set<PodRecord>;
  /** Pods created by this control so far: indexes their draws. */
  created: number;
}
export interface ReplicaControl extends ControlBase {
  readonly kind: 'ReplicaSet' | 'Deployment';
  object: ReplicaSet | Deployment;
}
export interface StatefulControl extends ControlBase {
  readonly kind: 'StatefulSet';
  object: StatefulSet;
}
export type Control = ReplicaControl | StatefulControl;

export class ControlTable {
  private readonly store: ObjectStore;
  private readonly byUid = new Map<string, Control>();
  /** Deployments without ReplicaSets, by namespace. */
  private readonly bare = new Map<string, ReplicaControl[]>();

  constructor(store: ObjectStore) {
    this.store = store;
  }

  /** Takes over the owners that the store holds. */
  load(): void {
    const withReplicaSets = new Set<string>();
    for (const object of this.store.list(REPLICA_SET)) {
      const owner = controllerOwner(object);
      if (owner?.kind === 'Deployment') withReplicaSets.add(owner.uid);
      this.addReplicaSet(object);
    }
    for (const object of this.store.list(DEPLOYMENT)) {
      if (withReplicaSets.has(object.metadata.uid)) continue;
      const control = this.add({ kind: 'Deployment', object, workloadName: keyString(keyOf(object)) });
      if (control.kind === 'StatefulSet') continue;
      const namespace = control.key.namespace;
      const list = this.bare.get(namespace);
      if (list === undefined) this.bare.set(namespace, [control]);
      else list.push(control);
    }
    for (const object of this.store.list(STATEFUL_SET)) {
      this.add({ kind: 'StatefulSet', object, workloadName: keyString(keyOf(object)) });
    }
  }

  /** In the order of their appearance: ReplicaSets, Deployments, StatefulSets of the start, each in key order. */
  all(): IterableIterator<Control> {
    return this.byUid.values();
  }

  get(uid: string): Control | undefined {
    return this.byUid.get(uid);
  }

  /** The control that owns a pod, or undefined for bare pods, DaemonSet pods and owners that are not replicated. */
  ofPod(pod: Pod): Control | undefined {
    const owner = controllerOwner(pod);
    if (owner === undefined) return undefined;
    const control = this.byUid.get(owner.uid);
    if (control !== undefined || owner.kind !== 'ReplicaSet') return control;
    for (const candidate of this.bare.get(pod.metadata.namespace ?? '') ?? []) {
      if (matchesSelector(candidate.object.spec?.selector, pod.metadata.labels)) return candidate;
    }
    return undefined;
  }

  /** A new ReplicaSet or StatefulSet, or a new version of a known owner. Returns its control. */
  apply(kind: Control['kind'], object: ReplicaSet | StatefulSet): Control | undefined {
    const known = this.byUid.get(object.metadata.uid);
    if (known !== undefined) {
      known.object = object;
      return known;
    }
    switch (kind) {
      case 'ReplicaSet':
        return this.addReplicaSet(object);
      case 'StatefulSet':
        return this.add({ kind, object, workloadName: keyString(keyOf(object)) });
      case 'Deployment':
        return undefined;
    }
  }

  remove(uid: string): void {
    this.byUid.delete(uid);
  }

  private addReplicaSet(object: ReplicaSet): Control {
    const owner = controllerOwner(object);
    const key = keyOf(object);
    const workloadName = owner?.kind === 'Deployment' ? `${key.namespace}/${owner.name}` : keyString(key);
    return this.add({ kind: 'ReplicaSet', object, workloadName });
  }

  private add(
    given:
      | { readonly kind: 'ReplicaSet' | 'Deployment'; readonly object: ReplicaSet; readonly workloadName: string }
      | { readonly kind: 'StatefulSet'; readonly object: StatefulSet; readonly workloadName: string },
  ): Control {
    const base = {
      key: keyOf(given.object),
      uid: given.object.metadata.uid,
      workload: -1,
      pods: new Set<PodRecord>(),
      created: 0,
    };
    const control: Control = { ...given, ...base };
    this.byUid.set(base.uid, control);
    return control;
  }
}
