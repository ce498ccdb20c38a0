// Status, conditions and event of a Cluster API MachineHealthCheck.

import type { Action } from '../actions.ts';
import { type Condition, withCondition, withConditions } from '../api/conditions.ts';
import { keyOf } from '../api/object.ts';
import { CAPI_MACHINE_HEALTH_CHECK, type CapiMachineHealthCheck } from '../api/remediation.ts';
import type { CapiCheck, Verdict } from './cluster-api-check.ts';

type Said = Omit<Condition, 'lastTransitionTime'>;

export interface CheckCounts {
  readonly expected: number;
  readonly currentHealthy: number;
  /** Targets whose health check failed; those on their way are in neither count. */
  readonly failing: number;
}

/** What a pass has found. */
export interface Seen {
  readonly counts: CheckCounts;
  readonly verdict: Verdict;
  /** Undefined keeps the list that is there. */
  readonly targets: readonly string[] | undefined;
  /** What went wrong with external remediation in this pass. */
  readonly failure: ExternalFailure | undefined;
}

/** One of the two conditions about external remediation: v1beta1's, said when something fails and never taken back. */
export interface ExternalFailure {
  readonly type: 'ExternalRemediationTemplateAvailable' | 'ExternalRemediationRequestAvailable';
  readonly reason: string;
  readonly message: string;
}

const NOT_PAUSED: Said = { type: 'Paused', status: 'False', reason: 'NotPaused', message: '' };

/** The status patch, or nothing when the status says so already. After an error the counts are written, and no verdict. */
export function capiStatusPatch(
  object: CapiMachineHealthCheck,
  check: CapiCheck,
  { counts, verdict, targets, failure }: Seen,
  nowMs: number,
): readonly Action[] {
  const old = object.status;
  const isReadable = verdict.allowed !== 'unreadable';
  const failed: readonly Said[] = failure === undefined ? [] : [{ ...failure, status: 'False', severity: 'Error' }];
  const isV1beta1 = object.apiVersion.endsWith('/v1beta1');
  const judged = isReadable ? [NOT_PAUSED, allowedCondition(check, counts, verdict)] : [NOT_PAUSED];
  const conditions = withConditions(old?.conditions, isV1beta1 ? [...judged, ...failed] : judged, nowMs);
  const status = {
    expectedMachines: counts.expected,
    currentHealthy: counts.currentHealthy,
    remediationsAllowed: isReadable ? allowanceOf(verdict) : old?.remediationsAllowed,
    observedGeneration: isReadable ? object.metadata.generation : old?.observedGeneration,
    conditions,
  };
  const deprecated = isV1beta1 || failed.length === 0 ? undefined : deprecatedWith(old, failed, nowMs);
  if (targets === undefined && deprecated === undefined && saysSame(old, status)) return [];
  return [
    statusPatch(object, {
      ...withoutUndefined(status),
      ...(deprecated === undefined ? {} : { deprecated }),
      ...(targets === undefined ? {} : { targets }),
    }),
  ];
}

type Status = NonNullable<CapiMachineHealthCheck['status']>;
type Judged = { readonly [Field in keyof Status]: Status[Field] | undefined };

function allowanceOf(verdict: Verdict): number {
  return verdict.allowed === true ? verdict.remediationsAllowed : 0;
}

function saysSame(old: Status | undefined, next: Judged): boolean {
  return (
    old !== undefined &&
    old.expectedMachines === next.expectedMachines &&
    old.currentHealthy === next.currentHealthy &&
    old.remediationsAllowed === next.remediationsAllowed &&
    old.observedGeneration === next.observedGeneration &&
    old.conditions === next.conditions
  );
}

function withoutUndefined(status: Judged): object {
  return Object.fromEntries(Object.entries(status).filter(([, value]) => value !== undefined));
}

/** What v1beta1 says beside the conditions; undefined when it says so already. */
function deprecatedWith(
  old: Status | undefined,
  failed: readonly Said[],
  nowMs: number,
): Status['deprecated'] | undefined {
  const before = old?.deprecated?.v1beta1?.conditions;
  const conditions = withConditions(before, failed, nowMs);
  return conditions === before ? undefined : { v1beta1: { conditions } };
}

function allowedCondition(check: CapiCheck, counts: CheckCounts, verdict: Verdict): Said {
  const type = 'RemediationAllowed';
  return verdict.allowed === true
    ? { type, status: 'True', reason: 'RemediationAllowed', message: '' }
    : { type, status: 'False', reason: 'TooManyUnhealthy', message: restrictedText(check, counts) };
}

/** While paused nothing but this is said. */
export function pausedPatch(object: CapiMachineHealthCheck, message: string, nowMs: number): readonly Action[] {
  const old = object.status?.conditions;
  const conditions = withCondition(old, { type: 'Paused', status: 'True', reason: 'Paused', message }, nowMs);
  return conditions === old ? [] : [statusPatch(object, { conditions })];
}

function statusPatch(object: CapiMachineHealthCheck, status: object): Action {
  const { uid } = object.metadata;
  return {
    do: 'patch',
    kind: CAPI_MACHINE_HEALTH_CHECK,
    key: keyOf(object),
    subresource: 'status',
    patch: { status },
    onlyIf: { uid },
  };
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
