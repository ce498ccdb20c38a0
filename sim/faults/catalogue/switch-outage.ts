// N7: the top-of-rack switch is down.
//
// Divergence from reality
// - All planes but that of the BMCs go at once.

import { endsAtMs } from '../fault.ts';
import { defineFault } from '../fault-definition.ts';
import { CALENDAR_SHAPE, MINUTE_MS } from '../usual-values.ts';

export const SWITCH_OUTAGE = defineFault({
  id: 'N7',
  name: 'switchOutage',
  family: 'N',
  says: 'The switch of the rack is down: its hosts run and reach nobody.',
  strikes: 'rackSwitch',
  background: 'always',
  usual: {
    // Assumption: one reload or failure of a rack switch in two years; no rate was found (facts failure-data 8).
    perYear: 0.5,
    gapShape: CALENDAR_SHAPE, // Assumption: see usual-values.ts.
    // Assumption: a reload takes about 4 min, a failed one much longer.
    durationMs: { kind: 'lognormal', median: 4 * MINUTE_MS, sigma: 1 },
    cures: { itself: 1, reboot: 1, powerCycle: 1, reprovision: 1 }, // Assumption: the class means it.
  },
  rateSource: 'Assumption: no rate was found',
  parameters: {},
  course: 'Ends by itself.',
  threatens: ['B7', 'B5', 'S13'],
  begins: ({ rackOutages }, fault) => rackOutages.loseSwitch(fault.subject, endsAtMs(fault)),
});
