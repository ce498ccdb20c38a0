// How many may be unhealthy before a health check stops, as its product counts it (trap T1).

import { countOf, type IntOrPercentRule } from '../../core/api/int-or-percent.ts';
import type { RemediationBudget } from '../../core/api/remediation-budget.ts';
import { allowedOf, limitsOf } from '../../core/budget/limits.ts';
import type { Path } from '../positioned-yaml.ts';

interface WrittenLimit {
  readonly value: number | string;
  readonly rule: IntOrPercentRule;
  /** In the manifest. */
  readonly path: Path;
}

/** `max`: at most so many unhealthy. `min`: at least so many healthy. `range`: between two numbers. `budget`: so many in flight. `none`: no limit of its own. */
export type Limit =
  | ({ readonly kind: 'max' } & WrittenLimit)
  | ({ readonly kind: 'min' } & WrittenLimit)
  | { readonly kind: 'range'; readonly min: number; readonly max: number; readonly path: Path }
  | { readonly kind: 'budget'; readonly budget: RemediationBudget | undefined; readonly path: Path }
  | { readonly kind: 'none' };

/** How many unhealthy ones the limit allows among `total`; undefined where there is none, or where it cannot be read. */
export function resolvedLimit(limit: Limit, total: number): number | undefined {
  if (limit.kind === 'none') return undefined;
  if (limit.kind === 'budget') return limit.budget === undefined ? undefined : inFlightMost(limit.budget, total);
  if (limit.kind === 'range') return limit.max;
  const count = countOf(limit.value, total, limit.rule);
  return count === undefined || limit.kind === 'max' ? count : total - count;
}

/** How many of a pool a budget lets be in flight at once; undefined where it does not say. */
export function inFlightMost(budget: RemediationBudget, hosts: number): number | undefined {
  const { maxInFlight, maxUnavailable } = limitsOf(budget);
  const allowed = [maxInFlight, maxUnavailable].flatMap((limit) =>
    limit === undefined ? [] : [allowedOf(limit, hosts)],
  );
  return allowed.length === 0 ? undefined : Math.min(...allowed);
}
