// What the server makes of a proposed new version of an object: which part a subresource may write, which metadata belongs
// to the server, and when generation grows. Pure; returns the object to store, the stored one when nothing changes, or why not.
// Source: apiserver pkg/registry/rest/update.go, apimachinery pkg/api/validation/objectmeta.go.
//
// Divergence from reality: a status write takes status, and metadata where `statusWritesMetadata` says so; the fine print of
// single kinds (which of their metadata a status write resets) is left out. No schema is applied: fields are neither defaulted, validated nor pruned.

import type { WritePrecondition } from '../../core/actions.ts';
import { type Kind, type KubeObject, kindKeyOf, type ObjectMeta } from '../../core/api/object.ts';
import {
  badRequest,
  conflict,
  invalid,
  MODIFIED_MEANWHILE,
  notServed,
  preconditionFailed,
  type Refusal,
  WRONG_NAMESPACE,
  wrongKind,
  wrongName,
} from './refusals.ts';
import { sameValue } from './same-value.ts';

export interface KindOptions {
  /** True: a main write ignores status, a status write everything else, and a create drops status. */
  readonly statusSubresource: boolean;
  /** A finalizer that the server itself puts on an object of this kind at its first delete. */
  readonly cleanupFinalizer?: string;
  /** Whether `metadata.generation` counts changes of the spec. Absent: outside the core group only. */
  readonly generation?: boolean;
  /** Built-in kinds: a status write changes labels, annotations and finalizers, too. Custom resources: it does not. */
  readonly statusWritesMetadata?: boolean;
}

/** Most kinds of the core group have no generation in Kubernetes 1.32. */
export function hasGeneration(kind: Kind, options: KindOptions): boolean {
  return options.generation ?? kind.group !== '';
}

export interface WriteTarget {
  readonly kind: Kind;
  readonly options: KindOptions;
  readonly subresource: 'main' | 'status';
}

export type Admission =
  | { readonly kind: 'store'; readonly object: KubeObject }
  | { readonly kind: 'unchanged' }
  | Refusal;

const UNCHANGED: Admission = { kind: 'unchanged' };

/** `proposed` is the current object with the writer's wishes applied; the result still has the current resourceVersion. */
export function admitUpdate(current: KubeObject, proposed: KubeObject, target: WriteTarget): Admission {
  if (proposed === current) return UNCHANGED;
  if (target.subresource === 'status' && !target.options.statusSubresource) return notServed();
  const wrong = identityRefusal(current, proposed, target.kind);
  if (wrong !== undefined) return wrong;
  if (target.subresource === 'status') {
    return statusWrite(current, proposed, target);
  }
  const next = mainWrite(current, proposed, target.options);
  if (sameValue(next, current)) return UNCHANGED;
  const added = forbiddenFinalizers(current.metadata, next.metadata);
  if (added.length > 0) return finalizerRefusal(target.kind, current.metadata.name, added);
  if (!bumpsGeneration(current, next, target.options)) return { kind: 'store', object: next };
  const generation = (current.metadata.generation ?? 0) + 1;
  return { kind: 'store', object: { ...next, metadata: { ...next.metadata, generation } } };
}

/**
 * What a write leaves of a proposed object once the parts are put back that its subresource cannot change: main writes keep
 * the old status, status writes everything but status (and metadata, where the kind lets them).
 */
export function withKeptParts(
  current: KubeObject,
  proposed: KubeObject,
  subresource: WriteTarget['subresource'],
  options: KindOptions,
): KubeObject {
  if (subresource === 'main') return options.statusSubresource ? withStatusOf(proposed, current) : proposed;
  const next = withStatusOf(current, proposed);
  const metadata =
    options.statusWritesMetadata === true ? proposed.metadata : identityOf(proposed.metadata, current.metadata);
  return metadata === current.metadata ? next : { ...next, metadata };
}

