// H16: the host's network card is dead, or half dead.
//
// Divergence from reality
// - One direction is as bad as none to whoever needs an answer: a half-dead card is off the network for everybody.
// - A bond that has lost one of two cards is slower in reality; here nothing comes of it (component `networkCard` counts it).
// - The BMC has a card of its own.

import { defineFault } from '../fault-definition.ts';
import { NODE_GAP_SHAPE } from '../usual-values.ts';

export const NETWORK_CARD_DOWN = defineFault({
  id: 'H16',
  name: 'networkCardDown',
  family: 'H',
  says: 'Nothing that the host sends or is sent arrives; everything on it runs on.',
  strikes: 'host',
  background: 'onRequest',
  usual: {
    perYear: 0, // Assumption: only where it is asked for.
    gapShape: NODE_GAP_SHAPE, // Source: see usual-values.ts.
    durationMs: { kind: 'constant', value: 0 }, // Assumption: never passes by itself.
    // Assumption: a third are firmware or driver, which a power cycle sets right; the rest is hardware.
    cures: { itself: 0, reboot: 0.2, powerCycle: 1 / 3, reprovision: 1 / 3 },
  },
  parameters: {},
  course: 'What a reboot does not end is there again after the boot.',
  threatens: ['S1', 'S13'],
  onHost: () => ({ offNetwork: true }),
});
