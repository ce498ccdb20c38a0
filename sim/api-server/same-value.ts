// Structural equality of JSON values. Stored objects share their unchanged parts, so a comparison costs what changed.

/** True when both print the same JSON; properties that are undefined count as absent, the order of keys does not matter. */
export function sameValue(a: unknown, b: unknown): boolean {
  if (a === b) return true;
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null)
    return Number.isNaN(a) && Number.isNaN(b);
  if (Array.isArray(a) || Array.isArray(b)) return Array.isArray(a) && Array.isArray(b) && sameItems(a, b);
  return isJsonObject(a) && isJsonObject(b) && sameFields(a, b);
}

export interface JsonObject {
  readonly [field: string]: unknown;
}

/** True for what JSON writes in braces. */
export function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function sameItems(a: readonly unknown[], b: readonly unknown[]): boolean {
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) if (!sameValue(a[i], b[i])) return false;
  return true;
}

function sameFields(a: JsonObject, b: JsonObject): boolean {
  let fields = 0;
  for (const field in a) {
    const value = a[field];
    if (value === undefined) continue;
    fields += 1;
    const other = b[field];
    if (value !== other && !(Object.hasOwn(b, field) && sameValue(value, other))) return false;
  }
  for (const field in b) if (b[field] !== undefined) fields -= 1;
  return fields === 0;
}