/** The old metadata, but for what says which object and version the writer means, and whose fields are whose. */
function identityOf(proposed: ObjectMeta, current: ObjectMeta): ObjectMeta {
  if (proposed === current) return current;
  const { name, namespace, uid, resourceVersion, managedFields } = proposed;
  const meant = {
    ...current,
    name,
    uid,
    resourceVersion,
    ...(namespace === undefined ? {} : { namespace }),
    ...(managedFields === undefined ? {} : { managedFields }),
  };
  return sameValue(meant, current) ? current : meant;
}

function statusWrite(current: KubeObject, proposed: KubeObject, target: WriteTarget): Admission {
  const same = sameValue(proposed.status, current.status);
  const next = same ? current : withStatusOf(current, proposed);
  const { metadata: is } = proposed;
  const { metadata: was } = current;
  if (is === was) return same ? UNCHANGED : { kind: 'store', object: next };
  if (target.options.statusWritesMetadata === true) {
    const metadata = withServerFields(is, was);
    if (same && sameValue(metadata, was)) return UNCHANGED;
    const added = forbiddenFinalizers(was, metadata);
    if (added.length > 0) return finalizerRefusal(target.kind, was.name, added);
    return { kind: 'store', object: { ...next, metadata } };
  }
  if (same) return UNCHANGED;
  return { kind: 'store', object: withManagedFields(next, is.managedFields) };
}

/** Whose fields are whose is kept on every write, of status too. */
function withManagedFields(object: KubeObject, managedFields: ObjectMeta['managedFields']): KubeObject {
  if (managedFields === undefined || managedFields === object.metadata.managedFields) return object;
  return { ...object, metadata: { ...object.metadata, managedFields } };
}

/** Why a precondition of a write does not hold, or undefined. */
export function preconditionRefusal(
  kind: Kind,
  current: KubeObject,
  onlyIf: WritePrecondition | undefined,
): Refusal | undefined {
  if (onlyIf === undefined) return undefined;
  const { name, uid, resourceVersion } = current.metadata;
  if (onlyIf.uid !== undefined && onlyIf.uid !== uid) {
    return conflict(kind, name, `Precondition failed: UID in precondition: ${onlyIf.uid}, UID in object meta: ${uid}`);
  }
  if (onlyIf.resourceVersion !== undefined && onlyIf.resourceVersion !== resourceVersion) {
    return conflict(kind, name, MODIFIED_MEANWHILE);
  }
  return undefined;
}

/** A delete words its preconditions in its own way. */
export function deletePreconditionRefusal(
  kind: Kind,
  current: KubeObject,
  onlyIf: WritePrecondition | undefined,
): Refusal | undefined {
  if (onlyIf === undefined) return undefined;
  const { name, uid, resourceVersion } = current.metadata;
  if (onlyIf.uid !== undefined && onlyIf.uid !== uid) {
    return preconditionFailed(
      kind,
      name,
      `the UID in the precondition (${onlyIf.uid}) does not match the UID in record (${uid}). The object might have been deleted and then recreated`,
    );
  }
  if (onlyIf.resourceVersion !== undefined && onlyIf.resourceVersion !== resourceVersion) {
    return preconditionFailed(
      kind,
      name,
      `the ResourceVersion in the precondition (${onlyIf.resourceVersion}) does not match the ResourceVersion in record (${resourceVersion}). The object might have been modified`,
    );
  }
  return undefined;
}

