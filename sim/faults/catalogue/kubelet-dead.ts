// H4: the kubelet is dead and the containers go on.
//
// Divergence from reality
// - A kubelet works or does not; one that restarts again and again is no fault of its own.

import { MINUTE_MS } from '../../kernel/time-units.ts';
import { NODE_GAP_SHAPE } from '../defaults.ts';
import { defineFault } from '../fault-definition.ts';

export const KUBELET_DEAD = defineFault({
  id: 'H4',
  name: 'kubeletDead',
  family: 'H',
  says: 'The kubelet is dead; containers run on, reach the network, and write.',
  strikes: 'host',
  background: 'always',
  usual: {
    perYear: 0.2, // Assumption: see kernelPanic. No published rate of kubelet hangs was found.
    gapShape: NODE_GAP_SHAPE,
    // Assumption: where a watchdog or a retry brings it back, 10 min.
    durationMs: { kind: 'lognormal', median: 10 * MINUTE_MS, sigma: 1 },
    // Assumption: as osHang, with more that pass by themselves.
    cures: { itself: 0.2, reboot: 0.92, powerCycle: 0.95, reprovision: 0.99 },
  },
  rateSource: 'Assumption: a third of 0.6 soft host faults per host-year',
  parameters: {},
  course: 'A share is restarted after its duration; the rest waits for a reboot or more.',
  threatens: ['S1', 'S2'],
});
