// The shape in which objects are stored: every version of every object has the same fields in the same order, absent ones
// undefined (as JSON has it, that is the same). One shape keeps every read of `metadata` in the simulator and in core fast;
// a spread of objects of many shapes, as the store sees them, is the slowest thing that could be done for each write.

import type { KubeObject, ObjectMeta } from '../../core/api/object.ts';

/** The object under another resourceVersion. Fields that are not `usual` get lost: see `isUsual`. */
export function withVersion(object: KubeObject, resourceVersion: string): KubeObject {
  return shaped(object, object.metadata, resourceVersion);
}

/** The same object in the stored shape. */
export function inStoredShape(object: KubeObject): KubeObject {
  return shaped(object, object.metadata, object.metadata.resourceVersion);
}

function shaped(object: KubeObject, from: ObjectMeta, resourceVersion: string): KubeObject {
  const metadata: ObjectMeta = {
    name: from.name,
    generateName: from.generateName,
    namespace: from.namespace,
    uid: from.uid,
    resourceVersion,
    generation: from.generation,
    creationTimestamp: from.creationTimestamp,
    deletionTimestamp: from.deletionTimestamp,
    deletionGracePeriodSeconds: from.deletionGracePeriodSeconds,
    labels: from.labels,
    annotations: from.annotations,
    ownerReferences: from.ownerReferences,
    finalizers: from.finalizers,
  };
  return { apiVersion: object.apiVersion, kind: object.kind, metadata, spec: object.spec, status: object.status };
}

/** True when the object has no fields beyond those of the stored shape. Others (`data`, `managedFields`) are kept by spreads. */
export function isUsual(object: KubeObject): boolean {
  for (const field in object) if (!OBJECT_FIELDS.has(field)) return false;
  for (const field in object.metadata) if (!METADATA_FIELDS.has(field)) return false;
  return true;
}

const OBJECT_FIELDS: ReadonlySet<string> = new Set(['apiVersion', 'kind', 'metadata', 'spec', 'status']);

const METADATA_FIELDS: ReadonlySet<string> = new Set([
  'name',
  'generateName',
  'namespace',
  'uid',
  'resourceVersion',
  'generation',
  'creationTimestamp',
  'deletionTimestamp',
  'deletionGracePeriodSeconds',
  'labels',
  'annotations',
  'ownerReferences',
  'finalizers',
]);
