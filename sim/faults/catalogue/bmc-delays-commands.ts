// BMC4: commands that take effect late.

import { afflicting, BMC_FAULT } from '../bmc-affliction.ts';
import { BMC_PASSING } from '../defaults.ts';
import { defineFault } from '../fault-definition.ts';

export const BMC_DELAYS_COMMANDS = defineFault({
  id: 'BMC4',
  name: 'bmcDelaysCommands',
  ...BMC_FAULT,
  says: 'The BMC carries commands out late, also when nobody counts on them any more.',
  usual: BMC_PASSING,
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
  course: 'Ends by itself, or when somebody resets the BMC.',
  threatens: ['S9', 'S8'],
  begins: afflicting(({ delayMs }) => ({ effectDelayMs: { kind: 'constant', value: delayMs } })),
});
