// BMC2: a management controller that takes its time.
//
// Divergence from reality
// - Every answer is slow by itself; a controller that slows down with every request is another's.

import { scaled } from '../../kernel/distributions.ts';
import { afflicting, BMC_FAULT } from '../bmc-affliction.ts';
import { BMC_PASSING } from '../defaults.ts';
import { defineFault } from '../fault-definition.ts';

/** Source: measured with ipmitool and ipmipower, session set-up, command and close. */
const MESSAGES_OF_A_CALL = 12;

export const BMC_SLOW = defineFault({
  id: 'BMC2',
  name: 'bmcSlow',
  ...BMC_FAULT,
  says: 'The BMC answers late, or later than anybody waits.',
  usual: BMC_PASSING,
  parameters: {
    answerMs: {
      kind: 'durationSpread',
      field: 'answer',
      says: 'from a request to its answer',
      default: { kind: 'lognormal', median: 20_000, sigma: 1 },
      source: 'Assumption: every eighth answer misses a time-out of 60 s',
    },
  },
  course: 'Ends by itself, or when somebody resets the BMC.',
  threatens: ['L2'],
  begins: afflicting(({ answerMs }) => ({
    answerMs,
    loginMs: answerMs,
    // As long for a whole call of an IPMI client on the wire as where a call is one request.
    messageMs: scaled(answerMs, 1 / MESSAGES_OF_A_CALL),
  })),
});
