import { describe, expect, test } from 'vitest';
import { kindOf } from '../../../../core/api/object.ts';
import { AdmissionChain } from '../../../../sim/api-server/admission/admission.ts';
import {
  CUSTOM_RESOURCE_DEFINITION,
  type CustomResourceDefinition,
} from '../../../../sim/api-server/definitions/custom-resource-definition.ts';
import { definedKindRule } from '../../../../sim/api-server/definitions/definition-admission.ts';
import { keyIn } from '../objects.ts';
import { aDefinition, aHoist, aServer, HOIST_VERSION } from './definitions.ts';

const HOIST = kindOf('lift.example.com', 'Hoist', 'Namespaced');
const DEFINITION = keyIn('', 'hoists.lift.example.com');
const STAMP = '2026-01-15T12:00:00Z';

const condition = (type: string, status: string, reason: string, message: string): object => ({
  type,
  status,
  reason,
  message,
  lastTransitionTime: STAMP,
});
const ACCEPTED = condition('NamesAccepted', 'True', 'NoConflicts', 'no conflicts found');
const ESTABLISHED = condition('Established', 'True', 'InitialNamesAccepted', 'the initial names have been accepted');

describe('a definition that is created', () => {
  test('is completed, accepted and established, one write after the other', () => {
    const { store } = aServer();
    const seen: unknown[] = [];
    store.tap(({ type, after }) => seen.push([type, after?.status]));
    expect(store.create(CUSTOM_RESOURCE_DEFINITION, aDefinition()).kind).toBe('done');
    const names = { plural: 'hoists', singular: 'hoist', kind: 'Hoist', listKind: 'HoistList', shortNames: ['ho'] };
    const installing = condition('Established', 'False', 'Installing', 'the initial names have been accepted');
    expect(seen).toEqual([
      ['ADDED', undefined],
      ['MODIFIED', { acceptedNames: names, storedVersions: ['v1'], conditions: [ACCEPTED, installing] }],
      ['MODIFIED', { acceptedNames: names, storedVersions: ['v1'], conditions: [ACCEPTED, ESTABLISHED] }],
    ]);
  });

  test('serves its kind from then on, and no sooner', () => {
    const { store, controller } = aServer();
    const hoist = aHoist('a', { mode: 'up' });
    expect(store.create(HOIST, hoist)).toMatchObject({ kind: 'refused', code: 404 });
    store.create(CUSTOM_RESOURCE_DEFINITION, aDefinition());
    expect(store.create(HOIST, { ...hoist, status: { phase: 'x' } })).toMatchObject({
      kind: 'done',
      object: { metadata: { generation: 1 }, spec: { mode: 'up' } },
    });
    expect(store.get(HOIST, keyIn('yard', 'a'))?.status).toBeUndefined();
    expect(controller.resource('lift.example.com', 'hoists')).toMatchObject({
      group: 'lift.example.com',
      namespaced: true,
      storageVersion: 'v1',
      terminating: false,
      statusSubresource: true,
      names: { plural: 'hoists', singular: 'hoist', kind: 'Hoist', listKind: 'HoistList', shortNames: ['ho'] },
    });
    expect(controller.resources().map(({ kind }) => kind.key)).toEqual(['Hoist.lift.example.com']);
  });

  test('says what its versions offer', () => {
    const { store, controller } = aServer();
    const second = { ...HOIST_VERSION, name: 'v2', storage: false, served: false };
    const first = {
      ...HOIST_VERSION,
      selectableFields: [{ jsonPath: '.spec.mode' }],
    };
    store.create(CUSTOM_RESOURCE_DEFINITION, aDefinition({ versions: [first, second] }));
    const resource = controller.resource('lift.example.com', 'hoists');
    expect(resource?.versions.map(({ name }) => name)).toEqual(['v1']);
    expect(resource?.selectableFields('v1')).toEqual(['spec.mode']);
    expect(resource?.scale('v1')).toEqual({
      specReplicasPath: '.spec.replicas',
      statusReplicasPath: '.status.replicas',
    });
    expect(resource?.schema('v3')).toBeUndefined();
    expect(resource?.schema('v1')).toBe(resource?.schema('v1'));
  });

  test('compiles nothing anew while its spec stays', () => {
    const { store, controller } = aServer();
    store.create(CUSTOM_RESOURCE_DEFINITION, aDefinition());
    const before = controller.ofKind(HOIST.key)?.schema('v1');
    store.patch(CUSTOM_RESOURCE_DEFINITION, DEFINITION, { metadata: { labels: { a: 'b' } } }, { subresource: 'main' });
    expect(controller.ofKind(HOIST.key)?.schema('v1')).toBe(before);
  });

  test('serves another schema once it has one', () => {
    const { store, controller } = aServer();
    store.create(CUSTOM_RESOURCE_DEFINITION, aDefinition());
    store.update(CUSTOM_RESOURCE_DEFINITION, DEFINITION, 'main', (current) => ({
      ...current,
      spec: {
        ...current.spec,
        versions: [
          {
            ...HOIST_VERSION,
            schema: {
              openAPIV3Schema: {
                type: 'object',
                properties: { spec: { type: 'object', properties: { colour: { type: 'string' } } } },
              },
            },
          },
        ],
      },
    }));
    expect(
      controller
        .ofKind(HOIST.key)
        ?.schema('v1')
        ?.prune({ spec: { colour: 'red', mode: 'up' } }),
    ).toEqual({
      object: { spec: { colour: 'red' } },
      unknownFields: ['spec.mode'],
    });
  });
});

