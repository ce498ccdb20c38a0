// Why a target is unhealthy, flattened into the values of a `because`; the cause is in words, for the sentence of the rule.

import { assertNever } from '../assert.ts';
import type { Because } from '../ports/reconciler.ts';
import type { Why } from './unhealthy.ts';

export function whyValues(why: Why): Because['values'] {
  switch (why.cause) {
    case 'condition':
    case 'machine-condition':
      return {
        cause: `${why.type}=${why.status}`,
        sinceMs: why.sinceMs,
        timeoutMs: why.timeoutMs,
      };
    case 'no-node':
      return { cause: 'no Node', sinceMs: why.sinceMs, timeoutMs: why.timeoutMs };
    case 'node-gone':
      return { cause: 'Node gone', node: why.node };
    case 'failed':
      return { cause: 'Machine failed' };
    case 'requested':
      return { cause: 'remediation asked for' };
    default:
      return assertNever(why);
  }
}
