// Refused calls with the Status of a real server: code, reason, message and details.
// Source: apimachinery pkg/api/errors/errors.go, apiserver pkg/storage/errors.go.

import type { StatusCause } from '../../../core/facts.ts';
import { resourceName } from '../names.ts';
import { invalidMessage, type Refusal } from '../refusals.ts';
import type { FieldError } from '../schema/field-errors.ts';
import type { ApiAnswer, StatusBody } from './api-call.ts';
import { type ApiResource, qualifiedName } from './api-resource.ts';

type Details = NonNullable<StatusBody['details']>;

export class ApiFailure {
  readonly status: StatusBody;

  constructor(status: StatusBody) {
    this.status = status;
  }

  get code(): number {
    return this.status.code ?? 500;
  }
}

export function failure(code: number, reason: string, message: string, details?: Details): ApiFailure {
  return new ApiFailure({
    kind: 'Status',
    apiVersion: 'v1',
    metadata: {},
    status: 'Failure',
    message,
    ...(reason === '' ? {} : { reason }),
    ...(details === undefined ? {} : { details }),
    code,
  });
}

/** The path names nothing that is served. */
export function unknownPath(): ApiFailure {
  return failure(404, 'NotFound', 'the server could not find the requested resource', {});
}

export function badRequest(message: string): ApiFailure {
  return failure(400, 'BadRequest', message);
}

export function methodNotAllowed(): ApiFailure {
  return failure(405, 'MethodNotAllowed', 'the server does not allow this method on the requested resource', {});
}

export function unsupportedMediaType(accepted: readonly string[]): ApiFailure {
  return failure(
    415,
    'UnsupportedMediaType',
    `the body of the request was in an unknown format - accepted media types include: ${accepted.join(', ')}`,
  );
}

export function notAcceptable(offered: readonly string[]): ApiFailure {
  return failure(406, 'NotAcceptable', `only the following media types are accepted: ${offered.join(', ')}`);
}

export function notFound(resource: ApiResource, name: string): ApiFailure {
  return failure(404, 'NotFound', `${qualifiedName(resource)} "${name}" not found`, subject(resource, name));
}

export function conflict(resource: ApiResource, name: string, why: string, subresource = ''): ApiFailure {
  const { group, plural } = resource;
  const kind = subresource === '' ? plural : `${plural}/${subresource}`;
  const full = group === '' ? kind : `${kind}.${group}`;
  return failure(409, 'Conflict', `Operation cannot be fulfilled on ${full} "${name}": ${why}`, {
    ...subject(resource, name),
    kind,
  });
}

export function forbidden(
  resource: ApiResource,
  name: string,
  why: string,
  causes: readonly StatusCause[] = [],
): ApiFailure {
  return failure(403, 'Forbidden', `${qualifiedName(resource)} "${name}" is forbidden: ${why}`, {
    ...subject(resource, name),
    ...(causes.length === 0 ? {} : { causes }),
  });
}

/** Wrong fields of `kind`. */
export function invalid(
  kind: { readonly group: string; readonly kind: string },
  name: string,
  causes: readonly FieldError[],
): ApiFailure {
  return failure(422, 'Invalid', invalidMessage(kind, name, causes), {
    ...(name === '' ? {} : { name }),
    ...(kind.group === '' ? {} : { group: kind.group }),
    kind: kind.kind,
    causes,
  });
}

/** Wrong query parameters, which a real server reports as wrong fields of an options object. */
export function invalidOptions(kind: string, causes: readonly FieldError[]): ApiFailure {
  return invalid({ group: 'meta.k8s.io', kind }, '', causes);
}

/** A state that the server no longer has. `metadata.continue` of the answer lets a client go on with what is there now. */
export function expired(message: string, continueToken?: string): ApiFailure {
  const plain = failure(410, 'Expired', message);
  if (continueToken === undefined) return plain;
  return new ApiFailure({ ...plain.status, metadata: { continue: continueToken } });
}

/** A state that the server does not have yet. Source: apiserver pkg/storage/errors.go (NewTooLargeResourceVersionError). */
export function tooLargeVersion(asked: number, current: number): ApiFailure {
  return failure(504, 'Timeout', `Timeout: Too large resource version: ${asked}, current: ${current}`, {
    causes: [{ reason: 'ResourceVersionTooLarge', message: 'Too large resource version' }],
    retryAfterSeconds: 1,
  });
}

/** The store's refusal as an answer about one object, under the resource's own plural. */
export function refused(refusal: Refusal, resource: ApiResource, name: string): ApiFailure {
  const { code, reason, causes, retryAfterSeconds } = refusal;
  const message = refusal.message.replace(`${resourceName(resource.kind)} "`, `${qualifiedName(resource)} "`);
  if (code === 429)
    return failure(code, reason, message, {
      ...(causes === undefined ? {} : { causes }),
      ...(retryAfterSeconds === undefined ? {} : { retryAfterSeconds }),
    });
  if (code === 400 || code === 500) return failure(code, reason, message);
  const namesKind = reason === 'Invalid' || message.includes(` on ${resource.kind.key} "`);
  const kind = namesKind ? resource.kind.kind : resource.plural;
  return failure(code, reason, message, {
    ...(name === '' ? {} : { name }),
    ...(resource.group === '' ? {} : { group: resource.group }),
    kind,
    ...(causes === undefined ? {} : { causes }),
  });
}

export function answerOf(failed: ApiFailure): ApiAnswer {
  return { kind: 'object', code: failed.code, body: failed.status, warnings: [], contentType: 'application/json' };
}

function subject(resource: ApiResource, name: string): Details {
  return { name, ...(resource.group === '' ? {} : { group: resource.group }), kind: resource.plural };
}
