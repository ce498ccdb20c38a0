import { describe, expect, test } from 'vitest';
import { structuralFields } from '../../../../sim/api-server/fields/structural-fields.ts';
import { LAST_APPLIED } from '../../../../sim/api-server/patches/last-applied.ts';
import { type Applied, applyConfiguration } from '../../../../sim/api-server/patches/server-side-apply.ts';
import { entriesOf, trackUpdate } from '../../../../sim/api-server/patches/track-update.ts';
import { isJsonObject, type JsonObject } from '../../../../sim/api-server/same-value.ts';
import { by, byDeduced } from './objects.ts';

const LATER = '2026-01-01T00:05:00Z';

function deployment(spec: JsonObject, metadata: JsonObject = {}): JsonObject {
  return { apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'd', namespace: 'n', ...metadata }, spec };
}

function objectOf(applied: Applied): JsonObject {
  if (applied.kind !== 'applied') throw new Error(applied.message);
  return applied.object;
}

/** Manager to what it owns, as fieldsV1. */
function owned(object: JsonObject): JsonObject {
  const entries = entriesOf(object);
  return Object.fromEntries(
    (Array.isArray(entries) ? entries : []).map((entry) => [`${entry.manager} ${entry.operation}`, entry.fieldsV1]),
  );
}

function bare(object: JsonObject): JsonObject {
  const { managedFields: _owners, ...metadata } = isJsonObject(object.metadata) ? object.metadata : {};
  return { ...object, metadata };
}

function containers(...names: readonly string[]): JsonObject {
  return { template: { spec: { containers: names.map((name) => ({ name, image: name })) } } };
}

const ITEM = { '.': {}, 'f:image': {}, 'f:name': {} };

