// Why a target is unhealthy, flattened into the numbers of a `because`.

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
      return { cause: 'no-node', sinceMs: why.sinceMs, timeoutMs: why.timeoutMs };
    case 'node-gone':
      return { cause: 'node-gone', node: why.node };
    case 'failed':
    case 'requested':
      return { cause: why.cause };
    default:
      return assertNever(why);
  }
}
