// The body of a POST or PUT as an object: its kind, version, name and namespace must be those of the path.
// Source: apiserver pkg/endpoints/handlers/create.go, update.go, rest.go (transformDecodeError, checkName).

import type { KubeObject } from '../../../core/api/object.ts';
import { textAt } from '../json-fields.ts';
import { isKubeObject, shapeProblem } from '../object-shape.ts';
import { NO_JSON_OBJECT, WRONG_NAMESPACE, wrongKind, wrongName } from '../refusals.ts';
import { isJsonObject } from '../same-value.ts';
import { ApiFailure, badRequest } from './api-failure.ts';
import { type ApiResource, groupVersion } from './api-resource.ts';
import type { ResourcePath } from './request-path.ts';

/** The object, with its namespace filled in, or 400. Its name may be empty. */
export function writtenBody(body: unknown, resource: ApiResource, path: ResourcePath): KubeObject | ApiFailure {
  if (!isJsonObject(body)) {
    return badRequest(NO_JSON_OBJECT);
  }
  const apiVersion = groupVersion(resource.group, path.version);
  const { kind } = resource.kind;
  const asked = resource.custom
    ? body
    : { ...body, apiVersion: body.apiVersion ?? apiVersion, kind: body.kind ?? kind };
  if (typeof asked.kind !== 'string' || asked.kind === '') return badRequest("Object 'Kind' is missing in the body");
  if (typeof asked.apiVersion !== 'string') return badRequest("Object 'apiVersion' is missing in the body");
  if (asked.kind !== kind && asked.apiVersion === apiVersion) {
    return badRequest(wrongKind({ apiVersion, kind: asked.kind }, kind));
  }
  if (asked.apiVersion !== apiVersion || asked.kind !== kind) {
    return badRequest(
      `the API version in the data (${asked.apiVersion}) does not match the expected API version (${apiVersion})`,
    );
  }
  const metadata = asked.metadata ?? {};
  if (!isJsonObject(metadata)) return badRequest('metadata is not an object');
  // What a writer says of the namespace of a cluster-scoped object is dropped.
  const namespace = (resource.kind.namespaced && metadata.namespace) || path.namespace;
  if (namespace !== path.namespace) {
    return badRequest(WRONG_NAMESPACE);
  }
  const { namespace: _asked, ...rest } = metadata;
  const placed = namespace === '' ? rest : { ...rest, namespace };
  return shaped({ ...asked, metadata: withoutNulls({ name: '', ...placed }) });
}

/** As `writtenBody`, for an object that the path names. */
export function writtenUpdate(body: unknown, resource: ApiResource, path: ResourcePath): KubeObject | ApiFailure {
  const named = textAt(body, 'metadata', 'namespace');
  if (resource.kind.namespaced && named !== '' && named !== path.namespace) {
    return badRequest(
      `the namespace of the object (${named}) does not match the namespace on the request (${path.namespace})`,
    );
  }
  const object = writtenBody(body, resource, path);
  if (object instanceof ApiFailure) return object;
  const { name } = object.metadata;
  if (name === '') {
    return badRequest(`the name of the object (${path.name} based on URL) was undeterminable: name must be provided`);
  }
  if (name !== path.name) {
    return badRequest(wrongName(name, path.name));
  }
  return object;
}

/** Go clients print `creationTimestamp: null` for what is not set. */
function withoutNulls(metadata: Record<string, unknown>): Record<string, unknown> {
  const kept: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(metadata)) if (value !== null) kept[name] = value;
  return kept;
}

function shaped(value: unknown): KubeObject | ApiFailure {
  if (isKubeObject(value)) return value;
  return badRequest(shapeProblem(value) ?? 'the object has a wrong shape');
}
