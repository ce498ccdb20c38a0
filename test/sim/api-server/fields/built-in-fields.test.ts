import { describe, expect, test } from 'vitest';
import { builtInFields, builtInKinds } from '../../../../sim/api-server/fields/built-in-fields.ts';
import type { Field, FieldSchema } from '../../../../sim/api-server/fields/field-schema.ts';

/** The field at a path of names; lists are entered by their items. */
function fieldAt(apiVersion: string, kind: string, path: string): Field | undefined {
  let schema: FieldSchema | undefined = builtInFields(apiVersion, kind);
  let field: Field | undefined;
  for (const name of path.split('.')) {
    const map: FieldSchema['map'] = schema?.list?.items.map ?? schema?.map;
    field = map?.fields.get(name);
    schema = field?.schema;
  }
  return field;
}

describe('fields of built-in kinds', () => {
  test.each([
    ['v1', 'Pod', 'spec.containers', 'map', ['name'], 'merge', 'name'],
    ['v1', 'Pod', 'spec.containers.ports', 'map', ['containerPort', 'protocol'], 'merge', 'containerPort'],
    ['v1', 'Pod', 'spec.tolerations', 'atomic', [], undefined, undefined],
    ['v1', 'Node', 'spec.taints', 'atomic', [], undefined, undefined],
    ['v1', 'Node', 'status.conditions', 'map', ['type'], 'merge', 'type'],
    ['v1', 'Node', 'metadata.finalizers', 'set', [], 'merge', undefined],
    ['v1', 'Node', 'metadata.ownerReferences', 'map', ['uid'], 'merge', 'uid'],
    ['v1', 'Service', 'spec.ports', 'map', ['port', 'protocol'], 'merge', 'port'],
    [
      'v1',
      'Pod',
      'spec.topologySpreadConstraints',
      'map',
      ['topologyKey', 'whenUnsatisfiable'],
      'merge',
      'topologyKey',
    ],
  ])(
    '%s %s %s is a list of type %s with keys %j, patched by %s on %s',
    (apiVersion, kind, path, type, keys, strategy, mergeKey) => {
      const field = fieldAt(apiVersion, kind, path);
      expect(field?.schema.list).toMatchObject({ kind: type, keys });
      expect({ strategy: field?.patch?.strategy, mergeKey: field?.patch?.mergeKey }).toEqual({ strategy, mergeKey });
    },
  );

  test.each([
    ['v1', 'Node', 'spec.unschedulable', { scalar: 'boolean' }],
    ['v1', 'Pod', 'spec.terminationGracePeriodSeconds', { scalar: 'int64' }],
    ['apps/v1', 'Deployment', 'spec.replicas', { scalar: 'int32' }],
    ['policy/v1', 'PodDisruptionBudget', 'spec.minAvailable', { scalar: 'intOrString' }],
    ['coordination.k8s.io/v1', 'Lease', 'spec.renewTime', { scalar: 'time' }],
    ['v1', 'Node', 'status.capacity', { map: { atomic: false, others: { scalar: 'quantity' } } }],
    ['v1', 'Secret', 'data', { map: { atomic: false, others: { scalar: 'bytes' } } }],
    ['apps/v1', 'Deployment', 'spec.selector', { goType: 'v1.LabelSelector', map: { atomic: true } }],
    ['v1', 'Pod', 'spec.nodeSelector', { map: { atomic: true, others: { scalar: 'string' } } }],
    ['v1', 'Pod', 'spec.containers.name', { scalar: 'string' }],
  ])('%s %s %s is %j', (apiVersion, kind, path, schema) => {
    expect(fieldAt(apiVersion, kind, path)?.schema).toMatchObject(schema);
  });

  test('a struct that Go holds by value is always there, a pointer is not', () => {
    expect(fieldAt('apps/v1', 'Deployment', 'spec.template')?.alwaysThere).toBe(true);
    expect(fieldAt('v1', 'Pod', 'spec.containers.resources')?.alwaysThere).toBe(true);
    expect(fieldAt('v1', 'Pod', 'spec.securityContext')?.alwaysThere).toBe(false);
    expect(fieldAt('v1', 'Pod', 'spec.containers.ports.protocol')?.default).toBe('TCP');
    expect(fieldAt('apps/v1', 'Deployment', 'spec.strategy')?.patch).toMatchObject({ retainKeys: true });
  });

  test('the kinds that a cluster of this project meets are all there, and a kind is parsed once', () => {
    const needed = [
      ...['Node', 'Pod', 'Namespace', 'Event', 'ConfigMap', 'Secret', 'ServiceAccount', 'Service', 'Binding'],
      ...['PersistentVolume', 'PersistentVolumeClaim', 'ReplicationController', 'DeleteOptions'],
    ].map((kind) => `v1 ${kind}`);
    needed.push('apps/v1 Deployment', 'apps/v1 ReplicaSet', 'apps/v1 StatefulSet', 'apps/v1 DaemonSet', 'batch/v1 Job');
    needed.push(
      'policy/v1 PodDisruptionBudget',
      'policy/v1 Eviction',
      'autoscaling/v1 Scale',
      'events.k8s.io/v1 Event',
    );
    needed.push('coordination.k8s.io/v1 Lease', 'storage.k8s.io/v1 VolumeAttachment', 'storage.k8s.io/v1 StorageClass');
    needed.push('apiextensions.k8s.io/v1 CustomResourceDefinition', 'rbac.authorization.k8s.io/v1 ClusterRole');
    expect(needed.filter((kind) => !builtInKinds().includes(kind))).toEqual([]);
    expect(builtInFields('v1', 'Node')).toBe(builtInFields('v1', 'Node'));
    expect(builtInFields('metal3.io/v1alpha1', 'BareMetalHost')).toBeUndefined();
  });

  test('every type that the table reaches can be read', () => {
    const seen = new Set<FieldSchema>();
    const visit = (schema: FieldSchema | undefined): void => {
      if (schema === undefined || seen.has(schema)) return;
      seen.add(schema);
      expect(schema.scalar !== undefined || schema.list !== undefined || schema.map !== undefined).toBe(true);
      visit(schema.list?.items);
      visit(schema.map?.others);
      for (const field of schema.map?.fields.values() ?? []) visit(field.schema);
    };
    for (const kind of builtInKinds()) {
      const [apiVersion = '', name = ''] = kind.split(' ');
      const fields = builtInFields(apiVersion, name);
      expect(fields?.map?.fields.size).toBeGreaterThan(0);
      visit(fields);
    }
    expect(seen.size).toBeGreaterThan(500);
  });
});
