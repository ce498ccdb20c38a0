// How many of the selected nodes must be healthy before one is remediated. Both limits are rounded up (trap T1): 75 % of 10
// needs 8 healthy ones as minHealthy, and allows 8 unhealthy ones as maxUnhealthy. Cases C170 to C174.

import { countOf, type IntOrPercentRule } from '../api/int-or-percent.ts';
import type { NodeHealthCheck } from '../api/node-health-check.ts';

const RULE: IntOrPercentRule = { rounding: 'ceil', plainString: 'error' };

/** Undefined when the limits cannot be read, are both or neither given, negative, or more than there are nodes: nothing is done. */
export function minHealthyOf({ spec }: NodeHealthCheck, total: number): number | undefined {
  const { minHealthy, maxUnhealthy } = spec ?? {};
  if ((minHealthy === undefined) === (maxUnhealthy === undefined)) return undefined;
  const count = countOf(minHealthy ?? maxUnhealthy ?? '', total, RULE);
  if (count === undefined || count < 0) return undefined;
  if (minHealthy !== undefined) return count;
  return count > total ? undefined : total - count;
}
