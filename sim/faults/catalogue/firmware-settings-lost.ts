// H11: the firmware settings that somebody made by hand are gone.
//
// Divergence from reality: see sim/host/hand-made.ts.

import { defineFault } from '../fault-definition.ts';
import { NODE_GAP_SHAPE } from '../usual-values.ts';

export const FIRMWARE_SETTINGS_LOST = defineFault({
  id: 'H11',
  name: 'firmwareSettingsLost',
  family: 'H',
  says: 'The boot order that somebody had set is gone: from its next boot on the host asks the network for a system, in vain.',
  strikes: 'host',
  background: 'onRequest',
  usual: {
    perYear: 0, // Assumption: only where it is asked for, or where a reprovision loses what was made by hand.
    gapShape: NODE_GAP_SHAPE, // Source: see usual-values.ts.
    durationMs: { kind: 'constant', value: 0 }, // Assumption: never passes by itself.
    cures: { itself: 0, reboot: 0, powerCycle: 0, reprovision: 0 }, // Assumption: what nobody declared, nothing restores.
  },
  parameters: {},
  course: 'A person sets the boot order again, and the host boots.',
  threatens: ['L2', 'S11'],
  onHost: () => ({ bootStop: { step: 'networkBoot', how: 'loops' } }),
});
