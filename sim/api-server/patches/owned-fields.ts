// Which fields a value has, as a set of paths: what an applied configuration asks to own.
// Source: structured-merge-diff typed/tofieldset.go, typed/helpers.go, fieldpath/set.go (EnsureNamedFieldsAreMembers).
//
// Divergence from reality: none known.

import {
  DEDUCED,
  type FieldSchema,
  fieldBelow,
  type ListSchema,
  type MapSchema,
  shapeFor,
} from '../fields/field-schema.ts';
import { ownValue } from '../own-property.ts';
import { isJsonObject, type JsonObject } from '../same-value.ts';
import { EMPTY_SET, type FieldSet, FieldSetBuilder } from './field-set.ts';
import { fieldElement, fieldName, keyElement, type PathElement, valueElement } from './path-element.ts';

export type ItemElement =
  | { readonly kind: 'element'; readonly element: PathElement }
  | { readonly kind: 'problem'; readonly problem: string };

/** How an item of a set or of a list map is found again, or why it cannot be. */
export function itemElement(list: ListSchema, item: unknown): ItemElement {
  return list.keys.length > 0 ? keyedElement(list, item) : scalarElement(item);
}

function keyedElement(list: ListSchema, item: unknown): ItemElement {
  if (item === null || item === undefined) return problem('associative list with keys may not have a null element');
  if (!isJsonObject(item)) return problem('associative list with keys may not have non-map elements');
  const keys: (readonly [string, unknown])[] = [];
  for (const key of list.keys) {
    const value = ownValue(item, key) ?? list.items.map?.fields.get(key)?.default;
    if (value !== undefined) keys.push([key, value]);
  }
  if (keys.length > 0) return { kind: 'element', element: keyElement(keys) };
  const names = list.keys.map((key) => JSON.stringify(key)).join(' ');
  return problem(
    `associative list with keys has an element that omits all key fields [${names}] (and doesn't have default values for any key fields)`,
  );
}

function scalarElement(item: unknown): ItemElement {
  if (Array.isArray(item)) return problem('not supported: associative list with lists as elements');
  if (isJsonObject(item)) return problem("associative list without keys has an element that's a map type");
  if (item === null || item === undefined) {
    return problem("associative list without keys has an element that's an explicit null");
  }
  return { kind: 'element', element: valueElement(item) };
}

function problem(text: string): ItemElement {
  return { kind: 'problem', problem: text };
}

/** The items of a list by element, in the order of first appearance; items that have none are left out. */
export function itemsByElement(
  list: ListSchema,
  items: readonly unknown[],
): ReadonlyMap<PathElement, readonly unknown[]> {
  const found = new Map<PathElement, unknown[]>();
  for (const item of items) {
    const at = itemElement(list, item);
    if (at.kind === 'problem') continue;
    const known = found.get(at.element);
    if (known === undefined) found.set(at.element, [item]);
    else known.push(item);
  }
  return found;
}

/** The paths of a value: its leaves, the entries of maps, the items of lists, and structs only where they are empty. */
export function fieldSetOf(value: unknown, schema: FieldSchema): FieldSet {
  const builder = new FieldSetBuilder();
  if (isJsonObject(value) && schema.map !== undefined) collectMap(builder, value, schema.map);
  return builder.build();
}

function collect(at: FieldSetBuilder, element: PathElement, value: unknown, schema: FieldSchema): void {
  const shape = shapeFor(schema, value);
  if (shape.map !== undefined) {
    if (shape.map.atomic) at.addMember(element);
    else if (isJsonObject(value)) collectMap(at.below(element), value, shape.map);
  } else if (shape.scalar !== undefined) {
    at.addMember(element);
  } else if (shape.list !== undefined) {
    if (shape.list.kind === 'atomic') at.addMember(element);
    else if (Array.isArray(value)) collectItems(at.below(element), value, shape.list);
  }
}

function collectMap(at: FieldSetBuilder, value: JsonObject, map: MapSchema): void {
  for (const [name, below] of Object.entries(value)) {
    if (below === undefined) continue;
    const schema = fieldBelow(map, name);
    if (schema === undefined) continue;
    const element = fieldElement(name);
    collect(at, element, below, schema);
    if (below === null || isEmptyObject(below) || !map.fields.has(name)) at.addMember(element);
  }
}

function collectItems(at: FieldSetBuilder, items: readonly unknown[], list: ListSchema): void {
  for (const [element, same] of itemsByElement(list, items)) {
    if (same.length === 1) collect(at, element, same[0], list.items);
    at.addMember(element);
  }
}

function isEmptyObject(value: unknown): boolean {
  return isJsonObject(value) && Object.keys(value).length === 0;
}

/** The set with every declared field on the way to a member as a member too: removing all of a struct removes the struct. */
export function withNamedFields(set: FieldSet, schema: FieldSchema | undefined): FieldSet {
  if (set === EMPTY_SET) return set;
  const members = new Set(set.members);
  const children = new Map<PathElement, FieldSet>();
  for (const [element, below] of set.children) {
    const name = fieldName(element);
    if (name !== undefined && schema?.map?.fields.has(name)) members.add(element);
    children.set(element, withNamedFields(below, schemaBelow(schema, element)));
  }
  return { members, children };
}

function schemaBelow(schema: FieldSchema | undefined, element: PathElement): FieldSchema | undefined {
  const name = fieldName(element);
  if (name !== undefined) return schema?.map === undefined ? undefined : fieldBelow(schema.map, name);
  return element.startsWith('k:') ? schema?.list?.items : undefined;
}

/**
 * The set as the schema now has it: what is owned below a value that has become atomic is owned as that value. The very same set
 * where nothing has changed. Source: structured-merge-diff typed/reconcile_schema.go.
 */
export function reconciledSet(set: FieldSet, schema: FieldSchema | undefined): FieldSet {
  if (schema === undefined || isDeduced(schema)) return set;
  let members: Set<PathElement> | undefined;
  let children: Map<PathElement, FieldSet> | undefined;
  for (const [element, below] of set.children) {
    const next = schemaBelow(schema, element);
    const asOne = next !== undefined && isAtomic(next);
    const reconciled = asOne ? EMPTY_SET : reconciledSet(below, next);
    if (reconciled === below) continue;
    children ??= new Map(set.children);
    if (asOne) {
      members ??= new Set(set.members);
      members.add(element);
      children.delete(element);
    } else {
      children.set(element, reconciled);
    }
  }
  return children === undefined ? set : { members: members ?? set.members, children };
}

function isDeduced(schema: FieldSchema): boolean {
  return schema.map !== undefined && schema.map.fields.size === 0 && schema.map.others === DEDUCED;
}

function isAtomic(schema: FieldSchema): boolean {
  return schema.map === undefined ? schema.list?.kind === 'atomic' : schema.map.atomic;
}
