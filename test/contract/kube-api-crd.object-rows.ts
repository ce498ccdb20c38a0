// Rows about objects of a defined kind: values, unknown fields, subresources, patches.

import { expect } from 'vitest';
import { A, APPLY, type CrdRow, DEFINED, get, HOISTS, hoist, patch, post, refused } from './kube-api-crd.steps.ts';

export const VALUES: readonly CrdRow[] = [
  {
    title: 'defaults are filled in, also inside of lists',
    steps: [
      DEFINED,
      {
        call: post(HOISTS, hoist({ mode: 'up', ropes: [{ name: 'x' }, { name: 'y', metres: 2 }] })),
        code: 201,
        body: {
          spec: {
            mode: 'up',
            limit: 3,
            ropes: [
              { name: 'x', metres: 10 },
              { name: 'y', metres: 2 },
            ],
          },
        },
      },
    ],
  },
  refused(
    'an enum',
    { mode: 'sideways' },
    'spec.mode',
    'NotSupported',
    'Unsupported value: "sideways": supported values: "up", "down"',
  ),
  refused(
    'a pattern',
    { mode: 'up', code: 'x1' },
    'spec.code',
    'Invalid',
    `Invalid value: "x1": spec.code in body should match '^[A-Z]{2}$'`,
  ),
  refused(
    'a minimum',
    { mode: 'up', limit: 0 },
    'spec.limit',
    'Invalid',
    'Invalid value: 0: spec.limit in body should be greater than or equal to 1',
  ),
  refused(
    'a maximum',
    { mode: 'up', limit: 21 },
    'spec.limit',
    'Invalid',
    'Invalid value: 21: spec.limit in body should be less than or equal to 20',
  ),
  refused(
    'a greatest length',
    { mode: 'up', code: 'ABCDEF' },
    'spec.code',
    'TooLong',
    'Too long: may not be more than 5 bytes',
  ),
  refused(
    'a greatest number of items',
    { mode: 'up', names: ['a', 'b', 'c'] },
    'spec.names',
    'TooMany',
    'Too many: 3: must have at most 2 items',
  ),
  refused('a field that is required', {}, 'spec.mode', 'Required', 'Required value'),
  refused(
    'a type',
    { mode: 'up', limit: 'x' },
    'spec.limit',
    'TypeInvalid',
    'Invalid value: "string": spec.limit in body must be of type integer: "string"',
  ),
  refused(
    'int-or-string',
    { mode: 'up', bound: true },
    'spec.bound',
    'TypeInvalid',
    'Invalid value: "boolean": spec.bound in body must be of type integer,string: "boolean"',
  ),
  refused(
    'a key twice in a list of type map',
    { mode: 'up', ropes: [{ name: 'x' }, { name: 'x' }] },
    'spec.ropes[1]',
    'Duplicate',
    'Duplicate value: map[string]interface {}{"name":"x"}',
  ),
  refused('a rule', { mode: 'up', limit: 12 }, 'spec', 'Invalid', 'Invalid value: "object": limit is too high'),
  {
    title: 'int-or-string takes both, and a null stays where it is allowed',
    steps: [
      DEFINED,
      {
        call: post(HOISTS, hoist({ mode: 'up', bound: 1, note: null })),
        code: 201,
        body: { spec: { bound: 1, note: null } },
      },
      { call: patch(`${HOISTS}/a`, { spec: { bound: '1%' } }), code: 200, body: { spec: { bound: '1%' } } },
    ],
  },
  {
    title: 'a transition rule counts on update',
    steps: [
      DEFINED,
      { call: post(HOISTS, hoist({ mode: 'up', serial: 'x' })), code: 201 },
      { call: patch(`${HOISTS}/a`, { spec: { mode: 'down' } }), code: 200 },
      {
        call: patch(`${HOISTS}/a`, { spec: { serial: 'y' } }),
        code: 422,
        body: {
          details: {
            causes: [
              { reason: 'FieldValueInvalid', field: 'spec.serial', message: 'Invalid value: "y": serial is immutable' },
            ],
          },
        },
      },
    ],
  },
];

