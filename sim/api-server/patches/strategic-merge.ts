// Strategic merge patch of built-in types: objects merge, lists merge by their merge key where the type says so, and directives
// say the rest. Path copy: what does not change is shared with the object.
// Source: apimachinery pkg/util/strategicpatch/patch.go, pkg/util/mergepatch/errors.go; apiserver handlers/patch.go
// (interpretStrategicMergePatchError).
//
// Divergence from reality: the real server visits the fields of a patch in random order, here they come in the patch's.

import { DEDUCED, type FieldSchema, fieldBelow, type MapSchema, type PatchRule } from '../fields/field-schema.ts';
import { ownValue, setOwn } from '../own-property.ts';
import { badRequest, type Refusal } from '../refusals.ts';
import { isJsonObject, type JsonObject, sameValue } from '../same-value.ts';
import { goPrint, goTypeOf } from './go-print.ts';
import { notAMap, unprocessable } from './patch-refusals.ts';
import {
  type ListMerge,
  mergedInOrder,
  mergedList,
  PatchError,
  type PatchFault,
  withoutDirectives,
} from './strategic-lists.ts';

const DIRECTIVE = '$patch';
const RETAIN_KEYS = '$retainKeys';
const DELETE_FROM_LIST = '$deleteFromPrimitiveList';
const ELEMENT_ORDER = '$setElementOrder';

export type StrategicallyPatched = { readonly kind: 'patched'; readonly value: JsonObject } | Refusal;

/**
 * The object with the patch applied, the very same object when nothing changes. Refusals: 400 for a malformed patch or
 * directive, 422 for lists of lists, 500 for items without their merge key, as the real server answers.
 */
export function strategicMergePatch(object: JsonObject, patch: unknown, schema: FieldSchema): StrategicallyPatched {
  if (!isJsonObject(patch)) return badRequest(notAMap(patch));
  try {
    return { kind: 'patched', value: mergeObject(object, patch, schema) };
  } catch (error) {
    if (error instanceof PatchError) return refusalOf(error.fault, error.message);
    throw error;
  }
}

function refusalOf(fault: PatchFault, message: string): Refusal {
  switch (fault) {
    case 'malformed':
      return badRequest(message);
    case 'unprocessable':
      return unprocessable();
    default:
      return { kind: 'refused', code: 500, reason: '', message };
  }
}

function mergeObject(object: JsonObject, patch: JsonObject, schema: FieldSchema): JsonObject {
  const directive = ownValue(patch, DIRECTIVE);
  if (directive !== undefined) return directed(directive, patch);
  const map = schema.map;
  const draft = new ObjectDraft(object);
  retainKeys(draft, patch);
  const ordered = orderLists(draft, patch, map);
  for (const key of Object.keys(patch)) {
    if (key === RETAIN_KEYS || key.startsWith(ELEMENT_ORDER) || ordered.has(key)) continue;
    const asked = patch[key];
    if (asked === undefined) continue;
    const deletes = key.startsWith(DELETE_FROM_LIST);
    mergeField(
      draft,
      deletes ? fieldOfDirective(key, 'invalid patch format of primitive list') : key,
      asked,
      deletes,
      map,
    );
  }
  return draft.result();
}

function directed(directive: unknown, patch: JsonObject): JsonObject {
  if (directive === 'delete') return {};
  if (directive !== 'replace') {
    throw new PatchError('internal', `unknown patch type: ${goPrint(directive)} in map: ${goPrint(patch)}`);
  }
  const { [DIRECTIVE]: _directive, ...rest } = patch;
  return rest;
}

/** `$setElementOrder/containers` speaks of `containers`. */
function fieldOfDirective(key: string, otherwise: string): string {
  const slash = key.indexOf('/');
  if (slash < 0 || (key.slice(0, slash) !== DELETE_FROM_LIST && key.slice(0, slash) !== ELEMENT_ORDER)) {
    throw new PatchError('malformed', otherwise);
  }
  return key.slice(slash + 1);
}

