// What the server asks of a schema beyond being structural: known types, no unsupported fields, list types with their keys,
// rules that are complete. The text of a rule is compiled elsewhere (validation-rules.ts).
// Source: apiextensions-apiserver pkg/apis/apiextensions/validation/validation.go
// (ValidateCustomResourceDefinitionOpenAPISchema, specStandardValidatorV3).
//
// Divergence from reality: the estimated cost of rules is not computed, so that no schema is refused for being too expensive.

import { childPath, type FieldError, forbidden, invalidValue, notSupported, required } from './field-errors.ts';
import { type SchemaProps, type ValidationRule, valueSchema } from './schema-props.ts';

const TYPES: readonly string[] = ['array', 'boolean', 'integer', 'number', 'object', 'string'];
const REASONS: readonly string[] = [
  'FieldValueDuplicate',
  'FieldValueForbidden',
  'FieldValueInvalid',
  'FieldValueRequired',
];
const META: readonly string[] = ['metadata', 'kind', 'apiVersion'];

/** Where in a definition a schema stands, as far as the rules depend on it. */
interface Context {
  readonly root: boolean;
  /** Inside of the schema of apiVersion, kind or metadata of an object or an embedded one. */
  readonly insideMeta: boolean;
  /** Why no default may stand here; absent: it may. */
  readonly noDefaults?: string;
}

/** Errors of a schema and everything below it. */
export function schemaErrors(schema: SchemaProps, path: string): readonly FieldError[] {
  return errorsAt(schema, path, { root: true, insideMeta: false });
}

function errorsAt(schema: SchemaProps, path: string, context: Context): readonly FieldError[] {
  return [
    ...ownErrors(schema, path, context),
    ...propertyErrors(schema, path, context),
    ...branchErrors(schema, path, context),
    ...(schema.items === undefined ? [] : errorsAt(schema.items, `${path}.items`, { ...context, root: false })),
    ...extensionErrors(schema, path),
    ...listTypeErrors(schema, path),
    ...listMapErrors(schema, path),
    ...ruleErrors(schema, path),
  ];
}

const UNSUPPORTED: readonly (keyof SchemaProps)[] = [
  'id',
  'additionalItems',
  'patternProperties',
  'definitions',
  'dependencies',
  '$ref',
];

function ownErrors(schema: SchemaProps, path: string, context: Context): readonly FieldError[] {
  const errors: FieldError[] = [];
  const { type = '' } = schema;
  if (type !== '' && !TYPES.includes(type)) errors.push(notSupported(`${path}.type`, type, TYPES));
  if (schema.default !== undefined && context.noDefaults !== undefined) {
    errors.push(forbidden(`${path}.default`, `must not be set ${context.noDefaults}`));
  }
  for (const field of UNSUPPORTED) {
    if (schema[field] !== undefined) errors.push(forbidden(`${path}.${field}`, `${field} is not supported`));
  }
  if (type === 'null') {
    errors.push(forbidden(`${path}.type`, 'type cannot be set to null, use nullable as an alternative'));
  }
  if (context.insideMeta && schema['x-kubernetes-embedded-resource']) {
    errors.push(forbidden(`${path}.x-kubernetes-embedded-resource`, 'must not be used inside of resource meta'));
  }
  if (schema.uniqueItems) {
    const why = 'uniqueItems cannot be set to true since the runtime complexity becomes quadratic';
    errors.push(forbidden(`${path}.uniqueItems`, why));
  }
  return errors;
}

function propertyErrors(schema: SchemaProps, path: string, context: Context): readonly FieldError[] {
  const errors: FieldError[] = [];
  const { additionalProperties, properties = {} } = schema;
  if (additionalProperties !== undefined && additionalProperties !== true && Object.keys(properties).length > 0) {
    const why = 'additionalProperties and properties are mutual exclusive';
    errors.push(forbidden(`${path}.additionalProperties`, why));
  }
  const values = valueSchema(schema);
  if (values !== undefined) {
    const noDefaults = context.insideMeta
      ? { noDefaults: 'inside additionalProperties applying to object metadata' }
      : {};
    errors.push(...errorsAt(values, `${path}.additionalProperties`, { ...context, ...noDefaults, root: false }));
  }
  for (const [name, property] of Object.entries(properties)) {
    const meta = (context.root || schema['x-kubernetes-embedded-resource'] === true) && META.includes(name);
    const inner: Context = {
      ...context,
      root: false,
      insideMeta: context.insideMeta || meta,
      ...(meta && context.root ? { noDefaults: `in top-level ${name}` } : {}),
    };
    errors.push(...errorsAt(property, `${path}.properties[${name}]`, inner));
  }
  return errors;
}

