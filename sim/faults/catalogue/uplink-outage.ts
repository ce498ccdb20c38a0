// N7: a rack is cut off from the rest, and whole inside.
//
// Divergence from reality
// - All planes of the switch of the rack that it carries go together.
import { endsAtMs } from '../fault.ts';
import { defineFault } from '../fault-definition.ts';
import { LOST_WAY } from '../lost-way.ts';
import { CALENDAR_SHAPE, MINUTE_MS } from '../usual-values.ts';

export const UPLINK_OUTAGE = defineFault({
  id: 'N7',
  name: 'uplinkOutage',
  family: 'N',
  says: 'The rack is cut off from the rest; inside of it everybody reaches everybody.',
  strikes: 'rackSwitch',
  background: 'onRequest',
  usual: {
    perYear: 0, // Assumption: only where a scenario asks for it.
    gapShape: CALENDAR_SHAPE, // Assumption: see usual-values.ts.
    // Assumption: as a rack switch: a reload takes about 4 min, a failed one much longer.
    durationMs: { kind: 'lognormal', median: 4 * MINUTE_MS, sigma: 1 },
    cures: { itself: 1, reboot: 1, powerCycle: 1, reprovision: 1 }, // Assumption: the class means it.
  },
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
