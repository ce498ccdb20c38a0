import { describe, expect, test } from 'vitest';
import { readManagedFields, withUpdatesCapped } from '../../../../sim/api-server/patches/managed-fields.ts';
import { entriesOf, trackUpdate } from '../../../../sim/api-server/patches/track-update.ts';
import { isJsonObject, type JsonObject } from '../../../../sim/api-server/same-value.ts';
import { by, byDeduced } from './objects.ts';

const NODE: JsonObject = {
  apiVersion: 'v1',
  kind: 'Node',
  metadata: {
    name: 'n',
    uid: 'u',
    resourceVersion: '1',
    creationTimestamp: '2026-01-01T00:00:00Z',
    labels: { zone: 'a' },
  },
  spec: { providerID: 'x' },
};

const node = (manager: string, more: Parameters<typeof by>[3] = {}) => by(manager, 'v1', 'Node', more);

function entry(manager: string, fieldsV1: JsonObject, more: JsonObject = {}): JsonObject {
  return {
    manager,
    operation: 'Update',
    apiVersion: 'v1',
    time: '2026-01-01T00:00:00Z',
    fieldsType: 'FieldsV1',
    fieldsV1,
    ...more,
  };
}

function withMetadata(object: JsonObject, metadata: JsonObject): JsonObject {
  return { ...object, metadata: { ...(isJsonObject(object.metadata) ? object.metadata : {}), ...metadata } };
}

const CREATED = trackUpdate(undefined, NODE, node('kubelet'));
const KUBELET = { 'f:metadata': { 'f:labels': { '.': {}, 'f:zone': {} } }, 'f:spec': { 'f:providerID': {} } };

describe('who owns what after an update', () => {
  test('a create owns all that it set, and none of what is the server’s', () => {
    expect(entriesOf(CREATED)).toEqual([entry('kubelet', KUBELET)]);
    expect({ ...CREATED, metadata: NODE.metadata }).toEqual(NODE);
  });

  test('a Deployment as kubectl creates it', () => {
    const deployment = {
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: { name: 'd', namespace: 'n', labels: { app: 'x' } },
      spec: {
        replicas: 3,
        selector: { matchLabels: { app: 'x' } },
        strategy: { rollingUpdate: { maxSurge: '25%' }, type: 'RollingUpdate' },
        template: {
          metadata: { labels: { app: 'x' } },
          spec: { containers: [{ name: 'c', image: 'i', ports: [{ containerPort: 80, protocol: 'TCP' }] }] },
        },
      },
    };
    expect(entriesOf(trackUpdate(undefined, deployment, by('kubectl-create')))).toEqual([
      entry(
        'kubectl-create',
        {
          'f:metadata': { 'f:labels': { '.': {}, 'f:app': {} } },
          'f:spec': {
            'f:replicas': {},
            'f:selector': {},
            'f:strategy': { 'f:rollingUpdate': { '.': {}, 'f:maxSurge': {} }, 'f:type': {} },
            'f:template': {
              'f:metadata': { 'f:labels': { '.': {}, 'f:app': {} } },
              'f:spec': {
                'f:containers': {
                  'k:{"name":"c"}': {
                    '.': {},
                    'f:image': {},
                    'f:name': {},
                    'f:ports': {
                      '.': {},
                      'k:{"containerPort":80,"protocol":"TCP"}': { '.': {}, 'f:containerPort': {}, 'f:protocol': {} },
                    },
                    'f:resources': {},
                  },
                },
              },
            },
          },
        },
        { apiVersion: 'apps/v1' },
      ),
    ]);
  });

  test('a changed field goes to who changed it, an added one to who added it, a removed one to nobody', () => {
    const next = { ...withMetadata(CREATED, { labels: { zone: 'b', rack: '1' } }), spec: {} };
    expect(entriesOf(trackUpdate(CREATED, next, node('me', { time: '2026-01-01T00:01:00Z' })))).toEqual([
      entry('kubelet', { 'f:metadata': { 'f:labels': {} } }),
      entry('me', { 'f:metadata': { 'f:labels': { 'f:rack': {}, 'f:zone': {} } } }, { time: '2026-01-01T00:01:00Z' }),
    ]);
  });

  test('one entry per manager and subresource; a status write owns status, a main write never does', () => {
    const status = { conditions: [{ type: 'Ready', status: 'True' }] };
    const later = { time: '2026-01-01T00:02:00Z' };
    const posted = trackUpdate(
      CREATED,
      { ...CREATED, status, spec: { podCIDR: 'ignored' } },
      node('kubelet', { subresource: 'status', ...later }),
    );
    const STATUS = {
      'f:status': { 'f:conditions': { '.': {}, 'k:{"type":"Ready"}': { '.': {}, 'f:status': {}, 'f:type': {} } } },
    };
    const expected = [entry('kubelet', KUBELET), entry('kubelet', STATUS, { subresource: 'status', ...later })];
    expect(entriesOf(posted)).toEqual(expected);
    const main = trackUpdate(
      { ...CREATED, metadata: posted.metadata, status },
      { ...posted, spec: CREATED.spec, status: { phase: 'x' } },
      node('me', later),
    );
    expect(entriesOf(main)).toEqual(expected);
  });

  test('a write that changes nothing leaves the entries, with their times, and is the very same object', () => {
    expect(trackUpdate(CREATED, CREATED, node('me', { time: '2026-01-01T00:09:00Z' }))).toBe(CREATED);
    const { managedFields: _forgotten, ...metadata } = isJsonObject(CREATED.metadata) ? CREATED.metadata : {};
    expect(trackUpdate(CREATED, { ...CREATED, metadata }, node('me'))).toEqual(CREATED);
  });

  test.each([[[]], [[{}]]])(
    'managedFields %j forget all owners, and nobody is tracked until somebody applies',
    (managedFields) => {
      const bare = trackUpdate(CREATED, withMetadata(CREATED, { managedFields, labels: { zone: 'b' } }), node('me'));
      expect(bare).toEqual(withMetadata(NODE, { labels: { zone: 'b' } }));
      expect(trackUpdate(bare, withMetadata(bare, { labels: { zone: 'c' } }), node('me'))).toEqual(
        withMetadata(NODE, { labels: { zone: 'c' } }),
      );
    },
  );

  test('entries that a writer sends replace those that are stored, unless they cannot be read or come by a subresource', () => {
    const wished = [entry('taken-over', KUBELET, { operation: 'Apply' })];
    const next = withMetadata(CREATED, { managedFields: wished });
    expect(entriesOf(trackUpdate(CREATED, next, node('me')))).toEqual(wished);
    expect(entriesOf(trackUpdate(CREATED, next, node('me', { subresource: 'status' })))).toEqual(entriesOf(CREATED));
    const broken = withMetadata(CREATED, { managedFields: [{ ...wished[0], operation: 'Guess' }] });
    expect(entriesOf(trackUpdate(CREATED, broken, node('me')))).toEqual(entriesOf(CREATED));
  });

  test('without a manager it is unknown, and without a schema lists are owned as one', () => {
    const widget = { apiVersion: 'example.com/v1', kind: 'Widget', spec: { list: [{ name: 'a' }], map: { a: 1 } } };
    expect(entriesOf(trackUpdate(undefined, widget, byDeduced('')))).toEqual([
      entry(
        'unknown',
        { 'f:spec': { '.': {}, 'f:list': {}, 'f:map': { '.': {}, 'f:a': {} } } },
        { apiVersion: 'example.com/v1' },
      ),
    ]);
  });

  test('a scale takes the replicas of the main resource', () => {
    const deployment = {
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: { name: 'd' },
      spec: { replicas: 1, paused: true },
    };
    const created = trackUpdate(undefined, deployment, by('a'));
    const scaled = trackUpdate(
      created,
      { ...created, spec: { replicas: 2, paused: true } },
      by('b', 'apps/v1', 'Deployment', { subresource: 'scale' }),
    );
    expect(entriesOf(scaled)).toEqual([
      entry('a', { 'f:spec': { 'f:paused': {} } }, { apiVersion: 'apps/v1' }),
      entry('b', { 'f:spec': { 'f:replicas': {} } }, { apiVersion: 'apps/v1', subresource: 'scale' }),
    ]);
  });
});

