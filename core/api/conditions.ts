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
  /** Version of the spec that the condition is about, where a product says it. */
  readonly observedGeneration?: number;
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
    old.severity === next.severity &&
    old.observedGeneration === next.observedGeneration
  );
}

function moved(old: Condition | undefined, next: Omit<Condition, 'lastTransitionTime'>, nowMs: number): Condition {
  const { type, status, reason, message } = next;
  const lastTransitionTime =
    old?.status === status && old.lastTransitionTime !== undefined ? old.lastTransitionTime : formatTime(nowMs);
  // Spelled out for the usual fields: most conditions then have one shape, and a spread of several shapes is slow.
  const isUsual =
    next.severity === undefined && next.lastHeartbeatTime === undefined && next.observedGeneration === undefined;
  if (isUsual && reason !== undefined) {
    return message === undefined
      ? { type, status, reason, lastTransitionTime }
      : { type, status, reason, message, lastTransitionTime };
  }
  return { ...next, lastTransitionTime };
}

/** True when a condition of any of these types has the status beside it. */
export function hasAnyCondition(
  conditions: readonly Condition[] | undefined,
  wanted: readonly { readonly type: string; readonly status: string }[],
): boolean {
  for (const { type, status } of wanted) if (findCondition(conditions, type)?.status === status) return true;
  return false;
}

/** By type, status and stamp; beats move none of them. */
export function haveConditionsMoved(before: readonly Condition[] = [], after: readonly Condition[] = []): boolean {
  if (before === after) return false;
  if (before.length !== after.length) return true;
  return before.some((old, at) => {
    const now = after[at];
    return old.type !== now?.type || old.status !== now.status || old.lastTransitionTime !== now.lastTransitionTime;
  });
}
