// Fields of objects whose kind this code does not know, or does not trust: nothing is assumed when they are read, and they are
// written by path copy. Own properties only.

import type { NewObject } from '../../core/api/object.ts';
import { isJsonObject, type JsonObject } from './same-value.ts';

/** The value under a path of field names, or undefined. */
export function valueAt(value: unknown, ...path: readonly string[]): unknown {
  let here = value;
  for (const name of path) {
    if (!isJsonObject(here) || !Object.hasOwn(here, name)) return undefined;
    here = here[name];
  }
  return here;
}

/** As `valueAt`; what is no string is ''. */
export function textAt(value: unknown, ...path: readonly string[]): string {
  const found = valueAt(value, ...path);
  return typeof found === 'string' ? found : '';
}

/** As `valueAt`; what is no number is undefined. */
export function numberAt(value: unknown, ...path: readonly string[]): number | undefined {
  const found = valueAt(value, ...path);
  return typeof found === 'number' ? found : undefined;
}

const NONE: readonly unknown[] = Object.freeze([]);

/** As `valueAt`; what is no list is empty. */
export function listAt(value: unknown, ...path: readonly string[]): readonly unknown[] {
  const found = valueAt(value, ...path);
  return Array.isArray(found) ? found : NONE;
}

const NOTHING: JsonObject = Object.freeze({});

/** As `valueAt`; what is no map is empty. */
export function mapAt(value: unknown, ...path: readonly string[]): JsonObject {
  const found = valueAt(value, ...path);
  return isJsonObject(found) ? found : NOTHING;
}

/** The object with `value` under a path, by path copy; undefined removes the field. Missing objects on the way are made. */
export function withValueAt(object: unknown, path: readonly string[], value: unknown): Record<string, unknown> {
  const base: Record<string, unknown> = isJsonObject(object) ? { ...object } : {};
  const [name, ...rest] = path;
  if (name === undefined) return base;
  if (rest.length > 0) base[name] = withValueAt(base[name], rest, value);
  else if (value === undefined) delete base[name];
  else base[name] = value;
  return base;
}

/** The object with `value` at a place in its spec; what lies on the way is made. */
export function withSpec<T extends NewObject>(object: T, path: readonly string[], value: unknown): T {
  return { ...object, spec: withValueAt(mapAt(object, 'spec'), path, value) };
}

/** As withSpec, only where nothing stands there. */
export function withSpecDefault<T extends NewObject>(object: T, path: readonly string[], value: unknown): T {
  return valueAt(object, 'spec', ...path) === undefined ? withSpec(object, path, value) : object;
}

/** The object with one label more, or the same object when it has it. */
export function withLabel<T extends NewObject>(object: T, key: string, value: string): T {
  if (object.metadata.labels?.[key] === value) return object;
  return { ...object, metadata: { ...object.metadata, labels: { ...object.metadata.labels, [key]: value } } };
}

/** The object with an annotation where it has none of that key. */
export function withAnnotationDefault<T extends NewObject>(object: T, key: string, value: string): T {
  if (object.metadata.annotations?.[key] !== undefined) return object;
  return { ...object, metadata: { ...object.metadata, annotations: { ...object.metadata.annotations, [key]: value } } };
}
