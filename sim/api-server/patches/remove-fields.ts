// A value without the fields of a set: what an applier gave up. What is left is shared.
// Source: structured-merge-diff typed/remove.go.
//
// Divergence from reality: none known.

import { type FieldSchema, fieldBelow, type ListSchema, type MapSchema, shapeFor } from '../fields/field-schema.ts';
import { setOwn } from '../own-property.ts';
import { isJsonObject, type JsonObject } from '../same-value.ts';
import { belowElement, type FieldSet, isEmptySet } from './field-set.ts';
import { itemElement } from './owned-fields.ts';
import { fieldElement } from './path-element.ts';

export function removeFields(value: JsonObject, set: FieldSet, schema: FieldSchema): JsonObject {
  if (isEmptySet(set) || schema.map === undefined) return value;
  return fieldsWithout(value, set, schema.map) ?? {};
}

/** Null when nothing is left: the field itself may still have an owner. */
function without(value: unknown, set: FieldSet, schema: FieldSchema): unknown {
  const shape = shapeFor(schema, value);
  if (shape.map !== undefined) {
    return !shape.map.atomic && isJsonObject(value) ? fieldsWithout(value, set, shape.map) : null;
  }
  if (shape.scalar !== undefined || shape.list === undefined) return value;
  return shape.list.kind !== 'atomic' && Array.isArray(value) ? itemsWithout(value, set, shape.list) : null;
}

function fieldsWithout(value: JsonObject, set: FieldSet, map: MapSchema): JsonObject | null {
  const left: Record<string, unknown> = {};
  let count = 0;
  let changed = false;
  for (const name of Object.keys(value)) {
    const element = fieldElement(name);
    const old = value[name];
    const below = belowElement(set, element);
    const schema = fieldBelow(map, name);
    const gone = set.members.has(element);
    const next = gone ? undefined : isEmptySet(below) || schema === undefined ? old : without(old, below, schema);
    changed ||= next !== old;
    if (next === undefined) continue;
    setOwn(left, name, next);
    count += 1;
  }
  if (!changed) return value;
  return count === 0 ? null : left;
}

function itemsWithout(items: readonly unknown[], set: FieldSet, list: ListSchema): readonly unknown[] | null {
  const left: unknown[] = [];
  let changed = false;
  for (const item of items) {
    const at = itemElement(list, item);
    if (at.kind === 'problem') {
      left.push(item);
      continue;
    }
    const below = belowElement(set, at.element);
    const gone = set.members.has(at.element);
    const next = gone ? undefined : isEmptySet(below) ? item : without(item, below, list.items);
    changed ||= next !== item;
    if (next !== undefined) left.push(next);
  }
  if (!changed) return items;
  return left.length === 0 ? null : left;
}
