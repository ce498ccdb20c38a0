// What every Kubernetes API does with patches, applies and managedFields, as plain data: calls and what must be in the answers.
// The rows go through `ApiTransport.call` only, so that the virtual API server, the same behind HTTP and a real one run them.
// They need the namespace `default` and create what they use; objects of rows have names of their own.

import type { ApiAnswer, ApiCall, ApiTransport } from '../../sim/api-server/requests/api-call.ts';
import { isJsonObject, type JsonObject, sameValue } from '../../sim/api-server/same-value.ts';

export interface ContractStep extends ApiCall {
  readonly expect: {
    readonly code: number;
    /** Must be in the body: fields of objects, all items of lists. */
    readonly body?: JsonObject;
    /** Fields of the body, by path, that must not be there. */
    readonly absent?: readonly (readonly string[])[];
    /** All of managedFields: `manager operation [subresource]` to fieldsV1. */
    readonly owners?: JsonObject;
    /** The resourceVersion is that of the step before. */
    readonly unchanged?: boolean;
  };
}

export interface ContractRow {
  readonly name: string;
  readonly calls: readonly ContractStep[];
}

/** Performs the calls one after the other; `done` gets what was not as expected, the empty list if all was. */
export function runContractRow(
  row: ContractRow,
  transport: ApiTransport,
  done: (mismatches: readonly string[]) => void,
): void {
  const mismatches: string[] = [];
  const perform = (index: number, versionBefore: unknown): void => {
    const step = row.calls[index];
    if (step === undefined) {
      done(mismatches);
      return;
    }
    const { expect: _expected, ...call } = step;
    transport.call(call, (answer) => {
      mismatches.push(
        ...mismatchesOf(step, answer, versionBefore).map((text) => `${row.name}, step ${index + 1}: ${text}`),
      );
      perform(index + 1, answer.kind === 'object' ? valueAt(answer.body, ['metadata', 'resourceVersion']) : undefined);
    });
  };
  perform(0, undefined);
}

function mismatchesOf({ expect }: ContractStep, answer: ApiAnswer, versionBefore: unknown): readonly string[] {
  if (answer.kind !== 'object') return ['a watch was answered'];
  const { body } = answer;
  const found: string[] = [];
  if (answer.code !== expect.code) found.push(`code ${answer.code}, not ${expect.code}: ${JSON.stringify(body)}`);
  if (expect.body !== undefined) found.push(...missing(body, expect.body, ''));
  for (const path of expect.absent ?? []) {
    if (valueAt(body, path) !== undefined) found.push(`${path.join('.')} is there`);
  }
  if (expect.owners !== undefined && !sameValue(ownersOf(body), expect.owners)) {
    found.push(`owners ${JSON.stringify(ownersOf(body))}, not ${JSON.stringify(expect.owners)}`);
  }
  if (expect.unchanged === true && valueAt(body, ['metadata', 'resourceVersion']) !== versionBefore) {
    found.push('the resourceVersion has changed');
  }
  return found;
}

function missing(value: unknown, expected: unknown, path: string): readonly string[] {
  if (isJsonObject(expected) && isJsonObject(value)) {
    return Object.entries(expected).flatMap(([field, below]) => missing(value[field], below, `${path}.${field}`));
  }
  if (Array.isArray(expected) && Array.isArray(value) && expected.length === value.length) {
    return expected.flatMap((item, i) => missing(value[i], item, `${path}[${i}]`));
  }
  return sameValue(value, expected) ? [] : [`${path} is ${JSON.stringify(value)}, not ${JSON.stringify(expected)}`];
}

function valueAt(value: unknown, path: readonly string[]): unknown {
  return path.reduce<unknown>((at, field) => (isJsonObject(at) ? at[field] : undefined), value);
}

function ownersOf(body: unknown): JsonObject {
  const entries = valueAt(body, ['metadata', 'managedFields']);
  if (!Array.isArray(entries)) return {};
  return Object.fromEntries(
    entries.map(({ manager, operation, subresource, fieldsV1 }): [string, unknown] => [
      [manager, operation, subresource].filter((part) => part !== undefined).join(' '),
      fieldsV1,
    ]),
  );
}

