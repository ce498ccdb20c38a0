// A patch of one of the three types that change a stored object, carried out and decoded as the server does it. Server-side
// apply, which may create, is server-side-apply.ts.
// Source: apiserver pkg/endpoints/handlers/patch.go.
//
// Divergence from reality: none known.

import { decodeFields, strictDecodingError } from '../fields/decode.ts';
import type { FieldSchema } from '../fields/field-schema.ts';
import { mergePatch } from '../merge-patch.ts';
import { badRequest, type Refusal } from '../refusals.ts';
import { isJsonObject, type JsonObject } from '../same-value.ts';
import { goPrint } from './go-print.ts';
import { jsonPatch, type Patched } from './json-patch.ts';
import { invalidPatched, notAMap } from './patch-refusals.ts';
import { goJson } from './path-element.ts';
import { strategicMergePatch } from './strategic-merge.ts';

export type FieldValidation = 'Strict' | 'Warn' | 'Ignore';

export interface PatchRequest {
  readonly patchType: 'json' | 'merge' | 'strategic';
  readonly body: unknown;
  /** Fields of a built-in kind, into which the result is decoded; undefined for custom resources, which their schema checks. */
  readonly builtIn: FieldSchema | undefined;
  readonly fieldValidation: FieldValidation;
}

export type PatchedObject =
  | {
      readonly kind: 'patched';
      /** Before validation and admission; the very same object when nothing changed. */
      readonly object: JsonObject;
      /** Texts of `Warning` headers. */
      readonly warnings: readonly string[];
    }
  | Refusal;

/** The object after the patch, or why not: 400 for malformed patches, 422 for those that do not apply or make no object. */
export function patchObject(current: JsonObject, request: PatchRequest): PatchedObject {
  const patched = patchedValue(current, request);
  if (patched.kind === 'refused') return patched;
  const { value } = patched;
  const decoded =
    request.builtIn === undefined || !isJsonObject(value) ? undefined : decodeFields(value, request.builtIn);
  const shown = (): string => (request.patchType === 'strategic' ? goPrint(request.body) : goJson(value));
  if (decoded?.problem !== undefined) return invalidPatched(shown(), decoded.problem);
  const strictErrors = [...patched.unknownFields, ...(decoded?.strictErrors ?? [])];
  if (strictErrors.length > 0 && request.fieldValidation === 'Strict') {
    return invalidPatched(shown(), strictDecodingError(strictErrors));
  }
  const object = decoded?.object ?? value;
  if (!isJsonObject(object)) return invalidPatched(shown(), notAMap(object));
  return { kind: 'patched', object, warnings: request.fieldValidation === 'Warn' ? strictErrors : [] };
}

function patchedValue(current: JsonObject, { patchType, body, builtIn }: PatchRequest): Patched {
  if (patchType === 'json') return jsonPatch(current, body);
  if (patchType === 'merge') {
    if (!isJsonObject(body)) return badRequest(`error decoding patch: ${notAMap(body)}`);
    return { kind: 'patched', value: mergePatch(current, body), unknownFields: [] };
  }
  if (builtIn === undefined) return badRequest('strategic merge patch format is not supported');
  const patched = strategicMergePatch(current, body, builtIn);
  return patched.kind === 'refused' ? patched : { ...patched, unknownFields: [] };
}
