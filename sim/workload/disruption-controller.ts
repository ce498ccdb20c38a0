// The disruption controller: keeps the status of PodDisruptionBudgets, by which the eviction API goes. It recounts a budget
// when one of its pods comes, goes, turns Ready or not, or begins to terminate, and forgets granted evictions that did not
// happen; and it clears the DisruptionTarget condition of a pod that nobody deleted.
// Source: kubernetes pkg/controller/disruption/disruption.go (trySync, buildDisruptedPodMap, updatePdbStatus,
// syncStalePodDisruption).
//
// Divergence from reality: a pod whose scale is unknown counts as disruption-budgets.ts says, where the real controller fails
// the sync; conditions of a budget other than DisruptionAllowed are left alone. A budget of the start whose figures are right
// is not written, even where it lacks the condition.

import { type Condition, findCondition, withCondition } from '../../core/api/conditions.ts';
import { keyOf, keyString, type ObjectKey, type StringMap } from '../../core/api/object.ts';
import { parseTime } from '../../core/api/time.ts';
import { POD, POD_DISRUPTION_BUDGET, type Pod, type PodDisruptionBudget } from '../../core/api/workload.ts';
import {
  type BudgetState,
  budgetKey,
  budgetState,
  budgetsOf,
  isPodReady,
  PODS_BY_BUDGET,
} from '../api-server/disruption-budgets.ts';
import { LaggedQueue } from '../kernel/lagged-queue.ts';
import { DISRUPTION_TIMEOUT_MS } from './defaults.ts';
import type { WorkloadContext } from './workload-context.ts';

/** Where OpenShift's etcd keeps its budget: health checks and maintenance read it, so its status is kept in any case. */
const ETCD_NAMESPACE = 'openshift-etcd';

export class DisruptionController {
  private readonly context: WorkloadContext;
  private readonly budgets: LaggedQueue;
  private readonly marked: LaggedQueue;

  constructor(context: WorkloadContext) {
    this.context = context;
    const { kernel, config } = context;
    const lagMs = config.kubernetes.watchLagMs;
    this.budgets = new LaggedQueue(kernel, 'disruption budget sync', lagMs, (text) => this.sync(text));
    this.marked = new LaggedQueue(kernel, 'pod with DisruptionTarget', lagMs, (text) => this.watchMarked(text));
  }

  /** Evictions go by the status from here on. Acts at the start only on budgets whose status is wrong. */
  load(): void {
    const { store } = this.context;
    store.addIndex(PODS_BY_BUDGET);
    store.budgetStatusIsKept = this.context.status.followed;
    for (const budget of store.list(POD_DISRUPTION_BUDGET)) {
      if (!this.follows(budget)) continue;
      const disrupted = budget.status?.disruptedPods;
      if (!saysSame(budget, budgetState(budget, store, disrupted), disrupted)) this.budgets.add(budgetKey(budget));
    }
  }

  budgetChanged(before: PodDisruptionBudget | undefined, after: PodDisruptionBudget | undefined): void {
    if (after === undefined || !this.follows(after)) return;
    if (before?.spec !== after.spec || before?.metadata.generation !== after.metadata.generation) {
      this.budgets.add(budgetKey(after));
    }
  }

  podChanged(before: Pod | undefined, after: Pod | undefined): void {
    if (after !== undefined && isMarked(after) && (before === undefined || !isMarked(before))) {
      this.marked.add(keyString(keyOf(after)));
    }
    const pod = after ?? before;
    if (pod === undefined || !this.follows(pod)) return;
    if (before !== undefined && after !== undefined && countsAlike(before, after)) return;
    const { store } = this.context;
    if (after !== undefined) for (const budget of budgetsOf(after, store)) this.budgets.add(budgetKey(budget));
    if (before !== undefined && before.metadata.labels !== after?.metadata.labels) {
      for (const budget of budgetsOf(before, store)) this.budgets.add(budgetKey(budget));
    }
  }

  /** Whether the status of a budget, or of a pod's budgets, is written as it changes. */
  private follows({ metadata }: Pod | PodDisruptionBudget): boolean {
    return this.context.status.followed || metadata.namespace === ETCD_NAMESPACE;
  }

  /** Writes every status that lags behind its pods. */
  settleStatus(): void {
    for (const budget of this.context.store.list(POD_DISRUPTION_BUDGET)) this.sync(budgetKey(budget));
  }