export const UNKNOWN: readonly CrdRow[] = [
  {
    title: 'unknown fields are pruned, but where they are preserved',
    steps: [
      DEFINED,
      {
        call: post(`${HOISTS}?fieldValidation=Ignore`, hoist({ mode: 'up', odd: 1, free: { odd: 1 } })),
        code: 201,
        body: { spec: { free: { odd: 1 } } },
        lacks: ['spec.odd'],
      },
    ],
  },
  {
    title: 'fieldValidation=Warn warns of them',
    steps: [
      DEFINED,
      {
        call: post(`${HOISTS}?fieldValidation=Warn`, hoist({ mode: 'up', odd: 1 })),
        code: 201,
        lacks: ['spec.odd'],
        warnings: ['unknown field "spec.odd"'],
      },
    ],
  },
  {
    title: 'fieldValidation=Strict refuses them',
    steps: [
      DEFINED,
      {
        call: post(`${HOISTS}?fieldValidation=Strict`, hoist({ mode: 'up', odd: 1 })),
        code: 400,
        body: {
          reason: 'BadRequest',
          message: expect.stringContaining('strict decoding error: unknown field "spec.odd"'),
        },
      },
    ],
  },
];

export const SUBRESOURCES: readonly CrdRow[] = [
  {
    title: 'a create and a main write take no status',
    steps: [
      DEFINED,
      { call: post(HOISTS, hoist({ mode: 'up' }, { status: { phase: 'x' } })), code: 201, lacks: ['status'] },
      { call: patch(`${HOISTS}/a`, { status: { phase: 'x' } }), code: 200, lacks: ['status'] },
    ],
  },
  {
    title: 'a status write takes nothing else, and no generation',
    steps: [
      DEFINED,
      A,
      {
        call: patch(`${HOISTS}/a/status`, { spec: { mode: 'down' }, status: { phase: 'Lifting' } }),
        code: 200,
        body: { metadata: { generation: 1 }, spec: { mode: 'up' }, status: { phase: 'Lifting' } },
      },
    ],
  },
  {
    title: 'the generation counts changes of the spec',
    steps: [
      DEFINED,
      A,
      {
        call: patch(`${HOISTS}/a`, { metadata: { labels: { a: 'b' } } }),
        code: 200,
        body: { metadata: { generation: 1 } },
      },
      { call: patch(`${HOISTS}/a`, { spec: { mode: 'down' } }), code: 200, body: { metadata: { generation: 2 } } },
    ],
  },
  {
    title: 'the scale subresource reads and writes the replicas',
    steps: [
      DEFINED,
      { call: post(HOISTS, hoist({ mode: 'up', replicas: 2 })), code: 201 },
      {
        call: get(`${HOISTS}/a/scale`),
        code: 200,
        body: { apiVersion: 'autoscaling/v1', kind: 'Scale', spec: { replicas: 2 } },
      },
      {
        call: patch(`${HOISTS}/a/scale`, { spec: { replicas: 5 } }),
        code: 200,
        body: { kind: 'Scale', spec: { replicas: 5 } },
      },
      { call: get(`${HOISTS}/a`), code: 200, body: { spec: { mode: 'up', replicas: 5 } } },
    ],
  },
];

export const PATCHES: readonly CrdRow[] = [
  {
    title: 'a strategic merge patch is not for custom resources',
    steps: [
      DEFINED,
      A,
      {
        call: patch(`${HOISTS}/a`, { spec: { mode: 'down' } }, 'application/strategic-merge-patch+json'),
        code: 415,
        body: { reason: 'UnsupportedMediaType' },
      },
    ],
  },
  {
    title: 'server-side apply merges lists of type map by their key',
    steps: [
      DEFINED,
      {
        call: patch(`${HOISTS}/a?fieldManager=one`, hoist({ mode: 'up', ropes: [{ name: 'x', metres: 1 }] }), APPLY),
        code: 201,
      },
      {
        call: patch(`${HOISTS}/a?fieldManager=two`, hoist({ mode: 'up', ropes: [{ name: 'y', metres: 2 }] }), APPLY),
        code: 200,
        body: {
          spec: {
            ropes: [
              { name: 'x', metres: 1 },
              { name: 'y', metres: 2 },
            ],
          },
        },
      },
    ],
  },
];
