// Server-side apply: the applied configuration is merged into the object, its manager owns exactly its fields, fields that it
// gave up and that nobody else owns go away, and fields that others own with another value are conflicts unless forced.
// Source: structured-merge-diff merge/update.go (Apply, prune); apimachinery pkg/util/managedfields/internal/{fieldmanager,
// structuredmerge,conflict,skipnonapplied,versioncheck,managedfieldsupdater}.go.
//
// Divergence from reality: entries of another version of the kind are read as if all versions had the same fields. Conflicts
// come in the order of managers and paths, where the real order of managers is random.

import { decodeFields } from '../fields/decode.ts';
import type { FieldSchema } from '../fields/field-schema.ts';
import { ownValue } from '../own-property.ts';
import { badRequest, type Refusal } from '../refusals.ts';
import { isJsonObject, type JsonObject, sameValue } from '../same-value.ts';
import { compareValues } from './compare-values.ts';
import {
  difference,
  EMPTY_SET,
  type FieldPath,
  type FieldSet,
  intersection,
  isEmptySet,
  pathsOf,
  recursiveDifference,
  union,
} from './field-set.ts';
import { allowedByLastApplied, withLastApplied } from './last-applied.ts';
import {
  type ManagedFields,
  NOTHING_MANAGED,
  type Owner,
  ownerKey,
  readManagedFields,
  withoutServerFields,
} from './managed-fields.ts';
import { mergeValues } from './merge-values.ts';
import { fieldSetOf, withNamedFields } from './owned-fields.ts';
import { compareText, pathText } from './path-element.ts';
import { removeFields } from './remove-fields.ts';
import {
  entriesOf,
  filtered,
  managedAfterUpdate,
  ownerOf,
  reconciled,
  type Tracking,
  withManagedFields,
  withoutManagedFields,
  withoutTaken,
} from './track-update.ts';
import { typedProblem } from './typed-problems.ts';

export interface Application extends Tracking {
  readonly kind: string;
  /** True: the result is decoded into the Go type, which has no nulls. */
  readonly builtIn: boolean;
  readonly force: boolean;
}

export type Applied = { readonly kind: 'applied'; readonly object: JsonObject } | Refusal;

/** Source: skipnonapplied.go. */
const BEFORE_FIRST_APPLY = 'before-first-apply';
/** The one manager whose applies know about kubectl's annotation. Source: lastappliedmanager.go. */
const KUBECTL = 'kubectl';

/**
 * The object after an apply; `live` is undefined where there is none yet. The very same object when nothing changed. Refusals:
 * 400 for a body that is no object of the kind or has managedFields, 409 for conflicts, 500 for a body that does not fit the
 * schema (as the real server answers).
 */
export function applyConfiguration(
  live: JsonObject | undefined,
  configuration: unknown,
  application: Application,
): Applied {
  if (!isJsonObject(configuration)) return badRequest(`error decoding YAML: ${notAnObject(configuration)}`);
  const type = typeText(configuration);
  if (type !== typeText(application)) return badRequest(`invalid object type: ${type}`);
  const read = readManagedFields(entriesOf(live));
  if (read.kind === 'unreadable') return failed(`failed to decode managed fields: ${read.problem}`);
  const asked = entriesOf(configuration);
  if (asked !== undefined && asked !== null) return badRequest('metadata.managedFields must be nil');
  const problem = typedProblem(configuration, application.schema);
  if (problem !== undefined) {
    return failed(`failed to create typed patch object (${namedType(configuration, type)}): ${problem}`);
  }
  const bare = withoutManagedFields(live ?? {});
  const managed = read.managed.size > 0 ? read.managed : beforeFirstApply(bare, application);
  const merged = applyFor(bare, configuration, reconciled(managed, application.schema), application);
  if (merged.kind === 'refused') return merged;
  const object = application.manager === KUBECTL ? withLastApplied(merged.object, configuration) : merged.object;
  return { kind: 'applied', object: withManagedFields(object, merged.managed, live) };
}

/** All that an untracked object has belongs to one manager, who did not apply it. */
function beforeFirstApply(bare: JsonObject, application: Application): ManagedFields {
  return managedAfterUpdate({}, bare, NOTHING_MANAGED, { ...application, manager: BEFORE_FIRST_APPLY });
}

interface Merged {
  readonly kind: 'merged';
  readonly object: JsonObject;
  readonly managed: ManagedFields;
}

interface Conflict {
  readonly owner: Owner;
  readonly path: FieldPath;
}

/** kubectl may take over, without force, what its own annotation says that it last applied. */
function applyFor(
  live: JsonObject,
  configuration: JsonObject,
  managed: ManagedFields,
  application: Application,
): Merged | Refusal {
  const merged = mergeOnce(live, configuration, managed, application, application.force);
  if (merged.kind === 'merged') return merged;
  const allowed = application.manager === KUBECTL ? allowedByLastApplied(live, application) : undefined;
  const left = merged.conflicts.filter(({ path }) => allowed === undefined || !allowed(path));
  if (left.length > 0) return conflictRefusal(left);
  const forced = mergeOnce(live, configuration, managed, application, true);
  return forced.kind === 'merged' ? forced : conflictRefusal(forced.conflicts);
}

