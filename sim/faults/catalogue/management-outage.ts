// N5: the network of the management controllers is down.
//
// Divergence from reality
// - It is one switch: all BMCs are out of reach, or none.
import { endsAtMs } from '../fault.ts';
import { defineFault } from '../fault-definition.ts';
import { LOST_WAY } from '../lost-way.ts';
import { CALENDAR_SHAPE, MINUTE_MS } from '../usual-values.ts';

export const MANAGEMENT_OUTAGE = defineFault({
  id: 'N5',
  name: 'managementOutage',
  family: 'N',
  says: 'No BMC is reached: the switch of their network is down.',
  strikes: 'site',
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
  threatens: ['S9'],
  begins: ({ fleet }, fault) =>
    fleet.network.cut({
      where: { at: 'outside', place: 'controllers' },
      planes: ['bmc'],
      lost: fault.parameters.lost,
      endsAtMs: endsAtMs(fault),
    }),
});
