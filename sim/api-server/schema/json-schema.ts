// Kubernetes' dialect of OpenAPI v3 as JSON Schema, for ajv: nullable, int-or-string, booleans that exclude a bound.
// Source: apiextensions-apiserver pkg/apiserver/validation/validation.go (ConvertJSONSchemaProps).
//
// Divergence from reality: none known; formats that the server does not check are left out as it leaves them out.

import { STRING_FORMATS } from './formats.ts';
import type { SchemaProps } from './schema-props.ts';

/** A JSON Schema of draft 7. */
export interface JsonSchema {
  readonly [keyword: string]: unknown;
}

const SAME: readonly (keyof SchemaProps)[] = [
  'maxLength',
  'minLength',
  'pattern',
  'maxItems',
  'minItems',
  'multipleOf',
  'enum',
  'maxProperties',
  'minProperties',
  'required',
];

/** The same rules in JSON Schema. A null where `nullable` allows it is asked nothing but to be in the enum. */
export function jsonSchemaOf(schema: SchemaProps): JsonSchema {
  const rules = rulesOf(schema);
  if (!schema.nullable) return rules;
  const { enum: allowed, ...others } = rules;
  return { ...(allowed === undefined ? {} : { enum: allowed }), if: { type: 'null' }, else: others };
}

function rulesOf(schema: SchemaProps): JsonSchema {
  const rules: Record<string, unknown> = {};
  if (schema['x-kubernetes-int-or-string']) rules.type = ['integer', 'string'];
  else if (schema.type) rules.type = schema.type;
  for (const keyword of SAME) if (schema[keyword] !== undefined) rules[keyword] = schema[keyword];
  if (schema.maximum !== undefined) rules[schema.exclusiveMaximum ? 'exclusiveMaximum' : 'maximum'] = schema.maximum;
  if (schema.minimum !== undefined) rules[schema.exclusiveMinimum ? 'exclusiveMinimum' : 'minimum'] = schema.minimum;
  const format = formatOf(schema);
  if (format !== undefined) rules.format = format;
  if (schema.items !== undefined) rules.items = jsonSchemaOf(schema.items);
  if (schema.properties !== undefined) rules.properties = mapped(schema.properties);
  if (schema.additionalProperties !== undefined) {
    const values = schema.additionalProperties;
    rules.additionalProperties = typeof values === 'boolean' ? values : jsonSchemaOf(values);
  }
  for (const junctor of ['allOf', 'anyOf', 'oneOf'] as const) {
    if (schema[junctor] !== undefined) rules[junctor] = schema[junctor].map(jsonSchemaOf);
  }
  if (schema.not !== undefined) rules.not = jsonSchemaOf(schema.not);
  return rules;
}

/** Formats of numbers only bound their range, and int64 does not even do that to what JSON carries. */
function formatOf(schema: SchemaProps): string | undefined {
  const { format = '' } = schema;
  if (format === 'int32' && schema.type === 'integer') return format;
  return schema.type === 'string' && Object.hasOwn(STRING_FORMATS, format) ? format : undefined;
}

function mapped(properties: Readonly<Record<string, SchemaProps>>): JsonSchema {
  const schemas: Record<string, JsonSchema> = {};
  for (const name of Object.keys(properties)) {
    const property = properties[name];
    if (property !== undefined) schemas[name] = jsonSchemaOf(property);
  }
  return schemas;
}
