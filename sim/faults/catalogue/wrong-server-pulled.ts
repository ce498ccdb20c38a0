// O9: during a repair somebody pulls the wrong server.
//
// Divergence from reality
// - It loses its power and nothing else; its disks are put back in their places.

import { SEEN_SOON } from '../defaults.ts';
import { defineFault } from '../fault-definition.ts';
import { BY_HAND } from '../operator-error.ts';

export const WRONG_SERVER_PULLED = defineFault({
  id: 'O9',
  name: 'wrongServerPulled',
  family: 'O',
  says: 'A healthy host is out of its rack, in place of the one that is to be repaired.',
  strikes: 'person',
  background: 'onRequest',
  usual: SEEN_SOON,
  parameters: {},
  ...BY_HAND,
  course: 'Until whoever pulled it sees that it is not the one. `people.mistakes` has it as a share of repairs.',
  threatens: ['B4', 'S14'],
  begins: ({ fleet, kernel }, fault) => {
    fleet.powerOff(fault.subject, 'person');
    // What is out of its rack cannot be switched on by anybody: whoever tries finds it off again.
    const pulled = { isOut: true };
    fleet.onChange((host) => {
      if (host !== fault.subject || !pulled.isOut || !fleet.powered(host)) return;
      kernel.call(kernel.nowMs, () => {
        if (pulled.isOut) fleet.powerOff(host, 'person');
      });
    });
    return () => {
      pulled.isOut = false;
      fleet.switchOnByHand(fault.subject);
    };
  },
});
