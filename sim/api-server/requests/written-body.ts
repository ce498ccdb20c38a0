// The body of a POST or PUT as an object: its kind, version, name and namespace must be those of the path.
// Source: apiserver pkg/endpoints/handlers/create.go, update.go, rest.go (transformDecodeError, checkName).

import type { KubeObject } from '../../../core/api/object.ts';
import { isKubeObject, shapeProblem } from '../object-shape.ts';
import { isJsonObject } from '../same-value.ts';
import { ApiFailure, badRequest } from './api-failure.ts';
import { type ApiResource, groupVersion } from './api-resource.ts';
import type { ResourcePath } from './request-path.ts';

/** The object, with its namespace filled in, or 400. Its name may be empty. */
export function writtenBody(body: unknown, resource: ApiResource, path: ResourcePath): KubeObject | ApiFailure {
  if (!isJsonObject(body)) {
    return badRequest("couldn't get version/kind; json parse error: the body is no JSON object");
  }
  const apiVersion = groupVersion(resource.group, path.version);
  const { kind } = resource.kind;
  const asked = resource.custom
    ? body
    : { ...body, apiVersion: body.apiVersion ?? apiVersion, kind: body.kind ?? kind };
  if (typeof asked.kind !== 'string' || asked.kind === '') return badRequest("Object 'Kind' is missing in the body");
  if (typeof asked.apiVersion !== 'string') return badRequest("Object 'apiVersion' is missing in the body");
  if (asked.kind !== kind && asked.apiVersion === apiVersion) {
    return badRequest(`${asked.kind} in version "${path.version}" cannot be handled as a ${kind}`);
  }
  if (asked.apiVersion !== apiVersion || asked.kind !== kind) {
    return badRequest(
      `the API version in the data (${asked.apiVersion}) does not match the expected API version (${apiVersion})`,
    );
  }
  const metadata = asked.metadata ?? {};
  if (!isJsonObject(metadata)) return badRequest('metadata is not an object');
  const namespace = metadata.namespace || path.namespace;
  if (resource.kind.namespaced && namespace !== path.namespace) {
    return badRequest('the namespace of the provided object does not match the namespace sent on the request');
  }
  const { namespace: _asked, ...rest } = metadata;
  const placed = namespace === '' ? rest : { ...rest, namespace };
  return shaped({ ...asked, metadata: withoutNulls({ name: '', ...placed }) });
}

/** As `writtenBody`, for an object that the path names. */
export function writtenUpdate(body: unknown, resource: ApiResource, path: ResourcePath): KubeObject | ApiFailure {
  const object = writtenBody(body, resource, path);
  if (object instanceof ApiFailure) return object;
  const { name } = object.metadata;
  if (name === '') return badRequest('name must be provided');
  if (name !== path.name) {
    return badRequest(`the name of the object (${name}) does not match the name on the URL (${path.name})`);
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
