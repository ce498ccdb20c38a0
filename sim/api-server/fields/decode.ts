// An object as the server decodes it into its Go type: unknown fields are left out and reported, nulls are left out, quantities
// get their canonical form, and the first value of a wrong type is an error in the decoder's words.
// Source: sigs.k8s.io/json (UnmarshalStrict), Go's encoding/json (UnmarshalTypeError), apimachinery pkg/runtime
// (NewStrictDecodingError), apiserver pkg/endpoints/handlers/create.go (transformDecodeError).
//
// Divergence from reality: strings with a Go type of their own print as string. Only the core of RFC 3339 is checked in times.

import { setOwn } from '../own-property.ts';
import { badRequest, type Refusal, wrongKind } from '../refusals.ts';
import { isJsonObject, type JsonObject } from '../same-value.ts';
import {
  type FieldSchema,
  fieldBelow,
  type ListSchema,
  type MapSchema,
  type ScalarType,
  shapeFor,
} from './field-schema.ts';
import { canonicalQuantity } from './quantity.ts';

export interface Decoded {
  /** The very same object where nothing was left out. */
  readonly object: JsonObject;
  /** Unknown fields, in the order of the object: `unknown field "spec.containers[0].foo"`. */
  readonly strictErrors: readonly string[];
  /** The first value of a wrong type: `json: cannot unmarshal string into Go struct field NodeSpec.spec.x of type bool`. */
  readonly problem?: string;
}

/** Decodes an object of a built-in kind; one that has a problem is not to be used. */
export function decodeFields(object: JsonObject, schema: FieldSchema): Decoded {
  const pass = new DecoderPass();
  const decoded = pass.value(object, schema, ROOT);
  const { strictErrors, problem } = pass;
  const result = { object: isJsonObject(decoded) ? decoded : {}, strictErrors };
  return problem === undefined ? result : { ...result, problem };
}

/** `strict decoding error: unknown field "spec.foo", unknown field "spec.bar"`. */
export function strictDecodingError(strictErrors: readonly string[]): string {
  return `strict decoding error: ${strictErrors.join(', ')}`;
}

/** 400 for a body that is no object of its kind; `problem` is a decoder's or strictDecodingError's. */
export function cannotBeHandled(apiVersion: string, kind: string, problem: string): Refusal {
  return badRequest(`${wrongKind({ apiVersion, kind }, kind)}: ${problem}`);
}

/** Where the decoder is: `path` for unknown fields, `struct` and `fields` for wrong types, which have no indices. */
interface At {
  readonly path: string;
  readonly struct: string;
  readonly fields: string;
}

const ROOT: At = { path: '', struct: '', fields: '' };

class DecoderPass {
  readonly strictErrors: string[] = [];
  problem: string | undefined;

  value(value: unknown, schema: FieldSchema, at: At): unknown {
    if (schema.scalar === 'any') return value;
    const shape = shapeFor(schema, value);
    if (shape.map !== undefined) {
      if (isJsonObject(value)) return this.object(value, shape.map, schema.goType, at);
    } else if (shape.list !== undefined && shape.scalar === undefined) {
      if (Array.isArray(value)) return this.list(value, shape.list, at);
    } else {
      return this.scalar(value, shape.scalar ?? 'any', at);
    }
    this.wrongType(value, goTypeName(schema), at);
    return undefined;
  }

  private object(value: JsonObject, map: MapSchema, goType: string | undefined, at: At): JsonObject {
    let next: Record<string, unknown> | undefined;
    const struct = goType === undefined ? at.struct : goType.replace(/^.*\./, '');
    for (const name of Object.keys(value)) {
      const old = value[name];
      const path = at.path === '' ? name : `${at.path}.${name}`;
      const schema = fieldBelow(map, name);
      const declared = map.fields.has(name);
      const fields = !declared ? at.fields : at.fields === '' ? name : `${at.fields}.${name}`;
      const decoded =
        schema === undefined
          ? this.unknown(path)
          : old === null
            ? nullValue(schema, declared)
            : this.value(old, schema, { path, struct, fields });
      if (decoded === old) continue;
      next ??= { ...value };
      if (decoded === undefined) delete next[name];
      else setOwn(next, name, decoded);
    }
    return next ?? value;
  }

  private list(items: readonly unknown[], list: ListSchema, at: At): readonly unknown[] {
    let changed = false;
    const decoded = items.map((item, i) => {
      const next = item === null ? null : this.value(item, list.items, { ...at, path: `${at.path}[${i}]` });
      changed ||= next !== item;
      return next;
    });
    return changed ? decoded : items;
  }

