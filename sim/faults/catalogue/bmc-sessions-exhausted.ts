// BMC11: a table of sessions that others have filled.

import { afflict, PASSING } from '../bmc-affliction.ts';
import { defineFault } from '../fault-definition.ts';

export const BMC_SESSIONS_EXHAUSTED = defineFault({
  id: 'BMC11',
  name: 'bmcSessionsExhausted',
  family: 'BMC',
  says: 'Others hold every session of the BMC: logins are refused.',
  strikes: 'bmc',
  background: 'onRequest',
  usual: PASSING,
  parameters: {
    keepsSessions: {
      kind: 'yesNo',
      field: 'keepsSessions',
      says: 'whoever has a session goes on with it',
      default: false,
      source: 'Assumption: a fault that nobody meets would make every policy look good',
    },
  },
  systemGoesOn: true,
  outlivesBoots: true,
  course: 'Ends by itself, when the sessions of the others idle out.',
  threatens: ['L2'],
  begins: (parts, fault) => {
    const letGo = afflict(parts, fault, { sessionsOfOthers: Number.POSITIVE_INFINITY });
    if (!fault.parameters.keepsSessions) parts.bmc.controllers.of(fault.subject)?.controller.dropSessions();
    return letGo;
  },
});
