// What a verdict means for the reader in one word. Banner, run.json and exit code are all derived from this one function.

import type { ConstraintResult, Verdict } from '../lab/summary.ts';

/** `decided`: a winner, or shown to be equal. `measured`: nothing was compared. `failed`: a hard constraint is broken. */
export type Standing = 'decided' | 'measured' | 'failed' | 'inconclusive';

/**
 * A policy that breaks a hard constraint fails the study only when the study stands or falls with it: it is the winner,
 * or no policy is left that could win.
 */
export function standingOf(verdict: Verdict): Standing {
  const judged = [...new Set(verdict.constraints.map((result) => result.policy))];
  const decisive = verdict.winner === null ? judged : judged.filter((policy) => policy === verdict.winner);
  const outcomes = decisive.map((policy) => worstOutcomeOf(verdict, policy));
  if (outcomes.length > 0 && outcomes.every((outcome) => outcome === 'broken')) return 'failed';
  if (verdict.outcome === 'inconclusive') return 'inconclusive';
  if (outcomes.length > 0 && outcomes.every((outcome) => outcome !== 'holds')) return 'inconclusive';
  return verdict.outcome === 'not-compared' ? 'measured' : 'decided';
}

/** The worst outcome of a policy's hard constraints; `holds` when it has none. */
function worstOutcomeOf(verdict: Verdict, policy: string): ConstraintResult['outcome'] {
  const outcomes = verdict.constraints.filter((result) => result.policy === policy).map((result) => result.outcome);
  if (outcomes.includes('broken')) return 'broken';
  return outcomes.includes('undecided') ? 'undecided' : 'holds';
}
