// Hard constraints: bounds on the mean of a metric per run that a policy must keep, whatever the primary metric says.

import { assert } from '../core/assert.ts';
import { figureOf, type MetricName } from '../sim/result.ts';
import { isMetricName } from './metric-phrases.ts';
import type { ConstraintResult, Estimate, PolicySummary } from './summary.ts';

export interface Constraint {
  readonly metric: MetricName;
  readonly operator: '<=' | '>=';
  readonly limit: number;
}

const SHAPE = /^\s*(\w+)\s*(<=|>=)\s*(-?\d+(?:\.\d+)?(?:e[+-]?\d+)?)\s*$/i;

/** Reads `dataLostGroups <= 0`; undefined when the text is no bound on a known metric, limit in its own unit. */
export function parseConstraint(text: string): Constraint | undefined {
  const [, metric, operator, limit] = SHAPE.exec(text) ?? [];
  if (metric === undefined || limit === undefined || !isMetricName(metric)) return undefined;
  return { metric, operator: operator === '>=' ? '>=' : '<=', limit: Number(limit) };
}

/** Judges every policy by every constraint, policy by policy. The texts were checked when the scenario was read. */
export function judgeConstraints(
  policies: readonly PolicySummary[],
  texts: readonly string[],
): readonly ConstraintResult[] {
  return policies.flatMap((policy) =>
    texts.map((text) => {
      const constraint = parseConstraint(text);
      assert(constraint !== undefined, `constraint reads metric, <= or >=, number: ${text}`);
      const estimate = figureOf(policy.metrics, constraint.metric);
      return { policy: policy.name, constraint: text, outcome: constraintOutcome(constraint, estimate), estimate };
    }),
  );
}

/**
 * Holds or is broken when the whole interval is on one side of the limit, else undecided. What no run showed counts as 0:
 * a bound like `<= 0` could never hold otherwise, and the estimate says how sure that is (`< 3/n`).
 */
export function constraintOutcome({ operator, limit }: Constraint, estimate: Estimate): ConstraintResult['outcome'] {
  const high = estimate.method === 'rule-of-three' ? 0 : estimate.high;
  const [best, worst] = operator === '<=' ? [estimate.low, high] : [-high, -estimate.low];
  const bound = operator === '<=' ? limit : -limit;
  if (worst <= bound) return 'holds';
  return best > bound ? 'broken' : 'undecided';
}
