// H1: one of several parts is dead, and the host goes on with the others.
//
// Divergence from reality
// - Nothing is slower: a degraded mirror reads as fast, one power supply is enough.

import { BROKEN_PART } from '../defaults.ts';
import { defineFault } from '../fault-definition.ts';

export const REDUNDANCY_LOST = defineFault({
  id: 'H1',
  name: 'redundancyLost',
  family: 'H',
  says: 'A power supply, a system disk or another part with a spare is dead; the host does not feel it.',
  strikes: 'host',
  background: 'onRequest',
  usual: BROKEN_PART,
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
