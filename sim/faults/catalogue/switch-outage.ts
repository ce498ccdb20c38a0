// N7: the top-of-rack switch is down.
//
// Divergence from reality
// - All planes but that of the BMCs go at once.

import { AT_ITS_TIME, CALENDAR_SHAPE, SWITCH_DOWN_MS } from '../defaults.ts';
import { endsAtMs } from '../fault.ts';
import { defineFault } from '../fault-definition.ts';

export const SWITCH_OUTAGE = defineFault({
  id: 'N7',
  name: 'switchOutage',
  family: 'N',
  says: 'The switch of the rack is down: its hosts run and reach nobody.',
  strikes: 'rackSwitch',
  background: 'always',
  usual: {
    // Assumption: one reload or failure of a rack switch in two years; no rate was found.
    perYear: 0.5,
    gapShape: CALENDAR_SHAPE,
    durationMs: SWITCH_DOWN_MS,
    cures: AT_ITS_TIME,
  },
  rateSource: 'Assumption: no rate was found',
  parameters: {},
  course: 'Ends by itself.',
  threatens: ['B7', 'B5', 'S13'],
  begins: ({ rackOutages }, fault) => rackOutages.loseSwitch(fault.subject, endsAtMs(fault)),
});
