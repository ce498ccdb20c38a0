// N5: the network of the management controllers is down.
//
// Divergence from reality
// - It is one switch: all BMCs are out of reach, or none.

import { AT_ITS_TIME, CALENDAR_FAULT, SWITCH_DOWN_MS } from '../defaults.ts';
import { endsAtMs } from '../fault.ts';
import { defineFault } from '../fault-definition.ts';
import { LOST_WAY } from '../lost-way.ts';

export const MANAGEMENT_OUTAGE = defineFault({
  id: 'N5',
  name: 'managementOutage',
  family: 'N',
  says: 'No BMC is reached: the switch of their network is down.',
  strikes: 'site',
  background: 'onRequest',
  usual: { ...CALENDAR_FAULT, durationMs: SWITCH_DOWN_MS, cures: AT_ITS_TIME },
  parameters: { lost: LOST_WAY },
  course: 'Ends by itself.',
  threatens: ['S9'],
  begins: ({ fleet }, fault) =>
    fleet.network.cut({
      where: { at: 'outside', place: 'controllers' },
      planes: ['bmc'],
      lost: fault.parameters.lost,
      endsAtMs: endsAtMs(fault),
    }),
});
