// H2: the kernel panics, writes its dump and reboots.
//
// Divergence from reality
// - Every panic dumps, and the dump always ends; what is in it tells nobody anything.

import { MINUTE_MS } from '../../kernel/time-units.ts';
import { NODE_GAP_SHAPE } from '../defaults.ts';
import { defineFault } from '../fault-definition.ts';

export const KERNEL_PANIC = defineFault({
  id: 'H2',
  name: 'kernelPanic',
  family: 'H',
  says: 'The kernel has panicked: nothing runs, kdump writes the memory, and then the host reboots.',
  strikes: 'host',
  background: 'always',
  usual: {
    // Assumption: soft host faults 0.6 per host-year, a third each for panic, hang and kubelet.
    perYear: 0.2,
    gapShape: NODE_GAP_SHAPE,
    // Assumption: kdump writes for 1 to 8 min; with a boot of the median length the node is back 6 to 15 min after the panic.
    durationMs: { kind: 'uniform', min: MINUTE_MS, max: 8 * MINUTE_MS },
    // Assumption: latent class, soft 75 % / hard 25 % over all host faults. No published split exists.
    cures: { itself: 0.85, reboot: 0.92, powerCycle: 0.95, reprovision: 0.98 },
  },
  rateSource: 'Assumption: a third of 0.6 soft host faults per host-year; reboots by itself after its dump',
  parameters: {},
  endsByItsCourse: true,
  course: 'The duration is that of the dump. Ends with the reboot after it; a harder one hangs in the next boot.',
  threatens: ['S11', 'S12'],
});
