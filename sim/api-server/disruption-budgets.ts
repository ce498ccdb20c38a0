// What PodDisruptionBudgets allow at this instant, computed from the pods as the disruption controller computes its status.
// Source: kubernetes pkg/controller/disruption/disruption.go (getExpectedPodCount, countHealthyPods, updatePdbStatus).
//
// Divergence from reality: a controller that is not in the store (a dump without
// ReplicaSets) counts as many replicas as it has matching pods; the real one refuses every eviction then.

import { findCondition } from '../../core/api/conditions.ts';
import {
  controllerOwner,
  type KubeObject,
  keyOf,
  kindKeyOf,
  type ObjectKey,
  type StringMap,
} from '../../core/api/object.ts';
import { isEmptySelector, matchesSelector } from '../../core/api/selector.ts';
import {
  DEPLOYMENT,
  POD,
  POD_DISRUPTION_BUDGET,
  type Pod,
  type PodDisruptionBudget,
  REPLICA_SET,
  type ReplicaSet,
  STATEFUL_SET,
} from '../../core/api/workload.ts';
import type { ClusterView, IndexSpec } from '../../core/ports/cluster-view.ts';

export interface BudgetState {
  readonly currentHealthy: number;
  readonly desiredHealthy: number;
  readonly expectedPods: number;
  readonly disruptionsAllowed: number;
}

const NONE: readonly never[] = [];

/**
 * Budgets under one label that every pod which they select has, `namespace/key=value`, or under their namespace alone where
 * their selector names none: a pod meets few of them, however many there are.
 */
export const BUDGETS_BY_LABEL: IndexSpec<PodDisruptionBudget> = {
  name: 'disruption-budgets-by-label',
  of: POD_DISRUPTION_BUDGET,
  part: (budget) => budget.spec,
  values(budget) {
    const namespace = budget.metadata.namespace ?? '';
    for (const key in budget.spec?.selector?.matchLabels) {
      return [`${namespace}/${key}=${budget.spec?.selector?.matchLabels[key]}`];
    }
    return [namespace];
  },
};

/** The budgets of a namespace that may select pods with these labels; `view` must have the index BUDGETS_BY_LABEL. */
export function budgetsNear(
  namespace: string,
  labels: StringMap | undefined,
  view: ClusterView,
): readonly PodDisruptionBudget[] {
  let found: readonly PodDisruptionBudget[] = view.byIndex(BUDGETS_BY_LABEL, namespace);
  for (const key in labels) {
    const more = view.byIndex(BUDGETS_BY_LABEL, `${namespace}/${key}=${labels[key]}`);
    if (more.length > 0) found = found.length === 0 ? more : [...found, ...more];
  }
  return found;
}

/** Pods under the `namespace/name` of each budget that selects them. */
export const PODS_BY_BUDGET: IndexSpec<Pod> = {
  name: 'pods-by-disruption-budget',
  of: POD,
  needs: [BUDGETS_BY_LABEL],
  part: (pod) => pod.metadata.labels,
  values(pod, view) {
    const budgets = budgetsNear(pod.metadata.namespace ?? '', pod.metadata.labels, view);
    if (budgets.length === 0) return NONE;
    const values: string[] = [];
    for (const budget of budgets) if (selects(budget, pod)) values.push(budgetKey(budget));
    return values;
  },
  dependsOn: [
    {
      kind: POD_DISRUPTION_BUDGET,
      primaries({ before, after }, view): readonly ObjectKey[] {
        if (before?.spec === after?.spec) return NONE;
        const namespace = (after ?? before)?.metadata.namespace;
        const keys: ObjectKey[] = [];
        for (const pod of view.list(POD)) if (pod.metadata.namespace === namespace) keys.push(keyOf(pod));
        return keys;
      },
    },
  ],
};

/** The budgets that a pod is under. */
export function budgetsOf(pod: Pod, view: ClusterView): readonly PodDisruptionBudget[] {
  const budgets = budgetsNear(pod.metadata.namespace ?? '', pod.metadata.labels, view);
  return budgets.length === 0 ? NONE : budgets.filter((budget) => selects(budget, pod));
}

/**
 * What a budget's status should say now; `view` must have the index PODS_BY_BUDGET.
 * @param disrupted names of pods that count as gone already.
 */
