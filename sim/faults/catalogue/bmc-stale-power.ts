// BMC5: readings of a power state that is over.

import { afflicting, BMC_FAULT } from '../bmc-affliction.ts';
import { BMC_PASSING } from '../defaults.ts';
import { defineFault } from '../fault-definition.ts';

export const BMC_STALE_POWER = defineFault({
  id: 'BMC5',
  name: 'bmcStalePower',
  ...BMC_FAULT,
  says: 'The BMC goes on to report the old power state for a while after a change.',
  usual: BMC_PASSING,
  parameters: {
    lagMs: {
      kind: 'duration',
      field: 'lag',
      says: 'how long after a change',
      least: 1_000,
      most: 3_600_000,
      default: 45_000,
      source: 'Assumption: most of the 60 s that a client waits',
    },
  },
  course: 'Ends by itself, or when somebody resets the BMC.',
  threatens: ['S9'],
  begins: afflicting(({ lagMs }) => ({ powerLagMs: lagMs })),
});
