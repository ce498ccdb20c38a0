// Conditions as all Kubernetes kinds carry them.

import { formatTime } from './time.ts';

export type ConditionStatus = 'True' | 'False' | 'Unknown';

export interface Condition {
  readonly type: string;
  readonly status: ConditionStatus;
  readonly lastTransitionTime?: string;
  readonly lastHeartbeatTime?: string;
  readonly reason?: string;
  readonly message?: string;
  /** Cluster API v1beta1 and OpenShift machine conditions only. */
  readonly severity?: string;
}

export function findCondition(conditions: readonly Condition[] | undefined, type: string): Condition | undefined {
  if (conditions === undefined) return undefined;
  for (const condition of conditions) if (condition.type === type) return condition;
  return undefined;
}

/**
 * The list with `next` in place of the condition of its type, or appended. lastTransitionTime moves only when the status
 * changes. Returns the same array when nothing changed, so that callers can skip the write.
 */
export function withCondition(
  conditions: readonly Condition[] | undefined,
  next: Omit<Condition, 'lastTransitionTime'>,
  nowMs: number,
): readonly Condition[] {
  const list = conditions ?? [];
  const at = list.findIndex((condition) => condition.type === next.type);
  const old = list[at];
  if (
    old !== undefined &&
    old.status === next.status &&
    old.reason === next.reason &&
    old.message === next.message &&
    old.severity === next.severity
  ) {
    return list;
  }
  const lastTransitionTime =
    old?.status === next.status && old.lastTransitionTime !== undefined ? old.lastTransitionTime : formatTime(nowMs);
  const changed: Condition = { ...next, lastTransitionTime };
  return at < 0 ? [...list, changed] : list.map((condition, index) => (index === at ? changed : condition));
}

/** True when a condition of any of these types has the status beside it. */
export function hasAnyCondition(
  conditions: readonly Condition[] | undefined,
  wanted: readonly { readonly type: string; readonly status: string }[],
): boolean {
  for (const { type, status } of wanted) if (findCondition(conditions, type)?.status === status) return true;
  return false;
}
