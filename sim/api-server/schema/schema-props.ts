// An OpenAPI v3 schema as a CustomResourceDefinition carries it: Kubernetes' dialect, read from JSON and checked for shape.
// Source: apiextensions-apiserver pkg/apis/apiextensions/v1/types_jsonschema.go.
//
// Divergence from reality: a schema of the wrong JSON shape is refused at the first wrong field; the real server's decoder
// words that in its own way.

import { isJsonObject, type JsonObject } from '../same-value.ts';

/** One rule of `x-kubernetes-validations`. */
export interface ValidationRule {
  readonly rule: string;
  readonly message?: string;
  readonly messageExpression?: string;
  readonly reason?: string;
  readonly fieldPath?: string;
  readonly optionalOldSelf?: boolean;
}

export interface SchemaProps {
  readonly type?: string;
  readonly format?: string;
  readonly title?: string;
  readonly description?: string;
  readonly default?: unknown;
  readonly nullable?: boolean;
  readonly maximum?: number;
  readonly exclusiveMaximum?: boolean;
  readonly minimum?: number;
  readonly exclusiveMinimum?: boolean;
  readonly maxLength?: number;
  readonly minLength?: number;
  readonly pattern?: string;
  readonly maxItems?: number;
  readonly minItems?: number;
  readonly uniqueItems?: boolean;
  readonly multipleOf?: number;
  readonly enum?: readonly unknown[];
  readonly maxProperties?: number;
  readonly minProperties?: number;
  readonly required?: readonly string[];
  readonly items?: SchemaProps;
  readonly properties?: { readonly [name: string]: SchemaProps };
  readonly additionalProperties?: SchemaProps | boolean;
  readonly allOf?: readonly SchemaProps[];
  readonly oneOf?: readonly SchemaProps[];
  readonly anyOf?: readonly SchemaProps[];
  readonly not?: SchemaProps;
  /** Fields that the real server knows and always refuses. */
  readonly id?: string;
  readonly $ref?: string;
  readonly additionalItems?: unknown;
  readonly patternProperties?: JsonObject;
  readonly definitions?: JsonObject;
  readonly dependencies?: JsonObject;
  readonly 'x-kubernetes-preserve-unknown-fields'?: boolean;
  readonly 'x-kubernetes-embedded-resource'?: boolean;
  readonly 'x-kubernetes-int-or-string'?: boolean;
  readonly 'x-kubernetes-list-type'?: string;
  readonly 'x-kubernetes-list-map-keys'?: readonly string[];
  readonly 'x-kubernetes-map-type'?: string;
  readonly 'x-kubernetes-validations'?: readonly ValidationRule[];
}

type Check = (value: unknown, path: string) => string | undefined;

/** Undefined when the value is a schema, else what is wrong and where. */
export function schemaShapeProblem(value: unknown, path: string): string | undefined {
  if (!isJsonObject(value)) return `${path}: must be an object`;
  for (const field of Object.keys(value)) {
    const held = value[field];
    if (held === undefined) continue;
    const check = Object.hasOwn(CHECKS, field) ? CHECKS[field] : undefined;
    const problem = check?.(held, `${path}.${field}`);
    if (problem !== undefined) return problem;
  }
  return undefined;
}

/** True when schemaShapeProblem finds nothing. */
export function isSchemaProps(value: unknown): value is SchemaProps {
  return schemaShapeProblem(value, '') === undefined;
}

/** The schema of the values of a map, or undefined where none is given. */
export function valueSchema(schema: SchemaProps): SchemaProps | undefined {
  return typeof schema.additionalProperties === 'object' ? schema.additionalProperties : undefined;
}

const isOf =
  (type: 'string' | 'number' | 'boolean', noun: string): Check =>
  (value, path) =>
    typeof value === type ? undefined : `${path}: must be a ${noun}`;
const text = isOf('string', 'string');
const number = isOf('number', 'number');
const flag = isOf('boolean', 'boolean');
const free: Check = () => undefined;
const object: Check = (value, path) => (isJsonObject(value) ? undefined : `${path}: must be an object`);
const schema: Check = schemaShapeProblem;
const schemaOrFlag: Check = (value, path) => (typeof value === 'boolean' ? undefined : schema(value, path));

const listOf =
  (item: Check): Check =>
  (value, path) => {
    if (!Array.isArray(value)) return `${path}: must be a list`;
    for (let i = 0; i < value.length; i++) {
      const problem = item(value[i], `${path}[${i}]`);
      if (problem !== undefined) return problem;
    }
    return undefined;
  };

const mapOf =
  (item: Check): Check =>
  (value, path) => {
    if (!isJsonObject(value)) return `${path}: must be an object`;
    for (const key of Object.keys(value)) {
      const problem = item(value[key], `${path}[${key}]`);
      if (problem !== undefined) return problem;
    }
    return undefined;
  };

const fieldsOf =
  (fields: Readonly<Record<string, Check>>): Check =>
  (value, path) => {
    if (!isJsonObject(value)) return `${path}: must be an object`;
    for (const field of Object.keys(fields)) {
      const held = value[field];
      const problem = held === undefined ? undefined : fields[field]?.(held, `${path}.${field}`);
      if (problem !== undefined) return problem;
    }
    return undefined;
  };

const rule: Check = (value, path) =>
  fieldsOf({
    rule: text,
    message: text,
    messageExpression: text,
    reason: text,
    fieldPath: text,
    optionalOldSelf: flag,
  })(value, path) ??
  (isJsonObject(value) && typeof value.rule === 'string' ? undefined : `${path}.rule: must be a string`);

const CHECKS: Readonly<Record<string, Check>> = {
  type: text,
  format: text,
  title: text,
  description: text,
  default: free,
  nullable: flag,
  maximum: number,
  exclusiveMaximum: flag,
  minimum: number,
  exclusiveMinimum: flag,
  maxLength: number,
  minLength: number,
  pattern: text,
  maxItems: number,
  minItems: number,
  uniqueItems: flag,
  multipleOf: number,
  enum: listOf(free),
  maxProperties: number,
  minProperties: number,
  required: listOf(text),
  items: schema,
  properties: mapOf(schema),
  additionalProperties: schemaOrFlag,
  allOf: listOf(schema),
  oneOf: listOf(schema),
  anyOf: listOf(schema),
  not: schema,
  id: text,
  $ref: text,
  patternProperties: object,
  definitions: object,
  dependencies: object,
  'x-kubernetes-preserve-unknown-fields': flag,
  'x-kubernetes-embedded-resource': flag,
  'x-kubernetes-int-or-string': flag,
  'x-kubernetes-list-type': text,
  'x-kubernetes-list-map-keys': listOf(text),
  'x-kubernetes-map-type': text,
  'x-kubernetes-validations': listOf(rule),
};
