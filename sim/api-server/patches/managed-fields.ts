// `metadata.managedFields` read and written: one entry per manager, operation, API version and subresource, with the fields
// that it owns.
// Source: apimachinery pkg/util/managedfields/internal/managedfields.go, buildmanagerinfo.go, stripmeta.go, capmanagers.go.
//
// Divergence from reality: none known.

import { isJsonObject, type JsonObject } from '../same-value.ts';
import {
  difference,
  EMPTY_SET,
  type FieldSet,
  fieldSetOfPaths,
  fromFieldsV1,
  isEmptySet,
  toFieldsV1,
  union,
} from './field-set.ts';
import { compareText, fieldElement } from './path-element.ts';

export type Operation = 'Apply' | 'Update';

/** Who owns fields, and how: the part of an entry that is not its fields. */
export interface Owner {
  readonly manager: string;
  readonly operation: Operation;
  readonly apiVersion: string;
  /** Empty for the main resource. */
  readonly subresource: string;
}

export interface OwnedFields {
  readonly owner: Owner;
  /** RFC 3339, or undefined for an entry without. */
  readonly time: string | undefined;
  readonly set: FieldSet;
}

/** Entries by the identity of their owner. */
export type ManagedFields = ReadonlyMap<string, OwnedFields>;

export const NOTHING_MANAGED: ManagedFields = new Map();

/** Appliers are the same whatever version they apply; updaters are not. */
export function ownerKey(owner: Owner): string {
  return JSON.stringify({
    manager: owner.manager,
    operation: owner.operation,
    ...(owner.operation === 'Update' ? { apiVersion: owner.apiVersion } : {}),
    ...(owner.subresource === '' ? {} : { subresource: owner.subresource }),
  });
}

export type ReadManaged =
  | { readonly kind: 'managed'; readonly managed: ManagedFields }
  | { readonly kind: 'unreadable'; readonly problem: string };

/** The entries of an object, or why one cannot be read. */
export function readManagedFields(entries: unknown): ReadManaged {
  const managed = new Map<string, OwnedFields>();
  if (entries === undefined || entries === null) return { kind: 'managed', managed };
  if (!Array.isArray(entries)) return unreadable('managedFields is not a list');
  for (const [i, entry] of entries.entries()) {
    const read = readEntry(entry, i);
    if (typeof read === 'string') return unreadable(read);
    managed.set(ownerKey(read.owner), read);
  }
  return { kind: 'managed', managed };
}

function unreadable(problem: string): ReadManaged {
  return { kind: 'unreadable', problem };
}

function readEntry(entry: unknown, index: number): OwnedFields | string {
  const { operation, apiVersion, fieldsType, fieldsV1, manager, subresource, time } = isJsonObject(entry) ? entry : {};
  if (operation !== 'Apply' && operation !== 'Update') return 'operation must be `Apply` or `Update`';
  if (typeof apiVersion !== 'string' || apiVersion === '') return 'apiVersion must not be empty';
  if (fieldsType === undefined || fieldsType === '') return `missing fieldsType in managed fields entry ${index}`;
  if (fieldsType !== 'FieldsV1')
    return `invalid fieldsType ${JSON.stringify(fieldsType)} in managed fields entry ${index}`;
  const set = fieldsV1 === undefined || fieldsV1 === null ? EMPTY_SET : fromFieldsV1(fieldsV1);
  if (set === undefined) return `error decoding set of managed fields entry ${index}`;
  return {
    owner: { manager: textOf(manager), operation, apiVersion, subresource: textOf(subresource) },
    time: typeof time === 'string' ? time : undefined,
    set,
  };
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

/** True when a writer asks to forget all owners: an empty list, or one empty entry. */
export function isReset(entries: unknown): boolean {
  if (!Array.isArray(entries) || entries.length > 1) return false;
  return entries.every((entry) => isJsonObject(entry) && Object.keys(entry).length === 0);
}

/** The entries as the API prints them: appliers first, then by time, manager, version and subresource; undefined for none. */
export function writeManagedFields(managed: ManagedFields): readonly JsonObject[] | undefined {
  if (managed.size === 0) return undefined;
  return [...managed.values()].sort(compareEntries).map(({ owner, time, set }) => ({
    ...(owner.manager === '' ? {} : { manager: owner.manager }),
    operation: owner.operation,
    apiVersion: owner.apiVersion,
    ...(time === undefined ? {} : { time }),
    fieldsType: 'FieldsV1',
    fieldsV1: toFieldsV1(set),
    ...(owner.subresource === '' ? {} : { subresource: owner.subresource }),
  }));
}

function compareEntries(a: OwnedFields, b: OwnedFields): number {
  return (
    compareText(a.owner.operation, b.owner.operation) ||
    compareText(a.time ?? '', b.time ?? '') ||
    compareText(a.owner.manager, b.owner.manager) ||
    compareText(a.owner.apiVersion, b.owner.apiVersion) ||
    compareText(a.owner.subresource, b.owner.subresource)
  );
}

const SERVER_METADATA = [
  'name',
  'namespace',
  'creationTimestamp',
  'selfLink',
  'uid',
  'clusterName',
  'generation',
  'managedFields',
  'resourceVersion',
];

const NEVER_OWNED = fieldSetOfPaths([
  [fieldElement('apiVersion')],
  [fieldElement('kind')],
  [fieldElement('metadata')],
  ...SERVER_METADATA.map((name) => [fieldElement('metadata'), fieldElement(name)]),
]);

/** The managed fields with one entry freed of what nobody owns: the type, the identity, the server's own metadata. */
export function withoutServerFields(managed: ManagedFields, key: string): ManagedFields {
  const entry = managed.get(key);
  if (entry === undefined) return managed;
  const set = difference(entry.set, NEVER_OWNED);
  const next = new Map(managed);
  if (isEmptySet(set)) next.delete(key);
  else next.set(key, { ...entry, set });
  return next;
}

/** Source: fieldmanager.go DefaultMaxUpdateManagers. */
const UPDATE_ENTRIES_MAX = 10;
/** Source: capmanagers.go oldUpdatesManagerName. */
const OLD_UPDATES = 'ancient-changes';

/** At most ten entries of updates: the oldest of one API version become one entry of the manager `ancient-changes`. */
export function withUpdatesCapped(managed: ManagedFields): ManagedFields {
  const updates = [...managed].filter(([, { owner }]) => owner.operation === 'Update');
  if (updates.length <= UPDATE_ENTRIES_MAX) return managed;
  updates.sort(([keyA, a], [keyB, b]) => compareText(a.time ?? '', b.time ?? '') || compareText(keyA, keyB));
  const next = new Map(managed);
  const oldestOf = new Map<string, string>();
  let count = updates.length;
  for (const [key, { owner, set, time }] of updates) {
    if (count <= UPDATE_ENTRIES_MAX) break;
    const oldest = oldestOf.get(owner.apiVersion);
    if (oldest === undefined) {
      oldestOf.set(owner.apiVersion, key);
      continue;
    }
    const bucket: Owner = { manager: OLD_UPDATES, operation: 'Update', apiVersion: owner.apiVersion, subresource: '' };
    const bucketKey = ownerKey(bucket);
    const collected = next.get(bucketKey)?.set ?? next.get(oldest)?.set ?? EMPTY_SET;
    if (!next.has(bucketKey)) next.delete(oldest);
    next.delete(key);
    next.set(bucketKey, { owner: bucket, time, set: union(set, collected) });
    count -= 1;
  }
  return next;
}