describe('names that are taken', () => {
  const other = (names: object): ReturnType<typeof aDefinition> =>
    aDefinition({ names: { plural: 'cranes', kind: 'Crane', shortNames: [], ...names } });
  test.each([
    { names: { kind: 'Hoist', listKind: 'CraneList' }, reason: 'KindConflict', message: '"Hoist" is already in use' },
    { names: { singular: 'hoist' }, reason: 'SingularConflict', message: '"hoist" is already in use' },
    { names: { shortNames: ['cr', 'ho'] }, reason: 'ShortNamesConflict', message: '"ho" is already in use' },
    { names: { listKind: 'HoistList' }, reason: 'ListKindConflict', message: '"HoistList" is already in use' },
  ])('$reason', ({ names, reason, message }) => {
    const { store, controller } = aServer();
    store.create(CUSTOM_RESOURCE_DEFINITION, aDefinition());
    store.create(CUSTOM_RESOURCE_DEFINITION, other(names));
    const key = keyIn('', 'cranes.lift.example.com');
    expect(store.get(CUSTOM_RESOURCE_DEFINITION, key)?.status?.conditions).toEqual([
      condition('NamesAccepted', 'False', reason, message),
      condition('Established', 'False', 'NotAccepted', 'not all names are accepted'),
    ]);
    expect(controller.resource('lift.example.com', 'cranes')).toBeUndefined();

    store.delete(CUSTOM_RESOURCE_DEFINITION, DEFINITION);
    expect(store.get(CUSTOM_RESOURCE_DEFINITION, key)?.status?.conditions).toEqual([ACCEPTED, ESTABLISHED]);
    expect(controller.resource('lift.example.com', 'cranes')?.terminating).toBe(false);
  });

  test('a short name is served once it is free', () => {
    const { store, controller } = aServer();
    store.create(CUSTOM_RESOURCE_DEFINITION, aDefinition());
    store.create(
      CUSTOM_RESOURCE_DEFINITION,
      aDefinition({ names: { plural: 'cranes', kind: 'Crane', shortNames: [] } }),
    );
    const cranes = () => controller.resource('lift.example.com', 'cranes')?.names.shortNames;
    const key = keyIn('', 'cranes.lift.example.com');
    store.patch(CUSTOM_RESOURCE_DEFINITION, key, { spec: { names: { shortNames: ['ho'] } } }, { subresource: 'main' });
    expect(cranes()).toEqual([]);
    store.delete(CUSTOM_RESOURCE_DEFINITION, DEFINITION);
    expect(cranes()).toEqual(['ho']);
  });

  test('another group may have them', () => {
    const { store, controller } = aServer();
    store.create(CUSTOM_RESOURCE_DEFINITION, aDefinition());
    store.create(CUSTOM_RESOURCE_DEFINITION, aDefinition({ group: 'other.example.com' }));
    expect(controller.resources().map(({ group }) => group)).toEqual(['lift.example.com', 'other.example.com']);
  });
});

