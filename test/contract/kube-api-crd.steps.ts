// The calls of the rows about custom resources: one definition with everything that definitions have, and its objects.

import { expect } from 'vitest';
import type { ApiCall } from '../../sim/api-server/requests/api-call.ts';

export interface CrdStep {
  readonly call: ApiCall;
  readonly code: number;
  /** A part of the answer's body. */
  readonly body?: object;
  /** Paths that must not be in the body: `spec.odd`. */
  readonly lacks?: readonly string[];
  /** Texts that must stand among the warnings. */
  readonly warnings?: readonly string[];
}

export interface CrdRow {
  readonly title: string;
  readonly steps: readonly CrdStep[];
}

export const CRDS = '/apis/apiextensions.k8s.io/v1/customresourcedefinitions';
export const GROUP = 'lift.example.com';
export const HOISTS = `/apis/${GROUP}/v1/namespaces/yard/hoists`;

export const SPEC = {
  type: 'object',
  required: ['mode'],
  properties: {
    mode: { type: 'string', enum: ['up', 'down'] },
    code: { type: 'string', pattern: '^[A-Z]{2}$', maxLength: 5 },
    limit: { type: 'integer', minimum: 1, maximum: 20, default: 3 },
    replicas: { type: 'integer' },
    names: { type: 'array', maxItems: 2, items: { type: 'string' } },
    bound: { 'x-kubernetes-int-or-string': true },
    note: { type: 'string', nullable: true },
    free: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true },
    serial: {
      type: 'string',
      'x-kubernetes-validations': [{ rule: 'self == oldSelf', message: 'serial is immutable' }],
    },
    ropes: {
      type: 'array',
      'x-kubernetes-list-type': 'map',
      'x-kubernetes-list-map-keys': ['name'],
      items: {
        type: 'object',
        required: ['name'],
        properties: { name: { type: 'string' }, metres: { type: 'integer', default: 10 } },
      },
    },
  },
  'x-kubernetes-validations': [{ rule: 'self.limit < 10', message: 'limit is too high' }],
};

export const VERSION = {
  name: 'v1',
  served: true,
  storage: true,
  schema: {
    openAPIV3Schema: {
      type: 'object',
      properties: {
        spec: SPEC,
        status: { type: 'object', properties: { replicas: { type: 'integer' }, phase: { type: 'string' } } },
      },
    },
  },
  subresources: { status: {}, scale: { specReplicasPath: '.spec.replicas', statusReplicasPath: '.status.replicas' } },
  additionalPrinterColumns: [
    { name: 'Mode', type: 'string', jsonPath: '.spec.mode' },
    { name: 'Limit', type: 'integer', jsonPath: '.spec.limit', priority: 1 },
  ],
  selectableFields: [{ jsonPath: '.spec.mode' }],
};

export const NAMES = { plural: 'hoists', kind: 'Hoist', shortNames: ['ho'], categories: ['all'] };

export function definition(names: object = NAMES, version: object = VERSION, name = 'hoists.lift.example.com'): object {
  return {
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: { name },
    spec: { group: GROUP, scope: 'Namespaced', names, versions: [version] },
  };
}

export function hoist(spec: object, more: object = {}): object {
  return { apiVersion: `${GROUP}/v1`, kind: 'Hoist', metadata: { name: 'a' }, spec, ...more };
}

const MERGE = 'application/merge-patch+json';
export const APPLY = 'application/apply-patch+yaml';

export const post = (path: string, body: object): ApiCall => ({ method: 'POST', path, body });
export const get = (path: string): ApiCall => ({ method: 'GET', path });
export const patch = (path: string, body: object, contentType = MERGE): ApiCall => ({
  method: 'PATCH',
  path,
  body,
  contentType,
});
export const DEFINED: CrdStep = { call: post(CRDS, definition()), code: 201 };
export const A: CrdStep = { call: post(HOISTS, hoist({ mode: 'up' })), code: 201 };

/** One hoist that the server refuses for one field. */
export function refused(title: string, spec: object, field: string, reason: string, message: string): CrdRow {
  const cause = { reason: `FieldValue${reason}`, field, message };
  return {
    title,
    steps: [
      DEFINED,
      {
        call: post(HOISTS, hoist(spec)),
        code: 422,
        body: {
          kind: 'Status',
          status: 'Failure',
          reason: 'Invalid',
          message: expect.stringContaining(`Hoist.lift.example.com "a" is invalid: `),
          details: { name: 'a', group: GROUP, kind: 'Hoist', causes: expect.arrayContaining([cause]) },
        },
      },
    ],
  };
}

export function refusedDefinition(title: string, object: object, field: string): CrdRow {
  const causes = expect.arrayContaining([expect.objectContaining({ field })]);
  return { title, steps: [{ call: post(CRDS, object), code: 422, body: { reason: 'Invalid', details: { causes } } }] };
}
