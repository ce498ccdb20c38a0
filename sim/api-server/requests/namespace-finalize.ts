// The finalize subresource of a Namespace: the only way to change `spec.finalizers`. The last one taken away from a
// terminating namespace lets it go.
// Source: kubernetes pkg/registry/core/namespace/storage/storage.go (FinalizeREST), strategy.go.

import { NAMESPACE } from '../../../core/api/namespace.ts';
import type { KubeObject } from '../../../core/api/object.ts';
import { listAt, valueAt } from '../json-fields.ts';
import type { ApiAnswer } from './api-call.ts';
import { ApiFailure, answerOf, notFound } from './api-failure.ts';
import { json } from './collection-reads.ts';
import type { ObjectWrites, WriteCall, WriteWorld } from './object-writes.ts';
import { servedObject } from './representation.ts';
import { bodyTypeProblem, writeOptions } from './write-options.ts';
import { writtenUpdate } from './written-body.ts';

export const KUBERNETES_FINALIZER = 'kubernetes';
/** Source: api/core/v1, LabelMetadataName: every namespace carries its name as a label. */
const NAME_LABEL = 'kubernetes.io/metadata.name';

export const ACTIVE = { phase: 'Active' } as const;

/** A new Namespace waits for its contents at its end, and carries its name as a label. */
export function newNamespace(object: KubeObject): KubeObject {
  const finalizers = listAt(object, 'spec', 'finalizers');
  const { metadata } = object;
  const labels = { ...metadata.labels, ...(metadata.name === '' ? {} : { [NAME_LABEL]: metadata.name }) };
  const spec = finalizers.includes(KUBERNETES_FINALIZER) ? finalizers : [...finalizers, KUBERNETES_FINALIZER];
  return { ...object, metadata: { ...metadata, labels }, spec: { finalizers: spec } };
}

/** A main update keeps the finalizers of the spec. */
export function updatedNamespace(object: KubeObject, old: KubeObject): KubeObject {
  return object.spec === old.spec ? object : { ...object, spec: old.spec };
}

export function finalizeNamespace(world: WriteWorld, writes: ObjectWrites, write: WriteCall): ApiAnswer {
  const { call, query, resource, path } = write;
  const options = bodyTypeProblem(call.contentType) ?? writeOptions(call, query, 'UpdateOptions');
  if (options instanceof ApiFailure) return answerOf(options);
  const body = writtenUpdate(call.body, resource, path);
  if (body instanceof ApiFailure) return answerOf(body);
  const current = world.store.get(NAMESPACE, { namespace: '', name: path.name });
  if (current === undefined) return answerOf(notFound(resource, path.name));
  const resourceVersion = body.metadata.resourceVersion || current.metadata.resourceVersion;
  const written = writes.change(write, options, current, (served) => ({
    ...withFinalizers(served, valueAt(body, 'spec', 'finalizers')),
    metadata: { ...served.metadata, resourceVersion },
  }));
  if (written instanceof ApiFailure) return answerOf(written);
  return json(servedObject(resource, path.version, written));
}

function withFinalizers(namespace: KubeObject, finalizers: unknown): KubeObject {
  const names = Array.isArray(finalizers) ? finalizers.filter((name) => typeof name === 'string') : [];
  return { ...namespace, spec: names.length === 0 ? {} : { finalizers: names } };
}
