// E4: an outlet of a PDU is switched off, and with it every host that hangs on it.
//
// Divergence from reality
// - All feeds of the host go: both of its units hang on that outlet's neighbour strip.

import { MINUTE_MS } from '../../kernel/time-units.ts';
import { AT_ITS_TIME, CALENDAR_FAULT } from '../defaults.ts';
import { endsAtMs } from '../fault.ts';
import { defineFault } from '../fault-definition.ts';

export const OUTLET_LOSS = defineFault({
  id: 'E4',
  name: 'outletLoss',
  family: 'E',
  says: 'The outlet of the host has no power, nor has any host that shares it (`cluster.power.sharedOutlets`).',
  strikes: 'outlet',
  background: 'onRequest',
  usual: {
    ...CALENDAR_FAULT,
    durationMs: { kind: 'lognormal', median: 5 * MINUTE_MS, sigma: 1 }, // Assumption: until somebody sees what he did.
    cures: AT_ITS_TIME,
  },
  parameters: {},
  outsideOfHost: true,
  course: 'When power is back hosts do what `cluster.power.afterLoss` says.',
  threatens: ['S3', 'B5'],
  begins: ({ rackOutages }, fault) => {
    const restore = rackOutages.losePower({ where: { at: 'outlet', host: fault.subject }, endsAtMs: endsAtMs(fault) });
    return () => restore();
  },
});
