import { describe, expect, test } from 'vitest';
import { type CompiledSchema, compileSchema } from '../../../../sim/api-server/schema/compile-schema.ts';
import type { FieldError } from '../../../../sim/api-server/schema/field-errors.ts';
import type { SchemaProps } from '../../../../sim/api-server/schema/schema-props.ts';

/** A compiled schema whose `spec` is the one given. */
function ofSpec(spec: SchemaProps): CompiledSchema {
  const compiled = compileSchema({ type: 'object', properties: { spec, status: { type: 'object' } } });
  if (compiled.kind === 'refused') throw new Error(JSON.stringify(compiled.errors));
  return compiled.schema;
}

function ofField(name: string, field: SchemaProps): CompiledSchema {
  return ofSpec({ type: 'object', properties: { [name]: field } });
}

const error = (reason: string, field: string, message: string): FieldError => ({
  reason: `FieldValue${reason}`,
  field,
  message,
});

interface ValueRow {
  readonly title: string;
  readonly schema: CompiledSchema;
  readonly spec: unknown;
  readonly errors: readonly FieldError[];
}

const text: SchemaProps = { type: 'string' };
const list = (items: SchemaProps, more: SchemaProps = {}): SchemaProps => ({ type: 'array', items, ...more });
const record = (properties: Readonly<Record<string, SchemaProps>>, more: SchemaProps = {}): SchemaProps => ({
  type: 'object',
  properties,
  ...more,
});