describe('server-side apply', () => {
  test('creates the object when there is none, and owns what it set', () => {
    const object = objectOf(applyConfiguration(undefined, deployment({ replicas: 1, ...containers('a') }), by('me')));
    expect(bare(object)).toEqual(deployment({ replicas: 1, ...containers('a') }));
    expect(entriesOf(object)).toEqual([
      {
        manager: 'me',
        operation: 'Apply',
        apiVersion: 'apps/v1',
        time: '2026-01-01T00:00:00Z',
        fieldsType: 'FieldsV1',
        fieldsV1: {
          'f:spec': { 'f:replicas': {}, 'f:template': { 'f:spec': { 'f:containers': { 'k:{"name":"a"}': ITEM } } } },
        },
      },
    ]);
  });

  test('a field that its only owner drops goes away, one that another owns stays', () => {
    const one = objectOf(
      applyConfiguration(
        undefined,
        deployment({ replicas: 1, paused: true }, { labels: { a: '1', b: '2' } }),
        by('one'),
      ),
    );
    const two = objectOf(
      applyConfiguration(one, deployment({ replicas: 1 }), by('two', undefined, undefined, { time: LATER })),
    );
    expect(owned(two)).toEqual({
      'one Apply': {
        'f:metadata': { 'f:labels': { 'f:a': {}, 'f:b': {} } },
        'f:spec': { 'f:paused': {}, 'f:replicas': {} },
      },
      'two Apply': { 'f:spec': { 'f:replicas': {} } },
    });
    const left = objectOf(
      applyConfiguration(two, deployment({}, { labels: { a: '1' } }), by('one', undefined, undefined, { time: LATER })),
    );
    expect(bare(left)).toEqual(deployment({ replicas: 1 }, { labels: { a: '1' } }));
    expect(owned(left)).toEqual({
      'one Apply': { 'f:metadata': { 'f:labels': { 'f:a': {} } }, 'f:spec': {} },
      'two Apply': { 'f:spec': { 'f:replicas': {} } },
    });
  });

  test('items of list maps are owned one by one', () => {
    const one = objectOf(applyConfiguration(undefined, deployment(containers('a', 'b')), by('one')));
    const both = objectOf(applyConfiguration(one, deployment(containers('c')), by('two')));
    expect(bare(both)).toEqual(deployment(containers('a', 'b', 'c')));
    const left = objectOf(applyConfiguration(both, deployment(containers('b')), by('one')));
    expect(bare(left)).toEqual(deployment(containers('b', 'c')));
  });

  test('another value of a field that others own is a conflict with each of them', () => {
    const created = trackUpdate(undefined, deployment({ replicas: 1, ...containers('a') }), by('kubectl-create'));
    const scaled = trackUpdate(
      created,
      { ...created, spec: { replicas: 2, ...containers('a') } },
      by('hpa', undefined, undefined, { subresource: 'scale' }),
    );
    const wish = deployment({ replicas: 3, template: { spec: { containers: [{ name: 'a', image: 'new' }] } } });
    expect(applyConfiguration(scaled, wish, by('me'))).toEqual({
      kind: 'refused',
      code: 409,
      reason: 'Conflict',
      message:
        'Apply failed with 2 conflicts: conflicts with "hpa" with subresource "scale" using apps/v1:\n- .spec.replicas\n' +
        'conflicts with "kubectl-create" using apps/v1:\n- .spec.template.spec.containers[name="a"].image',
      causes: [
        {
          reason: 'FieldManagerConflict',
          message: 'conflict with "hpa" with subresource "scale" using apps/v1',
          field: '.spec.replicas',
        },
        {
          reason: 'FieldManagerConflict',
          message: 'conflict with "kubectl-create" using apps/v1',
          field: '.spec.template.spec.containers[name="a"].image',
        },
      ],
    });
  });

  test('a single conflict is told in one sentence, an applier without its version', () => {
    const one = objectOf(applyConfiguration(undefined, deployment({ replicas: 1 }), by('one')));
    expect(applyConfiguration(one, deployment({ replicas: 2 }), by('two'))).toEqual({
      kind: 'refused',
      code: 409,
      reason: 'Conflict',
      message: 'Apply failed with 1 conflict: conflict with "one": .spec.replicas',
      causes: [{ reason: 'FieldManagerConflict', message: 'conflict with "one"', field: '.spec.replicas' }],
    });
  });

  test('force takes the field from its owner', () => {
    const one = objectOf(applyConfiguration(undefined, deployment({ replicas: 1, paused: true }), by('one')));
    const forced = objectOf(
      applyConfiguration(one, deployment({ replicas: 2 }), by('two', undefined, undefined, { force: true })),
    );
    expect(bare(forced)).toEqual(deployment({ replicas: 2, paused: true }));
    expect(owned(forced)).toEqual({
      'one Apply': { 'f:spec': { 'f:paused': {} } },
      'two Apply': { 'f:spec': { 'f:replicas': {} } },
    });
  });

  test('an update that changes an applied field takes it, and the applier then has a conflict', () => {
    const one = objectOf(applyConfiguration(undefined, deployment({ replicas: 1, paused: true }), by('one')));
    const edited = trackUpdate(one, { ...one, spec: { replicas: 5, paused: true } }, by('kubectl-edit'));
    expect(owned(edited)).toEqual({
      'one Apply': { 'f:spec': { 'f:paused': {} } },
      'kubectl-edit Update': { 'f:spec': { 'f:replicas': {} } },
    });
    expect(applyConfiguration(edited, deployment({ replicas: 1, paused: true }), by('one'))).toMatchObject({
      code: 409,
      message: 'Apply failed with 1 conflict: conflict with "kubectl-edit" using apps/v1: .spec.replicas',
    });
  });

  test('a field that an updater owns stays when the applier drops it', () => {
    const one = objectOf(applyConfiguration(undefined, deployment({ replicas: 1, paused: true }), by('one')));
    const edited = trackUpdate(one, { ...one, spec: { replicas: 5, paused: true } }, by('hpa'));
    const left = objectOf(applyConfiguration(edited, deployment({ paused: true }), by('one')));
    expect(bare(left)).toEqual(deployment({ replicas: 5, paused: true }));
  });

  test('the same again is the very same object; the same by another makes an owner without a time', () => {
    const one = objectOf(applyConfiguration(undefined, deployment({ replicas: 1 }), by('one')));
    expect(
      objectOf(applyConfiguration(one, deployment({ replicas: 1 }), by('one', undefined, undefined, { time: LATER }))),
    ).toBe(one);
    const shared = objectOf(
      applyConfiguration(one, deployment({ replicas: 1 }), by('two', undefined, undefined, { time: LATER })),
    );
    expect(entriesOf(shared)).toEqual([
      {
        manager: 'two',
        operation: 'Apply',
        apiVersion: 'apps/v1',
        fieldsType: 'FieldsV1',
        fieldsV1: { 'f:spec': { 'f:replicas': {} } },
      },
      {
        manager: 'one',
        operation: 'Apply',
        apiVersion: 'apps/v1',
        time: '2026-01-01T00:00:00Z',
        fieldsType: 'FieldsV1',
        fieldsV1: { 'f:spec': { 'f:replicas': {} } },
      },
    ]);
  });

  test('what an untracked object had belongs to nobody who applied it', () => {
    const untracked = deployment({ replicas: 1 }, { uid: 'u' });
    expect(applyConfiguration(untracked, deployment({ replicas: 2 }), by('me'))).toMatchObject({
      code: 409,
      message: 'Apply failed with 1 conflict: conflict with "before-first-apply" using apps/v1: .spec.replicas',
    });
    const added = objectOf(applyConfiguration(untracked, deployment({ paused: true }), by('me')));
    expect(owned(added)).toEqual({
      'me Apply': { 'f:spec': { 'f:paused': {} } },
      'before-first-apply Update': { 'f:spec': { 'f:replicas': {} } },
    });
  });

  test('status is not owned by an apply of the main resource', () => {
    const wish = { ...deployment({ paused: true }), status: { replicas: 1 } };
    expect(owned(objectOf(applyConfiguration(undefined, wish, by('me'))))).toEqual({
      'me Apply': { 'f:spec': { 'f:paused': {} } },
    });
    const object = objectOf(applyConfiguration(undefined, deployment({ paused: true }), by('me')));
    const status = objectOf(
      applyConfiguration(object, wish, by('me', undefined, undefined, { subresource: 'status' })),
    );
    expect(entriesOf(status)).toMatchObject([
      { fieldsV1: { 'f:spec': { 'f:paused': {} } } },
      { subresource: 'status', fieldsV1: { 'f:status': { 'f:replicas': {} } } },
    ]);
  });

  test.each<[string, unknown, number, string, string]>([
    [
      'a list',
      [],
      400,
      'BadRequest',
      'error decoding YAML: error unmarshaling JSON: while decoding JSON: json: cannot unmarshal array into Go value of type map[string]interface {}',
    ],
    ['no type', { metadata: { name: 'd' } }, 400, 'BadRequest', 'invalid object type: /, Kind='],
    ['another kind', { apiVersion: 'v1', kind: 'Pod' }, 400, 'BadRequest', 'invalid object type: /v1, Kind=Pod'],
    [
      'another version',
      { apiVersion: 'apps/v1beta1', kind: 'Deployment' },
      400,
      'BadRequest',
      'invalid object type: apps/v1beta1, Kind=Deployment',
    ],
    ['managedFields', deployment({}, { managedFields: [] }), 400, 'BadRequest', 'metadata.managedFields must be nil'],
    [
      'an unknown field',
      deployment({ foo: 1 }),
      500,
      '',
      'failed to create typed patch object (n/d; apps/v1, Kind=Deployment): .spec.foo: field not declared in schema',
    ],
    [
      'a wrong type',
      deployment({ replicas: 'x' }),
      500,
      '',
      'failed to create typed patch object (n/d; apps/v1, Kind=Deployment): .spec.replicas: expected numeric (int or float), got string',
    ],
    [
      'a map for a list',
      deployment({ template: { spec: { containers: { a: 1 } } } }),
      500,
      '',
      'failed to create typed patch object (n/d; apps/v1, Kind=Deployment): .spec.template.spec.containers: expected list, got &{map[a:1]}',
    ],
    [
      'a list for a map',
      deployment({ template: ['a'] }),
      500,
      '',
      'failed to create typed patch object (n/d; apps/v1, Kind=Deployment): .spec.template: expected map, got &{[a]}',
    ],
    [
      'an item twice, and a wrong value in it',
      deployment({ template: { spec: { containers: [{ name: 'a' }, { name: 'a', image: 3 }] } } }),
      500,
      '',
      'failed to create typed patch object (n/d; apps/v1, Kind=Deployment): errors:\n  .spec.template.spec.containers: duplicate entries for key [name="a"]\n  .spec.template.spec.containers[name="a"].image: expected string, got &value.valueUnstructured{Value:3}',
    ],
  ])('%s is refused', (_what, configuration, code, reason, message) => {
    expect(applyConfiguration(undefined, configuration, by('me'))).toEqual({ kind: 'refused', code, reason, message });
  });

  test('an object whose managedFields cannot be read cannot be applied to', () => {
    const object = deployment({}, { uid: 'u', managedFields: [{ operation: 'Guess' }] });
    expect(applyConfiguration(object, deployment({}), by('me'))).toMatchObject({
      code: 500,
      message: 'failed to decode managed fields: operation must be `Apply` or `Update`',
    });
  });
});

