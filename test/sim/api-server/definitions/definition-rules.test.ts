import { describe, expect, test } from 'vitest';
import {
  CUSTOM_RESOURCE_DEFINITION,
  type CustomResourceDefinition,
} from '../../../../sim/api-server/definitions/custom-resource-definition.ts';
import { keyIn } from '../objects.ts';
import { aDefinition, aServer, HOIST_VERSION } from './definitions.ts';

const cause = (reason: string, field: string, message: string): object => ({
  reason: `FieldValue${reason}`,
  field,
  message,
});
const version = (changes: object): typeof HOIST_VERSION => ({ ...HOIST_VERSION, ...changes });
const withVersion = (changes: object) => aDefinition({ versions: [version(changes)] });
const column = (changes: object) =>
  withVersion({ additionalPrinterColumns: [{ name: 'A', type: 'string', jsonPath: '.a', ...changes }] });
const scale = (changes: object) =>
  withVersion({
    subresources: { scale: { specReplicasPath: '.spec.a', statusReplicasPath: '.status.a', ...changes } },
  });
const selectable = (...paths: readonly string[]) =>
  withVersion({ selectableFields: paths.map((jsonPath) => ({ jsonPath })) });

describe('a definition that is refused', () => {
  const V = 'spec.versions[0]';
  test.each([
    {
      title: 'under another name',
      object: aDefinition({ name: 'lifts.lift.example.com' }),
      causes: [
        cause(
          'Invalid',
          'metadata.name',
          'Invalid value: "lifts.lift.example.com": must be spec.names.plural+"."+spec.group',
        ),
      ],
    },
    {
      title: 'of a group without a dot',
      object: aDefinition({ group: 'lift' }),
      causes: [cause('Invalid', 'spec.group', 'Invalid value: "lift": should be a domain with at least one dot')],
    },
    {
      title: 'of no scope that there is',
      object: aDefinition({ scope: 'Global' }),
      causes: [
        cause('NotSupported', 'spec.scope', 'Unsupported value: "Global": supported values: "Cluster", "Namespaced"'),
      ],
    },
    {
      title: 'with two storage versions',
      object: aDefinition({ versions: [HOIST_VERSION, version({ name: 'v2' })] }),
      causes: [
        cause(
          'Invalid',
          'spec.versions',
          expect.stringMatching(/: must have exactly one version marked as storage version$/),
        ),
      ],
    },
    {
      title: 'with no storage version',
      object: withVersion({ storage: false }),
      causes: [
        cause(
          'Invalid',
          'spec.versions',
          expect.stringMatching(/: must have exactly one version marked as storage version$/),
        ),
      ],
    },
    {
      title: 'with one version twice',
      object: aDefinition({ versions: [HOIST_VERSION, version({ storage: false })] }),
      causes: [cause('Invalid', 'spec.versions', expect.stringMatching(/: must contain unique version names$/))],
    },
    {
      title: 'without a schema',
      object: withVersion({ schema: undefined }),
      causes: [cause('Required', `${V}.schema.openAPIV3Schema`, 'Required value')],
    },
    {
      title: 'with a schema that is not structural',
      object: withVersion({ schema: { openAPIV3Schema: { type: 'object', properties: { spec: {} } } } }),
      causes: [
        cause(
          'Required',
          `${V}.schema.openAPIV3Schema.properties[spec].type`,
          'Required value: must not be empty for specified object fields',
        ),
      ],
    },
    {
      title: 'with a version that is no label',
      object: withVersion({ name: 'V1' }),
      causes: [
        cause('Invalid', `${V}.name`, expect.stringMatching(/^Invalid value: "V1": a DNS-1035 label must consist/)),
      ],
    },
    {
      title: 'with a kind that is the kind of its list',
      object: aDefinition({ names: { listKind: 'Hoist' } }),
      causes: [
        cause('Invalid', 'spec.names.listKind', 'Invalid value: "Hoist": kind and listKind may not be the same'),
      ],
    },
    {
      title: 'with a short name in capitals',
      object: aDefinition({ names: { shortNames: ['HO'] } }),
      causes: [
        cause('Invalid', 'spec.names.shortNames[0]', expect.stringMatching(/^Invalid value: "HO": a DNS-1035 label/)),
      ],
    },
    {
      title: 'with a column of no type',
      object: column({ type: '' }),
      causes: [
        cause(
          'Required',
          `${V}.additionalPrinterColumns[0].type`,
          'Required value: must be one of boolean,date,integer,number,string',
        ),
      ],
    },
    {
      title: 'with a column of an unknown type',
      object: column({ type: 'text' }),
      causes: [
        cause(
          'Invalid',
          `${V}.additionalPrinterColumns[0].type`,
          'Invalid value: "text": must be one of boolean,date,integer,number,string',
        ),
      ],
    },
    {
      title: 'with a column that is no path',
      object: column({ jsonPath: 'a' }),
      causes: [
        cause(
          'Invalid',
          `${V}.additionalPrinterColumns[0].JSONPath`,
          'Invalid value: "a": must be a simple json path starting with .',
        ),
      ],
    },
    {
      title: 'with replicas outside of the spec',
      object: scale({ specReplicasPath: '.status.a' }),
      causes: [
        cause(
          'Invalid',
          `${V}.subresources.scale.specReplicasPath`,
          'Invalid value: ".status.a": should be a json path under .spec',
        ),
      ],
    },
    {
      title: 'with replicas nowhere',
      object: scale({ statusReplicasPath: '' }),
      causes: [cause('Required', `${V}.subresources.scale.statusReplicasPath`, 'Required value')],
    },
    {
      title: 'with a selectable field that is not there',
      object: selectable('.spec.nope'),
      causes: [
        cause(
          'Invalid',
          `${V}.selectableFields[0].jsonPath`,
          'Invalid value: ".spec.nope": is an invalid path: does not refer to a valid field',
        ),
      ],
    },
    {
      title: 'with a selectable object',
      object: selectable('.spec'),
      causes: [
        cause(
          'Invalid',
          `${V}.selectableFields[0].jsonPath`,
          'Invalid value: ".spec": must point to a field of type string, boolean or integer. Enum string fields and strings with formats are allowed.',
        ),
      ],
    },
    {
      title: 'with a selectable field twice',
      object: selectable('.spec.mode', '.spec.mode'),
      causes: [cause('Duplicate', `${V}.selectableFields[1].jsonPath`, 'Duplicate value: ".spec.mode"')],
    },
    {
      title: 'that keeps unknown fields everywhere',
      object: { ...aDefinition(), spec: { ...aDefinition().spec, preserveUnknownFields: true } },
      causes: [
        cause(
          'Invalid',
          'spec.preserveUnknownFields',
          'Invalid value: true: cannot set to true, set x-kubernetes-preserve-unknown-fields to true in spec.versions[*].schema instead',
        ),
      ],
    },
  ])('$title', ({ object, causes }) => {
    const { store, controller } = aServer();
    expect(store.create(CUSTOM_RESOURCE_DEFINITION, object)).toEqual({
      kind: 'refused',
      code: 422,
      reason: 'Invalid',
      message: expect.stringMatching(/^CustomResourceDefinition.apiextensions.k8s.io ".*" is invalid: /),
      causes,
    });
    expect(controller.resources()).toEqual([]);
  });

  test('with a wrong shape', () => {
    const { store } = aServer();
    const object = { ...aDefinition(), spec: { ...aDefinition().spec, versions: [{ name: 5 }] } };
    expect(store.create(CUSTOM_RESOURCE_DEFINITION, object)).toEqual({
      kind: 'refused',
      code: 400,
      reason: 'BadRequest',
      message: 'CustomResourceDefinition cannot be handled: spec.versions[0].name: must be a string',
    });
  });
});

