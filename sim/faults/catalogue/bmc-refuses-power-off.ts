// BMC20: a host that can only be restarted.

import { afflicting, LASTING } from '../bmc-affliction.ts';
import { defineFault } from '../fault-definition.ts';

export const BMC_REFUSES_POWER_OFF = defineFault({
  id: 'BMC20',
  name: 'bmcRefusesPowerOff',
  family: 'BMC',
  says: 'The BMC knows no off: the host can only be restarted.',
  strikes: 'bmc',
  background: 'onRequest',
  usual: LASTING,
  parameters: {},
  systemGoesOn: true,
  outlivesBoots: true,
  course: 'A property of the hardware: until a person replaces that.',
  threatens: ['S10'],
  begins: afflicting(() => ({ refusedResets: ['ForceOff', 'GracefulShutdown'] })),
});
