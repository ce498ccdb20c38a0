// BMC9: a management controller that restarts and is not ready for a long while.

import { afflict, BMC_FAULT } from '../bmc-affliction.ts';
import { BMC_PASSING } from '../defaults.ts';
import { defineFault } from '../fault-definition.ts';

export const BMC_BUSY = defineFault({
  id: 'BMC9',
  name: 'bmcBusy',
  ...BMC_FAULT,
  says: 'The BMC restarted and refuses everything: not ready.',
  usual: { ...BMC_PASSING, durationMs: { kind: 'lognormal', median: 600_000, sigma: 0.5 } }, // Assumption: ten minutes.
  parameters: {
    code: {
      kind: 'choice',
      field: 'code',
      says: 'what it answers',
      of: ['409', '503'],
      default: '503',
      source: 'Assumption: 503, as most do',
    },
    retryAfter: {
      kind: 'yesNo',
      field: 'retryAfter',
      says: 'it says when to come again, in half a minute',
      default: false,
      source: 'Assumption: most do not',
    },
  },
  course: 'Ends by itself.',
  threatens: ['S9', 'L2'],
  begins: (parts, fault) => {
    const { code, retryAfter } = fault.parameters;
    const messageId = code === '409' ? 'ResourceInUse' : 'ServiceTemporarilyUnavailable';
    const again = retryAfter ? { retryAfterMs: 30_000 } : {};
    const refusesEverything = { code: code === '409' ? 409 : 503, messageId, ...again };
    const letGo = afflict(parts, fault, { refusesEverything });
    parts.bmc.controllers.of(fault.subject)?.controller.start();
    return letGo;
  },
});
