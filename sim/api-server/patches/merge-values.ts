// An applied configuration merged into an object: its fields win, list maps and sets merge by item, atomic values are replaced.
// What does not change is shared with the object.
// Source: structured-merge-diff typed/merge.go.
//
// Divergence from reality: none known.

import { type FieldSchema, fieldBelow, type ListSchema, type MapSchema, shapeFor } from '../fields/field-schema.ts';
import { ownValue, setOwn } from '../own-property.ts';
import { isJsonObject, type JsonObject, sameValue } from '../same-value.ts';
import { itemElement } from './owned-fields.ts';
import type { PathElement } from './path-element.ts';

/** The object with the configuration merged into it; both fit the schema. */
export function mergeValues(live: JsonObject, applied: JsonObject, schema: FieldSchema): JsonObject {
  return schema.map === undefined ? applied : mergeFields(live, applied, schema.map);
}

function mergeAt(live: unknown, applied: unknown, schema: FieldSchema): unknown {
  if (live === undefined || live === applied) return applied;
  if (applied === null && keepsUnderNull(live, schema)) return live;
  const shape = shapeFor(schema, applied);
  if (shape.map !== undefined) {
    if (shape.map.atomic || !isJsonObject(live) || !isJsonObject(applied)) return kept(live, applied);
    return mergeFields(live, applied, shape.map);
  }
  if (shape.scalar !== undefined || shape.list === undefined || shape.list.kind === 'atomic')
    return kept(live, applied);
  if (!Array.isArray(live) || !Array.isArray(applied)) return kept(live, applied);
  return mergeItems(live, applied, shape.list);
}

/** A null where something is merged by its parts asks for no part of it. */
function keepsUnderNull(live: unknown, schema: FieldSchema): boolean {
  if (schema.map !== undefined) return !schema.map.atomic && isJsonObject(live) && Object.keys(live).length > 0;
  if (schema.scalar !== undefined || schema.list === undefined) return false;
  return schema.list.kind !== 'atomic' && Array.isArray(live) && live.length > 0;
}

/** The live value where it is the same, so that it stays shared. */
function kept(live: unknown, applied: unknown): unknown {
  return sameValue(live, applied) ? live : applied;
}

function mergeFields(live: JsonObject, applied: JsonObject, map: MapSchema): JsonObject {
  let next: Record<string, unknown> | undefined;
  for (const name of Object.keys(applied)) {
    const asked = applied[name];
    const schema = fieldBelow(map, name);
    if (asked === undefined || schema === undefined) continue;
    const old = ownValue(live, name);
    const value = mergeAt(old, asked, schema);
    if (value === old) continue;
    next ??= { ...live };
    setOwn(next, name, value);
  }
  return next ?? live;
}

/** The items of the configuration in its order; items that only the object has stay where they are among the shared ones. */
function mergeItems(live: readonly unknown[], applied: readonly unknown[], list: ListSchema): readonly unknown[] {
  const left = indexed(list, live);
  const right = indexed(list, applied);
  const merged: unknown[] = [];
  const done = new Set<PathElement>();
  const shared = right.order.filter((element) => left.first.has(element));
  let nextShared = 0;
  const take = (element: PathElement): void => {
    merged.push(mergeAt(left.unique(element), right.first.get(element), list.items));
    done.add(element);
    if (shared[nextShared] === element) nextShared += 1;
  };
  const isForLater = (element: PathElement): boolean =>
    right.first.has(element) && nextShared < shared.length && shared[nextShared] !== element;
  let l = 0;
  let r = 0;
  while (l < left.order.length || r < right.order.length) {
    const ours = left.order[l];
    const theirs = right.order[r];
    if (ours !== undefined && ours === theirs) {
      take(ours);
      l += 1;
      r += 1;
    } else if (ours !== undefined && theirs !== undefined && isForLater(ours)) {
      l += 1;
    } else if (ours !== undefined && !right.first.has(ours)) {
      merged.push(left.items[l]);
      l += 1;
    } else {
      if (ours !== undefined && done.has(ours)) l += 1;
      if (theirs !== undefined) take(theirs);
      r += 1;
    }
  }
  return sameItems(live, merged) ? live : merged;
}

interface IndexedItems {
  readonly items: readonly unknown[];
  readonly order: readonly PathElement[];
  readonly first: ReadonlyMap<PathElement, unknown>;
  /** The item, or undefined where several have the element: they are replaced, not merged. */
  unique(element: PathElement): unknown;
}

function indexed(list: ListSchema, all: readonly unknown[]): IndexedItems {
  const items: unknown[] = [];
  const order: PathElement[] = [];
  const first = new Map<PathElement, unknown>();
  const repeated = new Set<PathElement>();
  for (const item of all) {
    const at = itemElement(list, item);
    if (at.kind === 'problem') continue;
    items.push(item);
    order.push(at.element);
    if (first.has(at.element)) repeated.add(at.element);
    else first.set(at.element, item);
  }
  return { items, order, first, unique: (element) => (repeated.has(element) ? undefined : first.get(element)) };
}

function sameItems(a: readonly unknown[], b: readonly unknown[]): boolean {
  return a.length === b.length && a.every((item, i) => item === b[i]);
}
