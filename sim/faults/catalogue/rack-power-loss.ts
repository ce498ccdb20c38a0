// E1: a rack loses its power feed.
//
// Divergence from reality
// - Hosts and BMCs lose power at one instant and for the same time.

import { HOUR_MS } from '../../kernel/time-units.ts';
import { AT_ITS_TIME, CALENDAR_SHAPE } from '../defaults.ts';
import { endsAtMs } from '../fault.ts';
import { defineFault } from '../fault-definition.ts';

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
    gapShape: CALENDAR_SHAPE,
    // Source: Dean, LADIS 2009, slide 10: rack failures last 1 to 6 h.
    durationMs: { kind: 'uniform', min: HOUR_MS, max: 6 * HOUR_MS },
    cures: AT_ITS_TIME,
  },
  rateSource: 'Ford et al., OSDI 2010: rack MTTF 10.2 years; Dean 2009: 1 to 6 h',
  parameters: {},
  course: 'When power is back hosts return to their last state; a few never do (`noReturnAfterPowerLoss`).',
  threatens: ['B5', 'B7', 'B9'],
  begins: ({ rackOutages }, fault) => rackOutages.loseFeed(fault.subject, endsAtMs(fault)),
});
