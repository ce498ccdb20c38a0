// Patches of the fields that remediation owns on other objects. Own fields carry the uid; lists that others write too
// (taints, finalizers, conditions) carry the resourceVersion, because a merge patch replaces them whole.

import type { Action, MergePatch } from '../actions.ts';
import { type Kind, type KubeObject, keyOf } from '../api/object.ts';

export function patchMain<T extends KubeObject>(kind: Kind<T>, object: T, patch: MergePatch): Action {
  return { do: 'patch', kind, key: keyOf(object), subresource: 'main', patch, onlyIf: { uid: object.metadata.uid } };
}

export function patchStatus<T extends KubeObject>(kind: Kind<T>, object: T, status: MergePatch): Action {
  return {
    do: 'patch',
    kind,
    key: keyOf(object),
    subresource: 'status',
    patch: { status },
    onlyIf: { uid: object.metadata.uid },
  };
}

/** Annotations to set, or with `null` to remove. */
export function annotate<T extends KubeObject>(
  kind: Kind<T>,
  object: T,
  annotations: Readonly<Record<string, string | null>>,
): Action {
  return patchMain(kind, object, { metadata: { annotations } });
}

/** Refused unless the object is exactly as it was read. */
export function patchExactly<T extends KubeObject>(
  kind: Kind<T>,
  object: T,
  subresource: 'main' | 'status',
  patch: MergePatch,
): Action {
  const { uid, resourceVersion } = object.metadata;
  return { do: 'patch', kind, key: keyOf(object), subresource, patch, onlyIf: { uid, resourceVersion } };
}

export function hasFinalizer({ metadata }: KubeObject, finalizer: string): boolean {
  return metadata.finalizers?.includes(finalizer) === true;
}

/** Until this finalizer is removed again the object cannot go away. */
export function addFinalizer<T extends KubeObject>(kind: Kind<T>, object: T, finalizer: string): Action {
  const finalizers = [...(object.metadata.finalizers ?? []), finalizer];
  return patchExactly(kind, object, 'main', { metadata: { finalizers } });
}

export function removeFinalizer<T extends KubeObject>(kind: Kind<T>, object: T, finalizer: string): Action {
  return patchExactly(kind, object, 'main', { metadata: { finalizers: finalizersWithout(object, finalizer) } });
}

export function finalizersWithout({ metadata }: KubeObject, finalizer: string): readonly string[] {
  return (metadata.finalizers ?? []).filter((name) => name !== finalizer);
}

export function deleteObject<T extends KubeObject>(kind: Kind<T>, object: T): Action {
  return { do: 'delete', kind, key: keyOf(object), onlyIf: { uid: object.metadata.uid } };
}