/** Name, namespace, kind and uid cannot be changed; a resourceVersion that is written is a precondition. */
function identityRefusal(current: KubeObject, proposed: KubeObject, kind: Kind): Refusal | undefined {
  if (proposed.apiVersion !== current.apiVersion || proposed.kind !== current.kind) {
    if (kindKeyOf(proposed) !== kind.key) {
      return badRequest(wrongKind(proposed, kind.kind));
    }
  }
  const { metadata: was } = current;
  const { metadata: is } = proposed;
  if (is === was) return undefined;
  if (is.name !== was.name) {
    return badRequest(wrongName(is.name, was.name));
  }
  if ((is.namespace ?? '') !== (was.namespace ?? '')) {
    return badRequest(WRONG_NAMESPACE);
  }
  if (is.uid === was.uid && is.resourceVersion === was.resourceVersion) return undefined;
  const writer: WritePrecondition = {
    ...(is.uid ? { uid: is.uid } : {}),
    ...(is.resourceVersion ? { resourceVersion: is.resourceVersion } : {}),
  };
  return preconditionRefusal(kind, current, writer);
}

function withStatusOf(current: KubeObject, proposed: KubeObject): KubeObject {
  if (proposed.status === current.status) return current;
  if (proposed.status !== undefined) return { ...current, status: proposed.status };
  const { status: _dropped, ...rest } = current;
  return rest;
}

function mainWrite(current: KubeObject, proposed: KubeObject, options: KindOptions): KubeObject {
  const kept = options.statusSubresource ? withStatusOf(proposed, current) : proposed;
  if (kept.metadata === current.metadata) return kept;
  const metadata = withServerFields(kept.metadata, current.metadata);
  return metadata === kept.metadata ? kept : { ...kept, metadata };
}

/** The server's own fields are what they were, whatever the writer sent. */
function withServerFields(proposed: ObjectMeta, current: ObjectMeta): ObjectMeta {
  if (
    proposed.uid === current.uid &&
    proposed.resourceVersion === current.resourceVersion &&
    proposed.generation === current.generation &&
    proposed.creationTimestamp === current.creationTimestamp &&
    proposed.deletionTimestamp === current.deletionTimestamp &&
    proposed.deletionGracePeriodSeconds === current.deletionGracePeriodSeconds
  ) {
    return proposed;
  }
  const {
    generation: _generation,
    creationTimestamp: _creation,
    deletionTimestamp: _deletion,
    deletionGracePeriodSeconds: _grace,
    ...writers
  } = proposed;
  return {
    ...writers,
    uid: current.uid,
    resourceVersion: current.resourceVersion,
    ...(current.generation === undefined ? {} : { generation: current.generation }),
    ...(current.creationTimestamp === undefined ? {} : { creationTimestamp: current.creationTimestamp }),
    ...(current.deletionTimestamp === undefined ? {} : { deletionTimestamp: current.deletionTimestamp }),
    ...(current.deletionGracePeriodSeconds === undefined
      ? {}
      : { deletionGracePeriodSeconds: current.deletionGracePeriodSeconds }),
  };
}

const NONE: readonly string[] = [];

/** Finalizers that a write would add to an object that is being deleted. */
function forbiddenFinalizers(current: ObjectMeta, next: ObjectMeta): readonly string[] {
  if (current.deletionTimestamp === undefined || next.finalizers === undefined) return NONE;
  if (next.finalizers === current.finalizers) return NONE;
  return next.finalizers.filter((finalizer) => !current.finalizers?.includes(finalizer));
}

function finalizerRefusal(kind: Kind, name: string, added: readonly string[]): Refusal {
  const list = added.map((finalizer) => `"${finalizer}"`).join(', ');
  return invalid(
    kind,
    name,
    'metadata.finalizers',
    'FieldValueForbidden',
    `Forbidden: no new finalizers can be added if the object is being deleted, found new finalizers []string{${list}}`,
  );
}

/** Nodes, Pods and the other kinds of the core group have no generation unless they came with one. */
function bumpsGeneration(current: KubeObject, next: KubeObject, options: KindOptions): boolean {
  if (current.metadata.generation === undefined) return false;
  if (next.spec === current.spec && options.statusSubresource) return false;
  return options.statusSubresource
    ? !sameValue(next.spec, current.spec)
    : !sameValue({ ...next, metadata: undefined }, { ...current, metadata: undefined });
}
