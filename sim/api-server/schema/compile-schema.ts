// A schema of a CustomResourceDefinition, compiled: it prunes, defaults and validates the objects of one version of a kind.
//
// Divergence from reality: metadata of embedded resources is not coerced, only apiVersion and kind are asked for.

import { isJsonObject, type JsonObject } from '../same-value.ts';
import { isUnchanged } from './correlation.ts';
import { childPath, type FieldError, forbidden, invalidValue, required, WHOLE_OBJECT } from './field-errors.ts';
import { listTypeErrors } from './list-types.ts';
import { defaulted, type Pruned, pruned } from './pruning.ts';
import { isSchemaProps, type SchemaProps, schemaShapeProblem, valueSchema } from './schema-props.ts';
import { schemaErrors } from './schema-rules.ts';
import { structuralErrors } from './structural.ts';
import { compileRules, type RuleTree, ruleErrors } from './validation-rules.ts';
import { ValueRules } from './value-rules.ts';

export interface CompiledSchema {
  readonly schema: SchemaProps;
  /** The object without unknown fields, and their paths. Shares what stays; the object itself when all of it does. */
  prune(object: JsonObject): Pruned;
  /** The object with defaults filled in. Runs before pruning and validation. */
  applyDefaults(object: JsonObject): JsonObject;
  /** What is wrong with an object; with `old`, transition rules count and unchanged fields are not held against it. */
  validate(object: JsonObject, old?: JsonObject): readonly FieldError[];
}

export type SchemaCompilation =
  | { readonly kind: 'compiled'; readonly schema: CompiledSchema }
  | { readonly kind: 'refused'; readonly errors: readonly FieldError[] };

/**
 * Compiles `openAPIV3Schema`. Refused with the errors of the definition: not structural, fields that no schema may have,
 * defaults that the schema itself refuses, rules that do not compile. `path` is where the schema stands in the definition.
 */
export function compileSchema(openAPIV3Schema: unknown, path = 'openAPIV3Schema'): SchemaCompilation {
  if (!isSchemaProps(openAPIV3Schema)) {
    const problem = schemaShapeProblem(openAPIV3Schema, path) ?? 'must be a schema';
    return { kind: 'refused', errors: [invalidValue(path, '', problem)] };
  }
  const schema = openAPIV3Schema;
  const nullable = schema.nullable ? [forbidden(`${path}.nullable`, 'nullable cannot be true at the root')] : [];
  const structural = structuralErrors(schema, path);
  const errors = [...nullable, ...structural, ...schemaErrors(schema, path)];
  if (errors.length > 0) return { kind: 'refused', errors };
  const defaults = defaultErrors(schema, path);
  if (defaults.length > 0) return { kind: 'refused', errors: defaults };
  const rules = compileRules(schema, path);
  if (rules.errors.length > 0) return { kind: 'refused', errors: rules.errors };
  return { kind: 'compiled', schema: new StructuralSchema(schema, rules.tree) };
}

class StructuralSchema implements CompiledSchema {
  readonly schema: SchemaProps;
  private readonly rules: RuleTree | undefined;
  /** Made when the first object is checked: many definitions of a cluster never see one. */
  private values: ValueRules | undefined;

  constructor(schema: SchemaProps, rules: RuleTree | undefined) {
    this.schema = schema;
    this.rules = rules;
  }

  prune(object: JsonObject): Pruned {
    return pruned(object, this.schema);
  }

  applyDefaults(object: JsonObject): JsonObject {
    return defaulted(object, this.schema);
  }

  validate(object: JsonObject, old?: JsonObject): readonly FieldError[] {
    this.values ??= new ValueRules(this.schema);
    const root = { value: object, old, schema: this.schema };
    const tolerated = old === undefined ? () => false : (pointer: string) => isUnchanged(root, pointer);
    const errors = [
      ...this.values.errors(object, tolerated),
      ...embeddedErrors(object, this.schema, ''),
      ...listTypeErrors(object, this.schema, ''),
    ];
    if (this.rules === undefined) return errors;
    return errors.some(({ reason }) => BLOCKING.has(reason))
      ? [...errors, invalidValue(WHOLE_OBJECT, null, NOT_CHECKED)]
      : [...errors, ...ruleErrors(this.rules, root)];
  }
}

/** Source: apiextensions-apiserver pkg/registry/customresource/strategy.go, hasBlockingErr. */
const BLOCKING: ReadonlySet<string> = new Set([
  'FieldValueRequired',
  'FieldValueTooLong',
  'FieldValueTooMany',
  'FieldValueTypeInvalid',
]);
const NOT_CHECKED =
  'some validation rules were not checked because the object was invalid; correct the existing errors to complete validation';

/** An embedded resource says what it is. */
function embeddedErrors(value: unknown, schema: SchemaProps | undefined, path: string): readonly FieldError[] {
  if (schema === undefined) return [];
  if (Array.isArray(value)) {
    return value.flatMap((item, i) => embeddedErrors(item, schema.items, `${path}[${i}]`));
  }
  if (!isJsonObject(value)) return [];
  const errors: FieldError[] = [];
  if (schema['x-kubernetes-embedded-resource']) {
    for (const name of ['apiVersion', 'kind']) {
      if (!value[name]) errors.push(required(childPath(path, name), 'must not be empty'));
    }
  }
  const values = valueSchema(schema);
  for (const name of Object.keys(value)) {
    const property = schema.properties?.[name];
    const inner = property === undefined ? `${path}[${name}]` : childPath(path, name);
    errors.push(...embeddedErrors(value[name], property ?? values, inner));
  }
  return errors;
}

/** Defaults must be of the schema that they stand in, and have no field that it does not know. */
function defaultErrors(schema: SchemaProps, path: string): readonly FieldError[] {
  const errors: FieldError[] = [];
  if (schema.default !== undefined && schema.default !== null) errors.push(...errorsOfDefault(schema, path));
  for (const [name, property] of Object.entries(schema.properties ?? {})) {
    errors.push(...defaultErrors(property, `${path}.properties[${name}]`));
  }
  if (schema.items !== undefined) errors.push(...defaultErrors(schema.items, `${path}.items`));
  const values = valueSchema(schema);
  return values === undefined ? errors : [...errors, ...defaultErrors(values, `${path}.additionalProperties`)];
}

function errorsOfDefault(schema: SchemaProps, path: string): readonly FieldError[] {
  const field = `${path}.default`;
  const { default: value, ...rules } = schema;
  if (isJsonObject(value) && pruned(value, rules).unknownFields.length > 0) {
    return [invalidValue(field, value, 'must not have unknown fields')];
  }
  const filled = isJsonObject(value) ? defaulted(value, rules) : value;
  const wrapped: SchemaProps = { type: 'object', properties: { default: rules } };
  return new ValueRules(wrapped)
    .errors({ default: filled }, () => false)
    .map((error) =>
      error.field === WHOLE_OBJECT ? error : { ...error, field: error.field.replace('default', field) },
    );
}