describe('a definition that is deleted', () => {
  test('goes with its objects, and its kind is no longer served', () => {
    const { store, controller } = aServer();
    store.create(CUSTOM_RESOURCE_DEFINITION, aDefinition());
    store.create(HOIST, aHoist('a', { mode: 'up' }));
    store.create(HOIST, aHoist('b', { mode: 'up' }));
    const seen: unknown[] = [];
    store.tap(({ type, after, before }) => seen.push([type, (after ?? before)?.metadata.name, conditionOf(after)]));
    store.delete(CUSTOM_RESOURCE_DEFINITION, DEFINITION);
    expect(seen).toEqual([
      ['MODIFIED', DEFINITION.name, undefined],
      ['MODIFIED', DEFINITION.name, 'True InstanceDeletionInProgress'],
      ['DELETED', 'a', undefined],
      ['DELETED', 'b', undefined],
      ['MODIFIED', DEFINITION.name, 'False InstanceDeletionCompleted'],
      ['DELETED', DEFINITION.name, undefined],
    ]);
    expect(store.create(HOIST, aHoist('c', { mode: 'up' }))).toMatchObject({ kind: 'refused', code: 404 });
    expect(controller.resources()).toEqual([]);
  });

  test('waits for objects with finalizers, and lets nothing new be created', () => {
    const { store, controller } = aServer();
    store.create(CUSTOM_RESOURCE_DEFINITION, aDefinition());
    store.create(HOIST, aHoist('a', { mode: 'up' }, { finalizers: ['lift.example.com/rope'] }));
    store.delete(CUSTOM_RESOURCE_DEFINITION, DEFINITION);
    expect(store.get(CUSTOM_RESOURCE_DEFINITION, DEFINITION)?.metadata.finalizers).toEqual([
      'customresourcecleanup.apiextensions.k8s.io',
    ]);
    expect(controller.ofKind(HOIST.key)?.terminating).toBe(true);
    expect(store.create(HOIST, aHoist('b', { mode: 'up' }))).toEqual({
      kind: 'refused',
      code: 405,
      reason: 'MethodNotAllowed',
      message: 'create not allowed while custom resource definition is terminating',
    });
    store.update(HOIST, keyIn('yard', 'a'), 'main', (hoist) => ({
      ...hoist,
      metadata: { ...hoist.metadata, finalizers: [] },
    }));
    expect(store.get(CUSTOM_RESOURCE_DEFINITION, DEFINITION)).toBeUndefined();
    expect(store.list(HOIST)).toEqual([]);
  });

  test('that never got its names takes nothing with it', () => {
    const { store } = aServer();
    store.create(CUSTOM_RESOURCE_DEFINITION, aDefinition());
    store.create(
      CUSTOM_RESOURCE_DEFINITION,
      aDefinition({ names: { plural: 'cranes', singular: 'hoist', kind: 'Crane' } }),
    );
    store.delete(CUSTOM_RESOURCE_DEFINITION, keyIn('', 'cranes.lift.example.com'));
    expect(store.list(CUSTOM_RESOURCE_DEFINITION).map(({ metadata }) => metadata.name)).toEqual([DEFINITION.name]);
  });
});

function conditionOf(object: { readonly status?: unknown } | undefined): string | undefined {
  const status = object?.status as CustomResourceDefinition['status'] | undefined;
  const found = status?.conditions?.find(({ type }) => type === 'Terminating');
  return found === undefined ? undefined : `${found.status} ${found.reason}`;
}

describe('what is asked besides the schema', () => {
  const TERMINATING = 'create not allowed while custom resource definition is terminating';
  test.each([
    { title: 'a good object', terminating: false, spec: { replicas: 0 }, answer: { kind: 'admitted' } },
    {
      title: 'less than no replicas',
      terminating: false,
      spec: { replicas: -2 },
      answer: { kind: 'refused', code: 422 },
    },
    {
      title: 'an object of a kind that goes',
      terminating: true,
      spec: {},
      answer: { kind: 'refused', code: 405, message: TERMINATING },
    },
  ])('$title', ({ terminating, spec, answer }) => {
    const { store, controller } = aServer();
    store.create(CUSTOM_RESOURCE_DEFINITION, aDefinition());
    if (terminating) {
      store.create(HOIST, aHoist('b', { mode: 'up' }, { finalizers: ['lift.example.com/rope'] }));
      store.delete(CUSTOM_RESOURCE_DEFINITION, DEFINITION);
    }
    const write = {
      operation: 'CREATE',
      kind: HOIST,
      key: keyIn('yard', 'a'),
      subresource: '',
      old: undefined,
    } as const;
    const chain = new AdmissionChain([definedKindRule(controller)]);
    const object = aHoist('a', spec);
    expect(chain.admit({ ...write, object, user: undefined, view: store, nowMs: 0 })).toMatchObject(answer);
  });
});
