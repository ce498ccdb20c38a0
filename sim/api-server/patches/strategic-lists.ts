// Lists under a strategic merge patch: scalars are joined or taken out, objects are matched by their merge key, and the order is
// that of the patch, with what only the server has where it stood among the others.
// Source: apimachinery pkg/util/strategicpatch/patch.go (mergeSlice, normalizeElementOrder, mergePatchIntoOriginal).

import type { FieldSchema } from '../fields/field-schema.ts';
import { ownValue, setOwn } from '../own-property.ts';
import { isJsonObject, type JsonObject, sameValue } from '../same-value.ts';
import { goPrint, goTypeOf } from './go-print.ts';

/** Whose fault a patch that cannot be applied is: it decides the code of the answer. */
export type PatchFault = 'malformed' | 'unprocessable' | 'internal';

/** Thrown and caught within the strategic merge. */
export class PatchError extends Error {
  override name = 'PatchError';
  readonly fault: PatchFault;

  constructor(fault: PatchFault, message: string) {
    super(message);
    this.fault = fault;
  }
}

export interface ListMerge {
  readonly items: FieldSchema;
  /** False: a list in the patch replaces the list. */
  readonly merges: boolean;
  /** Undefined for lists of scalars. */
  readonly mergeKey: string | undefined;
}

type MergeObject = (object: JsonObject, patch: JsonObject, schema: FieldSchema) => JsonObject;
type Items = readonly unknown[];

/** The list after a patch of it; `deletes`: the patch lists scalars to take out. */
export function mergedList(
  live: Items,
  patch: Items,
  deletes: boolean,
  merge: ListMerge,
  mergeObject: MergeObject,
): Items {
  if (!merge.merges && !deletes) return patch;
  if (live.length === 0 && patch.length === 0) return live;
  const key = merge.mergeKey;
  if (!holdObjects(live, patch)) {
    if (deletes) return live.filter((item) => !patch.includes(item));
    return inOrder([...new Set([...live, ...patch])], patch, live, undefined);
  }
  if (key === undefined) {
    const type = merge.items.goType?.replace(/^.*\./, '') ?? '';
    throw new PatchError('internal', `cannot merge lists without merge key for ${type}`);
  }
  const { left, asked } = afterDirectives(live, patch, key);
  return inOrder(mergedItems(left, asked, key, merge.items, mergeObject), asked, left, key);
}

/** The list after a patch that also gives the order of its items; `patch` is undefined where only the order is given. */
export function mergedInOrder(
  live: Items | undefined,
  patch: Items | undefined,
  order: Items,
  merge: ListMerge,
  mergeObject: MergeObject,
): Items {
  const key = merge.mergeKey;
  if (patch !== undefined) checkOrder(patch, order, key);
  const merged =
    patch === undefined
      ? (live ?? [])
      : live === undefined
        ? patch.flatMap((item) => withoutDirectives(item, false) ?? [])
        : mergedList(live, patch, false, merge, mergeObject);
  if (merged.length === 0) return merged;
  const byKey = key !== undefined && holdObjects(live ?? [], patch ?? []) ? key : undefined;
  return inOrder(merged, order, orderOfServer(live ?? [], patch ?? [], byKey), byKey);
}

/** In the server's own order, new items take the places that deleted ones leave. */
function orderOfServer(live: Items, patch: Items, key: string | undefined): Items {
  if (key === undefined || !patch.some((item) => isJsonObject(item) && item.$patch === 'delete')) return live;
  const { left, asked } = afterDirectives(live, patch, key);
  const known = new Set(left.map((item) => identity(item, key)));
  const added = asked.filter((item) => !known.has(identity(item, key)));
  return [...left, ...added].slice(0, live.length);
}

/** True when the items are objects; mixed lists and lists of lists are refused. */
function holdObjects(...lists: readonly Items[]): boolean {
  let type: string | undefined;
  for (const item of lists.flat(1)) {
    if (Array.isArray(item)) throw new PatchError('unprocessable', 'lists of lists are not supported');
    const next = goTypeOf(item);
    if (type !== undefined && next !== type) {
      throw new PatchError('internal', `list element types are not identical: ${goPrint(lists)}`);
    }
    type = next;
  }
  return type === 'map[string]interface {}';
}

interface Directed {
  readonly left: Items;
  readonly asked: Items;
}

