// Merge patch, RFC 7386, by path copy: what a patch does not touch is shared, and a patch that changes nothing returns the
// object it was given. Field names are data: `constructor` is an ordinary label, and `__proto__` never reaches a prototype.

import type { MergePatch } from '../../core/actions.ts';
import { setOwn } from './own-property.ts';
import { isJsonObject, type JsonObject, sameValue } from './same-value.ts';

/**
 * The object with the patch applied: `null` removes a field, objects merge, everything else (arrays included) replaces.
 * A field that is undefined in the patch is not in it, as in JSON.
 */
export function mergePatch(target: JsonObject, patch: MergePatch): JsonObject {
  let removes = false;
  let next: Record<string, unknown> | undefined;
  for (const field in patch) {
    if (!Object.hasOwn(patch, field)) continue;
    const asked = patch[field];
    if (asked === undefined) continue;
    const known = Object.hasOwn(target, field);
    if (asked === null) {
      removes ||= known;
      continue;
    }
    const old = known ? target[field] : undefined;
    const value = patchedValue(old, asked);
    if (value === old) continue;
    next ??= { ...target };
    setOwn(next, field, value);
  }
  const changed = next ?? target;
  return removes ? withoutNulls(changed, patch) : changed;
}

function patchedValue(old: unknown, asked: unknown): unknown {
  if (isJsonObject(asked)) return mergePatch(isJsonObject(old) ? old : NOTHING, asked);
  return sameValue(old, asked) ? old : asked;
}

/** What a new object grows from; shared where the result is empty. */
const NOTHING: JsonObject = Object.freeze({});

function withoutNulls(target: JsonObject, patch: MergePatch): Record<string, unknown> {
  const kept: Record<string, unknown> = {};
  for (const field of Object.keys(target)) {
    if (!Object.hasOwn(patch, field) || patch[field] !== null) setOwn(kept, field, target[field]);
  }
  return kept;
}
