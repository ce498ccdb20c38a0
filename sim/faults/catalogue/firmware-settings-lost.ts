// H11: the firmware settings that somebody made by hand are gone.
//
// Divergence from reality: see sim/host/hand-made.ts.

import { BROKEN_PART } from '../defaults.ts';
import { defineFault } from '../fault-definition.ts';

export const FIRMWARE_SETTINGS_LOST = defineFault({
  id: 'H11',
  name: 'firmwareSettingsLost',
  family: 'H',
  says: 'The boot order that somebody had set is gone: from its next boot on the host asks the network for a system, in vain.',
  strikes: 'host',
  background: 'onRequest',
  usual: BROKEN_PART,
  parameters: {},
  course: 'A person sets the boot order again, and the host boots.',
  threatens: ['L2', 'S11'],
  onHost: () => ({ bootStop: { step: 'networkBoot', how: 'loops' } }),
});