  private sync(text: string): void {
    const { store, kernel } = this.context;
    const key = keyOfText(text);
    const budget = store.get(POD_DISRUPTION_BUDGET, key);
    if (budget === undefined) return;
    const disrupted = this.stillDisrupted(budget);
    const state = budgetState(budget, store, disrupted);
    if (!saysSame(budget, state, disrupted)) {
      store.update(POD_DISRUPTION_BUDGET, key, 'status', (current) => {
        const observedGeneration = current.metadata.generation ?? 0;
        const { disruptedPods: _, ...status } = current.status ?? {};
        const conditions = withAllowed(status.conditions, { ...state, observedGeneration }, kernel.nowMs);
        const said = { ...status, ...state, observedGeneration, conditions };
        return { ...current, status: disrupted === undefined ? said : { ...said, disruptedPods: disrupted } };
      });
    }
    const recheckMs = earliestEndMs(disrupted);
    if (recheckMs < Number.POSITIVE_INFINITY)
      kernel.call(Math.max(recheckMs, kernel.nowMs), () => this.budgets.add(text));
  }

  /** Granted evictions that still count: of pods that exist, do not terminate yet, and were granted less than 2 min ago. */
  private stillDisrupted({ metadata, status }: PodDisruptionBudget): StringMap | undefined {
    const { store, kernel } = this.context;
    const left: Record<string, string> = {};
    let some = false;
    for (const [name, atText] of Object.entries(status?.disruptedPods ?? {})) {
      const pod = store.get(POD, { namespace: metadata.namespace ?? '', name });
      if (pod === undefined || pod.metadata.deletionTimestamp !== undefined) continue;
      if (parseTime(atText) + DISRUPTION_TIMEOUT_MS <= kernel.nowMs) continue;
      left[name] = atText;
      some = true;
    }
    return some ? left : undefined;
  }

  /** A pod with DisruptionTarget that is not being deleted loses the condition 2 min after it got it. */
  private watchMarked(text: string): void {
    const { store, kernel } = this.context;
    const pod = store.get(POD, keyOfText(text));
    if (pod === undefined || !isMarked(pod)) return;
    const condition = findCondition(pod.status?.conditions, 'DisruptionTarget');
    const sinceMs = parseTime(condition?.lastTransitionTime ?? '');
    const endMs = (Number.isNaN(sinceMs) ? kernel.nowMs : sinceMs) + DISRUPTION_TIMEOUT_MS;
    if (kernel.nowMs < endMs) {
      kernel.call(endMs, () => this.watchMarked(text));
      return;
    }
    store.update(POD, keyOf(pod), 'status', (current) => ({
      ...current,
      status: {
        ...current.status,
        conditions: withCondition(
          current.status?.conditions,
          { type: 'DisruptionTarget', status: 'False' },
          kernel.nowMs,
        ),
      },
    }));
  }
}

/** Whether the status has these figures already, for the newest spec. */
function saysSame(budget: PodDisruptionBudget, state: BudgetState, disrupted: StringMap | undefined): boolean {
  const { status, metadata } = budget;
  return (
    status !== undefined &&
    status.currentHealthy === state.currentHealthy &&
    status.desiredHealthy === state.desiredHealthy &&
    status.expectedPods === state.expectedPods &&
    status.disruptionsAllowed === state.disruptionsAllowed &&
    (status.observedGeneration ?? 0) === (metadata.generation ?? 0) &&
    Object.keys(status.disruptedPods ?? {}).length === Object.keys(disrupted ?? {}).length
  );
}

/** Source: kubernetes staging/src/k8s.io/component-helpers/apps/poddisruptionbudget (UpdateDisruptionAllowedCondition). */
function withAllowed(
  conditions: readonly Condition[] | undefined,
  { disruptionsAllowed, observedGeneration }: BudgetState & { readonly observedGeneration: number },
  nowMs: number,
): readonly Condition[] {
  const allowed = disruptionsAllowed > 0;
  return withCondition(
    conditions,
    {
      type: 'DisruptionAllowed',
      status: allowed ? 'True' : 'False',
      reason: allowed ? 'SufficientPods' : 'InsufficientPods',
      message: '',
      observedGeneration,
    },
    nowMs,
  );
}

function earliestEndMs(disrupted: StringMap | undefined): number {
  let earliest = Number.POSITIVE_INFINITY;
  for (const name in disrupted) {
    earliest = Math.min(earliest, parseTime(disrupted[name] ?? '') + DISRUPTION_TIMEOUT_MS);
  }
  return earliest;
}

function isMarked(pod: Pod): boolean {
  return (
    pod.metadata.deletionTimestamp === undefined &&
    findCondition(pod.status?.conditions, 'DisruptionTarget')?.status === 'True'
  );
}

/** No budget could count the two differently. */
function countsAlike(before: Pod, after: Pod): boolean {
  return (
    before.metadata.labels === after.metadata.labels &&
    before.metadata.deletionTimestamp === after.metadata.deletionTimestamp &&
    isPodReady(before) === isPodReady(after)
  );
}

function keyOfText(text: string): ObjectKey {
  const slash = text.indexOf('/');
  return { namespace: text.slice(0, slash), name: text.slice(slash + 1) };
}