describe('what a schema has against an object', () => {
  test.each<ValueRow>([
    {
      title: 'a required field that is missing',
      schema: ofSpec(record({ mode: text }, { required: ['mode'] })),
      spec: {},
      errors: [error('Required', 'spec.mode', 'Required value')],
    },
    {
      title: 'a text that does not match',
      schema: ofField('mode', { type: 'string', pattern: '^[a-z]+$' }),
      spec: { mode: 'X' },
      errors: [error('Invalid', 'spec.mode', `Invalid value: "X": spec.mode in body should match '^[a-z]+$'`)],
    },
    {
      title: 'a value that is not in the enum',
      schema: ofField('mode', { type: 'string', enum: ['soft', 'hard'] }),
      spec: { mode: 'x' },
      errors: [error('NotSupported', 'spec.mode', 'Unsupported value: "x": supported values: "soft", "hard"')],
    },
    {
      title: 'a wrong type and the enum that it misses too',
      schema: ofField('mode', { type: 'string', enum: ['soft'] }),
      spec: { mode: 3 },
      errors: [
        error(
          'TypeInvalid',
          'spec.mode',
          'Invalid value: "integer": spec.mode in body must be of type string: "integer"',
        ),
        error('NotSupported', 'spec.mode', 'Unsupported value: 3: supported values: "soft"'),
      ],
    },
    {
      title: 'a text for a number',
      schema: ofField('replicas', { type: 'integer', format: 'int32' }),
      spec: { replicas: '3' },
      errors: [
        error(
          'TypeInvalid',
          'spec.replicas',
          'Invalid value: "string": spec.replicas in body must be of type integer: "string"',
        ),
      ],
    },
    {
      title: 'a whole number for a number is one',
      schema: ofField('share', { type: 'number' }),
      spec: { share: 1 },
      errors: [],
    },
    {
      title: 'numbers out of bounds, inclusive and exclusive',
      schema: ofSpec(
        record({
          a: { type: 'integer', minimum: 1 },
          b: { type: 'integer', maximum: 9 },
          c: { type: 'number', minimum: 0, exclusiveMinimum: true },
          d: { type: 'number', maximum: 1, exclusiveMaximum: true },
          e: { type: 'integer', multipleOf: 5 },
        }),
      ),
      spec: { a: 0, b: 10, c: 0, d: 1, e: 7 },
      errors: [
        error('Invalid', 'spec.a', 'Invalid value: 0: spec.a in body should be greater than or equal to 1'),
        error('Invalid', 'spec.b', 'Invalid value: 10: spec.b in body should be less than or equal to 9'),
        error('Invalid', 'spec.c', 'Invalid value: 0: spec.c in body should be greater than 0'),
        error('Invalid', 'spec.d', 'Invalid value: 1: spec.d in body should be less than 1'),
        error('Invalid', 'spec.e', 'Invalid value: 7: spec.e in body should be a multiple of 5'),
      ],
    },
    {
      title: 'texts, lists and maps of the wrong size',
      schema: ofSpec(
        record({
          long: { type: 'string', maxLength: 2 },
          short: { type: 'string', minLength: 1 },
          many: list(text, { maxItems: 1 }),
          few: list(text, { minItems: 1 }),
          wide: { type: 'object', additionalProperties: text, maxProperties: 1 },
          narrow: { type: 'object', additionalProperties: text, minProperties: 1 },
        }),
      ),
      spec: { long: 'abc', short: '', many: ['a', 'b'], few: [], wide: { a: 'x', b: 'y' }, narrow: {} },
      errors: [
        error('TooLong', 'spec.long', 'Too long: may not be more than 2 bytes'),
        error('Invalid', 'spec.short', 'Invalid value: "": spec.short in body should be at least 1 chars long'),
        error('TooMany', 'spec.many', 'Too many: 2: must have at most 1 item'),
        error('Invalid', 'spec.few', 'Invalid value: 0: spec.few in body should have at least 1 items'),
        error('TooMany', 'spec.wide', 'Too many: 2: must have at most 1 item'),
        error('Invalid', 'spec.narrow', 'Invalid value: 0: spec.narrow in body should have at least 1 properties'),
      ],
    },
    {
      title: 'formats, and a format that nobody checks',
      schema: ofSpec(
        record({
          at: { type: 'string', format: 'date-time' },
          ip: { type: 'string', format: 'ipv4' },
          wait: { type: 'string', format: 'duration' },
          odd: { type: 'string', format: 'no-such-format' },
          small: { type: 'integer', format: 'int32' },
        }),
      ),
      spec: { at: '2026-02-30T00:00:00Z', ip: '10.0.0.256', wait: '5 minutes', odd: 'x', small: 2147483648 },
      errors: [
        error(
          'TypeInvalid',
          'spec.at',
          'Invalid value: "2026-02-30T00:00:00Z": spec.at in body must be of type date-time: "2026-02-30T00:00:00Z"',
        ),
        error(
          'TypeInvalid',
          'spec.ip',
          'Invalid value: "10.0.0.256": spec.ip in body must be of type ipv4: "10.0.0.256"',
        ),
        error(
          'TypeInvalid',
          'spec.wait',
          'Invalid value: "5 minutes": spec.wait in body must be of type duration: "5 minutes"',
        ),
        error('Invalid', 'spec.small', 'Invalid value: 2147483648: spec.small in body must be of type int32'),
      ],
    },
    {
      title: 'int-or-string takes both and nothing else',
      schema: ofSpec(
        record({
          a: { 'x-kubernetes-int-or-string': true },
          b: { 'x-kubernetes-int-or-string': true },
          c: { 'x-kubernetes-int-or-string': true },
        }),
      ),
      spec: { a: 1, b: '1%', c: true },
      errors: [
        error(
          'TypeInvalid',
          'spec.c',
          'Invalid value: "boolean": spec.c in body must be of type integer,string: "boolean"',
        ),
      ],
    },
    {
      title: 'a null where none is allowed, and where one is',
      schema: ofSpec(
        record({
          a: { type: 'string', pattern: '^x' },
          b: { type: 'string', nullable: true, pattern: '^x' },
          c: { type: 'string', nullable: true, enum: ['x'] },
        }),
      ),
      spec: { a: null, b: null, c: null },
      errors: [
        error('TypeInvalid', 'spec.a', 'Invalid value: "null": spec.a in body must be of type string: "null"'),
        error('NotSupported', 'spec.c', 'Unsupported value: "null": supported values: "x"'),
      ],
    },
    {
      title: 'a value of a field that may be null',
      schema: ofField('a', { type: 'string', nullable: true, pattern: '^x' }),
      spec: { a: 'y' },
      errors: [error('Invalid', 'spec.a', `Invalid value: "y": spec.a in body should match '^x'`)],
    },
    {
      title: 'items of lists and values of maps are named by their place',
      schema: ofSpec(
        record({
          hosts: list(record({ name: text }, { required: ['name'] })),
          labels: { type: 'object', additionalProperties: text },
        }),
      ),
      spec: { hosts: [{ name: 'a' }, {}], labels: { 'a/b': 1 } },
      errors: [
        error('Required', 'spec.hosts[1].name', 'Required value'),
        error(
          'TypeInvalid',
          'spec.labels.a/b',
          'Invalid value: "integer": spec.labels.a/b in body must be of type string: "integer"',
        ),
      ],
    },
    {
      title: 'one of two is missing: the junctor, then the first branch',
      schema: ofSpec(record({ a: text, b: text }, { oneOf: [{ required: ['a'] }, { required: ['b'] }] })),
      spec: {},
      errors: [
        error(
          'Invalid',
          '<nil>',
          'Invalid value: "": "spec" must validate one and only one schema (oneOf). Found none valid',
        ),
        error('Required', 'spec.a', 'Required value'),
      ],
    },
    {
      title: 'both of two are there',
      schema: ofSpec(record({ a: text, b: text }, { oneOf: [{ required: ['a'] }, { required: ['b'] }] })),
      spec: { a: '1', b: '2' },
      errors: [
        error(
          'Invalid',
          '<nil>',
          'Invalid value: "": "spec" must validate one and only one schema (oneOf). Found 2 valid alternatives',
        ),
      ],
    },
    {
      title: 'any of, all of, and not',
      schema: ofSpec(
        record({
          a: { type: 'string', anyOf: [{ pattern: '^x' }, { maxLength: 1 }] },
          b: { type: 'string', allOf: [{ minLength: 3 }] },
          c: { type: 'string', not: { enum: ['x'] } },
        }),
      ),
      spec: { a: 'yy', b: 'yy', c: 'x' },
      errors: [
        error('Invalid', '<nil>', 'Invalid value: "": "spec.a" must validate at least one schema (anyOf)'),
        error('Invalid', 'spec.a', `Invalid value: "yy": spec.a in body should match '^x'`),
        error('Invalid', '<nil>', 'Invalid value: "": "spec.b" must validate all the schemas (allOf)'),
        error('Invalid', 'spec.b', 'Invalid value: "yy": spec.b in body should be at least 3 chars long'),
        error('Invalid', '<nil>', 'Invalid value: "": "spec.c" must not validate the schema (not)'),
      ],
    },
    {
      title: 'a list of type set holds a value once, a list of type map a key',
      schema: ofSpec(
        record({
          names: list(text, { 'x-kubernetes-list-type': 'set' }),
          hosts: list(record({ name: text, port: { type: 'integer' } }, { required: ['name'] }), {
            'x-kubernetes-list-type': 'map',
            'x-kubernetes-list-map-keys': ['name'],
          }),
        }),
      ),
      spec: {
        names: ['a', 'b', 'a', 'a'],
        hosts: [
          { name: 'x', port: 1 },
          { name: 'x', port: 2 },
        ],
      },
      errors: [
        error('Duplicate', 'spec.names[2]', 'Duplicate value: "a"'),
        error('Duplicate', 'spec.hosts[1]', 'Duplicate value: map[string]interface {}{"name":"x"}'),
      ],
    },
    {
      title: 'an embedded resource without its kind',
      schema: ofField('template', {
        type: 'object',
        'x-kubernetes-embedded-resource': true,
        'x-kubernetes-preserve-unknown-fields': true,
      }),
      spec: { template: { apiVersion: 'v1' } },
      errors: [error('Required', 'spec.template.kind', 'Required value: must not be empty')],
    },
  ])('$title', ({ schema, spec, errors }) => {
    expect(schema.validate({ apiVersion: 'a.example.com/v1', kind: 'A', metadata: { name: 'a' }, spec })).toEqual(
      errors,
    );
  });
});

