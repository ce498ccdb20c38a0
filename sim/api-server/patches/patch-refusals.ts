// How the server refuses patches: its codes, reasons and words.
// Source: apiserver pkg/endpoints/handlers/patch.go; apimachinery pkg/api/errors/errors.go, pkg/apis/meta/v1/validation.

import type { StatusCause } from '../../../core/facts.ts';
import { badRequest, type Refusal } from '../refusals.ts';

export type PatchType = 'json' | 'merge' | 'strategic' | 'apply';

const CONTENT_TYPES: ReadonlyMap<string, PatchType> = new Map([
  ['application/json-patch+json', 'json'],
  ['application/merge-patch+json', 'merge'],
  ['application/strategic-merge-patch+json', 'strategic'],
  ['application/apply-patch+yaml', 'apply'],
]);

/** The patch type of a Content-Type, parameters ignored; 415 for any other, and for strategic patches of custom resources. */
export function patchTypeOf(contentType: string, builtIn: boolean): PatchType | Refusal {
  const type = CONTENT_TYPES.get(contentType.split(';')[0] ?? '');
  if (type !== undefined && (builtIn || type !== 'strategic')) return type;
  const accepted = [...CONTENT_TYPES].filter(([, of]) => builtIn || of !== 'strategic').map(([name]) => name);
  const message = `the body of the request was in an unknown format - accepted media types include: ${accepted.join(', ')}`;
  return { kind: 'refused', code: 415, reason: 'UnsupportedMediaType', message };
}

/** The query of a write, as far as every kind of write has it. */
export interface WriteQuery {
  /** Empty where it is absent. */
  readonly fieldManager: string;
  /** Undefined where the query has no `force`. */
  readonly force: boolean | undefined;
  /** Every `dryRun` of the query. */
  readonly dryRun: readonly string[];
  /** Empty where it is absent. */
  readonly fieldValidation: string;
}

/** Source: validation.go FieldManagerMaxLength. */
const MANAGER_LENGTH_MAX = 128;
const FIELD_VALIDATIONS: readonly string[] = ['', 'Ignore', 'Strict', 'Warn'];

/** 422 for a query that does not go with a patch: apply needs a manager, nothing else may be forced. */
export function patchOptionsRefusal(patchType: PatchType, query: WriteQuery): Refusal | undefined {
  const wrong: StatusCause[] = [];
  if (patchType === 'apply' && query.fieldManager === '') {
    wrong.push(cause('fieldManager', 'FieldValueRequired', 'Required value: is required for apply patch'));
  }
  if (patchType !== 'apply' && query.force !== undefined) {
    wrong.push(cause('force', 'FieldValueForbidden', 'Forbidden: may not be specified for non-apply patch'));
  }
  return optionsRefusal('PatchOptions', [...wrong, ...commonProblems(query)]);
}

/** 422 for a query that does not go with a create or an update. */
export function writeOptionsRefusal(kind: 'CreateOptions' | 'UpdateOptions', query: WriteQuery): Refusal | undefined {
  return optionsRefusal(kind, commonProblems(query));
}

function commonProblems({ fieldManager, dryRun, fieldValidation }: WriteQuery): readonly StatusCause[] {
  const wrong: StatusCause[] = [];
  if (fieldManager.length > MANAGER_LENGTH_MAX) {
    const detail = `Too long: may not be more than ${MANAGER_LENGTH_MAX} bytes`;
    wrong.push(cause('fieldManager', 'FieldValueTooLong', detail));
  }
  if (dryRun.some((value) => value !== 'All')) {
    const shown = `[]string{${dryRun.map((value) => JSON.stringify(value)).join(', ')}}`;
    wrong.push(cause('dryRun', 'FieldValueNotSupported', `Unsupported value: ${shown}: supported values: "All"`));
  }
  if (!FIELD_VALIDATIONS.includes(fieldValidation)) {
    const supported = FIELD_VALIDATIONS.map((value) => JSON.stringify(value)).join(', ');
    const detail = `Unsupported value: ${JSON.stringify(fieldValidation)}: supported values: ${supported}`;
    wrong.push(cause('fieldValidation', 'FieldValueNotSupported', detail));
  }
  return wrong;
}

function cause(field: string, reason: string, message: string): StatusCause {
  return { reason, message, field };
}

function optionsRefusal(kind: string, causes: readonly StatusCause[]): Refusal | undefined {
  if (causes.length === 0) return undefined;
  const details = causes.map(({ field, message }) => `${field}: ${message}`);
  const text = details.length === 1 ? details.join('') : `[${details.join(', ')}]`;
  return {
    kind: 'refused',
    code: 422,
    reason: 'Invalid',
    message: `${kind}.meta.k8s.io "" is invalid: ${text}`,
    causes,
  };
}

/**
 * The field manager of a write: the query's, else the user agent up to its first slash, its printable characters, at most 128.
 * Source: apiserver pkg/endpoints/handlers/create.go (managerOrUserAgent).
 */
export function fieldManagerOf(fieldManager: string, userAgent: string | undefined): string {
  if (fieldManager !== '') return fieldManager;
  const prefix = userAgent?.split('/')[0] ?? '';
  return prefix.replace(/\p{C}/gu, '').slice(0, MANAGER_LENGTH_MAX);
}

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
