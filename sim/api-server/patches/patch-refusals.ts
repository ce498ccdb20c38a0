// How the server refuses patches: its codes, reasons and words.
// Source: apiserver pkg/endpoints/handlers/patch.go; apimachinery pkg/api/errors/errors.go.

import { badRequest, type Refusal } from '../refusals.ts';

/** An operation that cannot be applied, a failed test: the server does not say which. */
export function unprocessable(): Refusal {
  return {
    kind: 'refused',
    code: 422,
    reason: 'Invalid',
    message: 'the server rejected our request due to an error in our request',
  };
}

/** A body of the wrong shape for its type of patch. */
export function undecodable(problem: string): Refusal {
  return badRequest(problem);
}

export function tooManyOperations(count: number, max: number): Refusal {
  return {
    kind: 'refused',
    code: 413,
    reason: 'RequestEntityTooLarge',
    message: `Request entity too large: The allowed maximum operations in a JSON patch is ${max}, got ${count}`,
  };
}

/** A patch that makes something which is no object of the kind; `text` is what the server prints of it. */
export function invalidPatched(text: string, problem: string): Refusal {
  const detail = `Invalid value: ${JSON.stringify(text)}: ${problem}`;
  return {
    kind: 'refused',
    code: 422,
    reason: 'Invalid',
    message: ` "" is invalid: patch: ${detail}`,
    causes: [{ reason: 'FieldValueInvalid', message: detail, field: 'patch' }],
  };
}

/** What the JSON decoder calls a value of the wrong shape. */
export function jsonTypeOf(value: unknown): string {
  if (value === null || value === undefined) return 'null';
  if (Array.isArray(value)) return 'array';
  return typeof value === 'boolean' ? 'bool' : typeof value;
}

const GO_MAP = 'map[string]interface {}';

export function notAMap(body: unknown): string {
  return `json: cannot unmarshal ${jsonTypeOf(body)} into Go value of type ${GO_MAP}`;
}
