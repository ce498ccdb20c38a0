// BMC8: credentials that are not accepted any more.
//
// Divergence from reality
// - Sessions that are open go on; a controller that ends them when a password changes is not modelled.

import { afflict, BMC_FAULT, KEEPS_SESSIONS } from '../bmc-affliction.ts';
import { BMC_LASTING } from '../defaults.ts';
import { defineFault } from '../fault-definition.ts';

export const BMC_REFUSES_LOGIN = defineFault({
  id: 'BMC8',
  name: 'bmcRefusesLogin',
  ...BMC_FAULT,
  says: 'Name and password are refused: they were rotated, or swapped with those of another host.',
  usual: BMC_LASTING,
  parameters: {
    code: {
      kind: 'choice',
      field: 'code',
      says: 'what it answers',
      of: ['401', '403'],
      default: '401',
      source: 'Assumption: 401 for a wrong password, 403 where the account lost its rights',
    },
    lockAfter: {
      kind: 'count',
      field: 'lockAfter',
      says: 'refused logins until the account is locked; 0: it is never locked',
      least: 0,
      most: 1000,
      default: 0,
      source: 'Assumption: no lock-out unless asked for',
    },
    lockMs: {
      kind: 'duration',
      field: 'lock',
      says: 'how long it stays locked',
      least: 1_000,
      most: 86_400_000,
      default: 600_000,
      source: 'Assumption: ten minutes; no two makes agree',
    },
    keepsSessions: KEEPS_SESSIONS,
  },
  course: 'Until a person writes down the right ones; a lock goes on for its time.',
  threatens: ['S18'],
  begins: (parts, fault) => {
    const { code, lockAfter, lockMs, keepsSessions } = fault.parameters;
    const credentials = code === '403' ? 403 : 401;
    const letGo = afflict(parts, fault, { credentials, lockOut: { after: lockAfter, forMs: lockMs } });
    if (!keepsSessions) parts.bmc.controllers.of(fault.subject)?.controller.dropSessions();
    return letGo;
  },
});
