// What differs between two versions of an object, as three sets of paths: added, modified, removed. Values that both versions
// share are not looked into, so a comparison costs what changed.
// Source: structured-merge-diff typed/compare.go.
//
// Divergence from reality: the real server compares Go structs, which always have some fields; those that the schema marks as
// always there are taken as there, other zero values are not.

import {
  type Field,
  type FieldSchema,
  fieldBelow,
  type ListSchema,
  type MapSchema,
  shapeFor,
} from '../fields/field-schema.ts';
import { ownValue } from '../own-property.ts';
import { isJsonObject, type JsonObject, sameValue } from '../same-value.ts';
import { type FieldSet, FieldSetBuilder } from './field-set.ts';
import { itemsByElement } from './owned-fields.ts';
import { fieldElement, type PathElement } from './path-element.ts';

/** No path is in more than one of them. */
export interface Comparison {
  readonly added: FieldSet;
  readonly modified: FieldSet;
  readonly removed: FieldSet;
}

/** Compares two objects of one schema; an absent object is `{}`. */
export function compareValues(before: JsonObject, after: JsonObject, schema: FieldSchema): Comparison {
  const root = new Difference();
  if (before !== after && schema.map !== undefined) compareFields(root, before, after, schema.map);
  return root.build();
}

/** The three sets below one place. */
class Difference {
  readonly added = new FieldSetBuilder();
  readonly modified = new FieldSetBuilder();
  readonly removed = new FieldSetBuilder();
  private readonly children = new Map<PathElement, Difference>();

  below(element: PathElement): Difference {
    const child = this.children.get(element) ?? new Difference(this, element);
    this.children.set(element, child);
    return child;
  }

  constructor(parent?: Difference, element: PathElement = '') {
    if (parent === undefined) return;
    this.added = parent.added.below(element);
    this.modified = parent.modified.below(element);
    this.removed = parent.removed.below(element);
  }

  build(): Comparison {
    return { added: this.added.build(), modified: this.modified.build(), removed: this.removed.build() };
  }
}

/** A value that is undefined is absent; null is a value. */
function compareAt(at: Difference, element: PathElement, before: unknown, after: unknown, schema: FieldSchema): void {
  if (before === after) return;
  const shapeBefore = shapeFor(schema, before);
  const shapeAfter = shapeFor(schema, after);
  let asOne: boolean;
  if (after === undefined) {
    asOne = compareAs(at, element, before, after, shapeBefore);
  } else {
    if (before !== undefined && !sameShape(shapeBefore, shapeAfter)) compareAs(at, element, before, after, shapeBefore);
    asOne = compareAs(at, element, before, after, shapeAfter);
  }
  if (asOne) return;
  if (before === undefined) at.added.addMember(element);
  else if (after === undefined) at.removed.addMember(element);
}

function sameShape(a: FieldSchema, b: FieldSchema): boolean {
  return a.map === b.map && a.list === b.list && a.scalar === b.scalar;
}

/** True when the value was compared as one. */
function compareAs(at: Difference, element: PathElement, before: unknown, after: unknown, shape: FieldSchema): boolean {
  if (shape.map !== undefined) {
    const left = isJsonObject(before) ? before : undefined;
    const right = isJsonObject(after) ? after : undefined;
    if (!shape.map.atomic && !(isEmpty(left) && isEmpty(right))) {
      compareFields(at.below(element), left, right, shape.map);
      return false;
    }
  } else if (shape.scalar === undefined && shape.list !== undefined && shape.list.kind !== 'atomic') {
    const left = Array.isArray(before) ? before : [];
    const right = Array.isArray(after) ? after : [];
    if (left.length > 0 || right.length > 0) {
      compareItems(at.below(element), left, right, shape.list);
      return false;
    }
  }
  if (before === undefined) at.added.addMember(element);
  else if (after === undefined) at.removed.addMember(element);
  else if (!sameValue(before, after)) at.modified.addMember(element);
  return true;
}

function isEmpty(value: JsonObject | undefined): boolean {
  return value === undefined || Object.keys(value).length === 0;
}

function compareFields(
  at: Difference,
  before: JsonObject | undefined,
  after: JsonObject | undefined,
  map: MapSchema,
): void {
  for (const name of namesOf(before, after, map)) {
    const schema = fieldBelow(map, name);
    if (schema === undefined) continue;
    const field = map.fields.get(name);
    compareAt(at, fieldElement(name), valueIn(before, name, field), valueIn(after, name, field), schema);
  }
}

function namesOf(before: JsonObject | undefined, after: JsonObject | undefined, map: MapSchema): Iterable<string> {
  const names = new Set([...Object.keys(before ?? {}), ...Object.keys(after ?? {})]);
  if (before === undefined || after === undefined) {
    for (const [name, field] of map.fields) if (field.alwaysThere) names.add(name);
  }
  return names;
}

const NO_VALUE: JsonObject = Object.freeze({});

/** Below a struct that is there, structs held by value are there, and lists that are never left out are null. */
function valueIn(object: JsonObject | undefined, name: string, field: Field | undefined): unknown {
  if (object === undefined) return undefined;
  const value = ownValue(object, name);
  if (value !== undefined || field === undefined) return value;
  if (field.alwaysThere) return NO_VALUE;
  return field.required && field.schema.list !== undefined ? null : undefined;
}

function compareItems(at: Difference, before: readonly unknown[], after: readonly unknown[], list: ListSchema): void {
  const left = itemsByElement(list, before);
  const right = itemsByElement(list, after);
  for (const element of new Set([...left.keys(), ...right.keys()])) {
    compareItem(at, element, left.get(element) ?? [], right.get(element) ?? [], list.items);
  }
}

/** Items that stand twice under one element are compared, added and removed as one. */
function compareItem(
  at: Difference,
  element: PathElement,
  before: readonly unknown[],
  after: readonly unknown[],
  items: FieldSchema,
): void {
  if (before.length <= 1 && after.length <= 1) {
    compareAt(at, element, before[0], after[0], items);
  } else if (before.length > 1 && after.length > 1) {
    if (!sameValue(before, after)) at.modified.addMember(element);
  } else if (before.length > 1) {
    if (after.length > 0) compareAt(at, element, undefined, after[0], items);
    at.removed.addMember(element);
  } else {
    if (before.length > 0) compareAt(at, element, before[0], undefined, items);
    at.added.addMember(element);
  }
}
