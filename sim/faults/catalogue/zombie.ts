// H18: the host stands still for minutes, is declared dead, and comes back with its old containers.
//
// Divergence from reality
// - Everything on the host stands still, and goes on, at once.
// - A hardware watchdog is not fed meanwhile and would have reset the host; only where an agent armed it does it here.

import { MINUTE_MS } from '../../kernel/time-units.ts';
import { AT_ITS_TIME, HOST_FAULT } from '../defaults.ts';
import { defineFault } from '../fault-definition.ts';

export const ZOMBIE = defineFault({
  id: 'H18',
  name: 'zombie',
  family: 'H',
  says: 'Nothing on the host runs for minutes; then everything goes on where it stood, old containers and all.',
  strikes: 'host',
  background: 'onRequest',
  usual: {
    ...HOST_FAULT,
    // Assumption: long enough for pods to be replaced (45 to 60 s until Unknown and 300 s of toleration), seldom an hour.
    durationMs: { kind: 'lognormal', median: 12 * MINUTE_MS, sigma: 0.6 },
    cures: AT_ITS_TIME, // Assumption: nothing is broken.
  },
  parameters: {},
  course: 'Comes back by itself, without a boot.',
  threatens: ['S1', 'S11'],
  onHost: () => ({ freezes: true }),
});
