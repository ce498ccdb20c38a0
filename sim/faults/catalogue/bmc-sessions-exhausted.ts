// BMC11: a table of sessions that others have filled.

import { afflict, BMC_FAULT, KEEPS_SESSIONS } from '../bmc-affliction.ts';
import { BMC_PASSING } from '../defaults.ts';
import { defineFault } from '../fault-definition.ts';

export const BMC_SESSIONS_EXHAUSTED = defineFault({
  id: 'BMC11',
  name: 'bmcSessionsExhausted',
  ...BMC_FAULT,
  says: 'Others hold every session of the BMC: logins are refused.',
  usual: BMC_PASSING,
  parameters: { keepsSessions: KEEPS_SESSIONS },
  course: 'Ends by itself, when the sessions of the others idle out.',
  threatens: ['L2'],
  begins: (parts, fault) => {
    const letGo = afflict(parts, fault, { sessionsOfOthers: Number.POSITIVE_INFINITY });
    if (!fault.parameters.keepsSessions) parts.bmc.controllers.of(fault.subject)?.controller.dropSessions();
    return letGo;
  },
});
