// H3: the operating system hangs.
//
// Divergence from reality
// - Everything hangs at once: no pod goes on writing while the kubelet is silent.

import { MINUTE_MS } from '../../kernel/time-units.ts';
import { NODE_GAP_SHAPE } from '../defaults.ts';
import { defineFault } from '../fault-definition.ts';

export const OS_HANG = defineFault({
  id: 'H3',
  name: 'osHang',
  family: 'H',
  says: 'The operating system stands still: no process runs, nothing answers, the power button is not heard.',
  strikes: 'host',
  background: 'always',
  usual: {
    perYear: 0.2, // Assumption: see kernelPanic.
    gapShape: NODE_GAP_SHAPE,
    // Assumption: the few hangs that pass (a stalled disk path) take about half an hour.
    durationMs: { kind: 'lognormal', median: 30 * MINUTE_MS, sigma: 1 },
    // Assumption: a reboot cures 0.9 of soft faults, a reprovision 0.99.
    cures: { itself: 0.05, reboot: 0.9, powerCycle: 0.95, reprovision: 0.99 },
  },
  rateSource: 'Assumption: a third of 0.6 soft host faults per host-year',
  parameters: {},
  course: 'What a reboot does not end hangs again in the next boot.',
  threatens: ['S1', 'S2'],
});
