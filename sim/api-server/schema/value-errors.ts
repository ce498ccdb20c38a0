// One finding of ajv in the words of the real server.
// Source: kube-openapi pkg/validation/errors/schema.go and pkg/validation/validate/schema_messages.go.

import type { ErrorObject } from 'ajv';
import { isJsonObject } from '../same-value.ts';
import {
  type FieldError,
  invalidValue,
  notSupported,
  quote,
  required,
  tooLong,
  tooMany,
  typeInvalid,
  WHOLE_OBJECT,
} from './field-errors.ts';

export interface Finding {
  /** Of the value, as a JSON pointer. */
  readonly pointer: string;
  readonly schemaPath: string;
  /** Place among the findings of one value. */
  readonly rank: number;
  readonly error: ErrorObject;
}

/** `root` is the object that was checked: it tells list indexes from map keys. */
export function fieldErrorOf(finding: Finding, root: unknown): FieldError {
  const { error } = finding;
  const path = fieldPath(finding.pointer, root);
  return JUNCTOR_ERRORS[error.keyword]?.(path, error) ?? valueError(path, error);
}

type Words = (path: string, error: ErrorObject) => FieldError;

const composite =
  (what: (error: ErrorObject) => string): Words =>
  (path, error) =>
    invalidValue(WHOLE_OBJECT, '', `${quote(path)} ${what(error)}`);

const JUNCTOR_ERRORS: Readonly<Record<string, Words>> = {
  anyOf: composite(() => 'must validate at least one schema (anyOf)'),
  oneOf: composite(({ params }) =>
    Array.isArray(params.passingSchemas)
      ? `must validate one and only one schema (oneOf). Found ${params.passingSchemas.length} valid alternatives`
      : 'must validate one and only one schema (oneOf). Found none valid',
  ),
  allOf: composite(() => 'must validate all the schemas (allOf)'),
  not: composite(() => 'must not validate the schema (not)'),
};

function valueError(path: string, error: ErrorObject): FieldError {
  const { data, params } = error;
  const field = path === '' ? WHOLE_OBJECT : path;
  switch (error.keyword) {
    case 'required':
      return required(path === '' ? params.missingProperty : `${path}.${params.missingProperty}`);
    case 'enum':
      return notSupported(field, data, params.allowedValues);
    case 'maxLength':
      return tooLong(field, params.limit);
    case 'maxItems':
      return tooMany(field, sizeOf(data), params.limit);
    case 'maxProperties':
      return tooMany(field, sizeOf(data), params.limit);
    case 'type':
      return wrongType(field, path, [params.type].flat().join(','), typeOf(data));
    case 'format':
      return wrongFormat(field, path, params.format, data);
    case 'minItems':
      return invalidValue(field, sizeOf(data), `${path} in body should have at least ${params.limit} items`);
    case 'minProperties':
      return invalidValue(field, sizeOf(data), `${path} in body should have at least ${params.limit} properties`);
    case 'additionalProperties':
      return invalidValue(
        field,
        params.additionalProperty,
        `${path}.${params.additionalProperty} in body is a forbidden property`,
      );
    default:
      return invalidValue(field, data, `${path} in body ${BOUNDS[error.keyword]?.(params) ?? 'is invalid'}`);
  }
}

const BOUNDS: Readonly<Record<string, (params: ErrorObject['params']) => string>> = {
  pattern: ({ pattern }) => `should match '${pattern}'`,
  minLength: ({ limit }) => `should be at least ${limit} chars long`,
  multipleOf: ({ multipleOf }) => `should be a multiple of ${multipleOf}`,
  maximum: ({ limit }) => `should be less than or equal to ${limit}`,
  exclusiveMaximum: ({ limit }) => `should be less than ${limit}`,
  minimum: ({ limit }) => `should be greater than or equal to ${limit}`,
  exclusiveMinimum: ({ limit }) => `should be greater than ${limit}`,
};

function wrongType(field: string, path: string, wanted: string, found: string): FieldError {
  return typeInvalid(field, found, `${path} in body must be of type ${wanted}: ${quote(found)}`);
}

/** A number beyond its format is called invalid, a text that is not of its format is called of the wrong type. */
function wrongFormat(field: string, path: string, format: string, data: unknown): FieldError {
  if (typeof data !== 'string') return invalidValue(field, data, `${path} in body must be of type ${format}`);
  return typeInvalid(field, data, `${path} in body must be of type ${format}: ${quote(data)}`);
}

function sizeOf(data: unknown): number {
  if (Array.isArray(data)) return data.length;
  return isJsonObject(data) ? Object.keys(data).length : 0;
}

function typeOf(data: unknown): string {
  if (data === null) return 'null';
  if (Array.isArray(data)) return 'array';
  if (typeof data === 'number') return Number.isInteger(data) ? 'integer' : 'number';
  return typeof data === 'boolean' ? 'boolean' : typeof data === 'string' ? 'string' : 'object';
}

/** `/spec/hosts/0/name` as `spec.hosts[0].name`. */
function fieldPath(pointer: string, root: unknown): string {
  let path = '';
  let at = root;
  for (const token of pointer.split('/').slice(1)) {
    const name = token.replaceAll('~1', '/').replaceAll('~0', '~');
    if (Array.isArray(at)) {
      path = `${path}[${name}]`;
      at = at[Number(name)];
    } else {
      path = path === '' ? name : `${path}.${name}`;
      at = isJsonObject(at) ? at[name] : undefined;
    }
  }
  return path;
}