describe('apply of custom resources', () => {
  const schema = structuralFields({
    type: 'object',
    properties: {
      spec: {
        type: 'object',
        properties: {
          ports: {
            type: 'array',
            'x-kubernetes-list-type': 'map',
            'x-kubernetes-list-map-keys': ['port', 'protocol'],
            items: {
              type: 'object',
              properties: {
                port: { type: 'integer' },
                protocol: { type: 'string', default: 'TCP' },
                name: { type: 'string' },
              },
            },
          },
          tags: { type: 'array', 'x-kubernetes-list-type': 'set', items: { type: 'string' } },
          plain: { type: 'array', items: { type: 'string' } },
        },
      },
    },
  });
  const widget = (spec: JsonObject): JsonObject => ({
    apiVersion: 'example.com/v1',
    kind: 'Widget',
    metadata: { name: 'w' },
    spec,
  });

  test('lists merge as the schema says: by keys, as a set, as one', () => {
    const one = objectOf(
      applyConfiguration(
        undefined,
        widget({ ports: [{ port: 80, name: 'a' }], tags: ['x'], plain: ['p'] }),
        byDeduced('one', { schema }),
      ),
    );
    const two = objectOf(
      applyConfiguration(
        one,
        widget({ ports: [{ port: 80, protocol: 'UDP' }], tags: ['y'] }),
        byDeduced('two', { schema }),
      ),
    );
    expect(two.spec).toEqual({
      ports: [
        { port: 80, name: 'a' },
        { port: 80, protocol: 'UDP' },
      ],
      tags: ['x', 'y'],
      plain: ['p'],
    });
    expect(owned(two)['two Apply']).toEqual({
      'f:spec': {
        'f:ports': { 'k:{"port":80,"protocol":"UDP"}': { '.': {}, 'f:port': {}, 'f:protocol': {} } },
        'f:tags': { 'v:"y"': {} },
      },
    });
    expect(applyConfiguration(two, widget({ plain: ['q'] }), byDeduced('two', { schema }))).toMatchObject({
      message: 'Apply failed with 1 conflict: conflict with "one": .spec.plain',
    });
  });

  test('where a schema made a map one value, the owners of its parts own it whole', () => {
    const kind = (mapType: string) =>
      structuralFields({
        type: 'object',
        properties: {
          spec: {
            type: 'object',
            properties: {
              map: { type: 'object', 'x-kubernetes-map-type': mapType, additionalProperties: { type: 'string' } },
            },
          },
        },
      });
    const before = objectOf(
      applyConfiguration(undefined, widget({ map: { a: '1' } }), byDeduced('one', { schema: kind('granular') })),
    );
    expect(owned(before)).toEqual({ 'one Apply': { 'f:spec': { 'f:map': { 'f:a': {} } } } });
    expect(
      applyConfiguration(before, widget({ map: { b: '2' } }), byDeduced('two', { schema: kind('atomic') })),
    ).toMatchObject({
      message: 'Apply failed with 1 conflict: conflict with "one": .spec.map',
    });
    const updated = trackUpdate(
      before,
      { ...before, metadata: { ...(isJsonObject(before.metadata) ? before.metadata : {}), labels: { l: '1' } } },
      byDeduced('two', { schema: kind('atomic') }),
    );
    expect(owned(updated)['one Apply']).toEqual({ 'f:spec': { 'f:map': {} } });
  });

  test('without a schema objects merge and lists are one value', () => {
    const one = objectOf(
      applyConfiguration(undefined, widget({ list: [{ name: 'a' }], map: { a: 1 } }), byDeduced('one')),
    );
    const two = objectOf(applyConfiguration(one, widget({ map: { b: 2 } }), byDeduced('two')));
    expect(two.spec).toEqual({ list: [{ name: 'a' }], map: { a: 1, b: 2 } });
    expect(applyConfiguration(two, widget({ list: [{ name: 'b' }] }), byDeduced('two'))).toMatchObject({
      message: 'Apply failed with 1 conflict: conflict with "one": .spec.list',
    });
  });
});

