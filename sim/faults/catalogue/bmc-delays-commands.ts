// BMC4: commands that take effect late.

import { afflicting, PASSING } from '../bmc-affliction.ts';
import { defineFault } from '../fault-definition.ts';

export const BMC_DELAYS_COMMANDS = defineFault({
  id: 'BMC4',
  name: 'bmcDelaysCommands',
  family: 'BMC',
  says: 'The BMC carries commands out late, also when nobody counts on them any more.',
  strikes: 'bmc',
  background: 'onRequest',
  usual: PASSING,
  parameters: {
    delayMs: {
      kind: 'duration',
      field: 'delay',
      says: 'from a command to its effect, beyond what the hardware takes',
      least: 1_000,
      most: 600_000,
      default: 90_000,
      source: 'Assumption: longer than a client waits (60 s), as in the catalogue of faults (1 to 120 s)',
    },
  },
  systemGoesOn: true,
  outlivesBoots: true,
  course: 'Ends by itself, or when somebody resets the BMC.',
  threatens: ['S9', 'S8'],
  begins: afflicting(({ delayMs }) => ({ effectDelayMs: { kind: 'constant', value: delayMs } })),
});
