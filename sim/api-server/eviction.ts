// The eviction API: a delete that asks the PodDisruptionBudgets first. Decides; the store performs.
// Source: kubernetes pkg/registry/core/pod/storage/eviction.go.
//
// Divergence from reality: where nobody keeps the status of budgets (no disruption controller runs), or a budget has none yet,
// its state is computed from the pods at this instant. A pod without a phase is taken to be running; a real one always has a
// phase. A budget without status.observedGeneration counts as observed.

import { withCondition } from '../../core/api/conditions.ts';
import { formatTime } from '../../core/api/time.ts';
import type { Pod, PodDisruptionBudget } from '../../core/api/workload.ts';
import type { ClusterView } from '../../core/ports/cluster-view.ts';
import { type BudgetState, budgetState, budgetsOf, isPodReady } from './disruption-budgets.ts';
import { budgetExhausted, budgetNotObserved, disruptionRefused, type Refusal, severalBudgets } from './refusals.ts';

/** Source: kubernetes pkg/registry/core/pod/storage/eviction.go, MaxDisruptedPodSize. */
const DISRUPTED_PODS_MAX = 2000;

export type EvictionVerdict =
  | Refusal
  /** `charge`: the budget whose status has to note the eviction. */
  | { readonly kind: 'allowed'; readonly charge: PodDisruptionBudget | undefined };

const ALLOWED: EvictionVerdict = { kind: 'allowed', charge: undefined };

/**
 * Whether the pod may be evicted now. `view` must have the indexes BUDGETS_BY_LABEL and PODS_BY_BUDGET.
 * @param statusIsKept a disruption controller keeps the status of budgets.
 */
export function evictionVerdict(pod: Pod, view: ClusterView, statusIsKept: boolean): EvictionVerdict {
  if (needsNoBudget(pod)) return ALLOWED;
  const budgets = budgetsOf(pod, view);
  const budget = budgets[0];
  if (budget === undefined) return ALLOWED;
  if (budgets.length > 1) return severalBudgets();
  const kept = statusIsKept ? keptState(budget) : undefined;
  const { currentHealthy, desiredHealthy, disruptionsAllowed } = kept ?? budgetState(budget, view);
  if (!isPodReady(pod)) {
    if (budget.spec?.unhealthyPodEvictionPolicy === 'AlwaysAllow') return ALLOWED;
    if (desiredHealthy > 0 && currentHealthy >= desiredHealthy) return ALLOWED;
  }
  const { name } = budget.metadata;
  if (isUnobserved(budget)) return budgetNotObserved(name);
  if (kept === undefined) {
    return disruptionsAllowed > 0 ? ALLOWED : disruptionRefused(name, desiredHealthy, currentHealthy);
  }
  if (disruptionsAllowed < 0) return budgetExhausted(name, 'pdb disruptions allowed is negative');
  if (Object.keys(budget.status?.disruptedPods ?? {}).length > DISRUPTED_PODS_MAX) {
    return budgetExhausted(name, 'DisruptedPods map too big - too many evictions not confirmed by PDB controller');
  }
  if (disruptionsAllowed === 0) return disruptionRefused(name, desiredHealthy, currentHealthy);
  return { kind: 'allowed', charge: budget };
}

/** The budget after one more eviction of `podName`: one disruption less, and the pod noted until its deletion is seen. */
export function charged(budget: PodDisruptionBudget, podName: string, nowMs: number): PodDisruptionBudget {
  const { status } = budget;
  return {
    ...budget,
    status: {
      ...status,
      disruptionsAllowed: (status?.disruptionsAllowed ?? 0) - 1,
      disruptedPods: { ...status?.disruptedPods, [podName]: formatTime(nowMs) },
    },
  };
}

function keptState({ status }: PodDisruptionBudget): BudgetState | undefined {
  if (status?.disruptionsAllowed === undefined) return undefined;
  const { currentHealthy = 0, desiredHealthy = 0, expectedPods = 0, disruptionsAllowed } = status;
  return { currentHealthy, desiredHealthy, expectedPods, disruptionsAllowed };
}

/** Its status speaks of an older spec. */
function isUnobserved({ metadata, status }: PodDisruptionBudget): boolean {
  const { generation } = metadata;
  return generation !== undefined && status?.observedGeneration !== undefined && status.observedGeneration < generation;
}

/** The pod with the condition that an eviction leaves on it before the delete. */
export function markedForEviction(pod: Pod, nowMs: number): Pod {
  const conditions = withCondition(
    pod.status?.conditions,
    { type: 'DisruptionTarget', status: 'True', reason: 'EvictionByEvictionAPI', message: 'Eviction API: evicting' },
    nowMs,
  );
  return conditions === pod.status?.conditions ? pod : { ...pod, status: { ...pod.status, conditions } };
}

function needsNoBudget(pod: Pod): boolean {
  const phase = pod.status?.phase;
  return (
    phase === 'Pending' || phase === 'Succeeded' || phase === 'Failed' || pod.metadata.deletionTimestamp !== undefined
  );
}