describe('kubectl’s annotation', () => {
  const applied = (object: JsonObject): string => `${JSON.stringify(object)}\n`;
  const annotated = (spec: JsonObject, last: JsonObject): JsonObject =>
    deployment(spec, { annotations: { [LAST_APPLIED]: applied(last) } });

  test('kubectl takes over what it applied before without force, and keeps the annotation up to date', () => {
    const configuration = deployment({ replicas: 1 });
    const live = trackUpdate(
      undefined,
      annotated({ replicas: 1, paused: true }, configuration),
      by('kubectl-client-side-apply'),
    );
    const wish = deployment({ replicas: 2 });
    const taken = objectOf(applyConfiguration(live, wish, by('kubectl')));
    expect(taken.spec).toEqual({ replicas: 2, paused: true });
    expect(taken.metadata).toHaveProperty(
      ['annotations', LAST_APPLIED],
      applied({
        apiVersion: 'apps/v1',
        kind: 'Deployment',
        metadata: { name: 'd', namespace: 'n' },
        spec: { replicas: 2 },
      }),
    );
    expect(applyConfiguration(live, wish, by('somebody'))).toMatchObject({ code: 409 });
  });

  test('what has changed since is a conflict', () => {
    const live = trackUpdate(undefined, annotated({ replicas: 5 }, deployment({ replicas: 1 })), by('hpa'));
    expect(applyConfiguration(live, deployment({ replicas: 2 }), by('kubectl'))).toMatchObject({
      code: 409,
      message: 'Apply failed with 1 conflict: conflict with "hpa" using apps/v1: .spec.replicas',
    });
  });
});
