// The account service: accounts in the controller's slots, and the standard roles.

import type { Role } from '../../../sim/host/bmc/accounts.ts';
import { type BmcAccount, ROLES as ROLE_NAMES } from '../../../sim/host/bmc/accounts.ts';
import { choice, FLAG, judgeBody, type Properties, text } from '../body-form.ts';
import type { HostView } from '../host-view.ts';
import { type Json, type JsonObject, own } from '../json.ts';
import { message } from '../messages.ts';
import { ROOT } from '../metadata.ts';
import { type Branch, collection, link, NOTHING, type Place, readable, SHOWN, type Write } from '../place.ts';
import { ROLES } from '../privileges.ts';
import { listed } from './components.ts';

const URI = `${ROOT}/AccountService`;
const ACCOUNTS_URI = `${URI}/Accounts`;
const ROLES_URI = `${URI}/Roles`;

export function accountUri(slot: number): string {
  return `${ACCOUNTS_URI}/${slot}`;
}

type Shown = Omit<BmcAccount, 'password'>;

export interface AccountTable {
  /** Whose accounts they are; undefined: those of several hosts, where none can be made or changed. */
  readonly host: HostView | undefined;
  list(): readonly Shown[];
}

export function accountService(table: AccountTable): Branch {
  return ([name, id, ...rest]) => {
    if (rest.length > 0) return undefined;
    switch (name) {
      case undefined:
        return readable(URI, 'AccountService', table.host, () => serviceBody(table.host));
      case 'Accounts':
        return id === undefined ? accounts(table) : account(table, id);
      case 'Roles':
        return roles(table.host)(id === undefined ? [] : [id]);
      default:
        return undefined;
    }
  };
}

function serviceBody(host: HostView | undefined): JsonObject {
  const lockOut = host?.traits.lockOut;
  return {
    Id: 'AccountService',
    Name: 'Account Service',
    ServiceEnabled: true,
    HTTPBasicAuth: 'Enabled',
    AccountLockoutThreshold: lockOut?.after,
    AccountLockoutDuration: lockOut === undefined ? undefined : Math.ceil(lockOut.forMs / 1000),
    // Source: IPMI 2.0, 22.30: passwords of 20 bytes, which the accounts share.
    MaxPasswordLength: 20,
    MinPasswordLength: 1,
    Status: { State: 'Enabled', Health: 'OK' },
    Accounts: link(ACCOUNTS_URI),
    Roles: link(ROLES_URI),
  };
}

function roles(host: HostView | undefined): Branch {
  return listed<Role>({
    uri: ROLES_URI,
    host,
    name: 'Role Collection',
    schemas: { collection: 'RoleCollection', member: 'Role' },
    items: ROLE_NAMES,
    idOf: (role) => role,
    bodyOf: (role) => ({
      Id: role,
      Name: `${role} Role`,
      RoleId: role,
      IsPredefined: true,
      AssignedPrivileges: ROLES[role],
    }),
  });
}

const NAME = text(16);
const PASSWORD = text(20);
const ROLE = choice(...ROLE_NAMES);

const REQUIRED: Properties = { UserName: NAME, Password: PASSWORD, RoleId: ROLE };
const WRITABLE: Properties = { ...REQUIRED, Enabled: FLAG, PasswordChangeRequired: FLAG };

function accounts(table: AccountTable): Place {
  const { host } = table;
  const body = readable(ACCOUNTS_URI, 'ManagerAccountCollection', host, () =>
    collection(
      'Accounts Collection',
      table.list().map(({ slot }) => accountUri(slot)),
    ),
  );
  return host === undefined ? body : { ...body, create: createAccount };
}

const createAccount: Write = (body) => {
  const { usable, problems } = judgeBody(body, WRITABLE, {});
  const missing = Object.keys(REQUIRED).filter((name) => own(body, name) === undefined);
  if (missing.length + problems.length > 0) {
    return [...missing.map((name) => message('PropertyMissing', [name], name)), ...problems];
  }
  const { UserName, Password, RoleId, Enabled, PasswordChangeRequired } = usable;
  const role = roleOf(RoleId);
  const name = String(UserName);
  return {
    ask: {
      ask: 'createAccount',
      account: {
        name,
        password: String(Password),
        role: role ?? 'ReadOnly',
        enabled: Enabled !== false,
        mustChangePassword: PasswordChangeRequired === true,
      },
    },
    about: { property: 'UserName', value: name },
    done: (answer) => (answer.kind === 'account' ? { kind: 'created', uri: accountUri(answer.slot) } : NOTHING),
  };
};

function roleOf(value: Json | undefined): Role | undefined {
  return ROLE_NAMES.find((role) => role === value);
}

function account(table: AccountTable, id: string): Place | undefined {
  const found = table.list().find(({ slot }) => String(slot) === id);
  if (found === undefined) return undefined;
  const { host } = table;
  const { slot } = found;
  const uri = accountUri(slot);
  const shown: Place = {
    ...readable(uri, 'ManagerAccount', host, () =>
      accountBody(table.list().find((each) => each.slot === slot) ?? found, host?.isLocked() === true),
    ),
    isOwn: (user) => user.name === found.name,
    ownMayWrite: ['Password'],
  };
  if (host === undefined) return shown;
  return {
    ...shown,
    patch: {
      writable: WRITABLE,
      plans: (usable) => [
        { ask: { ask: 'changeAccount', slot, change: changeOf(usable) }, about: aboutOf(usable), done: () => SHOWN },
      ],
    },
    remove: () => ({ ask: { ask: 'deleteAccount', slot }, done: () => NOTHING }),
  };
}

function changeOf({ UserName, Password, RoleId, Enabled, PasswordChangeRequired }: JsonObject) {
  const role = roleOf(RoleId);
  return {
    ...(typeof UserName === 'string' ? { name: UserName } : {}),
    ...(typeof Password === 'string' ? { password: Password } : {}),
    ...(role === undefined ? {} : { role }),
    ...(typeof Enabled === 'boolean' ? { enabled: Enabled } : {}),
    ...(typeof PasswordChangeRequired === 'boolean' ? { mustChangePassword: PasswordChangeRequired } : {}),
  };
}

/** A password is never told back. */
function aboutOf(usable: JsonObject): { readonly property: string; readonly value: string } {
  const property = Object.keys(usable)[0] ?? 'UserName';
  return { property, value: property === 'Password' ? '******' : String(own(usable, property) ?? '') };
}

function accountBody({ slot, name, role, enabled, mustChangePassword }: Shown, locked: boolean): JsonObject {
  return {
    Id: String(slot),
    Name: `Account ${slot}`,
    UserName: name,
    Password: null,
    RoleId: role,
    Enabled: enabled,
    Locked: locked,
    AccountTypes: ['Redfish', 'IPMI'],
    PasswordChangeRequired: mustChangePassword,
    Links: { Role: link(`${ROLES_URI}/${role}`) },
  };
}