function retainKeys(draft: ObjectDraft, patch: JsonObject): void {
  const kept = ownValue(patch, RETAIN_KEYS);
  if (kept === undefined) return;
  const malformed = 'invalid patch format of retainKeys';
  if (!Array.isArray(kept)) throw new PatchError('malformed', malformed);
  for (const key of Object.keys(patch)) {
    if (key === RETAIN_KEYS || key.startsWith(DELETE_FROM_LIST) || key.startsWith(ELEMENT_ORDER)) continue;
    if (patch[key] !== null && !kept.includes(key)) throw new PatchError('malformed', malformed);
  }
  for (const key of draft.fields()) if (!kept.includes(key)) draft.remove(key);
}

/** Merges the lists that have an order directive, and returns their names. */
function orderLists(draft: ObjectDraft, patch: JsonObject, map: MapSchema | undefined): ReadonlySet<string> {
  const done = new Set<string>();
  for (const key of Object.keys(patch)) {
    if (!key.startsWith(ELEMENT_ORDER)) continue;
    const order = listOf(patch[key]);
    const name = fieldOfDirective(key, 'invalid patch format of setElementOrder list');
    const live = ownValue(draft.current(), name);
    const asked = ownValue(patch, name);
    if (live === undefined && asked === undefined) continue;
    const merge = listMergeOf(map, name);
    const original = live === undefined || live === null ? undefined : listOf(live);
    const items = asked === undefined || asked === null ? undefined : listOf(asked);
    if (items !== undefined || original !== undefined) {
      draft.set(name, mergedInOrder(original, items, order, merge, mergeObject));
    }
    if (asked !== undefined) done.add(name);
  }
  return done;
}

function listOf(value: unknown): readonly unknown[] {
  if (Array.isArray(value)) return value;
  throw new PatchError('internal', `expected a []interface {}, but received a ${goTypeOf(value)}`);
}

function ruleOf(map: MapSchema | undefined, name: string): PatchRule | undefined {
  return map?.fields.get(name)?.patch;
}

function schemaOf(map: MapSchema | undefined, name: string): FieldSchema {
  return (map === undefined ? undefined : fieldBelow(map, name)) ?? DEDUCED;
}

function listMergeOf(map: MapSchema | undefined, name: string): ListMerge {
  const rule = ruleOf(map, name);
  const items = schemaOf(map, name).list?.items ?? DEDUCED;
  return { items, merges: rule?.strategy === 'merge', mergeKey: rule?.mergeKey };
}

function mergeField(
  draft: ObjectDraft,
  name: string,
  asked: unknown,
  deletes: boolean,
  map: MapSchema | undefined,
): void {
  if (asked === null) {
    draft.remove(name);
    return;
  }
  const live = ownValue(draft.current(), name);
  const bothObjects = isJsonObject(live) && isJsonObject(asked);
  const bothLists = Array.isArray(live) && Array.isArray(asked);
  if (bothObjects) {
    const replaces = ruleOf(map, name)?.strategy === 'replace';
    draft.set(name, replaces ? asked : mergeObject(live, asked, schemaOf(map, name)));
  } else if (bothLists) {
    draft.set(name, mergedList(live, asked, deletes, listMergeOf(map, name), mergeObject));
  } else if (!deletes) {
    const taken = withoutDirectives(asked, true);
    if (taken === undefined) draft.remove(name);
    else draft.set(name, taken);
  }
}

/** An object that is copied at its first change. */
class ObjectDraft {
  private readonly original: JsonObject;
  private changed: Record<string, unknown> | undefined;

  constructor(original: JsonObject) {
    this.original = original;
  }

  current(): JsonObject {
    return this.changed ?? this.original;
  }

  fields(): readonly string[] {
    return Object.keys(this.current());
  }

  set(field: string, value: unknown): void {
    if (Object.hasOwn(this.current(), field) && sameValue(this.current()[field], value)) return;
    this.changed ??= { ...this.original };
    setOwn(this.changed, field, value);
  }

  remove(field: string): void {
    if (!Object.hasOwn(this.current(), field)) return;
    this.changed ??= { ...this.original };
    delete this.changed[field];
  }

  result(): JsonObject {
    return this.current();
  }
}
