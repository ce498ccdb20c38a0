// H11: the host boots from the network, over and over again, or into the wrong image.
//
// Divergence from reality
// - The wrong image is one that does nothing and starts anew; no image does harm, and none registers as a Node.
// - A deploy agent comes through all the same (virtual media, or a boot order for one start).

import { HOUR_MS } from '../../kernel/time-units.ts';
import { HOST_FAULT } from '../defaults.ts';
import { defineFault } from '../fault-definition.ts';

export const NETWORK_BOOT_LOOP = defineFault({
  id: 'H11',
  name: 'networkBootLoop',
  family: 'H',
  says: 'The host runs on; from its next boot on it asks the network for a system that it does not get, again and again.',
  strikes: 'host',
  background: 'onRequest',
  usual: {
    ...HOST_FAULT,
    durationMs: { kind: 'lognormal', median: HOUR_MS, sigma: 1 }, // Assumption: the server that it asks is back within hours.
    // Assumption: no reset changes a boot order; a deployment sets it.
    cures: { itself: 0.1, reboot: 0.1, powerCycle: 0.1, reprovision: 0.8 },
  },
  parameters: {},
  course: 'Its BMC tells of firmware all the time, which looks like a host that is about to be there.',
  threatens: ['S11', 'L2'],
  onHost: () => ({ bootStop: { step: 'networkBoot', how: 'loops' } }),
});
