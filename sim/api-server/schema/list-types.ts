// Lists that are sets or maps hold no item twice.
// Source: apiextensions-apiserver pkg/apiserver/schema/listtype/validation.go.

import { isJsonObject } from '../same-value.ts';
import { childPath, duplicate, type FieldError, invalidValue } from './field-errors.ts';
import { type SchemaProps, valueSchema } from './schema-props.ts';

/** Duplicates in every list of type set or map below `value`. */
export function listTypeErrors(value: unknown, schema: SchemaProps | undefined, path: string): readonly FieldError[] {
  if (schema === undefined) return [];
  if (Array.isArray(value)) {
    const own = duplicates(value, schema, path);
    return [...own, ...value.flatMap((item, i) => listTypeErrors(item, schema.items, `${path}[${i}]`))];
  }
  if (!isJsonObject(value)) return [];
  const values = valueSchema(schema);
  return Object.keys(value).flatMap((name) => {
    const property = schema.properties?.[name];
    if (property !== undefined) return listTypeErrors(value[name], property, childPath(path, name));
    return listTypeErrors(value[name], values, `${path}[${name}]`);
  });
}

function duplicates(list: readonly unknown[], schema: SchemaProps, path: string): readonly FieldError[] {
  if (schema['x-kubernetes-list-type'] === 'set') return repeated(list, path);
  if (schema['x-kubernetes-list-type'] !== 'map') return [];
  const stray = list.findIndex((item) => item !== null && !isJsonObject(item));
  if (stray >= 0) {
    return [invalidValue(`${path}[${stray}]`, list[stray], 'must be an object for an array of list-type map')];
  }
  const keys = schema['x-kubernetes-list-map-keys'] ?? [];
  return repeated(
    list.map((item) => listMapKey(item, keys)),
    path,
  );
}

/** The key fields of an item that it has. */
export function listMapKey(item: unknown, keys: readonly string[]): Readonly<Record<string, unknown>> {
  const key: Record<string, unknown> = {};
  if (!isJsonObject(item)) return key;
  for (const field of keys) if (item[field] !== undefined) key[field] = item[field];
  return key;
}

/** Each repeated item once, at its second place. */
function repeated(items: readonly unknown[], path: string): readonly FieldError[] {
  const seen = new Map<string, number>();
  const errors: FieldError[] = [];
  items.forEach((item, i) => {
    const text = canonical(item);
    const times = (seen.get(text) ?? 0) + 1;
    seen.set(text, times);
    if (times === 2) errors.push(duplicate(`${path}[${i}]`, item));
  });
  return errors;
}

/** JSON with sorted keys. */
export function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`;
  if (!isJsonObject(value)) return JSON.stringify(value) ?? 'null';
  const fields = Object.keys(value).sort();
  return `{${fields.map((field) => `${JSON.stringify(field)}:${canonical(value[field])}`).join(',')}}`;
}
