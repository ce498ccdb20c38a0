// N7: one plane of a rack is down, as when it has a switch of its own.
//
// Divergence from reality
// - It takes exactly this plane, whatever else the same switch carries; switchOutage takes all of the first switch.

import { AT_ITS_TIME, CALENDAR_FAULT, SWITCH_DOWN_MS } from '../defaults.ts';
import { endsAtMs } from '../fault.ts';
import { defineFault } from '../fault-definition.ts';
import { LOST_WAY } from '../lost-way.ts';

export const PLANE_OUTAGE = defineFault({
  id: 'N7',
  name: 'planeOutage',
  family: 'N',
  says: 'One plane of the rack is down: its hosts, or their BMCs, are reached over the others only.',
  strikes: 'rackSwitch',
  background: 'onRequest',
  usual: { ...CALENDAR_FAULT, durationMs: SWITCH_DOWN_MS, cures: AT_ITS_TIME },
  parameters: {
    plane: {
      kind: 'choice',
      field: 'plane',
      says: 'which plane',
      of: ['api', 'storage', 'peers', 'bmc'],
      default: 'storage',
      source: 'Assumption: the plane that has switches of its own most often.',
    },
    lost: LOST_WAY,
  },
  course: 'Ends by itself.',
  threatens: ['B9', 'S9', 'S13'],
  begins: ({ fleet }, fault) => {
    const { plane, lost } = fault.parameters;
    return fleet.network.cut({
      where: { at: 'rack', rack: fault.subject },
      planes: [plane],
      lost,
      endsAtMs: endsAtMs(fault),
    });
  },
});
