import { describe, expect, test } from 'vitest';
import { type CompiledSchema, compileSchema } from '../../../../sim/api-server/schema/compile-schema.ts';
import type { SchemaProps, ValidationRule } from '../../../../sim/api-server/schema/schema-props.ts';

const integer: SchemaProps = { type: 'integer' };
const text: SchemaProps = { type: 'string' };

const FIELDS: Readonly<Record<string, SchemaProps>> = {
  min: integer,
  max: integer,
  share: { type: 'number' },
  name: text,
  'with-dash': text,
  namespace: text,
  limit: { 'x-kubernetes-int-or-string': true },
  wait: { type: 'string', format: 'duration' },
  at: { type: 'string', format: 'date-time' },
  names: { type: 'array', items: text },
  hosts: { type: 'array', items: { type: 'object', properties: { name: text, up: { type: 'boolean' } } } },
  labels: { type: 'object', additionalProperties: text },
};

function compiledWith(rules: readonly ValidationRule[], more: SchemaProps = {}) {
  const spec: SchemaProps = { type: 'object', properties: FIELDS, 'x-kubernetes-validations': rules, ...more };
  return compileSchema({ type: 'object', properties: { spec } });
}

function withRules(rules: readonly ValidationRule[], more: SchemaProps = {}): CompiledSchema {
  const compiled = compiledWith(rules, more);
  if (compiled.kind === 'refused') throw new Error(JSON.stringify(compiled.errors));
  return compiled.schema;
}

describe('rules that hold for one spec and fail for another', () => {
  test.each<{ readonly rule: string; readonly holds: object; readonly fails: object }>([
    { rule: 'self.min <= self.max', holds: { min: 1, max: 1 }, fails: { min: 2, max: 1 } },
    { rule: 'has(self.min) != has(self.max)', holds: { min: 1 }, fails: { min: 1, max: 1 } },
    { rule: '!has(self.name) || self.name.startsWith("a")', holds: {}, fails: { name: 'b' } },
    { rule: 'self.name.matches("^[a-z]+$")', holds: { name: 'ab' }, fails: { name: 'aB' } },
    { rule: 'size(self.names) < 2', holds: { names: ['a'] }, fails: { names: ['a', 'b'] } },
    { rule: 'self.names.all(n, n.size() == 1)', holds: { names: ['a'] }, fails: { names: ['a', 'bb'] } },
    { rule: 'self.hosts.exists(h, has(h.up) && h.up)', holds: { hosts: [{ up: true }] }, fails: { hosts: [{}] } },
    {
      rule: 'self.hosts.filter(h, h.up).map(h, h.name) == ["a"]',
      holds: { hosts: [{ name: 'a', up: true }] },
      fails: { hosts: [] },
    },
    { rule: 'self.names.isSorted()', holds: { names: ['a', 'b'] }, fails: { names: ['b', 'a'] } },
    { rule: 'self.names.indexOf("b") == 1', holds: { names: ['a', 'b'] }, fails: { names: ['b'] } },
    { rule: 'sets.contains(["a", "b"], self.names)', holds: { names: ['b'] }, fails: { names: ['c'] } },
    {
      rule: '"zone" in self.labels && self.labels["zone"] == "x"',
      holds: { labels: { zone: 'x' } },
      fails: { labels: {} },
    },
    { rule: 'self.labels.all(k, k.size() < 3)', holds: { labels: { ab: '1' } }, fails: { labels: { abc: '1' } } },
    {
      rule: 'type(self.limit) == int ? self.limit > 0 : self.limit.endsWith("%")',
      holds: { limit: '1%' },
      fails: { limit: 0 },
    },
    { rule: 'duration(self.wait) > duration("1m")', holds: { wait: '90s' }, fails: { wait: '30s' } },
    { rule: 'self.wait > duration("1m")', holds: { wait: '90s' }, fails: { wait: '30s' } },
    {
      rule: 'self.at < timestamp("2026-01-01T00:00:00Z")',
      holds: { at: '2025-01-01T00:00:00Z' },
      fails: { at: '2027-01-01T00:00:00Z' },
    },
    {
      rule: 'self.with__dash__dash == self.__namespace__',
      holds: { 'with-dash': 'a', namespace: 'a' },
      fails: { 'with-dash': 'a', namespace: 'b' },
    },
    { rule: 'self.share < 1.5', holds: { share: 1 }, fails: { share: 2 } },
    { rule: 'quantity(self.name).isLessThan(quantity("1Gi"))', holds: { name: '500Mi' }, fails: { name: '2Gi' } },
    { rule: 'self.?name.orValue("a") == "a"', holds: {}, fails: { name: 'b' } },
  ])('$rule', ({ rule, holds, fails }) => {
    const schema = withRules([{ rule, message: 'no' }]);
    expect(schema.validate({ spec: holds })).toEqual([]);
    expect(schema.validate({ spec: fails })).toEqual([
      { reason: 'FieldValueInvalid', field: 'spec', message: 'Invalid value: "object": no' },
    ]);
  });
});

