// H16: the host's network card is dead, or half dead.
//
// Divergence from reality
// - One direction is as bad as none to whoever needs an answer: a half-dead card is off the network for everybody.
// - A bond that has lost one of two cards is slower in reality; here nothing comes of it (component `networkCard` counts it).
// - The BMC has a card of its own.

import { HOST_FAULT, UNTIL_CURED } from '../defaults.ts';
import { defineFault } from '../fault-definition.ts';

export const NETWORK_CARD_DOWN = defineFault({
  id: 'H16',
  name: 'networkCardDown',
  family: 'H',
  says: 'Nothing that the host sends or is sent arrives; everything on it runs on.',
  strikes: 'host',
  background: 'onRequest',
  usual: {
    ...HOST_FAULT,
    durationMs: UNTIL_CURED,
    // Assumption: a third are firmware or driver, which a power cycle sets right; the rest is hardware.
    cures: { itself: 0, reboot: 0.2, powerCycle: 1 / 3, reprovision: 1 / 3 },
  },
  parameters: {},
  course: 'What a reboot does not end is there again after the boot.',
  threatens: ['S1', 'S13'],
  onHost: () => ({ offNetwork: true }),
});
