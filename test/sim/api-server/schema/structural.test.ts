import { describe, expect, test } from 'vitest';
import { compileSchema } from '../../../../sim/api-server/schema/compile-schema.ts';
import type { FieldError } from '../../../../sim/api-server/schema/field-errors.ts';

const root = (properties: object, more: object = {}): object => ({ type: 'object', properties, ...more });
const error = (reason: string, field: string, message: string): FieldError => ({
  reason: `FieldValue${reason}`,
  field,
  message,
});

interface Row {
  readonly title: string;
  readonly schema: unknown;
  readonly errors: readonly FieldError[];
}

describe('a schema that the server refuses', () => {
  test.each<Row>([
    {
      title: 'no type at the root',
      schema: {},
      errors: [error('Required', 's.type', 'Required value: must not be empty at the root')],
    },
    {
      title: 'no type of a field and of an item',
      schema: root({ spec: {}, list: { type: 'array', items: {} } }),
      errors: [
        error(
          'Required',
          's.properties[list].items.type',
          'Required value: must not be empty for specified array items',
        ),
        error('Required', 's.properties[spec].type', 'Required value: must not be empty for specified object fields'),
      ],
    },
    {
      title: 'a list at the root',
      schema: { type: 'array', items: { type: 'string' } },
      errors: [error('Invalid', 's.type', 'Invalid value: "array": must be object at the root')],
    },
    {
      title: 'a list without items',
      schema: root({ a: { type: 'array' } }),
      errors: [error('Required', 's.properties[a].items', 'Required value: must be specified')],
    },
    {
      title: 'a type that does not exist',
      schema: root({ a: { type: 'text' } }),
      errors: [
        error(
          'NotSupported',
          's.properties[a].type',
          'Unsupported value: "text": supported values: "array", "boolean", "integer", "number", "object", "string"',
        ),
      ],
    },
    {
      title: 'a type and a default inside of a junctor',
      schema: root({ a: { type: 'string', anyOf: [{ type: 'string' }, { default: 'x', pattern: 'x' }] } }),
      errors: [
        error('Forbidden', 's.properties[a].anyOf[0].type', 'Forbidden: must be empty to be structural'),
        error('Forbidden', 's.properties[a].anyOf[1].default', 'Forbidden: must be undefined to be structural'),
      ],
    },
    {
      title: 'a field that only a junctor of the root knows',
      schema: root(
        { a: { type: 'string' } },
        { anyOf: [{ properties: { a: { minLength: 1 }, b: { minLength: 1 } } }] },
      ),
      errors: [
        error('Required', 's.properties[b]', 'Required value: because it is defined in s.anyOf[0].properties[b]'),
      ],
    },
    {
      title: 'more of metadata than its names',
      schema: root({
        metadata: {
          type: 'object',
          properties: { labels: { type: 'object', additionalProperties: { type: 'string' } } },
        },
      }),
      errors: [
        error(
          'Forbidden',
          's.properties[metadata]',
          'Forbidden: must not specify anything other than name and generateName, but metadata is implicitly specified',
        ),
      ],
    },
    {
      title: 'additional properties at the root',
      schema: { type: 'object', additionalProperties: { type: 'string' } },
      errors: [error('Forbidden', 's.additionalProperties', 'Forbidden: must not be used at the root')],
    },
    {
      title: 'properties and additional properties',
      schema: root({
        a: { type: 'object', properties: { b: { type: 'string' } }, additionalProperties: { type: 'string' } },
      }),
      errors: [
        error(
          'Forbidden',
          's.properties[a].additionalProperties',
          'Forbidden: additionalProperties and properties are mutual exclusive',
        ),
      ],
    },
    {
      title: 'fields that no schema may have',
      schema: root({ a: { type: 'string', $ref: '#/x', uniqueItems: true, definitions: {} } }),
      errors: [
        error('Forbidden', 's.properties[a].definitions', 'Forbidden: definitions is not supported'),
        error('Forbidden', 's.properties[a].$ref', 'Forbidden: $ref is not supported'),
        error(
          'Forbidden',
          's.properties[a].uniqueItems',
          'Forbidden: uniqueItems cannot be set to true since the runtime complexity becomes quadratic',
        ),
      ],
    },
    {
      title: 'a default of metadata',
      schema: root({ kind: { type: 'string', default: 'A' } }),
      errors: [error('Forbidden', 's.properties[kind].default', 'Forbidden: must not be set in top-level kind')],
    },
    {
      title: 'a default of the wrong type, and one with unknown fields',
      schema: root({ a: { type: 'integer', default: 'x' }, b: { type: 'object', properties: {}, default: { c: 1 } } }),
      errors: [
        error(
          'TypeInvalid',
          's.properties[a].default',
          'Invalid value: "string": default in body must be of type integer: "string"',
        ),
        error(
          'Invalid',
          's.properties[b].default',
          'Invalid value: map[string]interface {}{"c":1}: must not have unknown fields',
        ),
      ],
    },
    {
      title: 'no regular expression',
      schema: root({ a: { type: 'string', pattern: '(' } }),
      errors: [
        error(
          'Invalid',
          's.properties[a].pattern',
          `Invalid value: "(": must be a valid regular expression, but isn't`,
        ),
      ],
    },
    {
      title: 'look-ahead, which Go does not have',
      schema: root({ a: { type: 'string', pattern: '^(?!x)' } }),
      errors: [
        error(
          'Invalid',
          's.properties[a].pattern',
          `Invalid value: "^(?!x)": must be a valid regular expression, but isn't`,
        ),
      ],
    },
    {
      title: 'a map list whose key may be missing',
      schema: root({
        a: {
          type: 'array',
          'x-kubernetes-list-type': 'map',
          'x-kubernetes-list-map-keys': ['k'],
          items: { type: 'object', properties: { k: { type: 'string' } } },
        },
      }),
      errors: [
        error(
          'Required',
          's.properties[a].items.properties[k].default',
          'Required value: this property is in x-kubernetes-list-map-keys, so it must have a default or be a required property',
        ),
      ],
    },
    {
      title: 'a map list without keys, and keys without a map list',
      schema: root({
        a: { type: 'array', 'x-kubernetes-list-type': 'map', items: { type: 'object' } },
        b: { type: 'array', 'x-kubernetes-list-map-keys': ['k'], items: { type: 'object' } },
      }),
      errors: [
        error(
          'Required',
          's.properties[a].x-kubernetes-list-map-keys',
          'Required value: must not be empty if x-kubernetes-list-type is map',
        ),
        error(
          'Required',
          's.properties[b].x-kubernetes-list-type',
          'Required value: must be map if x-kubernetes-list-map-keys is non-empty',
        ),
      ],
    },
    {
      title: 'a list type that does not exist',
      schema: root({ a: { type: 'array', 'x-kubernetes-list-type': 'bag', items: { type: 'string' } } }),
      errors: [
        error(
          'NotSupported',
          's.properties[a].x-kubernetes-list-type',
          'Unsupported value: "bag": supported values: "atomic", "set", "map"',
        ),
      ],
    },
    {
      title: 'unknown fields that are not preserved by name',
      schema: root({ a: { type: 'object', 'x-kubernetes-preserve-unknown-fields': false } }),
      errors: [
        error(
          'Invalid',
          's.properties[a].x-kubernetes-preserve-unknown-fields',
          'Invalid value: false: must be true or undefined',
        ),
      ],
    },
    {
      title: 'an embedded resource of unknown content',
      schema: root({ a: { type: 'object', 'x-kubernetes-embedded-resource': true } }),
      errors: [
        error(
          'Required',
          's.properties[a].properties',
          'Required value: must not be empty if x-kubernetes-embedded-resource is true without x-kubernetes-preserve-unknown-fields',
        ),
      ],
    },
    {
      title: 'no schema at all',
      schema: 'x',
      errors: [error('Invalid', 's', 'Invalid value: "": s: must be an object')],
    },
    {
      title: 'a field of the wrong shape',
      schema: root({ a: { type: 'string', maxLength: 'x' } }),
      errors: [error('Invalid', 's', 'Invalid value: "": s.properties[a].maxLength: must be a number')],
    },
  ])('$title', ({ schema, errors }) => {
    expect(compileSchema(schema, 's')).toEqual({ kind: 'refused', errors });
  });
});

describe('a schema that the server takes', () => {
  test.each([
    {
      title: 'int-or-string written for old clients',
      schema: root({ a: { anyOf: [{ type: 'integer' }, { type: 'string' }], 'x-kubernetes-int-or-string': true } }),
    },
    {
      title: 'int-or-string with a pattern',
      schema: root({
        a: {
          allOf: [{ anyOf: [{ type: 'integer' }, { type: 'string' }] }, { pattern: '%$' }],
          'x-kubernetes-int-or-string': true,
        },
      }),
    },
    {
      title: 'metadata whose name is restricted',
      schema: root({ metadata: { type: 'object', properties: { name: { type: 'string', maxLength: 5 } } } }),
    },
    {
      title: 'a field of which nothing is known',
      schema: root({ a: { 'x-kubernetes-preserve-unknown-fields': true } }),
    },
    {
      title: 'flags of a regular expression and classes of POSIX',
      schema: root({ a: { type: 'string', pattern: '^(?i)[[:alpha:]]+$' } }),
    },
  ])('$title', ({ schema }) => {
    expect(compileSchema(schema).kind).toBe('compiled');
  });
});
