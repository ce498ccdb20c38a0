// JSON values as CEL sees them through a schema: whole numbers, durations and times by the type and format of their field, and
// names that CEL cannot write escaped.
// Source: apiserver pkg/cel/{values,escaping}.go; Kubernetes documentation, CustomResourceDefinitions, "Validation rules".
//
// Divergence from reality: lists of type set and map are compared in order.

import { parse } from '@marcbachmann/cel-js';
import { isJsonObject } from '../same-value.ts';
import { type SchemaProps, valueSchema } from './schema-props.ts';

const RESERVED: ReadonlySet<string> = new Set([
  'true',
  'false',
  'null',
  'in',
  'as',
  'break',
  'const',
  'continue',
  'else',
  'for',
  'function',
  'if',
  'import',
  'let',
  'loop',
  'package',
  'namespace',
  'return',
  'var',
  'void',
  'while',
]);

/** The name by which a rule speaks of a property: `__namespace__`, `a__dash__b`. */
export function escapedName(name: string): string {
  if (RESERVED.has(name)) return `__${name}__`;
  if (/^[a-zA-Z_][a-zA-Z0-9_]*$/.test(name) && !name.includes('__')) return name;
  return name
    .replaceAll('__', '__underscores__')
    .replaceAll('.', '__dot__')
    .replaceAll('-', '__dash__')
    .replaceAll('/', '__slash__');
}

const toTimestamp = parse('timestamp(text)');
const toDuration = parse('duration(text)');

/** The value for `self` or `oldSelf`. */
export function celValue(value: unknown, schema: SchemaProps | undefined): unknown {
  if (Array.isArray(value)) return value.map((item) => celValue(item, schema?.items));
  if (isJsonObject(value)) return celObject(value, schema);
  if (typeof value === 'number') return Number.isInteger(value) && schema?.type !== 'number' ? BigInt(value) : value;
  if (typeof value === 'string' && schema?.type === 'string') return celText(value, schema.format);
  return value;
}

function celObject(value: Readonly<Record<string, unknown>>, schema: SchemaProps | undefined): unknown {
  const values = schema === undefined ? undefined : valueSchema(schema);
  const entries = Object.keys(value).map((name): [string, unknown] => {
    const property = schema?.properties?.[name];
    if (property !== undefined) return [escapedName(name), celValue(value[name], property)];
    return [name, celValue(value[name], values)];
  });
  return Object.fromEntries(entries);
}

function celText(text: string, format: string | undefined): unknown {
  switch (format) {
    case 'date-time':
      return toTimestamp({ text });
    case 'date':
      return toTimestamp({ text: `${text}T00:00:00Z` });
    case 'duration':
      return toDuration({ text });
    default:
      return text;
  }
}
