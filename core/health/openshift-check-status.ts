// Status and event of an OpenShift MachineHealthCheck.

import type { Action, MergePatch } from '../actions.ts';
import { type Condition, withCondition } from '../api/conditions.ts';
import type { Machine } from '../api/machine.ts';
import { keyOf } from '../api/object.ts';
import { OPENSHIFT_MACHINE_HEALTH_CHECK, type OpenshiftMachineHealthCheck } from '../api/remediation.ts';
import type { ClusterView } from '../ports/cluster-view.ts';
import type { Health } from './unhealthy.ts';

/** Source: CRD default of spec.maxUnhealthy. */
export const OPENSHIFT_MAX_UNHEALTHY = '100%';

/** A selected Machine that is not plainly healthy. */
export interface Sick {
  readonly machine: Machine;
  readonly health: Health;
}

/** What one decision has seen. */
export interface Pass {
  readonly check: OpenshiftMachineHealthCheck;
  readonly view: ClusterView;
  readonly nowMs: number;
  readonly expected: number;
  readonly sick: readonly Sick[];
  /** Undefined when spec.maxUnhealthy cannot be read: nothing is allowed then. */
  readonly maxUnhealthy: number | undefined;
}

/** The status patch, or nothing when the status says so already. */
export function openshiftStatusPatch(pass: Pass, allowed: boolean): readonly Action[] {
  const { check, expected, sick, maxUnhealthy, nowMs } = pass;
  const currentHealthy = expected - sick.length;
  const remediationsAllowed = allowed && maxUnhealthy !== undefined ? Math.max(0, maxUnhealthy - sick.length) : 0;
  const conditions = withCondition(check.status?.conditions, allowedCondition(pass, allowed), nowMs);
  const old = check.status;
  if (
    old?.expectedMachines === expected &&
    old.currentHealthy === currentHealthy &&
    old.remediationsAllowed === remediationsAllowed &&
    old.conditions === conditions
  ) {
    return [];
  }
  const status = { expectedMachines: expected, currentHealthy, remediationsAllowed, conditions };
  return [statusPatch(check, { status })];
}

function statusPatch(check: OpenshiftMachineHealthCheck, patch: MergePatch): Action {
  return {
    do: 'patch',
    kind: OPENSHIFT_MACHINE_HEALTH_CHECK,
    key: keyOf(check),
    subresource: 'status',
    patch,
    onlyIf: { uid: check.metadata.uid },
  };
}

function allowedCondition(pass: Pass, allowed: boolean): Omit<Condition, 'lastTransitionTime'> {
  if (allowed) return { type: 'RemediationAllowed', status: 'True' };
  return {
    type: 'RemediationAllowed',
    status: 'False',
    reason: 'TooManyUnhealthy',
    severity: 'Warning',
    message: `Remediation is not allowed, the number of not started or unhealthy machines exceeds maxUnhealthy ${countsText(pass)}`,
  };
}

export function restrictedEvent(pass: Pass): Action {
  return {
    do: 'recordEvent',
    about: pass.check,
    type: 'Warning',
    reason: 'RemediationRestricted',
    message: `Remediation restricted due to exceeded number of unhealthy machines ${countsText(pass)}`,
  };
}

function countsText({ check, expected, sick }: Pass): string {
  return `(total: ${expected}, unhealthy: ${sick.length}, maxUnhealthy: ${check.spec?.maxUnhealthy ?? OPENSHIFT_MAX_UNHEALTHY})`;
}