export function budgetState(
  budget: PodDisruptionBudget,
  view: ClusterView,
  disrupted: StringMap | undefined = undefined,
): BudgetState {
  const pods = view.byIndex(PODS_BY_BUDGET, budgetKey(budget));
  let currentHealthy = 0;
  for (const pod of pods) {
    if (pod.metadata.deletionTimestamp !== undefined || disrupted?.[pod.metadata.name] !== undefined) continue;
    if (isPodReady(pod)) currentHealthy += 1;
  }
  const { expected, desiredHealthy } = expectation(budget, pods, view);
  const disruptionsAllowed = expected <= 0 ? 0 : Math.max(0, currentHealthy - desiredHealthy);
  return { currentHealthy, desiredHealthy, expectedPods: expected, disruptionsAllowed };
}

export function isPodReady(pod: Pod): boolean {
  return findCondition(pod.status?.conditions, 'Ready')?.status === 'True';
}

function expectation(
  budget: PodDisruptionBudget,
  pods: readonly Pod[],
  view: ClusterView,
): { readonly expected: number; readonly desiredHealthy: number } {
  const { maxUnavailable, minAvailable } = budget.spec ?? {};
  if (maxUnavailable !== undefined) {
    const expected = expectedScale(pods, view);
    return { expected, desiredHealthy: Math.max(0, expected - scaled(maxUnavailable, expected)) };
  }
  if (typeof minAvailable === 'number') return { expected: pods.length, desiredHealthy: minAvailable };
  if (minAvailable === undefined) return { expected: 0, desiredHealthy: 0 };
  const expected = expectedScale(pods, view);
  return { expected, desiredHealthy: scaled(minAvailable, expected) };
}

/** Percentages are rounded up, of minAvailable and of maxUnavailable alike. */
function scaled(value: number | string, total: number): number {
  if (typeof value === 'number') return value;
  const percent = Number.parseInt(value, 10);
  return Number.isNaN(percent) ? 0 : Math.ceil((percent * total) / 100);
}

/** The replicas that the pods' controllers want in all; pods without a controller do not count. */
function expectedScale(pods: readonly Pod[], view: ClusterView): number {
  const replicasOf = new Map<string, number>();
  for (const pod of pods) {
    const owner = controllerOwner(pod);
    if (owner === undefined) continue;
    const wanted = controllerReplicas(kindKeyOf(owner), pod.metadata.namespace ?? '', owner.name, view);
    replicasOf.set(owner.uid, wanted ?? (replicasOf.get(owner.uid) ?? 0) + 1);
  }
  let total = 0;
  for (const replicas of replicasOf.values()) total += replicas;
  return total;
}

/** Undefined when the controller is not in the store. A ReplicaSet of a Deployment answers with the Deployment's number. */
function controllerReplicas(kindKey: string, namespace: string, name: string, view: ClusterView): number | undefined {
  if (kindKey === STATEFUL_SET.key) return wantedReplicas(view.get(STATEFUL_SET, { namespace, name }));
  if (kindKey !== REPLICA_SET.key) return undefined;
  const set = view.get(REPLICA_SET, { namespace, name });
  const owner = set === undefined ? undefined : controllerOwner(set);
  const deployment =
    owner !== undefined && kindKeyOf(owner) === DEPLOYMENT.key
      ? view.get(DEPLOYMENT, { namespace, name: owner.name })
      : undefined;
  return wantedReplicas(deployment ?? set);
}

/** Absent replicas mean 1. Source: kubernetes pkg/apis/apps/v1/defaults.go. */
function wantedReplicas(controller: ReplicaSet | undefined): number | undefined {
  return controller === undefined ? undefined : (controller.spec?.replicas ?? 1);
}

/** No selector selects nothing; an empty one everything, but nothing in policy/v1beta1. */
function selects(budget: PodDisruptionBudget, pod: Pod): boolean {
  if (budget.metadata.namespace !== pod.metadata.namespace) return false;
  const selector = budget.spec?.selector;
  if (selector === undefined) return false;
  if (isEmptySelector(selector)) return budget.apiVersion !== 'policy/v1beta1';
  return matchesSelector(selector, pod.metadata.labels);
}

/** `namespace/name`: the budget's value in PODS_BY_BUDGET. */
export function budgetKey(budget: KubeObject): string {
  return `${budget.metadata.namespace ?? ''}/${budget.metadata.name}`;
}
