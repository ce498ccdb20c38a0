// Commands of accounts, which IPMI calls users and finds by the slot that they are in. Source: IPMI 2.0 specification 22.26 to 22.31.

import { ACCOUNT_SLOTS, type BmcAccount, type Role } from '../../../sim/host/bmc/accounts.ts';
import type { BmcRequest } from '../../../sim/host/bmc/requests.ts';
import { latinBytes, latinText, padded } from '../packets/bytes.ts';
import { PRIVILEGE, PRIVILEGE_OF_ROLE } from '../session/account.ts';
import { type Command, type CommandScene, completionOf, failed, ok, okBytes, type Reply, spelled } from './command.ts';
import { COMPLETION } from './completion.ts';
import { isHere } from './session-commands.ts';

const APPLICATION = 0x06;
const SLOT_MASK = 0x3f;
const LEVEL_MASK = 0x0f;
const NAME_LENGTH = 16;
const NO_ACCESS = 0x0f;
/** Link authentication and IPMI messaging. */
const MAY_SPEAK = 0x30;
const MESSAGING = 0x10;
const CHANGES_BITS = 0x80;
const ENABLED = 0x40;
const DISABLED = 0x80;
/** Nobody's name is given by the controller. */
const FIXED_NAMES = 0;

const OPERATIONS = { disable: 0, enable: 1, setPassword: 2, testPassword: 3 } as const;
const WRONG_PASSWORD = 0x80;
const SHORT_PASSWORD = 16;
const LONG_PASSWORD = 20;
const LONG_PASSWORD_FLAG = 0x80;
/** Until somebody sets a password, nobody knows one. */
const UNKNOWN_PASSWORD_BYTES = 10;

type ShownAccount = Omit<BmcAccount, 'password'>;

const ROLES: Readonly<Record<number, Role>> = {
  [PRIVILEGE.callback]: 'ReadOnly',
  [PRIVILEGE.user]: 'ReadOnly',
  [PRIVILEGE.operator]: 'Operator',
  [PRIVILEGE.administrator]: 'Administrator',
};

export const USER_COMMANDS: readonly Command[] = [
  {
    is: { name: 'Set User Access', networkFunction: APPLICATION, command: 0x43 },
    privilege: 'administrator',
    dataLength: { min: 3, max: 4 },
    asks: setAccess,
    replies: () => ok(),
  },
  {
    is: { name: 'Get User Access', networkFunction: APPLICATION, command: 0x44 },
    privilege: 'operator',
    dataLength: { min: 2, max: 2 },
    asks: ([channel = 0, slot = 0]) =>
      isHere(channel) && isSlot(slot) ? { ask: 'accounts' } : failed(COMPLETION.invalidField),
    replies: spelled('accounts', ({ accounts }, [, slot = 0]) => access(accounts, slot & SLOT_MASK)),
  },
  {
    is: { name: 'Set User Name', networkFunction: APPLICATION, command: 0x45 },
    privilege: 'administrator',
    dataLength: { min: 17, max: 17 },
    asks: (data, { random }) => {
      const [slot = 0] = data;
      if (!isSlot(slot)) return failed(COMPLETION.invalidField);
      const password = Buffer.from(random(UNKNOWN_PASSWORD_BYTES)).toString('hex');
      const account = {
        name: nameIn(data),
        password,
        role: 'ReadOnly',
        enabled: false,
        slot: slot & SLOT_MASK,
      } as const;
      return account.name === '' ? { ask: 'deleteAccount', slot: account.slot } : { ask: 'createAccount', account };
    },
    replies: () => ok(),
    refused: (refusal, data) => {
      const slot = (data[0] ?? 0) & SLOT_MASK;
      const name = nameIn(data);
      const isTaken = refusal.messageId === 'CreateLimitReachedForResource' && name !== '';
      return isTaken ? { ask: 'changeAccount', slot, change: { name } } : failed(completionOf(refusal));
    },
  },
  {
    is: { name: 'Get User Name', networkFunction: APPLICATION, command: 0x46 },
    privilege: 'operator',
    dataLength: { min: 1, max: 1 },
    asks: ([slot = 0]) => (isSlot(slot) ? { ask: 'accounts' } : failed(COMPLETION.invalidField)),
    replies: spelled('accounts', ({ accounts }, [slot = 0]) => {
      const name = accounts.find((account) => account.slot === (slot & SLOT_MASK))?.name ?? '';
      return okBytes(padded(latinBytes(name), NAME_LENGTH));
    }),
  },
  {
    is: { name: 'Set User Password', networkFunction: APPLICATION, command: 0x47 },
    privilege: 'administrator',
    dataLength: { min: 2, max: 2 + LONG_PASSWORD },
    asks: setPassword,
    replies: (answer, data, scene) => {
      const isTest = ((data[1] ?? 0) & 0x03) === OPERATIONS.testPassword;
      return isTest ? tested(answer, data, scene) : ok();
    },
  },
];

