import { expect, test } from 'vitest';
import { fieldTableText } from '../../../../tools/generate-fields.ts';

const INTERNAL = `var schemaYAML = typed.YAMLObject(\`types:
- name: io.k8s.api.core.v1.Thing
  map:
    fields:
    - name: spec
      type:
        namedType: io.k8s.api.core.v1.ThingSpec
      default: {}
- name: io.k8s.api.core.v1.ThingSpec
  map:
    fields:
    - name: protocol
      default: TCP
\`)`;

const SWAGGER = JSON.stringify({
  definitions: {
    'io.k8s.api.core.v1.Thing': {
      properties: { spec: { $ref: '#/definitions/io.k8s.api.core.v1.ThingSpec' }, kind: { type: 'string' } },
      required: ['spec'],
      'x-kubernetes-group-version-kind': [{ group: '', version: 'v1', kind: 'Thing' }],
    },
    'io.k8s.api.core.v1.ThingSpec': {
      'x-kubernetes-map-type': 'atomic',
      properties: {
        protocol: { type: 'string' },
        size: { $ref: '#/definitions/io.k8s.apimachinery.pkg.api.resource.Quantity' },
        names: {
          type: 'array',
          items: { type: 'string' },
          'x-kubernetes-list-type': 'set',
          'x-kubernetes-patch-strategy': 'merge',
        },
        things: {
          type: 'array',
          items: { $ref: '#/definitions/io.k8s.api.core.v1.Thing' },
          'x-kubernetes-list-type': 'map',
          'x-kubernetes-list-map-keys': ['a', 'b'],
          'x-kubernetes-patch-strategy': 'merge,retainKeys',
          'x-kubernetes-patch-merge-key': 'a',
        },
        labels: {
          type: 'object',
          additionalProperties: { type: 'integer', format: 'int64' },
          'x-kubernetes-map-type': 'granular',
        },
      },
    },
    'io.k8s.api.core.v1.ThingList': {
      properties: { items: { type: 'array' } },
      'x-kubernetes-group-version-kind': [{ group: '', version: 'v1', kind: 'ThingList' }],
    },
    'io.k8s.api.core.v1beta1.Old': {
      'x-kubernetes-group-version-kind': [{ group: '', version: 'v1beta1', kind: 'Old' }],
    },
  },
});

test('a table has the kinds of stable versions but lists of them, and every type that they reach', () => {
  const text = fieldTableText(SWAGGER, INTERNAL, '9.99');
  expect(text).toContain('Kubernetes 9.99');
  expect(text).toContain('export const BUILT_IN_KINDS = `v1 Thing 0`;');
  expect(text).toContain(
    [
      'export const BUILT_IN_TYPES = `v1.Thing kind:s spec:#1|!|V',
      '~v1.ThingSpec labels:{l|G names:[s|S|P protocol:s|D"TCP" size:q things:[#0|Ma,b|Pa|R`;',
    ].join('\n'),
  );
});