describe('a change of a definition that is refused', () => {
  type Spec = CustomResourceDefinition['spec'];
  test.each<{ readonly title: string; readonly change: (spec: Spec) => Spec; readonly causes: readonly object[] }>([
    {
      title: 'another scope',
      change: (spec) => ({ ...spec, scope: 'Cluster' }),
      causes: [cause('Invalid', 'spec.scope', 'Invalid value: "Cluster": field is immutable')],
    },
    {
      title: 'another kind',
      change: (spec) => ({ ...spec, names: { ...spec.names, kind: 'Winch' } }),
      causes: [cause('Invalid', 'spec.names.kind', 'Invalid value: "Winch": field is immutable')],
    },
    {
      title: 'a stored version that goes',
      change: (spec) => ({ ...spec, versions: [version({ name: 'v2' })] }),
      causes: [
        cause(
          'Invalid',
          'status.storedVersions[0]',
          'Invalid value: "v1": missing from spec.versions; v1 was previously a storage version, and must remain in spec.versions until a storage migration ensures no data remains persisted in v1 and removes v1 from status.storedVersions',
        ),
      ],
    },
  ])('$title', ({ change, causes }) => {
    const { store } = aServer();
    store.create(CUSTOM_RESOURCE_DEFINITION, aDefinition());
    const key = keyIn('', 'hoists.lift.example.com');
    const outcome = store.update(CUSTOM_RESOURCE_DEFINITION, key, 'main', (current) => ({
      ...current,
      spec: change(current.spec),
    }));
    expect(outcome).toMatchObject({ kind: 'refused', code: 422, causes });
  });

  test('and one that is not: a second version that stores, and then both are listed', () => {
    const { store, controller } = aServer();
    store.create(CUSTOM_RESOURCE_DEFINITION, aDefinition());
    const key = keyIn('', 'hoists.lift.example.com');
    store.update(CUSTOM_RESOURCE_DEFINITION, key, 'main', (current) => ({
      ...current,
      spec: { ...current.spec, versions: [version({ storage: false }), version({ name: 'v2' })] },
    }));
    expect(store.get(CUSTOM_RESOURCE_DEFINITION, key)?.status?.storedVersions).toEqual(['v1', 'v2']);
    expect(controller.ofKind('Hoist.lift.example.com')?.storageVersion).toBe('v2');
  });
});