describe('how a failed rule is told', () => {
  const spec = { min: 2, max: 1 };
  test.each<{ readonly title: string; readonly rule: ValidationRule; readonly error: object }>([
    {
      title: 'without a message the rule itself',
      rule: { rule: 'self.min <= self.max' },
      error: {
        reason: 'FieldValueInvalid',
        field: 'spec',
        message: 'Invalid value: "object": failed rule: self.min <= self.max',
      },
    },
    {
      title: 'a message that is computed',
      rule: { rule: 'self.min <= self.max', messageExpression: '"at most " + string(self.max)' },
      error: { reason: 'FieldValueInvalid', field: 'spec', message: 'Invalid value: "object": at most 1' },
    },
    {
      title: 'the plain message where the computed one fails',
      rule: { rule: 'self.min <= self.max', message: 'plain', messageExpression: 'self.name' },
      error: { reason: 'FieldValueInvalid', field: 'spec', message: 'Invalid value: "object": plain' },
    },
    {
      title: 'a reason and a path of its own',
      rule: { rule: 'self.min <= self.max', message: 'too small', reason: 'FieldValueForbidden', fieldPath: '.max' },
      error: { reason: 'FieldValueForbidden', field: 'spec.max', message: 'Forbidden: too small' },
    },
    {
      title: 'a rule that cannot be evaluated',
      rule: { rule: 'self.name == "a"', message: 'a name' },
      error: {
        reason: 'FieldValueInvalid',
        field: 'spec',
        message: 'Invalid value: "object": no such key: name evaluating rule: a name',
      },
    },
  ])('$title', ({ rule, error }) => {
    expect(withRules([rule]).validate({ spec })).toEqual([error]);
  });

  test('rules wait until the values are of the right type', () => {
    const schema = withRules([{ rule: 'self.min <= self.max' }]);
    expect(schema.validate({ spec: { min: 'x', max: 1 } })).toEqual([
      {
        reason: 'FieldValueTypeInvalid',
        field: 'spec.min',
        message: 'Invalid value: "string": spec.min in body must be of type integer: "string"',
      },
      {
        reason: 'FieldValueInvalid',
        field: '<nil>',
        message:
          'Invalid value: "null": some validation rules were not checked because the object was invalid; correct the existing errors to complete validation',
      },
    ]);
  });
});

describe('transition rules', () => {
  const immutable = withRules([{ rule: 'self.name == oldSelf.name', message: 'name is immutable' }]);
  const refusal = [
    { reason: 'FieldValueInvalid', field: 'spec', message: 'Invalid value: "object": name is immutable' },
  ];
  const optional = withRules([
    { rule: '!oldSelf.hasValue() || self.min >= oldSelf.value().min', message: 'never less', optionalOldSelf: true },
  ]);
  const perItem = compileSchema({
    type: 'object',
    properties: {
      spec: {
        type: 'object',
        properties: {
          hosts: {
            type: 'array',
            'x-kubernetes-list-type': 'map',
            'x-kubernetes-list-map-keys': ['name'],
            items: {
              type: 'object',
              required: ['name'],
              properties: { name: text, port: integer },
              'x-kubernetes-validations': [{ rule: 'self.port >= oldSelf.port', message: 'ports only grow' }],
            },
          },
        },
      },
    },
  });
  if (perItem.kind === 'refused') throw new Error('refused');

  test.each([
    { title: 'nothing on create', schema: immutable, old: undefined, spec: { name: 'b' }, errors: [] },
    {
      title: 'an update that keeps the field',
      schema: immutable,
      old: { name: 'a' },
      spec: { name: 'a', min: 1 },
      errors: [],
    },
    { title: 'an update that changes it', schema: immutable, old: { name: 'a' }, spec: { name: 'b' }, errors: refusal },
    { title: 'an optional old value on create', schema: optional, old: undefined, spec: { min: 1 }, errors: [] },
    {
      title: 'an optional old value on update',
      schema: optional,
      old: { min: 2 },
      spec: { min: 1 },
      errors: [{ reason: 'FieldValueInvalid', field: 'spec', message: 'Invalid value: "object": never less' }],
    },
    {
      title: 'items of a map are compared with their own old ones',
      schema: perItem.schema,
      old: { hosts: [{ name: 'a', port: 5 }] },
      spec: {
        hosts: [
          { name: 'b', port: 1 },
          { name: 'a', port: 4 },
        ],
      },
      errors: [
        { reason: 'FieldValueInvalid', field: 'spec.hosts[1]', message: 'Invalid value: "object": ports only grow' },
      ],
    },
  ])('$title', ({ schema, old, spec, errors }) => {
    expect(schema.validate({ spec }, old === undefined ? undefined : { spec: old })).toEqual(errors);
  });
});

