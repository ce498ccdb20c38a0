// N6, one-way loss: a parameter of every fault that takes a way.

import type { FaultParameter } from './fault-parameter.ts';

export const LOST_WAY = {
  kind: 'choice',
  field: 'lost',
  says: 'which direction is lost: what it sends (out), what is sent to it (in), or both',
  of: ['both', 'out', 'in'],
  default: 'both',
  source: 'Assumption: a cable that is cut is cut both ways.',
} as const satisfies FaultParameter;
