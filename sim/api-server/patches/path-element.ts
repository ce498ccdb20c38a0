// One step of a path to an owned field, held as the text that managedFields writes: `f:name` a field, `k:{"name":"x"}` the item
// of a list map, `v:"x"` the item of a set, `i:0` an index. Equal steps have equal text, so sets of paths are sets of strings.
// Source: structured-merge-diff fieldpath/serialize-pe.go, fieldpath/element.go, value/value.go (Compare, ToString).
//
// Divergence from reality: none known.

import { isJsonObject, type JsonObject } from '../same-value.ts';

export type PathElement = string;

export function fieldElement(name: string): PathElement {
  return `f:${name}`;
}

/** The step to an item of a set. */
export function valueElement(value: unknown): PathElement {
  return `v:${goJson(value)}`;
}

/** The step to an item of a list map: its keys, in alphabetical order. */
export function keyElement(keys: readonly (readonly [string, unknown])[]): PathElement {
  const sorted = [...keys].sort(([a], [b]) => compareText(a, b));
  return `k:{${sorted.map(([name, value]) => `${goJson(name)}:${goJson(value)}`).join(',')}}`;
}

/** The name of a field step, or undefined for other steps. */
export function fieldName(element: PathElement): string | undefined {
  return element.startsWith('f:') ? element.slice(2) : undefined;
}

/**
 * A step as read from managedFields, in the one spelling that this server writes; undefined where it is of a type that this
 * server does not know (such steps are dropped); `invalid` where it cannot be read.
 */
export function readElement(text: string): PathElement | 'invalid' | undefined {
  if (text.length < 2 || text[1] !== ':') return 'invalid';
  const rest = text.slice(2);
  switch (text[0]) {
    case 'f':
      return text;
    case 'i':
      return /^[+-]?\d+$/.test(rest) ? `i:${Number(rest)}` : 'invalid';
    case 'v': {
      const parsed = parsedJson(rest);
      return parsed === undefined ? 'invalid' : valueElement(parsed.value);
    }
    case 'k': {
      const parsed = parsedJson(rest);
      return isJsonObject(parsed?.value) ? keyElement(Object.entries(parsed.value)) : 'invalid';
    }
    default:
      return undefined;
  }
}

/** `.name`, `[name="x",port=80]`, `[="x"]`, `[0]`: how messages print a step. */
export function elementText(element: PathElement): string {
  const rest = element.slice(2);
  switch (element[0]) {
    case 'f':
      return `.${rest}`;
    case 'k':
      return `[${keysOf(element)
        .map(([name, value]) => `${name}=${valueText(value)}`)
        .join(',')}]`;
    case 'v':
      return `[=${valueText(parsedJson(rest)?.value)}]`;
    default:
      return `[${rest}]`;
  }
}

export function pathText(path: readonly PathElement[]): string {
  return path.map(elementText).join('');
}

const RANKS = 'fkvi';

/** The order of managedFields: fields, then list items, then set items, then indices. */
export function compareElements(a: PathElement, b: PathElement): number {
  if (a === b) return 0;
  const rank = RANKS.indexOf(a.charAt(0)) - RANKS.indexOf(b.charAt(0));
  if (rank !== 0) return rank;
  switch (a[0]) {
    case 'f':
      return compareText(a, b);
    case 'k':
      return compareKeys(keysOf(a), keysOf(b));
    case 'v':
      return compareValues(parsedJson(a.slice(2))?.value, parsedJson(b.slice(2))?.value);
    default:
      return Number(a.slice(2)) - Number(b.slice(2));
  }
}

function keysOf(element: PathElement): readonly (readonly [string, unknown])[] {
  const keys = parsedJson(element.slice(2))?.value;
  return isJsonObject(keys) ? Object.entries(keys).sort(([a], [b]) => compareText(a, b)) : [];
}

type Keys = readonly (readonly [string, unknown])[];

function compareKeys(a: Keys, b: Keys): number {
  for (let i = 0; i < a.length && i < b.length; i++) {
    const [nameA, valueA] = a[i] ?? ['', undefined];
    const [nameB, valueB] = b[i] ?? ['', undefined];
    const order = compareText(nameA, nameB) || compareValues(valueA, valueB);
    if (order !== 0) return order;
  }
  return a.length - b.length;
}

function compareValues(a: unknown, b: unknown): number {
  const rank = valueRank(a) - valueRank(b);
  if (rank !== 0) return rank;
  if (typeof a === 'number' && typeof b === 'number') return a - b;
  return compareText(goJson(a), goJson(b));
}

function valueRank(value: unknown): number {
  return ['number', 'string', 'boolean', 'object'].indexOf(typeof value);
}

export function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function valueText(value: unknown): string {
  return JSON.stringify(value) ?? 'null';
}

function parsedJson(text: string): { readonly value: unknown } | undefined {
  try {
    return { value: JSON.parse(text) };
  } catch {
    return undefined;
  }
}

/** JSON as Go's standard encoder writes it: keys sorted, and the three characters that HTML minds escaped. */
export function goJson(value: unknown): string {
  const text = JSON.stringify(sortedKeys(value)) ?? 'null';
  return text.replace(/[<>&\u2028\u2029]/g, (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

function sortedKeys(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sortedKeys);
  if (!isJsonObject(value)) return value;
  const object: JsonObject = value;
  return Object.fromEntries(
    Object.keys(object)
      .sort(compareText)
      .map((key) => [key, sortedKeys(object[key])]),
  );
}
