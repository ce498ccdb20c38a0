// H17: a host is gone for a moment and comes back by itself, perhaps between a decision and its command.
//
// Divergence from reality
// - A stalled host neither answers nor serves, but keeps its processes; what stalls it is not said.

import { MINUTE_MS } from '../../kernel/time-units.ts';
import { AT_ITS_TIME, NODE_GAP_SHAPE } from '../defaults.ts';
import { defineFault } from '../fault-definition.ts';

export const SELF_HEALING_OUTAGE = defineFault({
  id: 'H17',
  name: 'selfHealingOutage',
  family: 'H',
  says: 'The host neither answers nor serves, and keeps its processes.',
  strikes: 'host',
  background: 'always',
  usual: {
    // Assumption: 25 per host-year; no published rate of short outages was found.
    perYear: 25,
    gapShape: NODE_GAP_SHAPE,
    // Assumption: median 1 min, sigma 1.2: 7 % outlast a 300 s timeout behind 50 s of grace, 1.2 % outlast 15 min. Check:
    // with the other classes that makes about one unplanned outage of 15 min or more per host-year, and Ford et al., OSDI
    // 2010, Table 2 have 2.8 per node-year with planned reboots in the majority; their Fig. 1: under 10 % last that long.
    durationMs: { kind: 'lognormal', median: MINUTE_MS, sigma: 1.2 },
    cures: AT_ITS_TIME,
  },
  rateSource: 'Assumption: no published rate of short outages; without them every time-out would tune to zero',
  parameters: {},
  course: 'Ends by itself.',
  threatens: ['S11', 'S12'],
});