const MAPS = '/api/v1/namespaces/default/configmaps';
const DEPLOYMENTS = '/apis/apps/v1/namespaces/default/deployments';
const APPLY = 'application/apply-patch+yaml';
const MERGE = 'application/merge-patch+json';
const STRATEGIC = 'application/strategic-merge-patch+json';
const JSON_PATCH = 'application/json-patch+json';

function map(name: string, data: JsonObject | undefined, metadata: JsonObject = {}): JsonObject {
  const object = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name, namespace: 'default', ...metadata } };
  return data === undefined ? object : { ...object, data };
}

function deployment(name: string, containers: readonly JsonObject[], spec: JsonObject = {}): JsonObject {
  const labels = { app: name };
  const template = { metadata: { labels }, spec: { containers } };
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name, namespace: 'default' },
    spec: { selector: { matchLabels: labels }, template, ...spec },
  };
}

function applied(
  name: string,
  manager: string,
  data: JsonObject | undefined,
  expect: ContractStep['expect'],
  force = '',
): ContractStep {
  const path = `${MAPS}/${name}?fieldManager=${manager}${force}`;
  return { method: 'PATCH', path, contentType: APPLY, body: map(name, data), expect };
}

function created(name: string, manager: string, data: JsonObject, metadata: JsonObject = {}): ContractStep {
  return {
    method: 'POST',
    path: `${MAPS}?fieldManager=${manager}`,
    body: map(name, data, metadata),
    expect: { code: 201 },
  };
}

const DATA_A = { 'f:data': { 'f:a': {} } };
const DATA_B = { 'f:data': { 'f:b': {} } };
const UNPROCESSABLE = {
  kind: 'Status',
  status: 'Failure',
  reason: 'Invalid',
  code: 422,
  message: 'the server rejected our request due to an error in our request',
};