describe('an update is not blamed for what it leaves as it was', () => {
  const schema = ofSpec(
    record({
      mode: { type: 'string', enum: ['soft'] },
      hosts: list(record({ name: text, mode: { type: 'string', enum: ['soft'] } }, { required: ['name'] }), {
        'x-kubernetes-list-type': 'map',
        'x-kubernetes-list-map-keys': ['name'],
      }),
      steps: list({ type: 'string', enum: ['a'] }),
    }),
  );
  const unsupported = (field: string): FieldError =>
    error(
      'NotSupported',
      field,
      `Unsupported value: "old": supported values: ${field === 'spec.steps[1]' ? '"a"' : '"soft"'}`,
    );

  test.each([
    { title: 'the same wrong field', old: { mode: 'old' }, spec: { mode: 'old', steps: ['a'] }, errors: [] },
    {
      title: 'a field that turns wrong',
      old: { mode: 'soft' },
      spec: { mode: 'old' },
      errors: [unsupported('spec.mode')],
    },
    {
      title: 'a wrong item of a map, moved by another',
      old: { hosts: [{ name: 'x', mode: 'old' }] },
      spec: {
        hosts: [
          { name: 'w', mode: 'soft' },
          { name: 'x', mode: 'old' },
        ],
      },
      errors: [],
    },
    {
      title: 'a wrong item of an atomic list that changes elsewhere',
      old: { steps: ['a', 'old'] },
      spec: { steps: ['a', 'old', 'a'] },
      errors: [unsupported('spec.steps[1]')],
    },
  ])('$title', ({ old, spec, errors }) => {
    expect(schema.validate({ spec }, { spec: old })).toEqual(errors);
  });
});

