// Which Machines a MachineSet deletes first when it has too many: by priority, high to low, then by name.
//
//   priority      cluster-api                                 openshift
//   100           being deleted                               being deleted; Newest, Oldest: annotated or failed too
//   80            annotated cluster.x-k8s.io/delete-machine
//   50            no Node, or health check failed             Random: annotated or failed
//   40                                                        Random: no Node
//   20            Random                                      Random
//   by age        Oldest: 50 (1 - e^(-age / 10 days))         Oldest: 50 (1 - e^(-age / 100 days))
//                 Newest: 50 less that                        Newest: 100 less that
//
// Source: cluster-api core/reconcilers/machineset/machineset_deletion_order.go; machine-api-operator
// pkg/controller/machineset/delete_policy.go.
//
// Divergence from reality: Machines that are updated in place do not exist. OpenShift leaves equal priorities in no defined order;
// here the name decides.

import { findCondition } from '../../core/api/conditions.ts';
import { HEALTH_CHECK_SUCCEEDED, type MachineApi, type MachineSet } from '../../core/api/machine.ts';
import { parseTime } from '../../core/api/time.ts';
import { DAY_MS } from '../kernel/time-units.ts';
import type { StoredMachine } from './machine-objects.ts';

export type DeletionOrder = 'Random' | 'Newest' | 'Oldest';

const MUST_DELETE = 100;
const DELETE_FIRST = 80;
const BETTER_DELETE = 50;
const PREFER_DELETE = 40;
const COULD_DELETE = 20;

const AGE_CONSTANT_MS = { 'cluster-api': 10 * DAY_MS, openshift: 100 * DAY_MS } as const;

export const DELETE_FIRST_CAPI = 'cluster.x-k8s.io/delete-machine';
const DELETE_FIRST_OPENSHIFT = [
  'machine.openshift.io/delete-machine',
  'machine.openshift.io/cluster-api-delete-machine',
];

/** The order that a MachineSet asks for; undefined for one that the product refuses. */
export function deletionOrderOf({ spec }: MachineSet): DeletionOrder | undefined {
  const order = spec?.deletion?.order ?? spec?.deletePolicy ?? '';
  if (order === '') return 'Random';
  return order === 'Random' || order === 'Newest' || order === 'Oldest' ? order : undefined;
}

/** The first `count` to delete, those included that are being deleted already. */
export function machinesToDelete(
  machines: readonly StoredMachine[],
  count: number,
  given: { readonly machineApi: MachineApi; readonly order: DeletionOrder; readonly nowMs: number },
): readonly StoredMachine[] {
  if (count <= 0) return [];
  return machines
    .map((machine) => ({ machine, priority: priorityOf(machine, given) }))
    .sort((a, b) => b.priority - a.priority || (a.machine.metadata.name < b.machine.metadata.name ? -1 : 1))
    .slice(0, count)
    .map(({ machine }) => machine);
}

function priorityOf(
  machine: StoredMachine,
  {
    machineApi,
    order,
    nowMs,
  }: { readonly machineApi: MachineApi; readonly order: DeletionOrder; readonly nowMs: number },
): number {
  if (machine.metadata.deletionTimestamp !== undefined) return MUST_DELETE;
  const fixed = machineApi === 'openshift' ? fixedOpenshift(machine, order) : fixedCapi(machine);
  if (fixed !== undefined) return fixed;
  if (order === 'Random') return COULD_DELETE;
  const oldest = ageShare(machine, AGE_CONSTANT_MS[machineApi], nowMs) * BETTER_DELETE;
  if (order === 'Oldest') return oldest;
  return (machineApi === 'openshift' ? MUST_DELETE : BETTER_DELETE) - oldest;
}

function fixedCapi(machine: StoredMachine): number | undefined {
  if (machine.metadata.annotations?.[DELETE_FIRST_CAPI] !== undefined) return DELETE_FIRST;
  const { nodeRef, conditions } = machine.status ?? {};
  const isSick = ['NodeHealthy', HEALTH_CHECK_SUCCEEDED].some(
    (type) => findCondition(conditions, type)?.status === 'False',
  );
  return nodeRef === undefined || isSick ? BETTER_DELETE : undefined;
}

function fixedOpenshift(machine: StoredMachine, order: DeletionOrder): number | undefined {
  const { annotations } = machine.metadata;
  const isAnnotated = DELETE_FIRST_OPENSHIFT.some((name) => (annotations?.[name] ?? '') !== '');
  if (isAnnotated || machine.status?.errorMessage !== undefined)
    return order === 'Random' ? BETTER_DELETE : MUST_DELETE;
  return order === 'Random' && machine.status?.nodeRef === undefined ? PREFER_DELETE : undefined;
}

/** 0 for a newborn, towards 1 with age. */
function ageShare({ metadata }: StoredMachine, constantMs: number, nowMs: number): number {
  if (metadata.creationTimestamp === undefined) return 0;
  return 1 - Math.exp(-Math.max(0, nowMs - parseTime(metadata.creationTimestamp)) / constantMs);
}
