// BMC14: answers that are lost after the effect.

import { afflicting, BMC_FAULT } from '../bmc-affliction.ts';
import { BMC_PASSING } from '../defaults.ts';
import { defineFault } from '../fault-definition.ts';

export const BMC_LOSES_REPLIES = defineFault({
  id: 'BMC14',
  name: 'bmcLosesReplies',
  ...BMC_FAULT,
  says: 'The BMC does what it is told, and its answer is lost.',
  usual: BMC_PASSING,
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
  course: 'Ends by itself.',
  threatens: ['S11'],
  begins: afflicting(({ share }) => ({ replyLostShare: share })),
});