describe('pruning', () => {
  const schema = ofSpec(
    record({
      known: text,
      open: {
        type: 'object',
        'x-kubernetes-preserve-unknown-fields': true,
        properties: { inner: record({ a: text }) },
      },
      map: { type: 'object', additionalProperties: record({ a: text }) },
      list: list(record({ a: text })),
      template: { type: 'object', 'x-kubernetes-embedded-resource': true, properties: { spec: record({ a: text }) } },
    }),
  );

  test('drops what the schema does not know and says where it was', () => {
    const object = {
      apiVersion: 'a.example.com/v1',
      kind: 'A',
      metadata: { name: 'a', odd: 1 },
      odd: 1,
      spec: {
        known: 'x',
        odd: { a: 1 },
        open: { free: { a: 1 }, inner: { a: 'x', odd: 1 } },
        map: { k: { a: 'x', odd: 1 } },
        list: [{ a: 'x' }, { odd: 1 }],
        template: { apiVersion: 'v1', kind: 'B', metadata: { name: 'b' }, odd: 1, spec: { a: 'x', odd: 1 } },
      },
    };
    expect(schema.prune(object)).toEqual({
      object: {
        apiVersion: 'a.example.com/v1',
        kind: 'A',
        metadata: { name: 'a', odd: 1 },
        spec: {
          known: 'x',
          open: { free: { a: 1 }, inner: { a: 'x' } },
          map: { k: { a: 'x' } },
          list: [{ a: 'x' }, {}],
          template: { apiVersion: 'v1', kind: 'B', metadata: { name: 'b' }, spec: { a: 'x' } },
        },
      },
      unknownFields: [
        'odd',
        'spec.list[1].odd',
        'spec.map.k.odd',
        'spec.odd',
        'spec.open.inner.odd',
        'spec.template.odd',
        'spec.template.spec.odd',
      ],
    });
  });

  test('gives back the object itself when all of it is known', () => {
    const object = { spec: { known: 'x', list: [{ a: 'x' }] } };
    expect(schema.prune(object).object).toBe(object);
  });
});

describe('defaulting', () => {
  const schema = ofSpec(
    record({
      mode: { type: 'string', default: 'soft' },
      inner: record({ limit: { type: 'integer', default: 3 } }),
      made: record({ limit: { type: 'integer', default: 3 } }, { default: {} }),
      list: list(record({ limit: { type: 'integer', default: 3 } })),
      nullable: { type: 'string', nullable: true, default: 'x' },
      bare: text,
    }),
  );

  test.each([
    { title: 'an empty spec', spec: {}, filled: { mode: 'soft', made: { limit: 3 }, nullable: 'x' } },
    {
      title: 'objects that are there, also in lists',
      spec: { inner: {}, list: [{}, { limit: 1 }] },
      filled: {
        mode: 'soft',
        inner: { limit: 3 },
        made: { limit: 3 },
        list: [{ limit: 3 }, { limit: 1 }],
        nullable: 'x',
      },
    },
    {
      title: 'nulls: replaced by the default, dropped without one, kept where they are allowed',
      spec: { mode: null, nullable: null, bare: null },
      filled: { mode: 'soft', made: { limit: 3 }, nullable: null },
    },
  ])('$title', ({ spec, filled }) => {
    expect(schema.applyDefaults({ spec })).toEqual({ spec: filled });
  });

  test('an object without a spec gets none', () => {
    const object = { kind: 'A' };
    expect(schema.applyDefaults(object)).toBe(object);
  });
});
