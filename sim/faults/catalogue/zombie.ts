// H18: the host stands still for minutes, is declared dead, and comes back with its old containers.
//
// Divergence from reality
// - Everything on the host stands still, and goes on, at once.
// - A hardware watchdog is not fed meanwhile and would have reset the host; only where an agent armed it does it here.

import { defineFault } from '../fault-definition.ts';
import { MINUTE_MS, NODE_GAP_SHAPE } from '../usual-values.ts';

export const ZOMBIE = defineFault({
  id: 'H18',
  name: 'zombie',
  family: 'H',
  says: 'Nothing on the host runs for minutes; then everything goes on where it stood, old containers and all.',
  strikes: 'host',
  background: 'onRequest',
  usual: {
    perYear: 0, // Assumption: only where it is asked for.
    gapShape: NODE_GAP_SHAPE, // Source: see usual-values.ts.
    // Assumption: long enough for pods to be replaced (45 to 60 s until Unknown and 300 s of toleration), seldom an hour.
    durationMs: { kind: 'lognormal', median: 12 * MINUTE_MS, sigma: 0.6 },
    cures: { itself: 1, reboot: 1, powerCycle: 1, reprovision: 1 }, // Assumption: nothing is broken.
  },
  parameters: {},
  course: 'Comes back by itself, without a boot.',
  threatens: ['S1', 'S11'],
  onHost: () => ({ freezes: true }),
});
