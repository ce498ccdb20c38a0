// Asking a MachineDisruptionBudget for one disruption, as machine-remediation-operator's RetryDecrement does: the answer and,
// when granted, the status to write by compare-and-swap. Source: kubevirt/machine-remediation-operator 6d411110; cases C112 to C116.
//
//   in this order                                              answer
//   no budget matches the Machine                              granted, nothing to write
//   more than one matches                                      refused: several-budgets
//   observedGeneration < metadata.generation                   refused: generation-not-observed
//   disruptionsAllowed < 0                                     refused: negative
//   disruptionsAllowed == 0                                    refused: none-left (even for a Machine in the map)
//   more than 50 entries in disruptedMachines                  refused: too-many-entries
//   the Machine is in disruptedMachines                        granted, nothing to write
//   otherwise                                                  granted: entry added, disruptionsAllowed - 1

import type { MergePatch, PatchAction } from '../actions.ts';
import type { Machine } from '../api/machine.ts';
import { keyOf } from '../api/object.ts';
import { MACHINE_DISRUPTION_BUDGET, type MachineDisruptionBudget } from '../api/remediation.ts';
import { isEmptySelector, matchesSelector } from '../api/selector.ts';
import { formatTime } from '../api/time.ts';
import type { ClusterView } from '../ports/cluster-view.ts';

/** Source: kubevirt/machine-remediation-operator 6d411110, MaxDisruptedMachineSize. */
const ENTRIES_MAX = 50;

export type Refusal = 'several-budgets' | 'generation-not-observed' | 'negative' | 'none-left' | 'too-many-entries';

export type Allowance =
  | { readonly verdict: 'granted'; readonly budget: string; readonly write: PatchAction | undefined }
  | { readonly verdict: 'refused'; readonly budget: string; readonly why: Refusal };

/** Asks for the disruption of one Machine at `nowMs`. `budgets` are those that match it. */
export function decrement(budgets: readonly MachineDisruptionBudget[], machineName: string, nowMs: number): Allowance {
  const [budget, second] = budgets;
  if (budget === undefined) return { verdict: 'granted', budget: '', write: undefined };
  const { name } = budget.metadata;
  if (second !== undefined)
    return { verdict: 'refused', budget: `${name}, ${second.metadata.name}`, why: 'several-budgets' };
  const { observedGeneration = 0, disruptionsAllowed = 0, disruptedMachines = {} } = budget.status ?? {};
  const why = refusal(budget, observedGeneration, disruptionsAllowed, Object.keys(disruptedMachines).length);
  if (why !== undefined) return { verdict: 'refused', budget: name, why };
  if (disruptedMachines[machineName] !== undefined) return { verdict: 'granted', budget: name, write: undefined };
  const status = {
    disruptionsAllowed: disruptionsAllowed - 1,
    disruptedMachines: { [machineName]: formatTime(nowMs) },
  };
  return { verdict: 'granted', budget: name, write: budgetStatusPatch(budget, { status }) };
}

function refusal(
  { metadata }: MachineDisruptionBudget,
  observedGeneration: number,
  disruptionsAllowed: number,
  entries: number,
): Refusal | undefined {
  if (metadata.generation !== undefined && observedGeneration < metadata.generation) return 'generation-not-observed';
  if (disruptionsAllowed < 0) return 'negative';
  if (disruptionsAllowed === 0) return 'none-left';
  return entries > ENTRIES_MAX ? 'too-many-entries' : undefined;
}

/** A write to the budget's ledger, refused when anybody wrote meanwhile. */
export function budgetStatusPatch(budget: MachineDisruptionBudget, patch: MergePatch): PatchAction {
  const { uid, resourceVersion } = budget.metadata;
  return {
    do: 'patch',
    kind: MACHINE_DISRUPTION_BUDGET,
    key: keyOf(budget),
    subresource: 'status',
    patch,
    onlyIf: { uid, resourceVersion },
  };
}

/** An absent or empty selector selects no Machine. */
export function budgetSelects(budget: MachineDisruptionBudget, machine: Machine): boolean {
  const selector = budget.spec?.selector;
  return !isEmptySelector(selector) && matchesSelector(selector, machine.metadata.labels);
}

/** The budgets of a Machine's namespace that select it. */
export function budgetsOf(view: ClusterView, machine: Machine): readonly MachineDisruptionBudget[] {
  return view
    .list(MACHINE_DISRUPTION_BUDGET)
    .filter((budget) => budget.metadata.namespace === machine.metadata.namespace && budgetSelects(budget, machine));
}
