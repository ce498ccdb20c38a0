// BMC20: a host that can only be restarted.

import { afflicting, BMC_FAULT } from '../bmc-affliction.ts';
import { BMC_LASTING } from '../defaults.ts';
import { defineFault } from '../fault-definition.ts';

export const BMC_REFUSES_POWER_OFF = defineFault({
  id: 'BMC20',
  name: 'bmcRefusesPowerOff',
  ...BMC_FAULT,
  says: 'The BMC knows no off: the host can only be restarted.',
  usual: BMC_LASTING,
  parameters: {},
  course: 'A property of the hardware: until a person replaces that.',
  threatens: ['S10'],
  begins: afflicting(() => ({ refusedResets: ['ForceOff', 'GracefulShutdown'] })),
});
