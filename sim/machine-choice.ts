// Which Machine an object speaks for, and which one an action hands over to remediation: read off the objects themselves,
// whichever controller acts. Says nothing about whether the write will succeed.

import type { Action } from '../core/actions.ts';
import {
  ANNOTATION_EXTERNAL_REMEDIATION,
  CAPI_MACHINE,
  OPENSHIFT_MACHINE,
  OWNER_REMEDIATED,
} from '../core/api/machine.ts';
import type { Kind, KubeObject, NewObject, ObjectKey } from '../core/api/object.ts';
import { isJsonObject } from './api-server/same-value.ts';

export function isMachineKind(kind: Kind): boolean {
  return kind.key === OPENSHIFT_MACHINE.key || kind.key === CAPI_MACHINE.key;
}

/** The Machine that a request is for: its owner, or the one that its spec names. Undefined for objects of other uses. */
export function machineOfRequest({ metadata, spec }: KubeObject | NewObject): ObjectKey | undefined {
  const named = isJsonObject(spec) && typeof spec.machineName === 'string' ? spec.machineName : undefined;
  const name = metadata.ownerReferences?.find(({ kind }) => kind === 'Machine')?.name ?? named;
  return name === undefined ? undefined : { namespace: metadata.namespace ?? '', name };
}

/**
 * The Machine that the action singles out: deleted, marked for somebody else's remediation, or given a request of its own.
 * Marks of health and postponements single out nobody. `stored` gives the object as it is before the action.
 */
export function machineChosenBy(
  action: Action,
  stored: (kind: Kind, key: ObjectKey) => KubeObject | undefined,
): ObjectKey | undefined {
  switch (action.do) {
    case 'create':
      return machineOfRequest(action.object);
    case 'delete':
      return isMachineKind(action.kind) ? action.key : undefined;
    case 'patch': {
      const isNew = isMachineKind(action.kind) && isMarked(action.patch) && !isMarked(stored(action.kind, action.key));
      return isNew ? action.key : undefined;
    }
    default:
      return undefined;
  }
}

/** Whether a Machine, or a patch of one, asks for remediation: of OpenShift's external remediator, or of its owner. */
function isMarked(machine: unknown): boolean {
  if (!isJsonObject(machine)) return false;
  const { metadata, status } = machine;
  const annotations = isJsonObject(metadata) ? metadata.annotations : undefined;
  if (isJsonObject(annotations) && typeof annotations[ANNOTATION_EXTERNAL_REMEDIATION] === 'string') return true;
  const conditions = isJsonObject(status) && Array.isArray(status.conditions) ? status.conditions : [];
  return conditions.some(
    (condition) => isJsonObject(condition) && condition.type === OWNER_REMEDIATED && condition.status === 'False',
  );
}
