// Is a node unhealthy by rules "condition C has status S for longer than T"? The same in all three health checks.
// Durations compare the condition's own stamp with the controller's clock; the comparison is strict, and the products look
// again one second after the timeout. Source: the products of the three checks; cases C018, C019, C049 to C055.

import { type Condition, findCondition } from '../api/conditions.ts';
import { parseDuration } from '../api/duration.ts';
import type { Machine } from '../api/machine.ts';
import type { Node } from '../api/node.ts';
import { parseTime } from '../api/time.ts';
import { oncePerObject } from '../once-per-object.ts';

export interface ConditionRule {
  readonly type: string;
  readonly status: string;
  readonly timeoutMs: number;
}

/**
 * Reads the conditions that a health check writes down, once for each list: lists are immutable, and the same list gives the
 * same rules. One whose timeout is no duration is no rule.
 */
export function ruleReader<Written extends Omit<ConditionRule, 'timeoutMs'>>(
  timeoutOf: (written: Written) => string,
): (list: readonly Written[]) => readonly ConditionRule[] {
  return oncePerObject((list: readonly Written[]) =>
    list.flatMap((written) => {
      const timeoutMs = parseDuration(timeoutOf(written));
      return timeoutMs === undefined ? [] : [{ type: written.type, status: written.status, timeoutMs }];
    }),
  );
}

export type Health =
  | { readonly health: 'healthy' }
  /** Not healthy, and unhealthy unless something changes by then. */
  | { readonly health: 'soon'; readonly checkAtMs: number }
  | { readonly health: 'unhealthy'; readonly why: Why };

/** Why a target is unhealthy, with what was compared. */
export type Why =
  | {
      readonly cause: 'condition';
      readonly type: string;
      readonly status: string;
      readonly sinceMs: number;
      readonly timeoutMs: number;
    }
  /** The same, of the Machine itself. */
  | {
      readonly cause: 'machine-condition';
      readonly type: string;
      readonly status: string;
      readonly sinceMs: number;
      readonly timeoutMs: number;
    }
  | { readonly cause: 'no-node'; readonly sinceMs: number; readonly timeoutMs: number }
  | { readonly cause: 'node-gone'; readonly node: string }
  | { readonly cause: 'failed' }
  | { readonly cause: 'requested' };

/** A node start-up timeout of 0 switches that check off; so does one that cannot be read: on doubt nothing is fenced. */
export const STARTUP_CHECK_OFF_MS = 0;

export const HEALTHY: Health = { health: 'healthy' };

/** The products requeue at timeout + 1 s. Source: needsRemediation in machine-api-operator and cluster-api. */
const LOOK_LATE_MS = 1_000;

/** Timeout passed, or still to come: the shape shared by conditions and start-up clocks. */
export function deadline(sinceMs: number, timeoutMs: number, nowMs: number): { passed: boolean; checkAtMs: number } {
  return { passed: sinceMs + timeoutMs < nowMs, checkAtMs: Math.max(nowMs, sinceMs + timeoutMs) + LOOK_LATE_MS };
}

/** Health of a node by its conditions: any rule whose timeout has passed makes it unhealthy, the first one in rule order. */
export function nodeHealth(node: Node, rules: readonly ConditionRule[], nowMs: number): Health {
  return conditionsHealth('condition', node.status?.conditions, rules, nowMs);
}

/** The same of the conditions of a Machine. */
export function machineHealth(machine: Machine, rules: readonly ConditionRule[], nowMs: number): Health {
  return conditionsHealth('machine-condition', machine.status?.conditions, rules, nowMs);
}

function conditionsHealth(
  cause: 'condition' | 'machine-condition',
  conditions: readonly Condition[] | undefined,
  rules: readonly ConditionRule[],
  nowMs: number,
): Health {
  let checkAtMs = Number.POSITIVE_INFINITY;
  for (const rule of rules) {
    const condition = findCondition(conditions, rule.type);
    if (condition === undefined || condition.status !== rule.status) continue;
    const sinceMs = condition.lastTransitionTime === undefined ? 0 : parseTime(condition.lastTransitionTime);
    const due = deadline(sinceMs, rule.timeoutMs, nowMs);
    if (due.passed) return { health: 'unhealthy', why: { cause, ...rule, sinceMs } };
    checkAtMs = Math.min(checkAtMs, due.checkAtMs);
  }
  return checkAtMs === Number.POSITIVE_INFINITY ? HEALTHY : { health: 'soon', checkAtMs };
}
