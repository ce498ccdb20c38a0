// O3: somebody switches a host off by hand, and on again later.
//
// Divergence from reality
// - At the button: the BareMetalHost says nothing of it.

import { SEEN_SOON } from '../defaults.ts';
import { defineFault } from '../fault-definition.ts';
import { BY_HAND } from '../operator-error.ts';

export const POWERED_OFF_BY_HAND = defineFault({
  id: 'O3',
  name: 'poweredOffByHand',
  family: 'O',
  says: 'Somebody has switched the host off at its button, whatever is under way.',
  strikes: 'person',
  background: 'onRequest',
  usual: SEEN_SOON,
  parameters: {},
  ...BY_HAND,
  course: 'Whoever did it switches it on again, unless somebody else has.',
  threatens: ['S6'],
  begins: ({ fleet }, fault) => {
    fleet.powerOff(fault.subject, 'person');
    return () => fleet.switchOnByHand(fault.subject);
  },
});
