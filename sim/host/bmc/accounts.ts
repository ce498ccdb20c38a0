// The accounts of a management controller: names, passwords and roles, in numbered slots as IPMI has them.
//
// Divergence from reality
// - Passwords are kept as they are, since IPMI's key exchange needs them so; they never leave with an answer.
// - One role for Redfish and IPMI; real controllers keep a privilege for each channel.

import type { AccountChange, NewAccount } from './equipment-requests.ts';
import type { Refusal } from './requests.ts';

/** Redfish's predefined roles; in IPMI ADMINISTRATOR, OPERATOR and USER. */
export const ROLES = ['Administrator', 'Operator', 'ReadOnly'] as const;
export type Role = (typeof ROLES)[number];

export interface BmcAccount {
  /** IPMI's user id; 1 is that of the nameless user, who is nobody here. */
  readonly slot: number;
  readonly name: string;
  readonly password: string;
  readonly role: Role;
  readonly enabled: boolean;
  /** Over Redfish nothing is let through but a change of the password, which ends it. */
  readonly mustChangePassword: boolean;
}

/** The first slot that holds an account. Source: IPMI 2.0, 22.26: user id 1 is the null user name. */
const FIRST_SLOT = 2;
/** Assumption: 16 slots, the first of them reserved, as iDRAC has them. */
export const ACCOUNT_SLOTS = 16;
/** Source: IPMI 2.0, 22.28 and 22.30: names of 16 bytes, passwords of 20. */
const NAME_MOST = 16;
const PASSWORD_MOST = 20;

const NO_SUCH: Refusal = { code: 404, messageId: 'ResourceMissingAtURI' };
const EXISTS: Refusal = { code: 400, messageId: 'ResourceAlreadyExists' };
const FULL: Refusal = { code: 400, messageId: 'CreateLimitReachedForResource' };
const WRONG_FORMAT: Refusal = { code: 400, messageId: 'PropertyValueFormatError' };
const LAST_ONE: Refusal = { code: 400, messageId: 'ResourceCannotBeDeleted' };

export class Accounts {
  private readonly bySlot = new Map<number, BmcAccount>();

  /** By slot, ascending. */
  list(): readonly BmcAccount[] {
    return [...this.bySlot.values()].sort((one, other) => one.slot - other.slot);
  }

  named(name: string): BmcAccount | undefined {
    return this.list().find((account) => account.name === name);
  }

  /** The slot, or why there is none. */
  create({ name, password, role, enabled = true, mustChangePassword = false, slot }: NewAccount): number | Refusal {
    if (!isWritable(name, password)) return WRONG_FORMAT;
    if (this.named(name) !== undefined) return EXISTS;
    const taken = slot ?? this.freeSlot();
    if (taken === undefined || taken < FIRST_SLOT || taken > ACCOUNT_SLOTS || this.bySlot.has(taken)) return FULL;
    this.bySlot.set(taken, { slot: taken, name, password, role, enabled, mustChangePassword });
    return taken;
  }

  change(slot: number, change: AccountChange): Refusal | 'done' {
    const account = this.bySlot.get(slot);
    if (account === undefined) return NO_SUCH;
    const isNew = change.password !== undefined;
    const changed = { ...account, ...(isNew ? { mustChangePassword: false } : {}), ...change };
    if (!isWritable(changed.name, changed.password)) return WRONG_FORMAT;
    if (changed.name !== account.name && this.named(changed.name) !== undefined) return EXISTS;
    if (!administers(changed) && this.isLastAdministrator(account)) return LAST_ONE;
    this.bySlot.set(slot, changed);
    return 'done';
  }

  delete(slot: number): Refusal | 'done' {
    const account = this.bySlot.get(slot);
    if (account === undefined) return NO_SUCH;
    if (this.isLastAdministrator(account)) return LAST_ONE;
    this.bySlot.delete(slot);
    return 'done';
  }

  private freeSlot(): number | undefined {
    for (let slot = FIRST_SLOT; slot <= ACCOUNT_SLOTS; slot++) if (!this.bySlot.has(slot)) return slot;
    return undefined;
  }

  /** Without it nobody could ever change anything again. */
  private isLastAdministrator(account: BmcAccount): boolean {
    return administers(account) && this.list().filter(administers).length === 1;
  }
}

function administers({ role, enabled }: BmcAccount): boolean {
  return role === 'Administrator' && enabled;
}

/** ASCII that can be printed, so that its bytes are its characters. */
function isWritable(name: string, password: string): boolean {
  const isPlain = /^[\x21-\x7e]+$/;
  return isPlain.test(name) && isPlain.test(password) && name.length <= NAME_MOST && password.length <= PASSWORD_MOST;
}
