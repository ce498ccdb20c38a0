// N7: what joins the racks is down.
//
// Divergence from reality
// - All planes of the switches of the racks go together; the network of the BMCs is another.

import { AT_ITS_TIME, CALENDAR_FAULT, SWITCH_DOWN_MS } from '../defaults.ts';
import { endsAtMs } from '../fault.ts';
import { defineFault } from '../fault-definition.ts';

export const SPINE_OUTAGE = defineFault({
  id: 'N7',
  name: 'spineOutage',
  family: 'N',
  says: 'No rack reaches another, nor anything outside; inside of each everybody reaches everybody.',
  strikes: 'site',
  background: 'onRequest',
  usual: { ...CALENDAR_FAULT, durationMs: SWITCH_DOWN_MS, cures: AT_ITS_TIME },
  parameters: {},
  course: 'Ends by itself.',
  threatens: ['B7', 'S13'],
  begins: ({ fleet }, fault) =>
    fleet.network.cut({
      where: { at: 'spine' },
      planes: fleet.switchedPlanes,
      lost: 'both',
      endsAtMs: endsAtMs(fault),
    }),
});
