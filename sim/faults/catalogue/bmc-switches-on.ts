// BMC16: a host that is switched on again by itself.

import { afflicting, BMC_FAULT } from '../bmc-affliction.ts';
import { BMC_LASTING } from '../defaults.ts';
import { defineFault } from '../fault-definition.ts';

export const BMC_SWITCHES_ON = defineFault({
  id: 'BMC16',
  name: 'bmcSwitchesOn',
  ...BMC_FAULT,
  says: 'After a commanded off the firmware switches the host on again.',
  usual: BMC_LASTING,
  parameters: {
    afterMs: {
      kind: 'duration',
      field: 'after',
      says: 'from off to on',
      least: 1,
      most: 3_600_000,
      default: 10_000,
      source: 'Assumption: a power policy of always-on that takes a command for a loss of power',
    },
  },
  course: 'Until a person changes the setting or the firmware.',
  threatens: ['S8', 'S1'],
  begins: afflicting(({ afterMs }) => ({ switchesOnAfterMs: afterMs })),
});
