// The query of a write: dryRun, fieldManager, fieldValidation, force. The body's kind of a patch.
// Source: apimachinery pkg/apis/meta/v1/validation/validation.go, apiserver pkg/endpoints/handlers/patch.go.

import { type FieldError, forbidden, notSupported, quote, required, tooLong } from '../schema/field-errors.ts';
import type { ApiCall } from './api-call.ts';
import { type ApiFailure, invalidOptions, unsupportedMediaType } from './api-failure.ts';
import { isTrue } from './list-options.ts';
import type { PatchType, WriteContext } from './write-pipeline.ts';

export type WriteOptions = Pick<WriteContext, 'dryRun' | 'fieldManager' | 'fieldValidation' | 'force'>;

/** Source: validation.go, FieldManagerMaxLength. */
const FIELD_MANAGER_MAX = 128;

const VALIDATIONS = ['', 'Ignore', 'Strict', 'Warn'] as const;

/** 422 for values that are not offered. Absent fieldValidation is Warn, as for a server of 1.25 and newer. */
export function writeOptions(
  call: ApiCall,
  query: URLSearchParams,
  kind: 'CreateOptions' | 'UpdateOptions' | 'PatchOptions',
  patchType?: PatchType,
): WriteOptions | ApiFailure {
  const manager = query.get('fieldManager') ?? '';
  const asked = query.get('fieldValidation') ?? '';
  const fieldValidation = VALIDATIONS.find((known) => known === asked);
  const causes: FieldError[] = [];
  if (patchType === 'apply' && manager === '') causes.push(required('fieldManager', 'is required for apply patch'));
  if (patchType !== undefined && patchType !== 'apply' && query.has('force')) {
    causes.push(forbidden('force', 'may not be specified for non-apply patch'));
  }
  if (manager.length > FIELD_MANAGER_MAX) causes.push(tooLong('fieldManager', FIELD_MANAGER_MAX));
  causes.push(...dryRunProblems(query.getAll('dryRun')));
  if (fieldValidation === undefined) causes.push(notSupported('fieldValidation', asked, VALIDATIONS));
  if (causes.length > 0) return invalidOptions(kind, causes);
  return {
    dryRun: query.getAll('dryRun').includes('All'),
    fieldManager: manager || agentName(call.userAgent),
    fieldValidation: fieldValidation || 'Warn',
    force: isTrue(query.get('force')),
  };
}

/** `All` is the only stage there is. What was asked for is a typed list in the real server, and prints as one. */
export function dryRunProblems(values: readonly unknown[]): readonly FieldError[] {
  if (values.every((value) => value === 'All')) return [];
  const shown = `[]string{${values.map((value) => quote(String(value))).join(', ')}}`;
  const message = `Unsupported value: ${shown}: supported values: "All"`;
  return [{ reason: 'FieldValueNotSupported', message, field: 'dryRun' }];
}

/**
 * A user agent up to its first slash names the manager where the query does not: its printable characters.
 * Source: apiserver pkg/endpoints/handlers/create.go (managerOrUserAgent).
 */
function agentName(userAgent: string | undefined): string {
  const [product = ''] = (userAgent ?? '').split('/');
  return product.replace(/\p{C}/gu, '').slice(0, FIELD_MANAGER_MAX) || 'unknown';
}

const PATCH_TYPES: ReadonlyMap<string, PatchType> = new Map([
  ['application/json-patch+json', 'json'],
  ['application/merge-patch+json', 'merge'],
  ['application/strategic-merge-patch+json', 'strategic'],
  ['application/apply-patch+yaml', 'apply'],
]);

/** 415 for anything else, and for strategic merge of custom resources. */
export function patchTypeOf(contentType: string | undefined, custom: boolean): PatchType | ApiFailure {
  const type = PATCH_TYPES.get(mediaType(contentType ?? ''));
  if (type !== undefined && !(custom && type === 'strategic')) return type;
  const accepted = [...PATCH_TYPES].filter(([, known]) => !(custom && known === 'strategic'));
  return unsupportedMediaType(accepted.map(([name]) => name));
}

const BODY_TYPES = ['application/json', 'application/yaml', 'application/vnd.kubernetes.protobuf'];

/** Bodies arrive parsed, so any of the server's own encodings will do; 415 for others. */
export function bodyTypeProblem(contentType: string | undefined): ApiFailure | undefined {
  const type = mediaType(contentType ?? '');
  return type === '' || BODY_TYPES.includes(type) ? undefined : unsupportedMediaType(BODY_TYPES);
}

function mediaType(contentType: string): string {
  return (contentType.split(';')[0] ?? '').trim().toLowerCase();
}
