// What makes a schema structural: every field is declared outside of the logical junctors, so that objects can be pruned and
// defaulted without looking at values. Gives the errors that the real server gives, sorted as it sorts them.
// Source: apiextensions-apiserver pkg/apiserver/schema/validation.go (ValidateStructural) and complete.go.
//
// Divergence from reality: a regular expression is invalid here when JavaScript cannot run it either (see go-pattern.ts).

import { type FieldError, forbidden, invalidValue, required } from './field-errors.ts';
import { goPattern } from './go-pattern.ts';
import { type SchemaProps, valueSchema } from './schema-props.ts';

type Level = 'root' | 'item' | 'field';

/** Errors of a whole schema; `path` is where it stands in the definition. */
export function structuralErrors(schema: SchemaProps, path: string): readonly FieldError[] {
  const errors = [
    ...invariants(schema, 'root', path),
    ...completeness(schema, { declared: schema, declaredPath: path, path }),
  ];
  return errors.sort((a, b) => (a.field + a.message < b.field + b.message ? -1 : 1));
}

const TYPE_MISSING: Readonly<Record<Level, string>> = {
  root: 'must not be empty at the root',
  item: 'must not be empty for specified array items',
  field: 'must not be empty for specified object fields',
};

function invariants(schema: SchemaProps, level: Level, path: string): readonly FieldError[] {
  const errors: FieldError[] = [];
  if (schema.type === 'array' && schema.items === undefined)
    errors.push(required(`${path}.items`, 'must be specified'));
  if (schema.items !== undefined) errors.push(...invariants(schema.items, 'item', `${path}.items`));
  for (const [name, property] of Object.entries(schema.properties ?? {})) {
    errors.push(...invariants(property, 'field', `${path}.properties[${name}]`));
  }
  if (schema.additionalProperties !== undefined && level === 'root') {
    errors.push(forbidden(`${path}.additionalProperties`, 'must not be used at the root'));
  }
  const values = valueSchema(schema);
  if (values !== undefined) errors.push(...invariants(values, 'field', `${path}.additionalProperties`));
  errors.push(...extensionErrors(schema, path), ...junctorErrors(schema, path, intOrStringSkips(schema)));
  errors.push(...typeErrors(schema, level, path), ...metaErrors(schema, level, path));
  return errors;
}

function extensionErrors(schema: SchemaProps, path: string): readonly FieldError[] {
  const errors: FieldError[] = [];
  if (!schema['x-kubernetes-int-or-string']) return errors;
  for (const field of ['x-kubernetes-preserve-unknown-fields', 'x-kubernetes-embedded-resource'] as const) {
    if (schema[field])
      errors.push(invalidValue(`${path}.${field}`, true, 'must be false if x-kubernetes-int-or-string is true'));
  }
  return errors;
}

function typeErrors(schema: SchemaProps, level: Level, path: string): readonly FieldError[] {
  const errors: FieldError[] = [];
  const { type = '' } = schema;
  const embedded = schema['x-kubernetes-embedded-resource'] === true;
  if (embedded && type !== 'object') {
    const why = 'must be object if x-kubernetes-embedded-resource is true';
    errors.push(type === '' ? required(`${path}.type`, why) : invalidValue(`${path}.type`, type, why));
  } else if (type === '' && !schema['x-kubernetes-int-or-string'] && !schema['x-kubernetes-preserve-unknown-fields']) {
    errors.push(required(`${path}.type`, TYPE_MISSING[level]));
  }
  if (embedded && schema.additionalProperties !== undefined) {
    errors.push(forbidden(`${path}.additionalProperties`, 'must not be used if x-kubernetes-embedded-resource is set'));
  }
  if (level === 'root' && type !== '' && type !== 'object') {
    errors.push(invalidValue(`${path}.type`, type, 'must be object at the root'));
  }
  if (
    embedded &&
    !schema['x-kubernetes-preserve-unknown-fields'] &&
    Object.keys(schema.properties ?? {}).length === 0
  ) {
    errors.push(
      required(
        `${path}.properties`,
        'must not be empty if x-kubernetes-embedded-resource is true without x-kubernetes-preserve-unknown-fields',
      ),
    );
  }
  return errors;
}

function metaErrors(schema: SchemaProps, level: Level, path: string): readonly FieldError[] {
  const errors: FieldError[] = [];
  const isObject = level === 'root' || schema['x-kubernetes-embedded-resource'] === true;
  for (const name of ['kind', 'apiVersion']) {
    const property = schema.properties?.[name];
    if (isObject && property !== undefined && property.type !== 'string') {
      errors.push(invalidValue(`${path}.properties[${name}].type`, property.type ?? '', 'must be string'));
    }
  }
  const metadata = schema.properties?.metadata;
  if (metadata === undefined) return errors;
  if (isObject && metadata.type !== 'object') {
    errors.push(invalidValue(`${path}.properties[metadata].type`, metadata.type ?? '', 'must be object'));
  }
  if (level === 'root' && !restrictsNamesOnly(metadata)) {
    errors.push(
      forbidden(
        `${path}.properties[metadata]`,
        'must not specify anything other than name and generateName, but metadata is implicitly specified',
      ),
    );
  }
  return errors;
}

/** True when the schema of metadata says nothing but its type and, perhaps, something about the two names. */
function restrictsNamesOnly(metadata: SchemaProps): boolean {
  const { type: _type, properties = {}, default: _default, description: _description, ...rest } = metadata;
  const named = Object.keys(properties).every((name) => name === 'name' || name === 'generateName');
  return named && Object.keys(rest).length === 0;
}

