import { describe, expect, test } from 'vitest';
import { builtInFields } from '../../../../sim/api-server/fields/built-in-fields.ts';
import { DEDUCED } from '../../../../sim/api-server/fields/field-schema.ts';
import { structuralFields } from '../../../../sim/api-server/fields/structural-fields.ts';

const STRING = { type: 'string' };

describe('fields of custom resources', () => {
  test.each([
    ['scalars', { type: 'integer' }, { scalar: 'int64' }],
    [
      'int-or-string',
      { 'x-kubernetes-int-or-string': true, anyOf: [{ type: 'integer' }, STRING] },
      { scalar: 'intOrString' },
    ],
    [
      'a list without a list type',
      { type: 'array', items: STRING },
      { list: { kind: 'atomic', keys: [], items: { scalar: 'string' } } },
    ],
    [
      'a set',
      { type: 'array', 'x-kubernetes-list-type': 'set', items: STRING },
      { list: { kind: 'set', keys: [], items: { scalar: 'string' } } },
    ],
    [
      'a list map',
      {
        type: 'array',
        'x-kubernetes-list-type': 'map',
        'x-kubernetes-list-map-keys': ['name'],
        items: { type: 'object', properties: { name: { type: 'string', default: 'x' } }, required: ['name'] },
      },
      {
        list: {
          kind: 'map',
          keys: ['name'],
          items: {
            map: {
              atomic: false,
              fields: new Map([
                ['name', { schema: { scalar: 'string' }, required: true, alwaysThere: false, default: 'x' }],
              ]),
            },
          },
        },
      },
    ],
    [
      'a map',
      { type: 'object', additionalProperties: STRING },
      { map: { atomic: false, fields: new Map(), others: { scalar: 'string' } } },
    ],
    [
      'an atomic map',
      { type: 'object', 'x-kubernetes-map-type': 'atomic', additionalProperties: STRING },
      { map: { atomic: true, fields: new Map(), others: { scalar: 'string' } } },
    ],
    [
      'an object without properties',
      { type: 'object' },
      { map: { atomic: false, fields: new Map(), others: DEDUCED } },
    ],
    [
      'unknown fields, kept and kept below',
      {
        type: 'object',
        'x-kubernetes-preserve-unknown-fields': true,
        properties: { a: { type: 'object', properties: { b: STRING } } },
      },
      {
        map: {
          atomic: false,
          fields: new Map([
            [
              'a',
              {
                required: false,
                alwaysThere: false,
                schema: {
                  map: {
                    atomic: false,
                    fields: new Map([['b', { schema: { scalar: 'string' }, required: false, alwaysThere: false }]]),
                    others: DEDUCED,
                  },
                },
              },
            ],
          ]),
          others: DEDUCED,
        },
      },
    ],
  ])('%s', (_what, property, expected) => {
    const fields = structuralFields({ type: 'object', properties: { spec: property } });
    expect(fields.map?.fields.get('spec')?.schema).toEqual(expected);
  });

  test('every object has a type and the metadata of all objects, whatever the schema says of them', () => {
    const { map } = structuralFields({
      type: 'object',
      properties: { metadata: { type: 'object' }, spec: { type: 'object' } },
    });
    expect([...(map?.fields.keys() ?? [])]).toEqual(['metadata', 'spec', 'apiVersion', 'kind']);
    const builtIn = builtInFields('v1', 'Node')?.map?.fields.get('metadata')?.schema;
    expect(map?.fields.get('metadata')?.schema).toBe(builtIn);
    expect(map?.others).toBeUndefined();
  });

  test('without a schema everything is kept, and metadata still is that of all objects', () => {
    const { map } = structuralFields(undefined);
    expect(map?.others).toBe(DEDUCED);
    expect(map?.fields.get('metadata')?.schema.goType).toBe('v1.ObjectMeta');
  });

  test('an embedded resource is an object of its own', () => {
    const template = {
      type: 'object',
      'x-kubernetes-embedded-resource': true,
      'x-kubernetes-preserve-unknown-fields': true,
    };
    const fields = structuralFields({ type: 'object', properties: { template } }).map?.fields.get('template')?.schema
      .map;
    expect(fields?.fields.get('metadata')?.schema.goType).toBe('v1.ObjectMeta');
    expect(fields?.others).toBe(DEDUCED);
  });
});