function mergeOnce(
  live: JsonObject,
  configuration: JsonObject,
  managed: ManagedFields,
  application: Application,
  force: boolean,
): Merged | { readonly kind: 'conflicts'; readonly conflicts: readonly Conflict[] } {
  const { schema, resetFields } = application;
  const owner = ownerOf(application, 'Apply');
  const key = ownerKey(owner);
  const last = managed.get(key);
  const set = recursiveDifference(fieldSetOf(configuration, schema), resetFields);
  const asked = new Map(managed).set(key, { owner, time: last?.time, set });
  const left = pruned(mergeValues(live, configuration, schema), asked, last?.set ?? EMPTY_SET, schema);
  const changes = filtered(compareValues(live, left, schema), resetFields);
  const { managed: untaken, conflicts } = withoutTaken(asked, changes, key);
  if (!force && conflicts.size > 0) return { kind: 'conflicts', conflicts: listed(conflicts) };
  const stripped = withoutServerFields(untaken, key);
  const entry = stripped.get(key);
  const unchanged = sameValue(live, left);
  const object = application.builtIn ? decodeFields(left, schema).object : left;
  if (unchanged || entry === undefined) return { kind: 'merged', object: unchanged ? live : object, managed: stripped };
  return { kind: 'merged', object, managed: new Map(stripped).set(key, { ...entry, time: application.time }) };
}

/** Without the fields that the manager applied last time, not this time, and that nobody owns. */
function pruned(merged: JsonObject, managed: ManagedFields, last: FieldSet, schema: FieldSchema): JsonObject {
  if (isEmptySet(last)) return merged;
  const named = (set: FieldSet): FieldSet => withNamedFields(set, schema);
  const all = named(fieldSetOf(merged, schema));
  const lastNamed = named(last);
  const without = removeFields(merged, lastNamed, schema);
  let owned: FieldSet = EMPTY_SET;
  for (const entry of managed.values()) owned = union(owned, entry.set);
  const rest = union(named(fieldSetOf(without, schema)), named(owned));
  const withOwned = removeFields(merged, difference(all, rest), schema);
  const gone = difference(all, named(fieldSetOf(withOwned, schema)));
  return removeFields(merged, intersection(gone, lastNamed), schema);
}

function listed(conflicts: ManagedFields): readonly Conflict[] {
  return [...conflicts]
    .sort(([a], [b]) => compareText(a, b))
    .flatMap(([, { owner, set }]) => pathsOf(set).map((path) => ({ owner, path })));
}

function conflictRefusal(conflicts: readonly Conflict[]): Refusal {
  return {
    kind: 'refused',
    code: 409,
    reason: 'Conflict',
    message: conflictMessage(conflicts),
    causes: conflicts.map(({ owner, path }) => ({
      reason: 'FieldManagerConflict',
      message: `conflict with ${ownerText(owner)}`,
      field: pathText(path),
    })),
  };
}

function conflictMessage(conflicts: readonly Conflict[]): string {
  const [only] = conflicts;
  if (conflicts.length === 1 && only !== undefined) {
    return `Apply failed with 1 conflict: conflict with ${ownerText(only.owner)}: ${pathText(only.path)}`;
  }
  const lines: string[] = [];
  let before: Owner | undefined;
  for (const { owner, path } of conflicts) {
    if (owner !== before) lines.push(`conflicts with ${ownerText(owner)}:`);
    before = owner;
    lines.push(`- ${pathText(path)}`);
  }
  return `Apply failed with ${conflicts.length} conflicts: ${lines.join('\n')}`;
}

function ownerText({ manager, operation, apiVersion, subresource }: Owner): string {
  const name = JSON.stringify(manager);
  const below = subresource === '' ? name : `${name} with subresource ${JSON.stringify(subresource)}`;
  return operation === 'Update' ? `${below} using ${apiVersion}` : below;
}

function failed(message: string): Refusal {
  return { kind: 'refused', code: 500, reason: '', message };
}

/** `apps/v1, Kind=Deployment`; the core group is empty: `/v1, Kind=Pod`. */
function typeText(of: { readonly apiVersion?: unknown; readonly kind?: unknown }): string {
  const apiVersion = typeof of.apiVersion === 'string' ? of.apiVersion : '';
  return `${apiVersion.includes('/') ? '' : '/'}${apiVersion}, Kind=${typeof of.kind === 'string' ? of.kind : ''}`;
}

function namedType(configuration: JsonObject, type: string): string {
  const metadata = ownValue(configuration, 'metadata');
  const { namespace, name } = isJsonObject(metadata) ? metadata : {};
  return `${typeof namespace === 'string' ? namespace : ''}/${typeof name === 'string' ? name : ''}; ${type}`;
}

function notAnObject(body: unknown): string {
  const type = Array.isArray(body) ? 'array' : typeof body;
  return `error unmarshaling JSON: while decoding JSON: json: cannot unmarshal ${type} into Go value of type map[string]interface {}`;
}