describe('entries of managedFields', () => {
  test.each([
    [{}, 'operation must be `Apply` or `Update`'],
    [{ operation: 'Apply' }, 'apiVersion must not be empty'],
    [{ operation: 'Apply', apiVersion: 'v1' }, 'missing fieldsType in managed fields entry 0'],
    [{ operation: 'Apply', apiVersion: 'v1', fieldsType: 'V2' }, 'invalid fieldsType "V2" in managed fields entry 0'],
    [
      { operation: 'Apply', apiVersion: 'v1', fieldsType: 'FieldsV1', fieldsV1: { bad: {} } },
      'error decoding set of managed fields entry 0',
    ],
  ])('%j cannot be read: %s', (bad, problem) => {
    expect(readManagedFields([bad])).toEqual({ kind: 'unreadable', problem });
  });

  test('appliers come first, then the order is that of time, manager, version and subresource', () => {
    const at = (manager: string, operation: string, minute: number): JsonObject =>
      entry(manager, { 'f:spec': {} }, { operation, time: `2026-01-01T00:0${minute}:00Z` });
    const sorted = [at('z', 'Apply', 5), at('d', 'Update', 1), at('a', 'Update', 2), at('b', 'Update', 2)];
    const object = withMetadata(NODE, { managedFields: [...sorted].reverse() });
    expect(entriesOf(trackUpdate(object, withMetadata(object, { labels: null }), node('nobody')))).toEqual(sorted);
  });

  test('of more than ten updates the oldest of one version become ancient changes', () => {
    let object = trackUpdate(undefined, { ...NODE, metadata: { name: 'n' } }, node('creator'));
    for (let i = 0; i < 13; i++) {
      const labels = Object.fromEntries(Array.from({ length: i + 1 }, (_, n) => [`l${n}`, 'x']));
      object = trackUpdate(
        object,
        withMetadata(object, { labels }),
        node(`m${i}`, { time: `2026-01-01T00:${10 + i}:00Z` }),
      );
    }
    const read = readManagedFields(entriesOf(object));
    expect(read.kind).toBe('managed');
    if (read.kind !== 'managed') return;
    expect([...read.managed.values()].map(({ owner }) => owner.manager)).toEqual([
      'ancient-changes',
      'm4',
      'm5',
      'm6',
      'm7',
      'm8',
      'm9',
      'm10',
      'm11',
      'm12',
    ]);
    expect(withUpdatesCapped(read.managed)).toBe(read.managed);
  });
});
