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

/** One step of the policy, and why it is the next one or is not. */
export interface WeighedStep {
  readonly step: number;
  readonly action: StepAction;
  /** Attempts that the step has, and how many of them are used up. */
  readonly attempts: number;
  readonly spent: number;
  /** `later`: one before it is next. */
  readonly verdict: 'next' | 'used-up' | 'softer' | 'impossible' | 'later';
}

export function nextAttempt(input: PlanInput): Plan {
  const next = weighSteps(input).find(({ verdict }) => verdict === 'next');
  if (next === undefined || next.action === 'Person') return { kind: 'person' };
  const { step, action } = next;
  const tried = [...remembered(input), ...input.attempts].filter((one) => one.action === action);
  // Called-off attempts do not count, but no number is given twice: a grant is for one number.
  const given = input.attempts.filter((one) => one.action === action).map((one) => one.attempt);
  return { kind: 'attempt', step, action, attempt: 1 + Math.max(tried.length, ...given) };
}

/** Every step of the policy in order. At most one is next; where none is, a person is. */
export function weighSteps(input: PlanInput): readonly WeighedStep[] {
  const { settings, attempts, canDo } = input;
  const left = new Map<StepAction, number>();
  for (const one of [...remembered(input), ...attempts]) {
    if (isSpent(one)) left.set(one.action, (left.get(one.action) ?? 0) + 1);
  }
  const hardest = Math.max(0, ...attempts.filter(isSpent).map(({ action }) => HARDNESS[action]));
  let isFound = false;
  return settings.steps.map((wanted, step) => {
    const { action } = wanted;
    const most = action === 'Person' ? 1 : attemptsOf(wanted);
    const spent = action === 'Person' ? 0 : Math.min(left.get(action) ?? 0, most);
    left.set(action, (left.get(action) ?? 0) - spent);
    const verdict = isFound ? 'later' : verdictOn(action, spent === most);
    isFound ||= verdict === 'next';
    return { step, action, attempts: most, spent, verdict };
  });

  function verdictOn(action: StepAction, isUsedUp: boolean): WeighedStep['verdict'] {
    if (action === 'Person') return 'next';
    if (isUsedUp) return 'used-up';
    if (HARDNESS[action] < hardest) return 'softer';
    return canDo(action) ? 'next' : 'impossible';
  }
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
