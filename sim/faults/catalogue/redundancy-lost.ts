// H1: one of several parts is dead, and the host goes on with the others.
//
// Divergence from reality
// - Nothing is slower: a degraded mirror reads as fast, one power supply is enough.

import { defineFault } from '../fault-definition.ts';
import { NODE_GAP_SHAPE } from '../usual-values.ts';

export const REDUNDANCY_LOST = defineFault({
  id: 'H1',
  name: 'redundancyLost',
  family: 'H',
  says: 'A power supply, a system disk or another part with a spare is dead; the host does not feel it.',
  strikes: 'host',
  background: 'onRequest',
  usual: {
    perYear: 0, // Assumption: only where it is asked for, or where the components of a hardware model die.
    gapShape: NODE_GAP_SHAPE, // Source: see usual-values.ts.
    durationMs: { kind: 'constant', value: 0 }, // Assumption: never passes by itself.
    cures: { itself: 0, reboot: 0, powerCycle: 0, reprovision: 0 }, // Assumption: no reset brings a dead part back.
  },
  parameters: {},
  systemGoesOn: true,
  course:
    'A person notices some day and replaces it while the host runs. The next part of its kind is felt if it dies before.',
  threatens: ['S2'],
  begins: ({ crew }, { subject, class: name }) => {
    crew.noticeLate(subject, name);
    return undefined;
  },
});