/** Carries out `$patch` in items: what is left of the list, and the items of the patch that have no directive. */
function afterDirectives(live: Items, patch: Items, key: string): Directed {
  let left = live;
  let replaces = false;
  const asked: unknown[] = [];
  for (const item of patch) {
    const object = objectItem(item);
    const directive = ownValue(object, '$patch');
    if (directive === undefined) asked.push(item);
    else if (directive === 'replace') replaces = true;
    else if (directive === 'delete') left = without(left, key, mergeKeyOf(object, key));
    else if (directive === 'merge')
      throw new PatchError('internal', 'merging lists cannot yet be specified in the patch');
    else throw new PatchError('internal', `unknown patch type: ${goPrint(directive)} in map: ${goPrint(object)}`);
  }
  return replaces ? { left: [], asked } : { left, asked };
}

function without(items: Items, key: string, value: unknown): Items {
  return items.filter((item) => ownValue(objectItem(item), key) !== value);
}

function mergedItems(live: Items, patch: Items, key: string, schema: FieldSchema, mergeObject: MergeObject): Items {
  const merged = [...live];
  for (const item of patch) {
    const asked = objectItem(item);
    const value = mergeKeyOf(asked, key);
    const at = merged.findIndex((candidate) => ownValue(objectItem(candidate), key) === value);
    if (at < 0) merged.push(item);
    else merged[at] = mergeObject(objectItem(merged[at]), asked, schema);
  }
  return merged;
}

function objectItem(item: unknown): JsonObject {
  if (isJsonObject(item)) return item;
  throw new PatchError('internal', `expected a map[string]interface {}, but received a ${goTypeOf(item)}`);
}

function mergeKeyOf(item: JsonObject, key: string): unknown {
  const value = ownValue(item, key);
  if (value !== undefined) return value;
  throw new PatchError('internal', `map: ${goPrint(item)} does not contain declared merge key: ${key}`);
}

/** What an item is found by: its merge key, or itself. */
function identity(item: unknown, key: string | undefined): unknown {
  return key === undefined ? item : mergeKeyOf(objectItem(item), key);
}

/**
 * Items that `order` names in its order, the others in that of `live`; where both are in `live`, an item that only the server
 * has goes before the first that follows it there.
 */
function inOrder(items: Items, order: Items, live: Items, key: string | undefined): Items {
  const wanted = order.map((item) => identity(item, key));
  const stood = live.map((item) => identity(item, key));
  const place = (item: unknown, among: Items): number => among.indexOf(identity(item, key));
  const named = items.filter((item) => place(item, wanted) >= 0).sort((a, b) => place(a, wanted) - place(b, wanted));
  const others = items.filter((item) => place(item, wanted) < 0).sort((a, b) => place(a, stood) - place(b, stood));
  const merged: unknown[] = [];
  let o = 0;
  for (const item of named) {
    const at = place(item, stood);
    while (o < others.length && at >= 0 && place(others[o], stood) >= 0 && place(others[o], stood) < at) {
      merged.push(others[o]);
      o += 1;
    }
    merged.push(item);
  }
  merged.push(...others.slice(o));
  return sameValue(merged, live) ? live : merged;
}

/** The items of a patch must stand in the order that its own directive gives. */
function checkOrder(patch: Items, order: Items, key: string | undefined): void {
  if (order.length === 0 || patch.length === 0) return;
  const kept = key === undefined ? patch : patch.filter((item) => ownValue(objectItem(item), '$patch') !== 'delete');
  let p = 0;
  for (let o = 0; p < kept.length && o < order.length; ) {
    const item = kept[p];
    if (isJsonObject(item) && Object.hasOwn(item, '$patch')) {
      p += 1;
      continue;
    }
    if (identity(item, key) === identity(order[o], key)) p += 1;
    o += 1;
  }
  if (p < kept.length) {
    throw new PatchError(
      'internal',
      `The order in patch list:\n${goPrint(patch)}\n doesn't match $setElementOrder list:\n${goPrint(order)}\n`,
    );
  }
}

/** A value of the patch as it is stored: without objects that carry a directive, and, if asked, without nulls. */
export function withoutDirectives(value: unknown, dropNulls: boolean): unknown {
  if (Array.isArray(value)) return value.flatMap((item) => keptItem(item, dropNulls));
  if (!isJsonObject(value)) return value;
  if (Object.hasOwn(value, '$patch')) return undefined;
  const kept: Record<string, unknown> = {};
  for (const field of Object.keys(value)) {
    const below = value[field];
    if (below === null && dropNulls) continue;
    const taken = withoutDirectives(below, dropNulls);
    if (taken !== undefined) setOwn(kept, field, taken);
  }
  return kept;
}

function keptItem(item: unknown, dropNulls: boolean): Items {
  const kept = withoutDirectives(item, dropNulls);
  return kept === undefined ? [] : [kept];
}
