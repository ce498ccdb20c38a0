// BMC14: answers that are lost after the effect.

import { afflicting, PASSING } from '../bmc-affliction.ts';
import { defineFault } from '../fault-definition.ts';

export const BMC_LOSES_REPLIES = defineFault({
  id: 'BMC14',
  name: 'bmcLosesReplies',
  family: 'BMC',
  says: 'The BMC does what it is told, and its answer is lost.',
  strikes: 'bmc',
  background: 'onRequest',
  usual: PASSING,
  parameters: {
    share: {
      kind: 'share',
      field: 'share',
      says: 'of the answers',
      least: 0,
      most: 1,
      default: 0.5,
      source: 'Assumption: every second, so that some command and some reading meets it',
    },
  },
  systemGoesOn: true,
  outlivesBoots: true,
  course: 'Ends by itself.',
  threatens: ['S11'],
  begins: afflicting(({ share }) => ({ replyLostShare: share })),
});
