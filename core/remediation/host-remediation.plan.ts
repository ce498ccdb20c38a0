// Which attempt comes next: the steps of the policy in order, each with its attempts, less what the host remembers. Attempts on
// the host within `memory` count, whosever episode they were of; those of this episode always do. Within an episode nothing
// softer follows something harder that was tried (invariant L6), also when the policy is edited meanwhile.

import type { Attempt, HostRemediation } from '../api/host-remediation.ts';
import type { StepAction } from '../api/remediation-policy.ts';
import { parseTime } from '../api/time.ts';
import { CALLED_OFF_PAUSE_MS } from './defaults.ts';
import { attemptsOf, type Settings } from './host-remediation.settings.ts';

export type Plan =
  | { readonly kind: 'attempt'; readonly step: number; readonly action: StepAction; readonly attempt: number }
  /** All that a machine may do has been done, or nothing can be. */
  | { readonly kind: 'person' };

const HARDNESS: Readonly<Record<StepAction, number>> = { Reboot: 0, ReprovisionInPlace: 1, Replace: 2, Person: 3 };

export interface PlanInput {
  readonly settings: Settings;
  /** Of this episode. */
  readonly attempts: readonly Attempt[];
  /** Closed episodes of the same host. */
  readonly history: readonly HostRemediation[];
  /** Whether such a step can be done on this host at all. */
  readonly canDo: (action: StepAction) => boolean;
  readonly nowMs: number;
}

export function nextAttempt(input: PlanInput): Plan {
  const { settings, attempts, canDo } = input;
  const tried = [...remembered(input), ...attempts];
  const left = new Map<StepAction, number>();
  for (const one of tried) if (isSpent(one)) left.set(one.action, (left.get(one.action) ?? 0) + 1);
  const hardest = Math.max(0, ...attempts.filter(isSpent).map(({ action }) => HARDNESS[action]));
  for (const [step, wanted] of settings.steps.entries()) {
    const { action } = wanted;
    if (action === 'Person') break;
    const spent = Math.min(left.get(action) ?? 0, attemptsOf(wanted));
    left.set(action, (left.get(action) ?? 0) - spent);
    if (spent === attemptsOf(wanted) || HARDNESS[action] < hardest || !canDo(action)) continue;
    // Called-off attempts do not count, but no number is given twice: a grant is for one number.
    const given = attempts.filter((one) => one.action === action).map((one) => one.attempt);
    const attempt = 1 + Math.max(tried.filter((one) => one.action === action).length, ...given);
    return { kind: 'attempt', step, action, attempt };
  }
  return { kind: 'person' };
}

/**
 * Before this instant no further attempt on the host: base x 2^(attempts - 1) after the end of the last one, at most max. One that
 * was called off costs a short pause, or a budget and a remediation that see things differently would grant and decline without end.
 */
export function backOffUntilMs(input: Omit<PlanInput, 'canDo'>): number {
  const { settings, attempts } = input;
  const tried = [...remembered(input), ...attempts].filter(counts);
  const calledOff = attempts.slice(attempts.findLastIndex(counts) + 1).filter(({ outcome }) => outcome !== undefined);
  return Math.max(
    afterMs(tried, settings.backOffBaseMs, settings.backOffMaxMs),
    afterMs(calledOff, CALLED_OFF_PAUSE_MS, settings.backOffMaxMs),
  );
}

/** Doubled with each attempt, from the end of the last one. */
function afterMs(attempts: readonly Attempt[], baseMs: number, mostMs: number): number {
  if (attempts.length === 0) return Number.NEGATIVE_INFINITY;
  const ends = attempts.map((one) => parseTime(one.endedAt ?? one.struckAt ?? one.grantedAt));
  return Math.max(...ends) + Math.min(mostMs, baseMs * 2 ** (attempts.length - 1));
}

/** Uses an attempt of its step up: not one whose strike was refused, for nothing was done to the host. */
function isSpent(attempt: Attempt): boolean {
  return counts(attempt) && attempt.outcome !== 'Refused';
}

/** Something was done to the host, or should have been and was not in time. */
function counts({ struckAt, outcome }: Attempt): boolean {
  return struckAt !== undefined || outcome === 'TimedOut' || outcome === 'PowerUnknown' || outcome === 'WrongIdentity';
}

function remembered({ history, settings, nowMs }: Pick<PlanInput, 'history' | 'settings' | 'nowMs'>): Attempt[] {
  return history
    .flatMap(({ status }) => status?.attempts ?? [])
    .filter(({ grantedAt, endedAt }) => parseTime(endedAt ?? grantedAt) > nowMs - settings.memoryMs);
}
