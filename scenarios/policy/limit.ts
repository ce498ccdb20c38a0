// How many may be unhealthy before a health check stops, as its product counts it (trap T1).

import { countOf, type IntOrPercentRule } from '../../core/api/int-or-percent.ts';
import type { Path } from '../positioned-yaml.ts';

interface WrittenLimit {
  readonly value: number | string;
  readonly rule: IntOrPercentRule;
  /** In the manifest. */
  readonly path: Path;
}

/** `max`: at most so many unhealthy. `min`: at least so many healthy. `range`: between two numbers. `none`: no limit of its own. */
export type Limit =
  | ({ readonly kind: 'max' } & WrittenLimit)
  | ({ readonly kind: 'min' } & WrittenLimit)
  | { readonly kind: 'range'; readonly min: number; readonly max: number; readonly path: Path }
  | { readonly kind: 'none' };

/** How many unhealthy ones the limit allows among `total`; undefined where there is none, or where it cannot be read. */
export function resolvedLimit(limit: Limit, total: number): number | undefined {
  if (limit.kind === 'none') return undefined;
  if (limit.kind === 'range') return limit.max;
  const count = countOf(limit.value, total, limit.rule);
  return count === undefined || limit.kind === 'max' ? count : total - count;
}
