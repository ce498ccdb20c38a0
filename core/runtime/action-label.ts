// One line that names an action: what an `outcome` fact carries, and what assertions print.

import type { Action } from '../actions.ts';
import { keyString, type NewObject, type ObjectKey } from '../api/object.ts';
import { assertNever } from '../assert.ts';

/** `delete Machine.machine.openshift.io openshift-machine-api/worker-3`: verb, kind where there is one, key. */
export function actionLabel(action: Action): string {
  switch (action.do) {
    case 'create':
      return `create ${action.kind.key} ${keyString(keyOfNew(action.object))}`;
    case 'patch':
    case 'delete':
    case 'readFresh':
      return `${action.do} ${action.kind.key} ${keyString(action.key)}`;
    case 'evict':
      return `evict ${keyString(action.key)}`;
    case 'setPower':
      return `setPower ${action.power} ${keyString(action.host)}`;
    case 'observePower':
    case 'inspect':
    case 'provision':
    case 'deprovision':
      return `${action.do} ${keyString(action.host)}`;
    case 'fence':
      return `fence ${action.action} ${action.node}`;
    case 'killFence':
      return `killFence ${action.operationId}`;
    case 'recordEvent':
      return `recordEvent ${action.reason}`;
    default:
      return assertNever(action);
  }
}

export function keyOfNew(object: NewObject): ObjectKey {
  return { namespace: object.metadata.namespace ?? '', name: object.metadata.name };
}
