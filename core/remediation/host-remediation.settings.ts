// A RemediationPolicy in numbers: what its fields mean where they are left out stands in core/api/remediation-defaults.ts.

import { parseDuration } from '../api/duration.ts';
import { POLICY_DEFAULTS, STEP_DEFAULTS } from '../api/remediation-defaults.ts';
import type {
  PowerUnknownPath,
  RemediationPolicy,
  RemediationStep,
  StepAction,
  WatchedCondition,
} from '../api/remediation-policy.ts';
import { oncePerObject } from '../once-per-object.ts';

export interface Settings {
  readonly conditions: readonly WatchedCondition[];
  readonly healthyDelayMs: number;
  readonly steps: readonly RemediationStep[];
  readonly memoryMs: number;
  readonly backOffBaseMs: number;
  readonly backOffMaxMs: number;
  readonly whenPowerUnknown: PowerUnknownPath;
  readonly powerTimeoutMs: number;
  readonly needsIdentity: boolean;
  readonly bootGraceMs: number;
  readonly mayWipe: boolean;
}

/** Without a policy (it was deleted while attempts ran) the defaults: what runs is brought to its end. */
export function settingsOf(policy: RemediationPolicy | undefined): Settings {
  return settingsIn(policy?.spec ?? NO_SPEC);
}

type Spec = NonNullable<RemediationPolicy['spec']>;

const NO_SPEC: Spec = {};

const settingsIn = oncePerObject((spec: Spec): Settings => {
  return {
    conditions: spec.unhealthyConditions ?? POLICY_DEFAULTS.unhealthyConditions,
    healthyDelayMs: msOf(spec.healthyDelay, POLICY_DEFAULTS.healthyDelay),
    steps: spec.steps ?? POLICY_DEFAULTS.steps,
    memoryMs: msOf(spec.memory, POLICY_DEFAULTS.memory),
    backOffBaseMs: msOf(spec.backOff?.base, POLICY_DEFAULTS.backOff.base),
    backOffMaxMs: msOf(spec.backOff?.max, POLICY_DEFAULTS.backOff.max),
    whenPowerUnknown: spec.whenPowerUnknown ?? POLICY_DEFAULTS.whenPowerUnknown,
    powerTimeoutMs: msOf(spec.powerTimeout, POLICY_DEFAULTS.powerTimeout),
    needsIdentity: (spec.identityCheck ?? POLICY_DEFAULTS.identityCheck) === 'Require',
    bootGraceMs: msOf(spec.bootGrace, POLICY_DEFAULTS.bootGrace),
    mayWipe: spec.wipeAllowed ?? POLICY_DEFAULTS.wipeAllowed,
  };
});

/** How long an attempt may take, from its grant. A person has no time-out. */
export function timeoutMsOf(action: StepAction, step: RemediationStep | undefined): number {
  if (action === 'Person') return Number.POSITIVE_INFINITY;
  return msOf(step?.timeout, STEP_DEFAULTS.timeout[action]);
}

export function attemptsOf(step: RemediationStep): number {
  return step.attempts ?? STEP_DEFAULTS.attempts;
}

/** A text that is no duration counts as left out: admission refuses it, so it can only be an older object. */
function msOf(text: string | undefined, otherwise: string): number {
  return (text === undefined ? undefined : parseDuration(text)) ?? parseDuration(otherwise) ?? 0;
}
