// E1: a rack loses its power feed.
//
// Divergence from reality
// - Hosts and BMCs lose power at one instant and for the same time.

import { endsAtMs } from '../fault.ts';
import { defineFault } from '../fault-definition.ts';
import { CALENDAR_SHAPE, HOUR_MS } from '../usual-values.ts';

export const RACK_POWER_LOSS = defineFault({
  id: 'E1',
  name: 'rackPowerLoss',
  family: 'E',
  says: 'The rack has no power: its hosts are off, and their BMCs are silent.',
  strikes: 'rackFeed',
  background: 'always',
  usual: {
    // Source: Ford et al., OSDI 2010, Table 2: rack MTTF 10.2 years.
    perYear: 0.1,
    gapShape: CALENDAR_SHAPE, // Assumption: see usual-values.ts.
    // Source: Dean, LADIS 2009, slide 10: rack failures last 1 to 6 h.
    durationMs: { kind: 'uniform', min: HOUR_MS, max: 6 * HOUR_MS },
    cures: { itself: 1, reboot: 1, powerCycle: 1, reprovision: 1 }, // Assumption: the class means it.
  },
  rateSource: 'Ford et al., OSDI 2010: rack MTTF 10.2 years; Dean 2009: 1 to 6 h',
  parameters: {},
  course: 'When power is back hosts return to their last state; a few never do (`noReturnAfterPowerLoss`).',
  threatens: ['B5', 'B7', 'B9'],
  begins: ({ rackOutages }, fault) => rackOutages.loseFeed(fault.subject, endsAtMs(fault)),
});
