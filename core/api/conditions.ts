// Conditions as all Kubernetes kinds carry them.

import { formatTime } from './time.ts';

export type ConditionStatus = 'True' | 'False' | 'Unknown';

/** A field that is undefined is absent, as in JSON. */
export interface Condition {
  readonly type: string;
  readonly status: ConditionStatus;
  readonly lastTransitionTime?: string | undefined;
  readonly lastHeartbeatTime?: string | undefined;
  readonly reason?: string | undefined;
  readonly message?: string | undefined;
  /** Cluster API v1beta1 and OpenShift machine conditions only. */
  readonly severity?: string | undefined;
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
  const list = conditions ?? NONE;
  const at = positionOf(list, next.type);
  const old = list[at];
  if (old !== undefined && saysSame(old, next)) return list;
  const changed = list.slice();
  changed[at] = moved(old, next, nowMs);
  return changed;
}

/** As `withCondition` one after another. */
export function withConditions(
  conditions: readonly Condition[] | undefined,
  wanted: readonly Omit<Condition, 'lastTransitionTime'>[],
  nowMs: number,
): readonly Condition[] {
  const list = conditions ?? NONE;
  let changed: Condition[] | undefined;
  for (const next of wanted) {
    const known: readonly Condition[] = changed ?? list;
    const at = positionOf(known, next.type);
    const old = known[at];
    if (old !== undefined && saysSame(old, next)) continue;
    changed ??= list.slice();
    changed[at] = moved(old, next, nowMs);
  }
  return changed ?? list;
}

const NONE: readonly Condition[] = [];

/** Where the condition of a type stands, or the end of the list. */
function positionOf(list: readonly Condition[], type: string): number {
  for (let at = 0; at < list.length; at++) if (list[at]?.type === type) return at;
  return list.length;
}

function saysSame(old: Condition, next: Omit<Condition, 'lastTransitionTime'>): boolean {
  return (
    old.status === next.status &&
    old.reason === next.reason &&
    old.message === next.message &&
    old.severity === next.severity
  );
}

function moved(old: Condition | undefined, next: Omit<Condition, 'lastTransitionTime'>, nowMs: number): Condition {
  const { type, status, reason, message, severity, lastHeartbeatTime } = next;
  const lastTransitionTime =
    old?.status === status && old.lastTransitionTime !== undefined ? old.lastTransitionTime : formatTime(nowMs);
  // Always the same fields, so that all conditions have one shape.
  return { type, status, reason, message, severity, lastHeartbeatTime, lastTransitionTime };
}

/** True when a condition of any of these types has the status beside it. */
export function hasAnyCondition(
  conditions: readonly Condition[] | undefined,
  wanted: readonly { readonly type: string; readonly status: string }[],
): boolean {
  for (const { type, status } of wanted) if (findCondition(conditions, type)?.status === status) return true;
  return false;
}
