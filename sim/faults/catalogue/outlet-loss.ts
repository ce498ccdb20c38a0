// E4: an outlet of a PDU is switched off, and with it every host that hangs on it.
//
// Divergence from reality
// - All feeds of the host go: both of its units hang on that outlet's neighbour strip.

import { endsAtMs } from '../fault.ts';
import { defineFault } from '../fault-definition.ts';
import { CALENDAR_SHAPE, MINUTE_MS } from '../usual-values.ts';

export const OUTLET_LOSS = defineFault({
  id: 'E4',
  name: 'outletLoss',
  family: 'E',
  says: 'The outlet of the host has no power, nor has any host that shares it (`cluster.power.sharedOutlets`).',
  strikes: 'outlet',
  background: 'onRequest',
  usual: {
    perYear: 0, // Assumption: only where a scenario asks for it.
    gapShape: CALENDAR_SHAPE, // Assumption: see usual-values.ts.
    durationMs: { kind: 'lognormal', median: 5 * MINUTE_MS, sigma: 1 }, // Assumption: until somebody sees what he did.
    cures: { itself: 1, reboot: 1, powerCycle: 1, reprovision: 1 }, // Assumption: the class means it.
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
