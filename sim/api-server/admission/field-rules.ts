// Rules that list errors of fields: strategies of built-in kinds answer 422 themselves, webhooks let the server say who refused.

import type { Kind, NewObject } from '../../../core/api/object.ts';
import { deniedByWebhook, invalidFields, type Refusal, refusedByWebhook } from '../refusals.ts';
import { type FieldError, invalidValue } from '../schema/field-errors.ts';
import type { AdmissionRequest, AdmissionRule } from './admission.ts';

type FieldErrors = (object: NewObject, request: AdmissionRequest) => readonly FieldError[];

/** What the strategy of a built-in kind checks on create and update of the object itself. */
export function strategyRule(
  name: string,
  kinds: readonly Kind[],
  errorsOf: FieldErrors,
  mutate?: AdmissionRule['mutate'],
): AdmissionRule {
  return {
    name,
    kinds,
    operations: ['CREATE', 'UPDATE'],
    ...(mutate === undefined ? {} : { mutate }),
    validate: (request) => fieldRefusal(request, errorsOf),
  };
}

/** 422 with all errors, or undefined when there are none. */
function fieldRefusal(request: AdmissionRequest, errorsOf: FieldErrors): Refusal | undefined {
  if (request.object === undefined) return undefined;
  const errors = errorsOf(request.object, request);
  return errors.length === 0 ? undefined : invalidFields(request.kind, request.key.name, errors);
}

/** A webhook that answers with the errors of fields (a Status of its own, 422). */
export function fieldWebhook(
  webhook: string,
  kind: Kind,
  errorsOf: FieldErrors,
  mutate?: AdmissionRule['mutate'],
): AdmissionRule {
  return {
    name: webhook,
    kinds: [kind],
    operations: ['CREATE', 'UPDATE'],
    ...(mutate === undefined ? {} : { mutate }),
    validate: (request) => {
      const refused = fieldRefusal(request, errorsOf);
      return refused === undefined ? undefined : refusedByWebhook(webhook, refused);
    },
  };
}

/** Several plain errors as Go joins them: alone as it is, else `[a, b]`, each once. */
export function denial(webhook: string, problems: readonly (string | undefined)[]): Refusal | undefined {
  const texts = [...new Set(problems.filter((problem) => problem !== undefined))];
  if (texts.length === 0) return undefined;
  return deniedByWebhook(webhook, texts.length === 1 ? `${texts[0]}` : `[${texts.join(', ')}]`);
}

/** What a definition's schema says of a text that does not match its pattern. */
export function patternErrors(field: string, text: string, pattern: RegExp): readonly FieldError[] {
  return pattern.test(text) ? [] : [invalidValue(field, text, `${field} in body should match '${pattern.source}'`)];
}
