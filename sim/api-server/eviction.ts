// The eviction API: a delete that asks the PodDisruptionBudgets first. Decides; the store performs.
// Source: kubernetes pkg/registry/core/pod/storage/eviction.go.
//
// Divergence from reality: what a budget allows is always up to date here; one without status.observedGeneration counts as
// observed. A pod without a phase is taken to be running; a real one always has a phase.

import { withCondition } from '../../core/api/conditions.ts';
import type { Pod, PodDisruptionBudget } from '../../core/api/workload.ts';
import type { ClusterView } from '../../core/ports/cluster-view.ts';
import { budgetState, budgetsOf, isPodReady } from './disruption-budgets.ts';
import { budgetNotObserved, disruptionRefused, type Refusal, severalBudgets } from './refusals.ts';

/** Why the pod may not be evicted now, or undefined when it may. `view` must have the index PODS_BY_BUDGET. */
export function evictionRefusal(pod: Pod, view: ClusterView): Refusal | undefined {
  if (needsNoBudget(pod)) return undefined;
  const budgets = budgetsOf(pod, view);
  const budget = budgets[0];
  if (budget === undefined) return undefined;
  if (budgets.length > 1) return severalBudgets();
  const { currentHealthy, desiredHealthy, disruptionsAllowed } = budgetState(budget, view);
  if (!isPodReady(pod)) {
    if (budget.spec?.unhealthyPodEvictionPolicy === 'AlwaysAllow') return undefined;
    if (desiredHealthy > 0 && currentHealthy >= desiredHealthy) return undefined;
  }
  if (isUnobserved(budget)) return budgetNotObserved(budget.metadata.name);
  if (disruptionsAllowed > 0) return undefined;
  return disruptionRefused(budget.metadata.name, desiredHealthy, currentHealthy);
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
