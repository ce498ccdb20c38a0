// Which old value a new one continues: by field, by key in lists of type map, and nowhere else. What has not changed is not held
// against an update (ratcheting), and only what continues an old value is asked transition rules.
// Source: apiextensions-apiserver pkg/apiserver/validation/ratcheting.go; apiserver pkg/cel/common/equality.go.
//
// Divergence from reality: errors of one unchanged field are dropped also where the real server keeps them because they stand
// inside of an allOf.

import { isJsonObject, sameValue } from '../same-value.ts';
import { canonical, listMapKey } from './list-types.ts';
import { type SchemaProps, valueSchema } from './schema-props.ts';

/** A new value beside the old one that it continues; `old` is undefined where there is none. */
export interface Correlated {
  readonly value: unknown;
  readonly old: unknown;
  readonly schema: SchemaProps | undefined;
}

export function fieldOf(of: Correlated, name: string): Correlated {
  const { schema } = of;
  const property = schema?.properties?.[name] ?? (schema === undefined ? undefined : valueSchema(schema));
  const correlates = schema?.['x-kubernetes-map-type'] !== 'atomic';
  return { value: part(of.value, name), old: correlates ? part(of.old, name) : undefined, schema: property };
}

export function itemOf(of: Correlated, index: number): Correlated {
  const { schema } = of;
  const value = Array.isArray(of.value) ? of.value[index] : undefined;
  return { value, old: oldItem(of, value), schema: schema?.items };
}

function oldItem({ old, schema }: Correlated, value: unknown): unknown {
  if (schema?.['x-kubernetes-list-type'] !== 'map' || !Array.isArray(old)) return undefined;
  const keys = schema['x-kubernetes-list-map-keys'] ?? [];
  const key = canonical(listMapKey(value, keys));
  return old.find((item) => canonical(listMapKey(item, keys)) === key);
}

function part(of: unknown, name: string): unknown {
  return isJsonObject(of) && Object.hasOwn(of, name) ? of[name] : undefined;
}

/** True when the value at this JSON pointer, or one around it, is the same as before. */
export function isUnchanged(root: Correlated, pointer: string): boolean {
  let at = root;
  for (const token of pointer.split('/').slice(1)) {
    const name = token.replaceAll('~1', '/').replaceAll('~0', '~');
    at = Array.isArray(at.value) ? itemOf(at, Number(name)) : fieldOf(at, name);
    if (at.old !== undefined && sameValue(at.value, at.old)) return true;
  }
  return false;
}
