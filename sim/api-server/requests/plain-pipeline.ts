// The smallest pipeline: JSON patches and merge patches, no schemas, no admission, no bookkeeping of fields.
//
// Divergence from reality: unknown fields are kept, nothing is defaulted or validated; strategic merge patches and applies are
// answered with 415, as for custom resources.

import { applyPatch, type Operation } from 'rfc6902';
import type { KubeObject } from '../../../core/api/object.ts';
import { mergePatch } from '../merge-patch.ts';
import { isKubeObject, shapeProblem } from '../object-shape.ts';
import { isJsonObject } from '../same-value.ts';
import { ApiFailure, badRequest, failure, unsupportedMediaType } from './api-failure.ts';
import type { Passed, PatchType, WriteContext, WritePipeline } from './write-pipeline.ts';

const NO_WARNINGS: readonly string[] = [];

export class PlainPipeline implements WritePipeline {
  patch(current: KubeObject | undefined, patch: unknown, type: PatchType, _context: WriteContext): Passed | ApiFailure {
    if (current === undefined || type === 'strategic' || type === 'apply') {
      return unsupportedMediaType(['application/json-patch+json', 'application/merge-patch+json']);
    }
    const patched = type === 'json' ? jsonPatched(current, patch) : mergePatched(current, patch);
    return patched instanceof ApiFailure ? patched : { object: patched, warnings: NO_WARNINGS };
  }

  decode(object: KubeObject): Passed {
    return { object, warnings: NO_WARNINGS };
  }

  recordManagedFields(object: KubeObject): KubeObject {
    return object;
  }

  admit(object: KubeObject): Passed {
    return { object, warnings: NO_WARNINGS };
  }

  validate(): undefined {
    return undefined;
  }
}

function mergePatched(current: KubeObject, patch: unknown): KubeObject | ApiFailure {
  if (!isJsonObject(patch) || !isJsonObject(current)) {
    return badRequest('json: cannot unmarshal a value that is no object into Go value of type map[string]interface {}');
  }
  return shaped(mergePatch(current, patch));
}

/** RFC 6902. Nothing is applied when one operation does not fit. Source: apiserver pkg/endpoints/handlers/patch.go. */
function jsonPatched(current: KubeObject, patch: unknown): KubeObject | ApiFailure {
  if (!isOperations(patch)) return badRequest('json: cannot unmarshal the body into Go value of type jsonpatch.Patch');
  const copy: unknown = structuredClone(current);
  const failed = applyPatch(copy, structuredClone(patch)).find((result) => result !== null);
  if (failed !== undefined) {
    return failure(
      422,
      'Invalid',
      `the server rejected our request due to an error in our request: ${failed?.message}`,
    );
  }
  return shaped(copy);
}

const OPERATIONS = ['add', 'remove', 'replace', 'move', 'copy', 'test'];

function isOperations(patch: unknown): patch is Operation[] {
  return (
    Array.isArray(patch) &&
    patch.every(
      (one) =>
        isJsonObject(one) && typeof one.op === 'string' && OPERATIONS.includes(one.op) && typeof one.path === 'string',
    )
  );
}

function shaped(value: unknown): KubeObject | ApiFailure {
  return isKubeObject(value) ? value : badRequest(shapeProblem(value) ?? 'the patched object has a wrong shape');
}
