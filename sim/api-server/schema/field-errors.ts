// Errors about one field, in the words of a real API server: what a Status lists under `details.causes`.
// Source: apimachinery pkg/util/validation/field/errors.go as of Kubernetes 1.32 (values print as Go's %#v does there).
//
// Divergence from reality: a value that is a typed Go struct in the real server prints here as the map that it is in JSON.

import type { StatusCause } from '../../../core/facts.ts';
import { isJsonObject } from '../same-value.ts';

/** A cause that names its field. `<nil>` stands for the object itself, as in the real server. */
export interface FieldError extends StatusCause {
  readonly field: string;
}

/** The path that the real server prints for the object as a whole. */
export const WHOLE_OBJECT = '<nil>';

export function required(field: string, detail = ''): FieldError {
  return { reason: 'FieldValueRequired', message: joined('Required value', detail), field };
}

export function forbidden(field: string, detail: string): FieldError {
  return { reason: 'FieldValueForbidden', message: joined('Forbidden', detail), field };
}

/** A value is malformed. `value` is what the message shows. */
export function invalidValue(field: string, value: unknown, detail: string): FieldError {
  return { reason: 'FieldValueInvalid', message: joined(`Invalid value: ${shown(value)}`, detail), field };
}

export function typeInvalid(field: string, value: unknown, detail: string): FieldError {
  return { reason: 'FieldValueTypeInvalid', message: joined(`Invalid value: ${shown(value)}`, detail), field };
}

/** `values` are all values that are allowed, in the schema's order. */
export function notSupported(field: string, value: unknown, values: readonly unknown[]): FieldError {
  const quoted = values.map((allowed) => quote(typeof allowed === 'string' ? allowed : JSON.stringify(allowed)));
  const detail = quoted.length === 0 ? '' : `supported values: ${quoted.join(', ')}`;
  return { reason: 'FieldValueNotSupported', message: joined(`Unsupported value: ${shown(value)}`, detail), field };
}

export function duplicate(field: string, value: unknown): FieldError {
  return { reason: 'FieldValueDuplicate', message: `Duplicate value: ${shown(value)}`, field };
}

/** The real server says bytes, although it counts characters. */
export function tooLong(field: string, lengthMax: number): FieldError {
  const unit = lengthMax === 1 ? 'byte' : 'bytes';
  return { reason: 'FieldValueTooLong', message: `Too long: may not be more than ${lengthMax} ${unit}`, field };
}

export function tooMany(field: string, count: number, countMax: number): FieldError {
  const unit = countMax === 1 ? 'item' : 'items';
  return { reason: 'FieldValueTooMany', message: `Too many: ${count}: must have at most ${countMax} ${unit}`, field };
}

export function childPath(parent: string, name: string): string {
  return parent === '' ? name : `${parent}.${name}`;
}

function joined(what: string, detail: string): string {
  return detail === '' ? what : `${what}: ${detail}`;
}

/** The bad value at the top of a message: strings quoted, numbers and booleans bare, everything else as Go writes it. */
function shown(value: unknown): string {
  return value === null || value === undefined ? '"null"' : goSyntax(value);
}

/** Go's %#v of a JSON value: `map[string]interface {}{"a":1}`, keys sorted. */
function goSyntax(value: unknown): string {
  if (typeof value === 'string') return quote(value);
  if (Array.isArray(value)) return `[]interface {}{${value.map(goSyntax).join(', ')}}`;
  if (isJsonObject(value)) {
    const fields = Object.keys(value)
      .filter((field) => value[field] !== undefined)
      .sort()
      .map((field) => `${quote(field)}:${goSyntax(value[field])}`);
    return `map[string]interface {}{${fields.join(', ')}}`;
  }
  return value === null || value === undefined ? 'interface {}(nil)' : String(value);
}

/** Go's %q for what occurs in manifests: JSON's escapes are the same but for control characters. */
export function quote(text: string): string {
  return JSON.stringify(text);
}
