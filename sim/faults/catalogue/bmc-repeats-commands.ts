// BMC15: commands that arrive twice.

import { afflicting, BMC_FAULT } from '../bmc-affliction.ts';
import { BMC_PASSING } from '../defaults.ts';
import { defineFault } from '../fault-definition.ts';

export const BMC_REPEATS_COMMANDS = defineFault({
  id: 'BMC15',
  name: 'bmcRepeatsCommands',
  ...BMC_FAULT,
  says: 'A command is delivered once more, a while after the first time.',
  usual: BMC_PASSING,
  parameters: {
    share: {
      kind: 'share',
      field: 'share',
      says: 'of the commands',
      least: 0,
      most: 1,
      default: 1,
      source: 'Assumption: all of them, so that the one that matters meets it',
    },
    afterMs: {
      kind: 'duration',
      field: 'after',
      says: 'from the first time to the second',
      least: 1,
      most: 600_000,
      default: 30_000,
      source: 'Assumption: within the time in which an off meets a host that boots again',
    },
  },
  course: 'Ends by itself; a command that is on its way for the second time still arrives.',
  threatens: ['S11'],
  begins: afflicting(({ share, afterMs }) => ({ deliveredTwiceShare: share, twiceAfterMs: afterMs })),
});
