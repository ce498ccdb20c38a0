// N7: what joins the racks is down.
//
// Divergence from reality
// - All planes of the switches of the racks go together; the network of the BMCs is another.
import { endsAtMs } from '../fault.ts';
import { defineFault } from '../fault-definition.ts';
import { CALENDAR_SHAPE, MINUTE_MS } from '../usual-values.ts';

export const SPINE_OUTAGE = defineFault({
  id: 'N7',
  name: 'spineOutage',
  family: 'N',
  says: 'No rack reaches another, nor anything outside; inside of each everybody reaches everybody.',
  strikes: 'site',
  background: 'onRequest',
  usual: {
    perYear: 0, // Assumption: only where a scenario asks for it.
    gapShape: CALENDAR_SHAPE, // Assumption: see usual-values.ts.
    // Assumption: as a rack switch: a reload takes about 4 min, a failed one much longer.
    durationMs: { kind: 'lognormal', median: 4 * MINUTE_MS, sigma: 1 },
    cures: { itself: 1, reboot: 1, powerCycle: 1, reprovision: 1 }, // Assumption: the class means it.
  },
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
