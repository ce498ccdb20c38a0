// Rows about definitions: how they are accepted, refused, discovered and deleted.

import { expect } from 'vitest';
import {
  A,
  CRDS,
  type CrdRow,
  DEFINED,
  definition,
  GROUP,
  get,
  HOISTS,
  NAMES,
  post,
  refusedDefinition,
  SPEC,
  VERSION,
} from './kube-api-crd.steps.ts';

export const DEFINITIONS: readonly CrdRow[] = [
  {
    title: 'a definition is completed and gets a generation',
    steps: [
      {
        call: post(CRDS, definition()),
        code: 201,
        body: {
          metadata: { generation: 1 },
          spec: { names: { ...NAMES, singular: 'hoist', listKind: 'HoistList' }, conversion: { strategy: 'None' } },
        },
      },
    ],
  },
  {
    title: 'a definition is accepted and established',
    steps: [
      DEFINED,
      {
        call: get(`${CRDS}/hoists.lift.example.com`),
        code: 200,
        body: {
          status: {
            acceptedNames: {
              plural: 'hoists',
              singular: 'hoist',
              kind: 'Hoist',
              listKind: 'HoistList',
              shortNames: ['ho'],
            },
            storedVersions: ['v1'],
            conditions: [
              { type: 'NamesAccepted', status: 'True', reason: 'NoConflicts', message: 'no conflicts found' },
              {
                type: 'Established',
                status: 'True',
                reason: 'InitialNamesAccepted',
                message: 'the initial names have been accepted',
              },
            ],
          },
        },
      },
    ],
  },
  {
    title: 'a kind that is taken in its group is not accepted, and not served',
    steps: [
      DEFINED,
      {
        call: post(
          CRDS,
          definition(
            { plural: 'lifts', singular: 'lift', kind: 'Hoist', listKind: 'LiftList' },
            VERSION,
            'lifts.lift.example.com',
          ),
        ),
        code: 201,
      },
      {
        call: get(`${CRDS}/lifts.lift.example.com`),
        code: 200,
        body: {
          status: {
            conditions: [
              { type: 'NamesAccepted', status: 'False', reason: 'KindConflict', message: '"Hoist" is already in use' },
              { type: 'Established', status: 'False', reason: 'NotAccepted' },
            ],
          },
        },
      },
      { call: get(`/apis/${GROUP}/v1/namespaces/yard/lifts`), code: 404 },
    ],
  },
  refusedDefinition(
    'a definition under another name is refused',
    definition(NAMES, VERSION, 'lifts.lift.example.com'),
    'metadata.name',
  ),
  refusedDefinition(
    'a definition without a storage version is refused',
    definition(NAMES, { ...VERSION, storage: false }),
    'spec.versions',
  ),
  refusedDefinition(
    'a schema that is not structural is refused',
    definition(NAMES, {
      ...VERSION,
      schema: { openAPIV3Schema: { type: 'object', properties: { spec: {} } } },
      selectableFields: [],
    }),
    'spec.versions[0].schema.openAPIV3Schema.properties[spec].type',
  ),
  refusedDefinition(
    'a rule about a field that is not there is refused',
    definition(NAMES, {
      ...VERSION,
      schema: {
        openAPIV3Schema: {
          type: 'object',
          properties: { spec: { ...SPEC, 'x-kubernetes-validations': [{ rule: 'self.nope > 1' }] } },
        },
      },
    }),
    'spec.versions[0].schema.openAPIV3Schema.properties[spec].x-kubernetes-validations[0].rule',
  ),
  {
    title: 'a definition that is deleted takes its objects with it',
    steps: [
      DEFINED,
      A,
      { call: { method: 'DELETE', path: `${CRDS}/hoists.lift.example.com` }, code: 200 },
      { call: get(`${HOISTS}/a`), code: 404 },
      DEFINED,
      { call: get(HOISTS), code: 200, body: { kind: 'HoistList', items: [] } },
    ],
  },
];

export const DISCOVERY: readonly CrdRow[] = [
  {
    title: 'discovery names the group and the resource with its subresources',
    steps: [
      {
        call: get('/apis'),
        code: 200,
        body: { groups: expect.not.arrayContaining([expect.objectContaining({ name: GROUP })]) },
      },
      DEFINED,
      {
        call: get('/apis'),
        code: 200,
        body: { groups: expect.arrayContaining([expect.objectContaining({ name: GROUP })]) },
      },
      {
        call: get(`/apis/${GROUP}/v1`),
        code: 200,
        body: {
          kind: 'APIResourceList',
          groupVersion: `${GROUP}/v1`,
          resources: expect.arrayContaining([
            expect.objectContaining({
              name: 'hoists',
              singularName: 'hoist',
              namespaced: true,
              kind: 'Hoist',
              shortNames: ['ho'],
              categories: ['all'],
            }),
            expect.objectContaining({ name: 'hoists/status', kind: 'Hoist' }),
            expect.objectContaining({ name: 'hoists/scale', group: 'autoscaling', version: 'v1', kind: 'Scale' }),
          ]),
        },
      },
    ],
  },
  {
    title: 'a version that is not served is not found',
    steps: [DEFINED, { call: get(`/apis/${GROUP}/v2/namespaces/yard/hoists`), code: 404 }],
  },
  {
    title: 'a table has the columns of the definition',
    steps: [
      DEFINED,
      A,
      {
        call: { ...get(HOISTS), accept: 'application/json;as=Table;v=v1;g=meta.k8s.io,application/json' },
        code: 200,
        body: {
          kind: 'Table',
          columnDefinitions: [
            { name: 'Name', type: 'string', format: 'name', priority: 0 },
            { name: 'Mode', type: 'string', priority: 0 },
            { name: 'Limit', type: 'integer', priority: 1 },
          ],
          rows: [{ cells: ['a', 'up', 3] }],
        },
      },
    ],
  },
  {
    title: 'a field selector may name a selectable field, and no other',
    steps: [
      DEFINED,
      A,
      {
        call: get(`${HOISTS}?fieldSelector=spec.mode%3Dup`),
        code: 200,
        body: { items: [{ metadata: { name: 'a' } }] },
      },
      { call: get(`${HOISTS}?fieldSelector=spec.mode%3Ddown`), code: 200, body: { items: [] } },
      { call: get(`${HOISTS}?fieldSelector=spec.limit%3D3`), code: 400, body: { reason: 'BadRequest' } },
    ],
  },
];