function branchErrors(schema: SchemaProps, path: string, context: Context): readonly FieldError[] {
  const inner = { ...context, root: false };
  const errors: FieldError[] = schema.not === undefined ? [] : [...errorsAt(schema.not, `${path}.not`, inner)];
  for (const junctor of ['allOf', 'oneOf', 'anyOf'] as const) {
    schema[junctor]?.forEach((branch, i) => {
      errors.push(...errorsAt(branch, `${path}.${junctor}[${i}]`, inner));
    });
  }
  return errors;
}

function extensionErrors(schema: SchemaProps, path: string): readonly FieldError[] {
  const errors: FieldError[] = [];
  const { type = '' } = schema;
  if (schema['x-kubernetes-preserve-unknown-fields'] === false) {
    errors.push(invalidValue(`${path}.x-kubernetes-preserve-unknown-fields`, false, 'must be true or undefined'));
  }
  const mapType = schema['x-kubernetes-map-type'];
  if (mapType === undefined) return errors;
  if (type !== 'object') errors.push(typeMust(path, type, 'must be object if x-kubernetes-map-type is specified'));
  if (mapType !== 'atomic' && mapType !== 'granular') {
    errors.push(notSupported(`${path}.x-kubernetes-map-type`, mapType, ['atomic', 'granular']));
  }
  return errors;
}

function typeMust(path: string, type: string, why: string): FieldError {
  return type === '' ? required(`${path}.type`, why) : invalidValue(`${path}.type`, type, why);
}

function listTypeErrors(schema: SchemaProps, path: string): readonly FieldError[] {
  const errors: FieldError[] = [];
  const { type = '', items } = schema;
  const listType = schema['x-kubernetes-list-type'];
  if (listType !== undefined && type !== 'array') {
    errors.push(typeMust(path, type, 'must be array if x-kubernetes-list-type is specified'));
  } else if (listType === 'set' && items !== undefined) {
    const why = 'must be atomic as item of a list with x-kubernetes-list-type=set';
    const inner = items['x-kubernetes-list-type'] ?? 'atomic';
    if (items.type === 'array' && inner !== 'atomic') {
      errors.push(invalidValue(`${path}.items.x-kubernetes-list-type`, inner, why));
    }
    if (items.type === 'object' && items['x-kubernetes-map-type'] !== 'atomic') {
      errors.push(invalidValue(`${path}.items.x-kubernetes-map-type`, items['x-kubernetes-list-type'], why));
    }
  }
  if (listType !== undefined && !['atomic', 'set', 'map'].includes(listType)) {
    errors.push(notSupported(`${path}.x-kubernetes-list-type`, listType, ['atomic', 'set', 'map']));
  }
  if ((schema['x-kubernetes-list-map-keys']?.length ?? 0) > 0 && listType !== 'map') {
    const why = 'must be map if x-kubernetes-list-map-keys is non-empty';
    const field = `${path}.x-kubernetes-list-type`;
    errors.push(listType === undefined ? required(field, why) : invalidValue(field, listType, why));
  }
  if ((listType === 'set' || listType === 'map') && items?.nullable) {
    errors.push(forbidden(`${path}.items.nullable`, `cannot be nullable when x-kubernetes-list-type is ${listType}`));
  }
  return errors;
}

