// How many of the selected nodes must be healthy before one is remediated. Both limits are rounded up (trap T1): 75 % of 10
// needs 8 healthy ones as minHealthy, and allows 8 unhealthy ones as maxUnhealthy. Cases C170 to C174.

import { countOf, type IntOrPercentRule } from '../api/int-or-percent.ts';
import { type NodeHealthCheck, templatesOf } from '../api/node-health-check.ts';

const RULE: IntOrPercentRule = { rounding: 'ceil', plainString: 'error' };

/** Deletes nodes, which breaks the count of those that maxUnhealthy is about. */
const DELETES_NODES = 'machinedeletionremediationtemplate';

/**
 * Undefined when the limits cannot be read, are both or neither given, negative, more than there are nodes, or do not go with the
 * templates: nothing is done then.
 */
export function minHealthyOf(check: NodeHealthCheck, total: number): number | undefined {
  const { minHealthy, maxUnhealthy } = check.spec ?? {};
  if ((minHealthy === undefined) === (maxUnhealthy === undefined)) return undefined;
  const deletesNodes = templatesOf(check).some(({ kind }) => kind.toLowerCase() === DELETES_NODES);
  if (maxUnhealthy !== undefined && deletesNodes) return undefined;
  const count = countOf(minHealthy ?? maxUnhealthy ?? '', total, RULE);
  if (count === undefined || count < 0) return undefined;
  if (minHealthy !== undefined) return count;
  return count > total ? undefined : total - count;
}
