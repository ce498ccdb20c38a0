// How many replicas a workload needs to count as available: what the scenario declares, else its disruption budget's
// minimum, else a majority for a StatefulSet, else one. Source: the project's own definition (DESIGN 3.4).

import type { StringMap } from '../../core/api/object.ts';
import { isEmptySelector, matchesSelector } from '../../core/api/selector.ts';
import type { PodDisruptionBudget } from '../../core/api/workload.ts';
import type { ReplicaRequests } from './availability.ts';
import type { Control } from './control-table.ts';
import { bytesOf, milliCores } from './quantity.ts';

/**
 * @param declared replicas by `namespace/name`; wins over everything, even above the wanted number.
 * @param budgets of the workload's namespace.
 * @param wanted replicas of the whole workload: of the Deployment, where a ReplicaSet is one of its revisions.
 * @returns 0 for a workload that wants no replicas, else at least 1 unless declared 0.
 */
export function requiredReplicas(
  control: Control,
  declared: Readonly<Record<string, number>>,
  budgets: readonly PodDisruptionBudget[],
  wanted = wantedReplicas(control),
): number {
  const own = declared[control.workloadName];
  if (own !== undefined) return own;
  if (wanted === 0) return 0;
  let required = 0;
  for (const budget of budgets) {
    if (selects(budget, control.object.spec?.template?.metadata?.labels)) {
      required = Math.max(required, 1, minimumOf(budget, wanted));
    }
  }
  if (required > 0) return required;
  return control.kind === 'StatefulSet' ? Math.floor(wanted / 2) + 1 : 1;
}

/** What one replica asks for, by the template of its owner. */
export function templateRequests(control: Control): ReplicaRequests {
  let cpuMilli = 0;
  let bytes = 0;
  for (const container of control.object.spec?.template?.spec?.containers ?? []) {
    cpuMilli += milliCores(container.resources?.requests?.cpu);
    bytes += bytesOf(container.resources?.requests?.memory);
  }
  return { cpuMilli, bytes };
}

/** spec.replicas, which defaults to 1. */
export function wantedReplicas(control: Control): number {
  return control.object.spec?.replicas ?? 1;
}

/** An absent selector selects nothing; in policy/v1 an empty one selects the namespace. */
function selects(budget: PodDisruptionBudget, labels: StringMap | undefined): boolean {
  const selector = budget.spec?.selector;
  return selector !== undefined && (isEmptySelector(selector) || matchesSelector(selector, labels));
}

function minimumOf(budget: PodDisruptionBudget, wanted: number): number {
  const { minAvailable, maxUnavailable } = budget.spec ?? {};
  if (minAvailable !== undefined) return Math.min(wanted, countOf(minAvailable, wanted));
  if (maxUnavailable !== undefined) return wanted - countOf(maxUnavailable, wanted);
  return 0;
}

/** A number, or a percentage rounded up, as the disruption controller rounds both fields. */
function countOf(value: number | string, wanted: number): number {
  if (typeof value === 'number') return value;
  return value.endsWith('%') ? Math.ceil((Number(value.slice(0, -1)) * wanted) / 100) : Number(value);
}
