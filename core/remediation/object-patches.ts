// Patches of the fields that remediation owns on other objects. Own fields carry the uid; lists that others write too
// (taints, finalizers, conditions) carry the resourceVersion, because a merge patch replaces them whole.

import type { Action, MergePatch } from '../actions.ts';
import type { Kind, KubeObject } from '../api/object.ts';
import { keyOf } from '../api/object.ts';

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

export function deleteObject<T extends KubeObject>(kind: Kind<T>, object: T): Action {
  return { do: 'delete', kind, key: keyOf(object), onlyIf: { uid: object.metadata.uid } };
}
