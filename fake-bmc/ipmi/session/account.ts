// How far an account may go. Source: IPMI 2.0 specification 6.8.

import type { Role } from '../../../sim/host/bmc/accounts.ts';

export const PRIVILEGE = { callback: 1, user: 2, operator: 3, administrator: 4 } as const;

/** The highest level that sessions of this role may have. */
export const PRIVILEGE_OF_ROLE: Readonly<Record<Role, number>> = {
  Administrator: PRIVILEGE.administrator,
  Operator: PRIVILEGE.operator,
  ReadOnly: PRIVILEGE.user,
};
