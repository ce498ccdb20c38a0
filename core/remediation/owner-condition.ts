// The contract between a Cluster API health check and the owner of a Machine: HealthCheckSucceeded=False says that it is sick,
// OwnerRemediated=False that its owner shall act; the owner answers in the same condition.
// Source: kubernetes-sigs/cluster-api ae7ff047, util/collections (IsUnhealthyAndOwnerRemediated).

import type { Action } from '../actions.ts';
import { type Condition, findCondition, withCondition } from '../api/conditions.ts';
import {
  ANNOTATION_REMEDIATE_MACHINE,
  CAPI_MACHINE,
  HEALTH_CHECK_SUCCEEDED,
  type Machine,
  OWNER_REMEDIATED,
} from '../api/machine.ts';
import { type KubeObject, keyOf } from '../api/object.ts';

/** A health check found the Machine sick and left it to its owner. */
export function isHandedOver({ status }: Machine): boolean {
  return isSick(status?.conditions) && findCondition(status?.conditions, OWNER_REMEDIATED)?.status === 'False';
}

/** A health check found it sick. */
export function isSick(conditions: readonly Condition[] | undefined): boolean {
  return findCondition(conditions, HEALTH_CHECK_SUCCEEDED)?.status === 'False';
}

/** A user asked for it by annotation. */
export function isRequested(machine: KubeObject): boolean {
  return machine.metadata.annotations?.[ANNOTATION_REMEDIATE_MACHINE] !== undefined;
}

/** The owner's answer, or nothing when it says so already. */
export function setOwnerRemediated(
  machine: Machine,
  said: { readonly reason: string; readonly message: string },
  nowMs: number,
): readonly Action[] {
  const old = machine.status?.conditions;
  const conditions = withCondition(old, { type: OWNER_REMEDIATED, status: 'False', ...said }, nowMs);
  return conditions === old ? [] : [setConditions(machine, conditions)];
}

/** Takes the owner's condition off a Machine that recovered before its owner acted. */
export function dropOwnerRemediated(machine: Machine): Action {
  const conditions = machine.status?.conditions ?? [];
  return setConditions(
    machine,
    conditions.filter(({ type }) => type !== OWNER_REMEDIATED),
  );
}

function setConditions(machine: Machine, conditions: readonly Condition[]): Action {
  const { uid, resourceVersion } = machine.metadata;
  return {
    do: 'patch',
    kind: CAPI_MACHINE,
    key: keyOf(machine),
    subresource: 'status',
    patch: { status: { conditions } },
    onlyIf: { uid, resourceVersion },
  };
}

export function deleteMachine(machine: Machine): Action {
  return { do: 'delete', kind: CAPI_MACHINE, key: keyOf(machine), onlyIf: { uid: machine.metadata.uid } };
}

/** Order of two RFC 3339 stamps in UTC, or of two names. */
export function compareTexts(a: string | undefined, b: string | undefined): number {
  const [left, right] = [a ?? '', b ?? ''];
  if (left === right) return 0;
  return left < right ? -1 : 1;
}
