// H1: the host is dead.
//
// Divergence from reality
// - What has died is not told apart: power supply, board, processor and memory look alike from outside.

import { NODE_GAP_SHAPE, UNTIL_CURED } from '../defaults.ts';
import { defineFault } from '../fault-definition.ts';

export const HOST_DEAD = defineFault({
  id: 'H1',
  name: 'hostDead',
  family: 'H',
  says: 'The host does not run and does not boot.',
  strikes: 'host',
  background: 'always',
  usual: {
    // Assumption: hard faults 0.2 per host-year.
    perYear: 0.2,
    gapShape: NODE_GAP_SHAPE,
    durationMs: UNTIL_CURED,
    // Assumption: a reboot cures no hard fault; a third are at the level of the installed system and fall to a reprovision.
    cures: { itself: 0, reboot: 0, powerCycle: 0, reprovision: 1 / 3 },
  },
  rateSource: 'Assumption: 0.2 hard host faults per host-year',
  parameters: {},
  course: 'Where it has a length and passes, the host starts as after a loss of power.',
  threatens: ['S2', 'L2'],
});
