// Who owns what after a create, an update or a patch: the writer takes the fields that it changed from whoever had them, as one
// entry per manager, version and subresource.
// Source: structured-merge-diff merge/update.go; apimachinery pkg/util/managedfields/internal/{fieldmanager,managedfieldsupdater,
// skipnonapplied,stripmeta}.go.
//
// Divergence from reality: entries of another version of the kind are read as if all versions had the same fields.

import type { FieldSchema } from '../fields/field-schema.ts';
import { ownValue } from '../own-property.ts';
import { isJsonObject, type JsonObject, sameValue } from '../same-value.ts';
import { type Comparison, compareValues } from './compare-values.ts';
import {
  difference,
  EMPTY_SET,
  type FieldSet,
  intersection,
  isEmptySet,
  recursiveDifference,
  union,
} from './field-set.ts';
import {
  isReset,
  type ManagedFields,
  NOTHING_MANAGED,
  type OwnedFields,
  type Owner,
  ownerKey,
  readManagedFields,
  withoutServerFields,
  withUpdatesCapped,
  writeManagedFields,
} from './managed-fields.ts';
import { reconciledSet } from './owned-fields.ts';

/** How a write is entered in managedFields. */
export interface Tracking {
  readonly schema: FieldSchema;
  /** The field manager; empty becomes `unknown`. */
  readonly manager: string;
  readonly apiVersion: string;
  /** Empty for the main resource. */
  readonly subresource: string;
  /** Now, RFC 3339 in seconds. */
  readonly time: string;
  /** What the write cannot change: see resetFieldsOf. */
  readonly resetFields: FieldSet;
}

/**
 * `next` with its managedFields as they are after the write. `live` is the stored object, undefined for a create; `next` is what
 * would be stored, with the writer's own wishes for managedFields in it: entries replace the stored ones, an empty list or
 * `[{}]` forgets them, absent keeps them. An object whose owners were forgotten is not tracked again before somebody applies.
 */
export function trackUpdate(live: JsonObject | undefined, next: JsonObject, tracking: Tracking): JsonObject {
  const managed = managedBefore(live, next, tracking.subresource);
  const bare = withoutManagedFields(next);
  if (managed.size === 0 && live !== undefined) return withManagedFields(bare, NOTHING_MANAGED);
  const before = live === undefined ? {} : withoutManagedFields(live);
  return withManagedFields(bare, withUpdatesCapped(managedAfterUpdate(before, bare, managed, tracking)), next);
}

function managedBefore(live: JsonObject | undefined, next: JsonObject, subresource: string): ManagedFields {
  const stored = readable(entriesOf(live));
  if (subresource !== '') return stored;
  const asked = entriesOf(next);
  if (isReset(asked)) return NOTHING_MANAGED;
  const wished = readable(asked);
  return wished.size === 0 ? stored : wished;
}

function readable(entries: unknown): ManagedFields {
  const read = readManagedFields(entries);
  return read.kind === 'managed' ? read.managed : NOTHING_MANAGED;
}

/** The managed fields after an update from `before` to `after`, both without managedFields. */
export function managedAfterUpdate(
  before: JsonObject,
  after: JsonObject,
  managed: ManagedFields,
  tracking: Tracking,
): ManagedFields {
  const changes = filtered(compareValues(before, after, tracking.schema), tracking.resetFields);
  const left = new Map(withoutTaken(reconciled(managed, tracking.schema), changes, undefined).managed);
  const taken = union(changes.added, changes.modified);
  if (isEmptySet(taken)) return left;
  const owner = ownerOf(tracking, 'Update');
  const key = ownerKey(owner);
  const own = new Map([[key, { owner, time: tracking.time, set: taken }]]);
  const stripped = withoutServerFields(own, key).get(key);
  if (stripped === undefined) return left;
  return left.set(key, { ...stripped, set: union(left.get(key)?.set ?? EMPTY_SET, stripped.set) });
}

/** The entries as the schema now has them. */
export function reconciled(managed: ManagedFields, schema: FieldSchema): ManagedFields {
  let next: Map<string, OwnedFields> | undefined;
  for (const [key, entry] of managed) {
    const set = reconciledSet(entry.set, schema);
    if (set === entry.set) continue;
    next ??= new Map(managed);
    next.set(key, { ...entry, set });
  }
  return next ?? managed;
}

export function ownerOf(tracking: Tracking, operation: Owner['operation']): Owner {
  const manager = tracking.manager === '' ? 'unknown' : tracking.manager;
  return { manager, operation, apiVersion: tracking.apiVersion, subresource: tracking.subresource };
}

/** A comparison without what the write cannot change. */
export function filtered(changes: Comparison, resetFields: FieldSet): Comparison {
  if (isEmptySet(resetFields)) return changes;
  return {
    added: recursiveDifference(changes.added, resetFields),
    modified: recursiveDifference(changes.modified, resetFields),
    removed: recursiveDifference(changes.removed, resetFields),
  };
}

export interface Taken {
  readonly managed: ManagedFields;
  /** What others owned of the added and modified fields. */
  readonly conflicts: ManagedFields;
}

/** The entries of everybody but `exceptKey` without the fields that changed or went away. */
export function withoutTaken(managed: ManagedFields, changes: Comparison, exceptKey: string | undefined): Taken {
  const touched = union(changes.added, changes.modified);
  const left = new Map<string, OwnedFields>();
  const conflicts = new Map<string, OwnedFields>();
  for (const [key, entry] of managed) {
    let set = entry.set;
    if (key !== exceptKey) {
      const taken = intersection(set, touched);
      if (!isEmptySet(taken)) conflicts.set(key, { ...entry, set: taken });
      set = difference(difference(set, taken), changes.removed);
    }
    if (!isEmptySet(set)) left.set(key, set === entry.set ? entry : { ...entry, set });
  }
  return { managed: left, conflicts };
}

function metadataOf(object: JsonObject | undefined): JsonObject {
  const metadata = object === undefined ? undefined : ownValue(object, 'metadata');
  return isJsonObject(metadata) ? metadata : {};
}

/** `metadata.managedFields` as it stands in the object. */
export function entriesOf(object: JsonObject | undefined): unknown {
  return ownValue(metadataOf(object), 'managedFields');
}

export function withoutManagedFields(object: JsonObject): JsonObject {
  const metadata = metadataOf(object);
  if (!Object.hasOwn(metadata, 'managedFields')) return object;
  const { managedFields: _dropped, ...rest } = metadata;
  return { ...object, metadata: rest };
}

/** The object with these entries; `likely` is returned where it is the same. */
export function withManagedFields(bare: JsonObject, managed: ManagedFields, likely?: JsonObject): JsonObject {
  const entries = writeManagedFields(managed);
  if (likely !== undefined && sameValue(entriesOf(likely), entries) && sameValue(withoutManagedFields(likely), bare)) {
    return likely;
  }
  return entries === undefined ? bare : { ...bare, metadata: { ...metadataOf(bare), managedFields: entries } };
}
