// Refusals with the codes, reasons and words of a real API server's Status, so that what core reads here it reads live.
// Source: apimachinery pkg/api/errors/errors.go; registry/rest/delete.go; registry/generic/registry/store.go.

import type { Kind } from '../../core/api/object.ts';
import type { Outcome, StatusCause } from '../../core/facts.ts';
import { resourceName } from './names.ts';

export type Refusal = Extract<Outcome, { readonly kind: 'refused' }>;

function refusal(code: number, reason: string, message: string, causes?: readonly StatusCause[]): Refusal {
  return causes === undefined
    ? { kind: 'refused', code, reason, message }
    : { kind: 'refused', code, reason, message, causes };
}

export function notFound(kind: Kind, name: string): Refusal {
  return refusal(404, 'NotFound', `${resourceName(kind)} "${name}" not found`);
}

/** The kind, or its subresource, is not served at all. */
export function notServed(): Refusal {
  return refusal(404, 'NotFound', 'the server could not find the requested resource');
}

export function alreadyExists(kind: Kind, name: string): Refusal {
  return refusal(409, 'AlreadyExists', `${resourceName(kind)} "${name}" already exists`);
}

export function conflict(kind: Kind, name: string, why: string): Refusal {
  return refusal(409, 'Conflict', `Operation cannot be fulfilled on ${resourceName(kind)} "${name}": ${why}`);
}

/** Of a delete: the kind stands where the resource belongs. Source: apiserver pkg/registry/rest/delete.go (BeforeDelete). */
export function preconditionFailed(kind: Kind, name: string, why: string): Refusal {
  return refusal(409, 'Conflict', `Operation cannot be fulfilled on ${kind.key} "${name}": ${why}`);
}

export const MODIFIED_MEANWHILE =
  'the object has been modified; please apply your changes to the latest version and try again';

export function badRequest(message: string): Refusal {
  return refusal(400, 'BadRequest', message);
}

/** A body of another kind than the path's. */
export function wrongKind(
  { apiVersion, kind }: { readonly apiVersion: string; readonly kind: string },
  as: string,
): string {
  return `${kind} in version "${apiVersion.slice(apiVersion.indexOf('/') + 1)}" cannot be handled as a ${as}`;
}

export function wrongName(name: string, onUrl: string): string {
  return `the name of the object (${name}) does not match the name on the URL (${onUrl})`;
}

export const WRONG_NAMESPACE = 'the namespace of the provided object does not match the namespace sent on the request';

export const NO_JSON_OBJECT = "couldn't get version/kind; json parse error: the body is no JSON object";

export function methodNotAllowed(message: string): Refusal {
  return refusal(405, 'MethodNotAllowed', message);
}

/** One field is wrong; `detail` is the error after the field's path. */
export function invalid(kind: Kind, name: string, field: string, reason: string, detail: string): Refusal {
  return invalidFields(kind, name, [{ reason, message: detail, field }]);
}

/** Several fields may be wrong: one Status with a cause for each. `causes` is not empty. */
export function invalidFields(
  kind: Kind,
  name: string,
  causes: readonly (StatusCause & { readonly field: string })[],
): Refusal {
  return refusal(422, 'Invalid', invalidMessage(kind, name, causes), causes);
}

/** What a Status says of wrong fields: each once, in brackets where there are several. */
export function invalidMessage(
  { group, kind }: { readonly group: string; readonly kind: string },
  name: string,
  causes: readonly (StatusCause & { readonly field: string })[],
): string {
  const texts = [...new Set(causes.map(({ field, message }) => `${field}: ${message}`))];
  const all = texts.length === 1 ? texts[0] : `[${texts.join(', ')}]`;
  return `${group === '' ? kind : `${kind}.${group}`} "${name}" is invalid: ${all}`;
}

/** Somebody may not do this: an admission plugin, or a user without the right. */
export function forbiddenRequest(kind: Kind, name: string, why: string): Refusal {
  return refusal(403, 'Forbidden', `${resourceName(kind)} "${name}" is forbidden: ${why}`);
}

/** A webhook says no without a Status of its own. */
export function deniedByWebhook(webhook: string, why: string): Refusal {
  return refusal(403, 'Forbidden', `admission webhook "${webhook}" denied the request: ${why}`);
}

/** A webhook answers with a Status of its own. */
export function refusedByWebhook(webhook: string, refused: Refusal): Refusal {
  return { ...refused, message: `admission webhook "${webhook}" denied the request: ${refused.message}` };
}

/** A pod that its disruption budget protects: no Retry-After, and the numbers in the cause. */
export function disruptionRefused(budget: string, neededHealthy: number, currentHealthy: number): Refusal {
  return refusal(429, 'TooManyRequests', "Cannot evict pod as it would violate the pod's disruption budget.", [
    {
      reason: 'DisruptionBudget',
      message: `The disruption budget ${budget} needs ${neededHealthy} healthy pods and has ${currentHealthy} currently`,
    },
  ]);
}

/** A budget whose newest spec nobody has looked at yet: the one refusal of an eviction that says when to come again. */
export function budgetNotObserved(budget: string): Refusal {
  return {
    ...refusal(429, 'TooManyRequests', "Cannot evict pod as it would violate the pod's disruption budget.", [
      {
        reason: 'DisruptionBudget',
        message: `The disruption budget ${budget} is still being processed by the server.`,
      },
    ]),
    retryAfterSeconds: 10,
  };
}

/** The budget's status is such that nothing may be evicted at all. */
export function budgetExhausted(budget: string, why: string): Refusal {
  return refusal(403, 'Forbidden', `poddisruptionbudgets.policy "${budget}" is forbidden: ${why}`);
}

/** Somebody who answers for the server asks to try again. */
export function tooManyRequests(message: string): Refusal {
  return refusal(429, 'TooManyRequests', message);
}

export function severalBudgets(): Refusal {
  return refusal(
    500,
    '',
    'This pod has more than one PodDisruptionBudget, which the eviction subresource does not support.',
  );
}

/** Throttled by the server, in the words of client-go for an answer without a Status. */
export function throttled(): Refusal {
  return refusal(
    429,
    'TooManyRequests',
    'the server has received too many requests and has asked us to try again later',
  );
}

/** An admission webhook that does not answer and whose failure policy is Fail: the commonest 500 that changes nothing. */
export function webhookFailed(): Refusal {
  return refusal(500, 'InternalError', 'Internal error occurred: failed calling webhook: context deadline exceeded');
}

export function serviceUnavailable(): Refusal {
  return refusal(503, 'ServiceUnavailable', 'the server is currently unable to handle the request');
}
