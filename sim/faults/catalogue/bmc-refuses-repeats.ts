// BMC7: commands whose end is there already are refused.

import type { Refusal } from '../../host/bmc/requests.ts';
import { afflicting, BMC_FAULT } from '../bmc-affliction.ts';
import { BMC_LASTING } from '../defaults.ts';
import { defineFault } from '../fault-definition.ts';

const REFUSED: Refusal = { code: 400, messageId: 'InvalidOperationForSystemState' };

export const BMC_REFUSES_REPEATS = defineFault({
  id: 'BMC7',
  name: 'bmcRefusesRepeats',
  ...BMC_FAULT,
  says: 'The BMC refuses off while the host is off, and on while it is on.',
  usual: BMC_LASTING,
  parameters: {},
  course: 'A property of the firmware: until a person replaces that.',
  threatens: ['L2'],
  begins: afflicting(() => ({ onWhileOn: REFUSED, offWhileOff: REFUSED, restartWhileOff: REFUSED })),
});
