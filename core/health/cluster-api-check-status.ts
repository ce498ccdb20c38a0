// Status and event of a Cluster API MachineHealthCheck.

import type { Action } from '../actions.ts';
import { withCondition } from '../api/conditions.ts';
import { keyOf } from '../api/object.ts';
import { CAPI_MACHINE_HEALTH_CHECK, type CapiMachineHealthCheck } from '../api/remediation.ts';
import type { CapiCheck, Verdict } from './cluster-api-check.ts';

export interface CheckCounts {
  readonly expected: number;
  readonly currentHealthy: number;
  /** Targets whose health check failed; those on their way are in neither count. */
  readonly failing: number;
}

/** The status patch, or nothing when the status says so already. `targets`: undefined keeps the list that is there. */
export function capiStatusPatch(
  object: CapiMachineHealthCheck,
  check: CapiCheck,
  seen: { readonly counts: CheckCounts; readonly verdict: Verdict; readonly targets: readonly string[] | undefined },
  nowMs: number,
): readonly Action[] {
  const { counts, verdict, targets } = seen;
  const condition =
    verdict.allowed === true
      ? ({ type: 'RemediationAllowed', status: 'True', reason: 'RemediationAllowed', message: '' } as const)
      : ({
          type: 'RemediationAllowed',
          status: 'False',
          reason: 'TooManyUnhealthy',
          message: restrictedText(check, counts),
        } as const);
  const remediationsAllowed = verdict.allowed === true ? verdict.remediationsAllowed : 0;
  const conditions = withCondition(object.status?.conditions, condition, nowMs);
  const { expected: expectedMachines, currentHealthy } = counts;
  const observedGeneration = object.metadata.generation;
  const old = object.status;
  if (
    old?.expectedMachines === expectedMachines &&
    old.currentHealthy === currentHealthy &&
    old.remediationsAllowed === remediationsAllowed &&
    old.observedGeneration === observedGeneration &&
    old.conditions === conditions &&
    targets === undefined
  ) {
    return [];
  }
  const status = {
    expectedMachines,
    currentHealthy,
    remediationsAllowed,
    conditions,
    ...(observedGeneration === undefined ? {} : { observedGeneration }),
    ...(targets === undefined ? {} : { targets }),
  };
  const { uid } = object.metadata;
  return [
    {
      do: 'patch',
      kind: CAPI_MACHINE_HEALTH_CHECK,
      key: keyOf(object),
      subresource: 'status',
      patch: { status },
      onlyIf: { uid },
    },
  ];
}

export function restrictedEvent(object: CapiMachineHealthCheck, check: CapiCheck, counts: CheckCounts): Action {
  return {
    do: 'recordEvent',
    about: object,
    type: 'Warning',
    reason: 'RemediationRestricted',
    message: restrictedText(check, counts),
  };
}

function restrictedText({ limit }: CapiCheck, { expected, failing }: CheckCounts): string {
  const counts = `total: ${expected}, unhealthy: ${failing}`;
  const what = 'Remediation is not allowed, the number of not started or unhealthy machines';
  return limit.limit === 'range'
    ? `${what} does not fall within the range (${counts}, unhealthyInRange: ${limit.text})`
    : `${what} exceeds the limit (${counts}, unhealthyLessThanOrEqualTo: ${limit.value})`;
}