  private scalar(value: unknown, type: ScalarType, at: At): unknown {
    if (type === 'quantity' && (typeof value === 'number' || typeof value === 'string')) return this.quantity(value);
    const problem = scalarProblem(value, type);
    if (problem === 'type') this.wrongType(value, GO_SCALARS[type], at);
    else if (problem !== undefined) this.problem ??= problem;
    return value;
  }

  private quantity(value: number | string): string {
    const read = canonicalQuantity(String(value));
    if (read.kind === 'quantity') return read.text;
    this.problem ??= read.problem;
    return String(value);
  }

  private unknown(path: string): undefined {
    this.strictErrors.push(`unknown field ${JSON.stringify(path)}`);
    return undefined;
  }

  private wrongType(value: unknown, goType: string, { struct, fields }: At): void {
    const place = struct === '' ? 'Go value' : `Go struct field ${struct}.${fields}`;
    this.problem ??= `json: cannot unmarshal ${jsonKind(value, goType)} into ${place} of type ${goType}`;
  }
}

/** A null is as if a field were absent; in a map of strings it is the empty string, in a free-form object it stays. */
function nullValue(schema: FieldSchema, declared: boolean): unknown {
  if (declared) return undefined;
  if (schema.scalar === 'any') return null;
  return schema.scalar === 'string' ? '' : undefined;
}

const GO_SCALARS: Readonly<Record<ScalarType, string>> = {
  string: 'string',
  int32: 'int32',
  int64: 'int64',
  double: 'float64',
  boolean: 'bool',
  bytes: '[]uint8',
  time: 'v1.Time',
  quantity: 'resource.Quantity',
  intOrString: 'intstr.IntOrString',
  any: 'interface {}',
};

function goTypeName(schema: FieldSchema): string {
  if (schema.goType !== undefined) return schema.goType;
  if (schema.list !== undefined) return `[]${goTypeName(schema.list.items)}`;
  if (schema.map !== undefined) {
    return `map[string]${schema.map.others === undefined ? 'interface {}' : goTypeName(schema.map.others)}`;
  }
  return GO_SCALARS[schema.scalar ?? 'any'];
}

const INT32_MAX = 2 ** 31 - 1;
const TIME = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d+)?(Z|[+-]\d{2}:\d{2})$/;

/** `type`: the value has a JSON type that the field cannot take; else the words of the type's own decoder. */
function scalarProblem(value: unknown, type: ScalarType): string | undefined {
  switch (type) {
    case 'string':
      return typeof value === 'string' ? undefined : 'type';
    case 'boolean':
      return typeof value === 'boolean' ? undefined : 'type';
    case 'double':
      return typeof value === 'number' ? undefined : 'type';
    case 'int32':
      return isInteger(value) && Math.abs(value) <= INT32_MAX ? undefined : 'type';
    case 'int64':
      return isInteger(value) ? undefined : 'type';
    case 'intOrString':
      return typeof value === 'string' || isInteger(value) ? undefined : 'type';
    case 'quantity':
      return 'type';
    case 'bytes':
      return typeof value === 'string' ? base64Problem(value) : 'type';
    case 'time':
      return typeof value === 'string' ? timeProblem(value) : 'type';
    default:
      return undefined;
  }
}

function isInteger(value: unknown): value is number {
  return typeof value === 'number' && Number.isInteger(value);
}

/** Go's decoder names the byte at which the text stops being base64. */
function base64Problem(text: string): string | undefined {
  const clean = text.replace(/[\r\n]/g, '');
  const bad = clean.search(/[^A-Za-z0-9+/=]/);
  const padding = clean.search(/=/);
  if (bad >= 0) return `illegal base64 data at input byte ${bad}`;
  if (clean.length % 4 !== 0) return `illegal base64 data at input byte ${clean.length - (clean.length % 4)}`;
  return padding >= 0 && padding < clean.length - 2 ? `illegal base64 data at input byte ${padding}` : undefined;
}

function timeProblem(text: string): string | undefined {
  if (TIME.test(text)) return undefined;
  const shown = JSON.stringify(text);
  return `parsing time ${shown} as "2006-01-02T15:04:05Z07:00": cannot parse ${shown} as "2006"`;
}

/** How the decoder names a JSON value; a number that an integer field cannot hold is printed. */
function jsonKind(value: unknown, goType: string): string {
  if (Array.isArray(value)) return 'array';
  if (typeof value === 'boolean') return 'bool';
  return typeof value === 'number' && goType.startsWith('int') ? `number ${value}` : typeof value;
}