function listMapErrors(schema: SchemaProps, path: string): readonly FieldError[] {
  if (schema['x-kubernetes-list-type'] !== 'map') return [];
  const errors: FieldError[] = [];
  const keys = schema['x-kubernetes-list-map-keys'] ?? [];
  const { items } = schema;
  const keysPath = `${path}.x-kubernetes-list-map-keys`;
  if (keys.length === 0) errors.push(required(keysPath, 'must not be empty if x-kubernetes-list-type is map'));
  if (items === undefined) {
    return [...errors, required(`${path}.items`, 'must have a schema if x-kubernetes-list-type is map')];
  }
  if (items.type !== 'object') {
    const why = "must be object if parent array's x-kubernetes-list-type is map";
    return [...errors, invalidValue(`${path}.items.type`, items.type ?? '', why)];
  }
  keys.forEach((key, i) => {
    const property = items.properties?.[key];
    if (property === undefined) {
      errors.push(invalidValue(keysPath, keys, 'entries must all be names of item properties'));
    } else if (property.type === 'array' || property.type === 'object') {
      const why = "must be a scalar type if parent array's x-kubernetes-list-type is map";
      errors.push(invalidValue(`${path}.items.properties[${key}].type`, items.type, why));
    }
    if (keys.indexOf(key) < i) errors.push(invalidValue(keysPath, keys, 'must not contain duplicate entries'));
  });
  errors.push(...keyErrors(items, keys, path));
  return errors;
}

/** A key of a list of type map is always there and never null. */
function keyErrors(items: SchemaProps, keys: readonly string[], path: string): readonly FieldError[] {
  const errors: FieldError[] = [];
  for (const key of keys) {
    const property = items.properties?.[key];
    if (property === undefined) continue;
    const field = `${path}.items.properties[${key}]`;
    if (!items.required?.includes(key) && property.default === undefined) {
      const why = 'this property is in x-kubernetes-list-map-keys, so it must have a default or be a required property';
      errors.push(required(`${field}.default`, why));
    }
    if (property.nullable) {
      const why = 'this property is in x-kubernetes-list-map-keys, so it cannot be nullable';
      errors.push(forbidden(`${field}.nullable`, why));
    }
  }
  return errors;
}

function ruleErrors(schema: SchemaProps, path: string): readonly FieldError[] {
  const rules = schema['x-kubernetes-validations'] ?? [];
  return rules.flatMap((rule, i) => errorsOfRule(rule, schema, childPath(path, `x-kubernetes-validations[${i}]`)));
}

const LINE_BREAK = /[\n\r]/;

function errorsOfRule(rule: ValidationRule, schema: SchemaProps, path: string): readonly FieldError[] {
  const errors: FieldError[] = [];
  const text = rule.rule.trim();
  const message = rule.message?.trim() ?? '';
  if (text === '') errors.push(required(`${path}.rule`, 'rule is not specified'));
  else if (rule.message && message === '')
    errors.push(invalidValue(`${path}.message`, rule.message, 'must be non-empty if specified'));
  else if (LINE_BREAK.test(message))
    errors.push(invalidValue(`${path}.message`, rule.message, 'must not contain line breaks'));
  else if (LINE_BREAK.test(text) && message === '')
    errors.push(required(`${path}.message`, 'message must be specified if rule contains line breaks'));
  if (rule.messageExpression && rule.messageExpression.trim() === '') {
    errors.push(required(`${path}.messageExpression`, 'messageExpression must be non-empty if specified'));
  }
  if (rule.reason !== undefined && !REASONS.includes(rule.reason)) {
    errors.push(notSupported(`${path}.reason`, rule.reason, REASONS));
  }
  if (rule.fieldPath && rule.fieldPath.trim() === '') {
    errors.push(invalidValue(`${path}.fieldPath`, rule.fieldPath, 'must be non-empty if specified'));
  }
  if (rule.fieldPath && LINE_BREAK.test(rule.fieldPath)) {
    errors.push(invalidValue(`${path}.fieldPath`, rule.fieldPath, 'must not contain line breaks'));
  }
  if (rule.fieldPath && !leadsSomewhere(rule.fieldPath, schema)) {
    errors.push(invalidValue(`${path}.fieldPath`, rule.fieldPath, 'must be a valid path'));
  }
  return errors;
}

/** True for `.a.b` and `.a['b']` where the schema declares each of them. */
function leadsSomewhere(fieldPath: string, schema: SchemaProps): boolean {
  const steps = fieldPath.trim().match(/\.[^.[\]]+|\['[^']*'\]/g) ?? [];
  if (steps.join('') !== fieldPath.trim()) return false;
  let at: SchemaProps | undefined = schema;
  for (const step of steps) {
    const name = step.startsWith('.') ? step.slice(1) : step.slice(2, -2);
    at = at?.properties?.[name] ?? (at === undefined ? undefined : valueSchema(at));
  }
  return at !== undefined;
}