const APPLIES: readonly ContractRow[] = [
  {
    name: 'apply creates the object when there is none, and the same again changes nothing',
    calls: [
      applied(
        'apply-creates',
        'me',
        { a: '1' },
        { code: 201, body: { data: { a: '1' } }, owners: { 'me Apply': DATA_A } },
      ),
      applied('apply-creates', 'me', { a: '1' }, { code: 200, owners: { 'me Apply': DATA_A }, unchanged: true }),
    ],
  },
  {
    name: 'a field that its last owner drops is removed, a field that is still owned stays',
    calls: [
      applied('apply-drops', 'one', { a: '1', b: '1' }, { code: 201 }),
      applied(
        'apply-drops',
        'two',
        { b: '1' },
        { code: 200, owners: { 'one Apply': { 'f:data': { 'f:a': {}, 'f:b': {} } }, 'two Apply': DATA_B } },
      ),
      applied('apply-drops', 'one', undefined, {
        code: 200,
        body: { data: { b: '1' } },
        absent: [['data', 'a']],
        owners: { 'two Apply': DATA_B },
      }),
    ],
  },
  {
    name: 'another value of an owned field is a conflict, and force takes it',
    calls: [
      applied('apply-conflict', 'one', { a: '1', b: '1' }, { code: 201 }),
      applied(
        'apply-conflict',
        'two',
        { a: '2' },
        {
          code: 409,
          body: {
            kind: 'Status',
            reason: 'Conflict',
            message: 'Apply failed with 1 conflict: conflict with "one": .data.a',
            details: { causes: [{ reason: 'FieldManagerConflict', message: 'conflict with "one"', field: '.data.a' }] },
          },
        },
      ),
      applied(
        'apply-conflict',
        'two',
        { a: '2' },
        { code: 200, body: { data: { a: '2', b: '1' } }, owners: { 'one Apply': DATA_B, 'two Apply': DATA_A } },
        '&force=true',
      ),
    ],
  },
  {
    name: 'an update takes the fields that it changes',
    calls: [
      applied('update-takes', 'one', { a: '1', b: '1' }, { code: 201 }),
      {
        method: 'PUT',
        path: `${MAPS}/update-takes?fieldManager=editor`,
        body: map('update-takes', { a: '2', b: '1' }),
        expect: { code: 200, owners: { 'one Apply': DATA_B, 'editor Update': DATA_A } },
      },
      applied(
        'update-takes',
        'one',
        { a: '1' },
        { code: 409, body: { message: 'Apply failed with 1 conflict: conflict with "editor" using v1: .data.a' } },
      ),
    ],
  },
  {
    name: 'a create owns what it sets, under the name of the client where it gives none',
    calls: [
      {
        method: 'POST',
        path: MAPS,
        body: map('create-owns', { a: '1' }, { labels: { l: 'x' } }),
        userAgent: 'tool/1.0 (linux/amd64)',
        expect: {
          code: 201,
          owners: {
            'tool Update': { 'f:data': { '.': {}, 'f:a': {} }, 'f:metadata': { 'f:labels': { '.': {}, 'f:l': {} } } },
          },
        },
      },
    ],
  },
  {
    name: 'apply needs a manager, and nothing else may be forced',
    calls: [
      {
        method: 'PATCH',
        path: `${MAPS}/no-manager`,
        contentType: APPLY,
        body: map('no-manager', {}),
        expect: {
          code: 422,
          body: {
            reason: 'Invalid',
            message:
              'PatchOptions.meta.k8s.io "" is invalid: fieldManager: Required value: is required for apply patch',
          },
        },
      },
      created('no-force', 'me', { a: '1' }),
      {
        method: 'PATCH',
        path: `${MAPS}/no-force?force=true`,
        contentType: MERGE,
        body: {},
        expect: {
          code: 422,
          body: {
            reason: 'Invalid',
            message:
              'PatchOptions.meta.k8s.io "" is invalid: force: Forbidden: may not be specified for non-apply patch',
          },
        },
      },
    ],
  },
  {
    name: 'a configuration of another kind, or with managedFields, is refused',
    calls: [
      {
        method: 'PATCH',
        path: `${MAPS}/bad-apply?fieldManager=me`,
        contentType: APPLY,
        body: { apiVersion: 'v1', kind: 'Secret', metadata: { name: 'bad-apply' } },
        expect: { code: 400, body: { reason: 'BadRequest', message: 'invalid object type: /v1, Kind=Secret' } },
      },
      {
        method: 'PATCH',
        path: `${MAPS}/bad-apply?fieldManager=me`,
        contentType: APPLY,
        body: map('bad-apply', {}, { managedFields: [] }),
        expect: { code: 400, body: { message: 'metadata.managedFields must be nil' } },
      },
      {
        method: 'PATCH',
        path: `${MAPS}/bad-apply?fieldManager=me`,
        contentType: APPLY,
        body: { ...map('bad-apply', {}), dta: {} },
        expect: {
          code: 500,
          body: {
            message:
              'failed to create typed patch object (default/bad-apply; /v1, Kind=ConfigMap): .dta: field not declared in schema',
          },
        },
      },
    ],
  },
  {
    name: 'containers are applied one by one',
    calls: [
      {
        method: 'PATCH',
        path: `${DEPLOYMENTS}/apply-containers?fieldManager=one`,
        contentType: APPLY,
        body: deployment('apply-containers', [{ name: 'a', image: '1' }]),
        expect: { code: 201 },
      },
      {
        method: 'PATCH',
        path: `${DEPLOYMENTS}/apply-containers?fieldManager=two`,
        contentType: APPLY,
        body: {
          apiVersion: 'apps/v1',
          kind: 'Deployment',
          metadata: { name: 'apply-containers' },
          spec: { template: { spec: { containers: [{ name: 'b', image: '2' }] } } },
        },
        expect: {
          code: 200,
          body: {
            spec: {
              template: {
                spec: {
                  containers: [
                    { name: 'a', image: '1' },
                    { name: 'b', image: '2' },
                  ],
                },
              },
            },
          },
        },
      },
      {
        method: 'PATCH',
        path: `${DEPLOYMENTS}/apply-containers?fieldManager=two`,
        contentType: APPLY,
        body: {
          apiVersion: 'apps/v1',
          kind: 'Deployment',
          metadata: { name: 'apply-containers' },
          spec: { template: { spec: { containers: [{ name: 'a', image: '9' }] } } },
        },
        expect: {
          code: 409,
          body: {
            message:
              'Apply failed with 1 conflict: conflict with "one": .spec.template.spec.containers[name="a"].image',
          },
        },
      },
    ],
  },
  {
    name: 'owners are forgotten by an empty entry, and tracked again from the next apply',
    calls: [
      created('owners-reset', 'me', { a: '1' }),
      {
        method: 'PATCH',
        path: `${MAPS}/owners-reset`,
        contentType: MERGE,
        body: { metadata: { managedFields: [{}] } },
        expect: { code: 200, owners: {}, absent: [['metadata', 'managedFields']] },
      },
      {
        method: 'PATCH',
        path: `${MAPS}/owners-reset?fieldManager=you`,
        contentType: MERGE,
        body: { data: { b: '1' } },
        expect: { code: 200, owners: {} },
      },
      applied(
        'owners-reset',
        'me',
        { c: '1' },
        {
          code: 200,
          owners: {
            'me Apply': { 'f:data': { 'f:c': {} } },
            'before-first-apply Update': { 'f:data': { '.': {}, 'f:a': {}, 'f:b': {} } },
          },
        },
      ),
    ],
  },
  {
    name: 'kubectl migrates an object of client-side apply: apply under another name, then a JSON patch of managedFields',
    calls: [
      created('migrated', 'kubectl-client-side-apply', { a: '1' }),
      applied('migrated', 'kubectl', { a: '1' }, { code: 200 }),
      {
        method: 'PATCH',
        path: `${MAPS}/migrated`,
        contentType: JSON_PATCH,
        body: [
          {
            op: 'replace',
            path: '/metadata/managedFields',
            value: [
              { manager: 'kubectl', operation: 'Apply', apiVersion: 'v1', fieldsType: 'FieldsV1', fieldsV1: DATA_A },
            ],
          },
        ],
        expect: { code: 200, owners: { 'kubectl Apply': DATA_A } },
      },
      applied('migrated', 'kubectl', { b: '1' }, { code: 200, body: { data: { b: '1' } }, absent: [['data', 'a']] }),
    ],
  },
];