interface Skips {
  readonly anyOf: boolean;
  readonly firstAllOf: boolean;
}

const NO_SKIPS: Skips = { anyOf: false, firstAllOf: false };

/** The two ways to write int-or-string for old clients are allowed although they name types inside of a junctor. */
function intOrStringSkips(schema: SchemaProps): Skips {
  return { anyOf: isIntOrString(schema.anyOf), firstAllOf: isIntOrString(schema.allOf?.[0]?.anyOf) };
}

function isIntOrString(branches: readonly SchemaProps[] | undefined): boolean {
  return (
    branches?.length === 2 &&
    branches[0]?.type === 'integer' &&
    branches[1]?.type === 'string' &&
    branches.every((branch) => Object.keys(branch).length === 1)
  );
}

/** Value validations of one schema: its junctors and its pattern. */
function junctorErrors(schema: SchemaProps, path: string, skips: Skips): readonly FieldError[] {
  const errors: FieldError[] = [];
  if (!skips.anyOf) {
    schema.anyOf?.forEach((branch, i) => {
      errors.push(...nestedErrors(branch, `${path}.anyOf[${i}]`, NO_SKIPS));
    });
  }
  schema.allOf?.forEach((branch, i) => {
    const skipped = skips.firstAllOf && i === 0;
    errors.push(...nestedErrors(branch, `${path}.allOf[${i}]`, { anyOf: skipped, firstAllOf: false }));
  });
  schema.oneOf?.forEach((branch, i) => {
    errors.push(...nestedErrors(branch, `${path}.oneOf[${i}]`, NO_SKIPS));
  });
  if (schema.not !== undefined) errors.push(...nestedErrors(schema.not, `${path}.not`, NO_SKIPS));
  if (schema.pattern !== undefined && goPattern(schema.pattern) === undefined) {
    errors.push(invalidValue(`${path}.pattern`, schema.pattern, "must be a valid regular expression, but isn't"));
  }
  return errors;
}

const EMPTY = 'must be empty to be structural';
const UNDEFINED = 'must be undefined to be structural';
const FALSE = 'must be false to be structural';

/** Fields that may not stand inside of a junctor, with what the server says of each. */
const FORBIDDEN_INSIDE: readonly (readonly [keyof SchemaProps, string])[] = [
  ['type', EMPTY],
  ['additionalProperties', UNDEFINED],
  ['default', UNDEFINED],
  ['title', EMPTY],
  ['description', EMPTY],
  ['nullable', FALSE],
  ['x-kubernetes-preserve-unknown-fields', FALSE],
  ['x-kubernetes-embedded-resource', FALSE],
  ['x-kubernetes-int-or-string', FALSE],
  ['x-kubernetes-list-map-keys', EMPTY],
  ['x-kubernetes-list-type', UNDEFINED],
  ['x-kubernetes-map-type', UNDEFINED],
  ['x-kubernetes-validations', EMPTY],
];

function nestedErrors(branch: SchemaProps, path: string, skips: Skips): readonly FieldError[] {
  const errors: FieldError[] = [...junctorErrors(branch, path, skips)];
  if (branch.items !== undefined) errors.push(...nestedErrors(branch.items, `${path}.items`, NO_SKIPS));
  for (const [name, property] of Object.entries(branch.properties ?? {})) {
    errors.push(...nestedErrors(property, `${path}.properties[${name}]`, NO_SKIPS));
  }
  for (const [field, why] of FORBIDDEN_INSIDE) {
    const held = branch[field];
    if (held !== undefined && held !== '' && held !== false) errors.push(forbidden(`${path}.${field}`, why));
  }
  if (branch.properties?.metadata !== undefined) {
    errors.push(forbidden(`${path}.properties[metadata]`, 'must not be specified in a nested context'));
  }
  return errors;
}

/** What a branch of a junctor speaks of, and where it is declared. */
interface Place {
  readonly declared: SchemaProps | undefined;
  readonly declaredPath: string;
  readonly path: string;
}

/** Every field that a junctor of the root speaks of must be declared outside of it; deeper junctors are not looked at. */
function completeness(schema: SchemaProps, place: Place): readonly FieldError[] {
  const { path } = place;
  const errors: FieldError[] = [];
  if (schema.not !== undefined) errors.push(...branchCompleteness(schema.not, { ...place, path: `${path}.not` }));
  for (const junctor of ['allOf', 'anyOf', 'oneOf'] as const) {
    schema[junctor]?.forEach((branch, i) => {
      errors.push(...branchCompleteness(branch, { ...place, path: `${path}.${junctor}[${i}]` }));
    });
  }
  return errors;
}

function branchCompleteness(branch: SchemaProps, place: Place): readonly FieldError[] {
  const { declared, declaredPath, path } = place;
  if (declared === undefined) return [required(declaredPath, `because it is defined in ${path}`)];
  const errors: FieldError[] = [...completeness(branch, place)];
  if (branch.items !== undefined) {
    const items = { declared: declared.items, declaredPath: `${declaredPath}.items`, path: `${path}.items` };
    errors.push(...branchCompleteness(branch.items, items));
  }
  for (const [name, property] of Object.entries(branch.properties ?? {})) {
    const part = `properties[${name}]`;
    const inner = {
      declared: declared.properties?.[name],
      declaredPath: `${declaredPath}.${part}`,
      path: `${path}.${part}`,
    };
    errors.push(...branchCompleteness(property, inner));
  }
  return errors;
}
