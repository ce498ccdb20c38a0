// The tables of Nodes and Namespaces. Source: kubernetes pkg/printers/internalversion/printers.go (printNode, printNamespace).

import type { Condition } from '../../../core/api/conditions.ts';
import { findCondition } from '../../../core/api/conditions.ts';
import type { KubeObject } from '../../../core/api/object.ts';
import { listAt, textAt, valueAt } from '../json-fields.ts';
import { AGE_COLUMN, column, NAME_COLUMN, type TableColumn, textColumn } from './table-column.ts';

const ROLE_PREFIX = 'node-role.kubernetes.io/';
const ROLE_LABEL = 'kubernetes.io/role';

export const NODE_COLUMNS: readonly TableColumn[] = [
  NAME_COLUMN,
  column('Status', 'string', nodeStatus),
  column('Roles', 'string', nodeRoles),
  AGE_COLUMN,
  textColumn('Version', ['status', 'nodeInfo', 'kubeletVersion'], ''),
  column('Internal-IP', 'string', (node) => address(node, 'InternalIP'), 1),
  column('External-IP', 'string', (node) => address(node, 'ExternalIP'), 1),
  textColumn('OS-Image', ['status', 'nodeInfo', 'osImage'], '<unknown>', 1),
  textColumn('Kernel-Version', ['status', 'nodeInfo', 'kernelVersion'], '<unknown>', 1),
  textColumn('Container-Runtime', ['status', 'nodeInfo', 'containerRuntimeVersion'], '<unknown>', 1),
];

export const NAMESPACE_COLUMNS: readonly TableColumn[] = [
  NAME_COLUMN,
  textColumn('Status', ['status', 'phase'], ''),
  AGE_COLUMN,
];

function nodeStatus(node: KubeObject): string {
  const ready = findCondition(conditionsOf(node), 'Ready');
  const state = ready === undefined ? 'Unknown' : ready.status === 'True' ? 'Ready' : 'NotReady';
  return valueAt(node, 'spec', 'unschedulable') === true ? `${state},SchedulingDisabled` : state;
}

function nodeRoles({ metadata }: KubeObject): string {
  const roles: string[] = [];
  for (const [label, value] of Object.entries(metadata.labels ?? {})) {
    if (label.startsWith(ROLE_PREFIX) && label.length > ROLE_PREFIX.length) roles.push(label.slice(ROLE_PREFIX.length));
    else if (label === ROLE_LABEL && value !== '') roles.push(value);
  }
  return roles.length === 0 ? '<none>' : roles.sort().join(',');
}

function address(node: KubeObject, type: string): string {
  const found = listAt(node, 'status', 'addresses').find((one) => valueAt(one, 'type') === type);
  return textAt(found, 'address') || '<none>';
}

/** The conditions of any object; entries without a type are left out. */
export function conditionsOf(object: unknown): readonly Condition[] {
  return listAt(object, 'status', 'conditions').filter(isCondition);
}

function isCondition(value: unknown): value is Condition {
  return textAt(value, 'type') !== '' && textAt(value, 'status') !== '';
}
