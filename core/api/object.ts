// Kubernetes objects as this project holds them: exactly what a real API server prints, immutable and shared.
// Core sees only the fields it uses and writes only patches, so the narrow readonly views in this folder are safe.

export interface OwnerReference {
  readonly apiVersion: string;
  readonly kind: string;
  readonly name: string;
  readonly uid: string;
  readonly controller?: boolean;
  readonly blockOwnerDeletion?: boolean;
}

export type StringMap = Readonly<Record<string, string>>;

export interface ObjectMeta {
  readonly name: string;
  /** Absent for cluster-scoped kinds. */
  readonly namespace?: string;
  readonly uid: string;
  /** Opaque; compared for equality by writers and, inside one store, ordered as a decimal number. */
  readonly resourceVersion: string;
  readonly generation?: number;
  readonly creationTimestamp?: string;
  readonly deletionTimestamp?: string;
  /** Pods: how long the kubelet may take to stop the containers; set together with deletionTimestamp. */
  readonly deletionGracePeriodSeconds?: number;
  readonly labels?: StringMap;
  readonly annotations?: StringMap;
  readonly finalizers?: readonly string[];
  readonly ownerReferences?: readonly OwnerReference[];
  /** Who last wrote which field; the API server's bookkeeping, never read by a decision. */
  readonly managedFields?: readonly unknown[];
}

export interface KubeObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: ObjectMeta;
  readonly spec?: unknown;
  readonly status?: unknown;
}

/** What a writer submits for a create: the server adds uid, resourceVersion, generation and creationTimestamp. */
export type NewObject<T extends KubeObject = KubeObject> = Omit<T, 'metadata'> & {
  readonly metadata: Omit<ObjectMeta, 'uid' | 'resourceVersion'> & { readonly generateName?: string };
};

/**
 * A kind without its version, as an identity: `MachineHealthCheck` exists in three API groups and they are three kinds.
 * The type parameter is the narrow view under which core reads its objects.
 */
export interface Kind<T extends KubeObject = KubeObject> {
  /** `Node`, `MachineHealthCheck.machine.openshift.io`: unique, used in maps, traces and messages. */
  readonly key: string;
  readonly group: string;
  readonly kind: string;
  readonly namespaced: boolean;
  /** Phantom: never present at run time. */
  readonly view?: T;
}

/** Declares a kind; `group` is empty for the core group. */
export function kindOf<T extends KubeObject>(group: string, kind: string, scope: 'Namespaced' | 'Cluster'): Kind<T> {
  return { key: group === '' ? kind : `${kind}.${group}`, group, kind, namespaced: scope === 'Namespaced' };
}

/** The kind key of any object: `${kind}.${group}`, or `${kind}` in the core group. */
export function kindKeyOf(object: { readonly apiVersion: string; readonly kind: string }): string {
  const slash = object.apiVersion.indexOf('/');
  return slash < 0 ? object.kind : `${object.kind}.${object.apiVersion.slice(0, slash)}`;
}

/** Place of an object within its kind. `namespace` is empty for cluster-scoped kinds. */
export interface ObjectKey {
  readonly namespace: string;
  readonly name: string;
}

/** An object before and after a change: `before` is absent on creation, `after` on deletion. */
export interface ChangeOf<T extends KubeObject = KubeObject> {
  readonly before: T | undefined;
  readonly after: T | undefined;
}

/** `namespace/name`, or `name` for cluster-scoped objects: the order of a list is the order of these strings. */
export function keyString(key: ObjectKey): string {
  return key.namespace === '' ? key.name : `${key.namespace}/${key.name}`;
}

export function keyOf(object: KubeObject): ObjectKey {
  return { namespace: object.metadata.namespace ?? '', name: object.metadata.name };
}

/** The owner with `controller: true`, or undefined. */
export function controllerOwner(object: KubeObject): OwnerReference | undefined {
  return object.metadata.ownerReferences?.find((owner) => owner.controller === true);
}