const PATCHES: readonly ContractRow[] = [
  {
    name: 'merge patch sets, removes and owns',
    calls: [
      created('merge', 'me', { a: '1', b: '1' }),
      {
        method: 'PATCH',
        path: `${MAPS}/merge?fieldManager=you`,
        contentType: MERGE,
        body: { data: { a: null, c: '2' } },
        expect: {
          code: 200,
          body: { data: { b: '1', c: '2' } },
          absent: [['data', 'a']],
          owners: { 'me Update': { 'f:data': { '.': {}, 'f:b': {} } }, 'you Update': { 'f:data': { 'f:c': {} } } },
        },
      },
      {
        method: 'PATCH',
        path: `${MAPS}/merge?fieldManager=you`,
        contentType: MERGE,
        body: { data: { c: '2' } },
        expect: { code: 200, unchanged: true },
      },
      {
        method: 'PATCH',
        path: `${MAPS}/merge`,
        contentType: MERGE,
        body: [],
        expect: { code: 400, body: { reason: 'BadRequest' } },
      },
    ],
  },
  {
    name: 'JSON patch: all or nothing',
    calls: [
      created('json', 'me', { a: '1' }),
      {
        method: 'PATCH',
        path: `${MAPS}/json`,
        contentType: JSON_PATCH,
        body: [
          { op: 'test', path: '/data/a', value: '1' },
          { op: 'add', path: '/data/b', value: '2' },
        ],
        expect: { code: 200, body: { data: { a: '1', b: '2' } } },
      },
      {
        method: 'PATCH',
        path: `${MAPS}/json`,
        contentType: JSON_PATCH,
        body: [
          { op: 'remove', path: '/data/b' },
          { op: 'test', path: '/data/a', value: '2' },
        ],
        expect: { code: 422, body: UNPROCESSABLE },
      },
      {
        method: 'PATCH',
        path: `${MAPS}/json`,
        contentType: JSON_PATCH,
        body: { op: 'add' },
        expect: { code: 400, body: { reason: 'BadRequest' } },
      },
      { method: 'GET', path: `${MAPS}/json`, expect: { code: 200, body: { data: { a: '1', b: '2' } } } },
    ],
  },
  {
    name: 'strategic merge patch merges containers by name, and deletes by directive',
    calls: [
      {
        method: 'POST',
        path: DEPLOYMENTS,
        body: deployment('strategic', [
          { name: 'a', image: '1' },
          { name: 'b', image: '1' },
        ]),
        expect: { code: 201 },
      },
      {
        method: 'PATCH',
        path: `${DEPLOYMENTS}/strategic`,
        contentType: STRATEGIC,
        body: { spec: { template: { spec: { containers: [{ name: 'b', image: '2' }] } } } },
        expect: {
          code: 200,
          body: {
            spec: {
              template: {
                spec: {
                  containers: [
                    { name: 'a', image: '1' },
                    { name: 'b', image: '2' },
                  ],
                },
              },
            },
          },
        },
      },
      {
        method: 'PATCH',
        path: `${DEPLOYMENTS}/strategic`,
        contentType: STRATEGIC,
        body: { spec: { template: { spec: { containers: [{ name: 'a', $patch: 'delete' }] } } } },
        expect: { code: 200, body: { spec: { template: { spec: { containers: [{ name: 'b', image: '2' }] } } } } },
      },
      {
        method: 'PATCH',
        path: `${DEPLOYMENTS}/strategic`,
        contentType: STRATEGIC,
        body: { spec: { template: { spec: { containers: [{ image: '3' }] } } } },
        expect: { code: 500, body: { message: 'map: map[image:3] does not contain declared merge key: name' } },
      },
    ],
  },
  {
    name: 'unknown fields: refused when strict, never stored',
    calls: [
      created('strict', 'me', { a: '1' }),
      {
        method: 'PATCH',
        path: `${MAPS}/strict?fieldValidation=Strict`,
        contentType: STRATEGIC,
        body: { foo: 'x' },
        expect: {
          code: 422,
          body: {
            reason: 'Invalid',
            message: ' "" is invalid: patch: Invalid value: "map[foo:x]": strict decoding error: unknown field "foo"',
          },
        },
      },
      {
        method: 'PATCH',
        path: `${MAPS}/strict?fieldValidation=Ignore`,
        contentType: MERGE,
        body: { foo: 'x' },
        expect: { code: 200, absent: [['foo']] },
      },
      {
        method: 'POST',
        path: `${MAPS}?fieldValidation=Strict`,
        body: { ...map('strict-2', {}), foo: 'x' },
        expect: {
          code: 400,
          body: {
            reason: 'BadRequest',
            message:
              'ConfigMap in version "v1" cannot be handled as a ConfigMap: strict decoding error: unknown field "foo"',
          },
        },
      },
    ],
  },
  {
    name: 'a type of patch that there is not',
    calls: [
      created('media-type', 'me', { a: '1' }),
      {
        method: 'PATCH',
        path: `${MAPS}/media-type`,
        contentType: 'application/json',
        body: {},
        expect: {
          code: 415,
          body: {
            reason: 'UnsupportedMediaType',
            message:
              'the body of the request was in an unknown format - accepted media types include: application/json-patch+json, application/merge-patch+json, application/strategic-merge-patch+json, application/apply-patch+yaml',
          },
        },
      },
      {
        method: 'PATCH',
        path: `${MAPS}/absent`,
        contentType: MERGE,
        body: {},
        expect: { code: 404, body: { reason: 'NotFound', message: 'configmaps "absent" not found' } },
      },
    ],
  },
];

export const APPLY_ROWS: readonly ContractRow[] = [...APPLIES, ...PATCHES];
