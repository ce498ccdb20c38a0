// Fields of objects as a writer sent them: read without trusting their types, written by path copy.

import type { NewObject } from '../../../core/api/object.ts';
import { isJsonObject, type JsonObject } from '../same-value.ts';

export function valueAt(value: unknown, ...path: readonly string[]): unknown {
  let at = value;
  for (const name of path) at = isJsonObject(at) && Object.hasOwn(at, name) ? at[name] : undefined;
  return at;
}

/** Empty when there is no text. */
export function textAt(value: unknown, ...path: readonly string[]): string {
  const at = valueAt(value, ...path);
  return typeof at === 'string' ? at : '';
}

export function numberAt(value: unknown, ...path: readonly string[]): number | undefined {
  const at = valueAt(value, ...path);
  return typeof at === 'number' ? at : undefined;
}

/** Empty when there is no list. */
export function listAt(value: unknown, ...path: readonly string[]): readonly unknown[] {
  const at = valueAt(value, ...path);
  return Array.isArray(at) ? at : [];
}

/** Empty when there is no map. */
export function mapAt(value: unknown, ...path: readonly string[]): JsonObject {
  const at = valueAt(value, ...path);
  return isJsonObject(at) ? at : NOTHING;
}

const NOTHING: JsonObject = Object.freeze({});

/** The object with `value` at a place in its spec; what lies on the way is made. */
export function withSpec<T extends NewObject>(object: T, path: readonly string[], value: unknown): T {
  return { ...object, spec: placed(mapAt(object, 'spec'), path, value) };
}

/** As withSpec, only where nothing stands there. */
export function withSpecDefault<T extends NewObject>(object: T, path: readonly string[], value: unknown): T {
  return valueAt(object, 'spec', ...path) === undefined ? withSpec(object, path, value) : object;
}

function placed(map: JsonObject, path: readonly string[], value: unknown): unknown {
  const [name, ...rest] = path;
  if (name === undefined) return value;
  return { ...map, [name]: rest.length === 0 ? value : placed(mapAt(map, name), rest, value) };
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
