// Cluster API's MachineHealthCheck, v1beta1 and v1beta2 fields read into one record. What cannot be read is a problem, and a
// check with a problem remediates nothing (cases C046, C048). Source: kubernetes-sigs/cluster-api ae7ff047.

import { parseDuration } from '../api/duration.ts';
import { countOf } from '../api/int-or-percent.ts';
import type { TemplateReference } from '../api/node-health-check.ts';
import type { CapiMachineHealthCheck } from '../api/remediation.ts';
import { type ConditionRule, STARTUP_CHECK_OFF_MS } from './unhealthy.ts';

/** Source: cluster-api, default of nodeStartupTimeout(Seconds). */
const NODE_STARTUP_TIMEOUT_MS = 600_000;
/** Source: cluster-api, default of maxUnhealthy. */
const MAX_UNHEALTHY = '100%';

export type Limit =
  | { readonly limit: 'max'; readonly value: number | string }
  /** `[min-max]`, both inclusive. */
  | { readonly limit: 'range'; readonly text: string; readonly min: number; readonly max: number };

export interface CapiCheck {
  readonly rules: readonly ConditionRule[];
  /** The same for conditions of the Machines; v1beta2 only. */
  readonly machineRules: readonly ConditionRule[];
  /** 0 switches it off. */
  readonly nodeStartupTimeoutMs: number;
  readonly limit: Limit;
  readonly template: TemplateReference | undefined;
  readonly problem: string | undefined;
}

export function capiTemplateOf({ spec }: CapiMachineHealthCheck): TemplateReference | undefined {
  return spec?.remediation?.templateRef ?? spec?.remediationTemplate;
}

export function readCapiCheck(object: CapiMachineHealthCheck): CapiCheck {
  const { spec } = object;
  const range = spec?.remediation?.triggerIf?.unhealthyInRange ?? spec?.unhealthyRange;
  const max = spec?.remediation?.triggerIf?.unhealthyLessThanOrEqualTo ?? spec?.maxUnhealthy ?? MAX_UNHEALTHY;
  const limit: Limit | undefined = range === undefined ? { limit: 'max', value: max } : parseRange(range);
  const startupMs = startupTimeoutMs(spec);
  const rules = conditionRules(spec);
  const badTimeout = startupMs === undefined || rules.some((rule) => rule === undefined);
  return {
    rules: rules.filter((rule) => rule !== undefined),
    machineRules: (spec?.checks?.unhealthyMachineConditions ?? []).map(ruleOf),
    nodeStartupTimeoutMs: startupMs ?? STARTUP_CHECK_OFF_MS,
    limit: limit ?? { limit: 'max', value: 0 },
    template: capiTemplateOf(object),
    problem: limit === undefined ? `unhealthyInRange ${range}` : badTimeout ? 'a timeout is no duration' : undefined,
  };
}

export type Verdict =
  | { readonly allowed: true; readonly remediationsAllowed: number }
  | { readonly allowed: false }
  | { readonly allowed: 'unreadable' };

/**
 * Whether `unhealthy` of `expected` may be remediated. A negative maximum is not clamped (case C064).
 *
 *   limit     expected  unhealthy   allowed   remediationsAllowed
 *   50%       5         2           yes       0
 *   50%       5         3           no        0
 *   [3-5]     10        2           no        0
 *   [3-5]     10        3           yes       2
 *   -1        3         0           no        0
 *   "2"       5         1           unreadable
 */
export function verdictOf(limit: Limit, expected: number, unhealthy: number): Verdict {
  if (limit.limit === 'range') {
    const isWithin = unhealthy >= limit.min && unhealthy <= limit.max;
    return isWithin ? { allowed: true, remediationsAllowed: limit.max - unhealthy } : { allowed: false };
  }
  const max = countOf(limit.value, expected, { rounding: 'floor', plainString: 'error' });
  if (max === undefined) return { allowed: 'unreadable' };
  return unhealthy <= max ? { allowed: true, remediationsAllowed: max - unhealthy } : { allowed: false };
}

function conditionRules(spec: CapiMachineHealthCheck['spec']): readonly (ConditionRule | undefined)[] {
  const { checks, unhealthyConditions } = spec ?? {};
  if (checks?.unhealthyNodeConditions !== undefined) {
    return checks.unhealthyNodeConditions.map(ruleOf);
  }
  return (unhealthyConditions ?? []).map(({ type, status, timeout }) => {
    const timeoutMs = parseDuration(timeout);
    return timeoutMs === undefined ? undefined : { type, status, timeoutMs };
  });
}

function ruleOf(written: {
  readonly type: string;
  readonly status: string;
  readonly timeoutSeconds: number;
}): ConditionRule {
  return { type: written.type, status: written.status, timeoutMs: written.timeoutSeconds * 1_000 };
}

function startupTimeoutMs(spec: CapiMachineHealthCheck['spec']): number | undefined {
  const seconds = spec?.checks?.nodeStartupTimeoutSeconds;
  if (seconds !== undefined) return seconds * 1_000;
  return spec?.nodeStartupTimeout === undefined ? NODE_STARTUP_TIMEOUT_MS : parseDuration(spec.nodeStartupTimeout);
}

/** `[a-b]` with a <= b. */
function parseRange(text: string): Limit | undefined {
  const dash = text.indexOf('-');
  if (!text.startsWith('[') || !text.endsWith(']') || dash < 0) return undefined;
  const [min, max] = [text.slice(1, dash), text.slice(dash + 1, -1)].map((digits) =>
    digits === '' || digits.includes(' ') ? Number.NaN : Number(digits),
  );
  if (min === undefined || max === undefined || !Number.isInteger(min) || !Number.isInteger(max)) return undefined;
  return max < min ? undefined : { limit: 'range', text, min, max };
}