function isSlot(slot: number): boolean {
  const number = slot & SLOT_MASK;
  return number >= 1 && number <= ACCOUNT_SLOTS;
}

function nameIn(data: Uint8Array): string {
  return latinText(data.subarray(1));
}

function access(accounts: readonly ShownAccount[], slot: number): Reply {
  const account = accounts.find((candidate) => candidate.slot === slot);
  const enabled = accounts.filter((candidate) => candidate.enabled).length;
  const status = account === undefined || !account.enabled ? DISABLED : ENABLED;
  const rights =
    account === undefined ? NO_ACCESS : PRIVILEGE_OF_ROLE[account.role] | (account.enabled ? MAY_SPEAK : 0);
  return ok(ACCOUNT_SLOTS, status | enabled, FIXED_NAMES, rights);
}

function setAccess(data: Uint8Array): BmcRequest | Reply {
  const [flags = 0, slot = 0, limit = 0] = data;
  const level = limit & LEVEL_MASK;
  const role = ROLES[level];
  if (!isHere(flags) || !isSlot(slot)) return failed(COMPLETION.invalidField);
  if (role === undefined && level !== NO_ACCESS) return failed(COMPLETION.invalidField);
  const isEnabled = level !== NO_ACCESS && (flags & MESSAGING) !== 0;
  const enabled = (flags & CHANGES_BITS) !== 0 || level === NO_ACCESS ? { enabled: isEnabled } : {};
  return {
    ask: 'changeAccount',
    slot: slot & SLOT_MASK,
    change: { ...(role === undefined ? {} : { role }), ...enabled },
  };
}

function setPassword(data: Uint8Array): BmcRequest | Reply {
  const [first = 0, second = 0] = data;
  const slot = first & SLOT_MASK;
  const operation = second & 0x03;
  if (!isSlot(slot)) return failed(COMPLETION.invalidField);
  if (operation === OPERATIONS.disable) return { ask: 'changeAccount', slot, change: { enabled: false } };
  if (operation === OPERATIONS.enable) return { ask: 'changeAccount', slot, change: { enabled: true } };
  const length = (first & LONG_PASSWORD_FLAG) === 0 ? SHORT_PASSWORD : LONG_PASSWORD;
  if (data.length !== 2 + length) return failed(COMPLETION.lengthInvalid);
  if (operation === OPERATIONS.testPassword) return { ask: 'accounts' };
  return { ask: 'changeAccount', slot, change: { password: latinText(data.subarray(2)) } };
}

const tested = spelled('accounts', ({ accounts }, data, { host }: CommandScene) => {
  const name = accounts.find(({ slot }) => slot === ((data[0] ?? 0) & SLOT_MASK))?.name;
  const isRight = name !== undefined && host.authenticate(name, latinText(data.subarray(2))) !== undefined;
  return isRight ? ok() : failed(WRONG_PASSWORD);
});
