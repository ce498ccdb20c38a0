// N7: a rack is cut off from the rest, and whole inside.
//
// Divergence from reality
// - All planes of the switch of the rack that it carries go together.

import { AT_ITS_TIME, CALENDAR_FAULT, SWITCH_DOWN_MS } from '../defaults.ts';
import { endsAtMs } from '../fault.ts';
import { defineFault } from '../fault-definition.ts';
import { LOST_WAY } from '../lost-way.ts';

export const UPLINK_OUTAGE = defineFault({
  id: 'N7',
  name: 'uplinkOutage',
  family: 'N',
  says: 'The rack is cut off from the rest; inside of it everybody reaches everybody.',
  strikes: 'rackSwitch',
  background: 'onRequest',
  usual: { ...CALENDAR_FAULT, durationMs: SWITCH_DOWN_MS, cures: AT_ITS_TIME },
  parameters: { lost: LOST_WAY },
  course: 'Ends by itself.',
  threatens: ['B7', 'B5', 'S13'],
  begins: ({ fleet }, fault) =>
    fleet.network.cut({
      where: { at: 'uplink', rack: fault.subject },
      planes: fleet.switchedPlanes,
      lost: fault.parameters.lost,
      endsAtMs: endsAtMs(fault),
    }),
});
