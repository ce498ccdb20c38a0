// Values as Go prints them with %v: what several messages of the real server contain.

import { isJsonObject } from '../same-value.ts';
import { compareText } from './path-element.ts';

/** `map[a:1 b:[x y]]`, `<nil>`: the keys sorted, strings bare. */
export function goPrint(value: unknown): string {
  if (value === null || value === undefined) return '<nil>';
  if (Array.isArray(value)) return `[${value.map(goPrint).join(' ')}]`;
  if (!isJsonObject(value)) return String(value);
  const fields = Object.keys(value).sort(compareText);
  return `map[${fields.map((field) => `${field}:${goPrint(value[field])}`).join(' ')}]`;
}

/** With %#v, for the values that JSON can hold. */
export function goSyntax(value: unknown): string {
  if (value === null || value === undefined) return 'interface {}(nil)';
  if (typeof value === 'string') return JSON.stringify(value);
  if (Array.isArray(value)) return `[]interface {}{${value.map(goSyntax).join(', ')}}`;
  if (!isJsonObject(value)) return String(value);
  const fields = Object.keys(value).sort(compareText);
  return `map[string]interface {}{${fields.map((field) => `${JSON.stringify(field)}:${goSyntax(value[field])}`).join(', ')}}`;
}

/** The Go type that decoded JSON has. */
export function goTypeOf(value: unknown): string {
  if (value === null || value === undefined) return '<nil>';
  if (typeof value === 'string') return 'string';
  if (typeof value === 'boolean') return 'bool';
  if (typeof value === 'number') return Number.isInteger(value) ? 'int64' : 'float64';
  return Array.isArray(value) ? '[]interface {}' : 'map[string]interface {}';
}