describe('rules that a definition is refused for', () => {
  const AT = 'openAPIV3Schema.properties[spec].x-kubernetes-validations[0]';
  test.each<{
    readonly title: string;
    readonly rule: ValidationRule;
    readonly field: string;
    readonly says: RegExp;
    readonly more?: SchemaProps;
  }>([
    {
      title: 'a field that is not there',
      rule: { rule: 'self.nope == 1' },
      field: `${AT}.rule`,
      says: /undefined field 'nope'/,
    },
    {
      title: 'a field of an item',
      rule: { rule: 'self.hosts.all(h, h.nope)' },
      field: `${AT}.rule`,
      says: /undefined field 'nope'/,
    },
    {
      title: 'a function that nobody has',
      rule: { rule: 'self.name.isURL()' },
      field: `${AT}.rule`,
      says: /no matching overload/,
    },
    {
      title: 'a global function that is not supported',
      rule: { rule: 'isIP(self.name)' },
      field: `${AT}.rule`,
      says: /compilation failed/,
    },
    { title: 'an unknown variable', rule: { rule: 'this.min > 1' }, field: `${AT}.rule`, says: /compilation failed/ },
    {
      title: 'no expression at all',
      rule: { rule: 'self.min >' },
      field: `${AT}.rule`,
      says: /compilation failed: ERROR: <input>:1:/,
    },
    {
      title: 'a rule that gives no bool',
      rule: { rule: 'size(self.name)' },
      field: `${AT}.rule`,
      says: /must evaluate to a bool/,
    },
    {
      title: 'a message that is no text',
      rule: { rule: 'true', messageExpression: 'size(self.name)' },
      field: `${AT}.messageExpression`,
      says: /must evaluate to a string/,
    },
    {
      title: 'an optional old value that is not used',
      rule: { rule: 'true', optionalOldSelf: true },
      field: `${AT}.optionalOldSelf`,
      says: /may not be set if oldSelf is not used/,
    },
    {
      title: 'a path that leads nowhere',
      rule: { rule: 'true', fieldPath: '.nope' },
      field: `${AT}.fieldPath`,
      says: /must be a valid path$/,
    },
    {
      title: 'an empty rule',
      rule: { rule: ' ' },
      field: `${AT}.rule`,
      says: /^Required value: rule is not specified/,
    },
    {
      title: 'a reason that does not exist',
      rule: { rule: 'true', reason: 'No' },
      field: `${AT}.reason`,
      says: /^Unsupported value: "No": supported values: "FieldValueDuplicate"/,
    },
  ])('$title', ({ rule, field, says, more }) => {
    expect(compiledWith([rule], more)).toEqual({
      kind: 'refused',
      errors: [{ reason: expect.any(String), field, message: expect.stringMatching(says) }],
    });
  });

  test('the old value of an item that continues none', () => {
    const items: SchemaProps = {
      type: 'object',
      properties: { a: integer },
      'x-kubernetes-validations': [{ rule: 'self.a == oldSelf.a' }],
    };
    const compiled = compileSchema({ type: 'object', properties: { list: { type: 'array', items } } });
    expect(compiled).toEqual({
      kind: 'refused',
      errors: [
        {
          reason: 'FieldValueInvalid',
          field: 'openAPIV3Schema.properties[list].items.x-kubernetes-validations[0].rule',
          message:
            'Invalid value: "self.a == oldSelf.a": oldSelf cannot be used on the uncorrelatable portion of the schema within openAPIV3Schema.properties[list]',
        },
      ],
    });
  });
});
