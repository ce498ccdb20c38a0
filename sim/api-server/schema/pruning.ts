// Pruning and defaulting by a structural schema, both by path copy: what stays as it is is shared.
// Source: apiextensions-apiserver pkg/apiserver/schema/{pruning/algorithm,defaulting/algorithm,defaulting/prunenulls}.go.
//
// Divergence from reality: none known. Unknown fields of metadata are the decoder's to find.

import { isJsonObject, type JsonObject } from '../same-value.ts';
import { type SchemaProps, valueSchema } from './schema-props.ts';

const META: readonly string[] = ['apiVersion', 'kind', 'metadata'];

export interface Pruned {
  readonly object: JsonObject;
  /** Paths of the fields that are gone, sorted: `spec.hosts[0].colour`. */
  readonly unknownFields: readonly string[];
}

/** The object without the fields that the schema does not know. Fields of the root's metadata stay. */
export function pruned(object: JsonObject, schema: SchemaProps): Pruned {
  const unknown: string[] = [];
  const next = prunedObject(object, { ...schema, 'x-kubernetes-embedded-resource': true }, { path: '', unknown });
  return { object: next, unknownFields: unknown.sort() };
}

interface Walk {
  readonly path: string;
  readonly unknown: string[];
}

function prunedValue(value: unknown, schema: SchemaProps | undefined, walk: Walk): unknown {
  if (Array.isArray(value)) {
    return mappedItems(value, (item, i) =>
      prunedValue(item, schema?.items ?? keepsBelow(schema), { ...walk, path: `${walk.path}[${i}]` }),
    );
  }
  return isJsonObject(value) ? prunedObject(value, schema, walk) : value;
}

/** Below a list whose items have no schema everything stays where the list preserves unknown fields. */
function keepsBelow(schema: SchemaProps | undefined): SchemaProps | undefined {
  return schema?.['x-kubernetes-preserve-unknown-fields'] ? KEEPS_ALL : undefined;
}

const KEEPS_ALL: SchemaProps = { 'x-kubernetes-preserve-unknown-fields': true };

function prunedObject(object: JsonObject, schema: SchemaProps | undefined, walk: Walk): JsonObject {
  const keeps = schema?.['x-kubernetes-preserve-unknown-fields'] === true;
  const free = schema?.additionalProperties === true;
  return mappedFields(object, (value, name) => {
    if (schema?.['x-kubernetes-embedded-resource'] && META.includes(name)) return value;
    const path = walk.path === '' ? name : `${walk.path}.${name}`;
    const property = propertyOf(schema, name);
    if (property !== undefined) return prunedValue(value, property, { ...walk, path });
    if (free) return prunedValue(value, undefined, { ...walk, path });
    if (keeps) return value;
    walk.unknown.push(path);
    return undefined;
  });
}

function propertyOf(schema: SchemaProps | undefined, name: string): SchemaProps | undefined {
  if (schema === undefined) return undefined;
  const { properties } = schema;
  const declared = properties !== undefined && Object.hasOwn(properties, name) ? properties[name] : undefined;
  return declared ?? valueSchema(schema);
}

/** The object with the schema's defaults where a field is missing or wrongly null; nulls that nothing allows are gone. */
export function defaulted(object: JsonObject, schema: SchemaProps): JsonObject {
  return defaultedObject(object, schema);
}

function defaultedValue(value: unknown, schema: SchemaProps | undefined): unknown {
  if (schema === undefined) return value;
  if (Array.isArray(value)) {
    return mappedItems(value, (item) => {
      const filled = isWronglyNull(item, schema.items) ? (schema.items?.default ?? item) : item;
      return defaultedValue(filled, schema.items);
    });
  }
  return isJsonObject(value) ? defaultedObject(value, schema) : value;
}

function defaultedObject(object: JsonObject, schema: SchemaProps): JsonObject {
  const kept = mappedFields(object, (value, name) => {
    const property = propertyOf(schema, name);
    if (!isWronglyNull(value, property)) return defaultedValue(value, property);
    return hasDefault(property) ? defaultedValue(property?.default, property) : undefined;
  });
  let filled: Record<string, unknown> | undefined;
  for (const [name, property] of Object.entries(schema.properties ?? {})) {
    if (!hasDefault(property) || kept[name] !== undefined) continue;
    filled ??= { ...kept };
    filled[name] = defaultedValue(property.default, property);
  }
  return filled ?? kept;
}

/** A default of null is none. */
function hasDefault(schema: SchemaProps | undefined): boolean {
  return schema?.default !== undefined && schema.default !== null;
}

function isWronglyNull(value: unknown, schema: SchemaProps | undefined): boolean {
  return value === null && schema !== undefined && !schema.nullable;
}

/** The list itself when no item changes. */
function mappedItems(list: readonly unknown[], map: (item: unknown, index: number) => unknown): readonly unknown[] {
  const mapped = list.map(map);
  return mapped.every((item, i) => item === list[i]) ? list : mapped;
}

/** The object itself when no field changes; a field that maps to undefined goes. */
function mappedFields(object: JsonObject, map: (value: unknown, name: string) => unknown): JsonObject {
  let changed = false;
  const entries: [string, unknown][] = [];
  for (const name of Object.keys(object)) {
    const value = object[name];
    const mapped = value === undefined ? undefined : map(value, name);
    changed ||= mapped !== value;
    if (mapped !== undefined) entries.push([name, mapped]);
  }
  return changed ? Object.fromEntries(entries) : object;
}
