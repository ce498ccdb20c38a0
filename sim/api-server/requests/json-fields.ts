// Reading fields of objects whose kind this code does not know: nothing is assumed, absent is undefined.

import { isJsonObject } from '../same-value.ts';

/** The value under a path of field names, or undefined. Own properties only. */
export function at(value: unknown, ...path: readonly string[]): unknown {
  let here = value;
  for (const name of path) {
    if (!isJsonObject(here) || !Object.hasOwn(here, name)) return undefined;
    here = here[name];
  }
  return here;
}

/** As `at`; what is no string is ''. */
export function textAt(value: unknown, ...path: readonly string[]): string {
  const found = at(value, ...path);
  return typeof found === 'string' ? found : '';
}

/** As `at`; what is no number is undefined. */
export function numberAt(value: unknown, ...path: readonly string[]): number | undefined {
  const found = at(value, ...path);
  return typeof found === 'number' ? found : undefined;
}

const NONE: readonly unknown[] = [];

/** As `at`; what is no list is empty. */
export function listAt(value: unknown, ...path: readonly string[]): readonly unknown[] {
  const found = at(value, ...path);
  return Array.isArray(found) ? found : NONE;
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
