// Who may do what: the standard roles with their privileges, and the privilege that each operation on each kind of resource takes.
// Source: DMTF DSP0266, privilege model, and the Redfish_1.x_PrivilegeRegistry as openbmc/bmcweb ships it.

import type { SchemaName } from './schemas.ts';

export type Privilege = 'Login' | 'ConfigureManager' | 'ConfigureUsers' | 'ConfigureComponents' | 'ConfigureSelf';
export type RoleId = 'Administrator' | 'Operator' | 'ReadOnly';

export const ROLES: Readonly<Record<RoleId, readonly Privilege[]>> = {
  Administrator: ['Login', 'ConfigureManager', 'ConfigureUsers', 'ConfigureComponents', 'ConfigureSelf'],
  Operator: ['Login', 'ConfigureComponents', 'ConfigureSelf'],
  ReadOnly: ['Login', 'ConfigureSelf'],
};

export type Operation = 'read' | 'write';

/** Any one of them suffices. `ConfigureSelf` counts only for what is the caller's own. */
type OneOf = readonly Privilege[];

const COMPONENTS: OneOf = ['ConfigureComponents'];
const USERS: OneOf = ['ConfigureUsers'];
const LOGIN: OneOf = ['Login'];

/** Kinds of resources whose changes take another privilege than ConfigureManager. */
const WRITES: Partial<Readonly<Record<SchemaName, OneOf>>> = {
  AccountService: USERS,
  ManagerAccount: USERS,
  ManagerAccountCollection: USERS,
  Bios: COMPONENTS,
  Chassis: COMPONENTS,
  ComputerSystem: COMPONENTS,
  Drive: COMPONENTS,
  EthernetInterface: COMPONENTS,
  Memory: COMPONENTS,
  Processor: COMPONENTS,
  SecureBoot: COMPONENTS,
  Sensor: COMPONENTS,
  SoftwareInventory: COMPONENTS,
  Storage: COMPONENTS,
  UpdateService: COMPONENTS,
  EventDestination: ['ConfigureManager', 'ConfigureSelf'],
  EventDestinationCollection: ['ConfigureManager', 'ConfigureComponents'],
  Session: ['ConfigureManager', 'ConfigureSelf'],
  SessionCollection: LOGIN,
};

const READS: Partial<Readonly<Record<SchemaName, OneOf>>> = {
  ManagerAccount: ['ConfigureManager', 'ConfigureUsers', 'ConfigureSelf'],
  Session: ['ConfigureManager', 'ConfigureSelf'],
};

/** @param isOwn the resource is the caller's own account, session or subscription. */
export function isAllowed(
  role: RoleId,
  operation: Operation,
  { schema, isOwn }: { readonly schema: SchemaName; readonly isOwn: boolean },
): boolean {
  const oneOf = operation === 'read' ? (READS[schema] ?? LOGIN) : (WRITES[schema] ?? ['ConfigureManager']);
  const held = ROLES[role];
  return oneOf.some((privilege) => held.includes(privilege) && (privilege !== 'ConfigureSelf' || isOwn));
}
