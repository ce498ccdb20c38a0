import { describe, expect, test } from 'vitest';
import { mergePatch } from '../../../sim/api-server/merge-patch.ts';
import { isJsonObject, sameValue } from '../../../sim/api-server/same-value.ts';
import { fc } from '../../kit/property.ts';

describe('merge patch', () => {
  // RFC 7386, appendix A: the rows whose target and patch are objects.
  test.each([
    [{ a: 'b' }, { a: 'c' }, { a: 'c' }],
    [{ a: 'b' }, { b: 'c' }, { a: 'b', b: 'c' }],
    [{ a: 'b' }, { a: null }, {}],
    [{ a: 'b', b: 'c' }, { a: null }, { b: 'c' }],
    [{ a: ['b'] }, { a: 'c' }, { a: 'c' }],
    [{ a: 'c' }, { a: ['b'] }, { a: ['b'] }],
    [{ a: { b: 'c' } }, { a: { b: 'd', c: null } }, { a: { b: 'd' } }],
    [{ a: [{ b: 'c' }] }, { a: [1] }, { a: [1] }],
    [{ e: null }, { a: 1 }, { e: null, a: 1 }],
    [{}, { a: { bb: { ccc: null } } }, { a: { bb: {} } }],
  ])('%j patched with %j is %j', (target, patch, result) => {
    expect(mergePatch(target, patch)).toEqual(result);
  });

  test('undefined is not in the patch', () => {
    const target = { a: 1 };
    expect(mergePatch(target, { a: undefined, b: undefined })).toBe(target);
  });

  test('what it does not touch is shared, and the target stays as it was', () => {
    const target = { metadata: { labels: { a: 'b' } }, spec: { x: 1, deep: { y: [1] } }, status: { z: 1 } };
    const before = structuredClone(target);
    const result = mergePatch(target, { spec: { x: 2 } });
    expect(result).toEqual({ ...before, spec: { x: 2, deep: { y: [1] } } });
    expect(result.metadata).toBe(target.metadata);
    expect(result.status).toBe(target.status);
    expect(isJsonObject(result.spec) && result.spec.deep).toBe(target.spec.deep);
    expect(target).toEqual(before);
  });

  test.each([
    [{ a: { b: [1, { c: 2 }] } }, { a: { b: [1, { c: 2 }] } }],
    [{ a: 1 }, { b: null }],
    [{ a: { b: 1 } }, { a: {} }],
    [{ a: 1 }, {}],
  ])('%j patched with %j is the very same object', (target, patch) => {
    expect(mergePatch(target, patch)).toBe(target);
  });

  test('names of inherited properties are ordinary field names', () => {
    expect(mergePatch({ labels: {} }, { labels: { constructor: 'x', toString: 'y' } })).toEqual({
      labels: { constructor: 'x', toString: 'y' },
    });
    expect(mergePatch({ a: 1 }, { constructor: null })).toEqual({ a: 1 });
    expect(mergePatch({}, { constructor: { prototype: { polluted: true } } })).toEqual({
      constructor: { prototype: { polluted: true } },
    });
    expect(Object.hasOwn(Object.prototype, 'polluted')).toBe(false);
  });

  test.each([
    '{"__proto__":{"polluted":true}}',
    '{"spec":{"__proto__":{"polluted":true}}}',
    '{"spec":{"__proto__":null,"b":null}}',
  ])('%s reaches no prototype', (text) => {
    const patch: Record<string, unknown> = JSON.parse(text);
    const result = mergePatch({ spec: { a: 1, b: 2 } }, patch);
    expect(Object.getPrototypeOf(result)).toBe(Object.prototype);
    expect(Object.getPrototypeOf(result.spec)).toBe(Object.prototype);
    expect(Object.hasOwn(Object.prototype, 'polluted')).toBe(false);
  });

  test('agrees with the algorithm of the RFC on random values, and is idempotent', () => {
    fc.assert(
      fc.property(jsonObject, jsonObject, (target, patch) => {
        const result = mergePatch(target, patch);
        expect(result).toEqual(asInTheRfc(target, patch));
        expect(mergePatch(result, patch)).toBe(result);
      }),
    );
  });
});

describe('same value', () => {
  test('is equality of the printed JSON, whatever the order of keys', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.jsonValue(), (a, b) => {
        expect(sameValue(a, b)).toBe(sorted(a) === sorted(b));
        expect(sameValue(a, structuredClone(a))).toBe(true);
      }),
    );
  });

  test.each([
    [{ a: undefined }, {}, true],
    [{}, { a: undefined }, true],
    [{ a: undefined, b: 1 }, { b: 1 }, true],
    [{ a: 1 }, { b: 1 }, false],
    [[], {}, false],
    [null, {}, false],
    [[1, 2], [1], false],
    ['1', 1, false],
  ])('%j and %j: %s', (a, b, same) => {
    expect(sameValue(a, b)).toBe(same);
  });
});

const jsonObject = fc.dictionary(
  fc.constantFrom('a', 'b', 'c', 'constructor'),
  fc.letrec((tie) => ({
    value: fc.oneof(
      { maxDepth: 3 },
      fc.constantFrom(null, 0, 1, 'x'),
      fc.array(fc.constantFrom(1, 2), { maxLength: 2 }),
      fc.dictionary(fc.constantFrom('a', 'b', 'c', 'constructor'), tie('value')),
    ),
  })).value,
);

/** RFC 7386 section 2, word by word. */
function asInTheRfc(target: unknown, patch: unknown): unknown {
  if (!isJsonObject(patch)) return patch;
  const result = new Map<string, unknown>(isJsonObject(target) ? Object.entries(target) : []);
  for (const [name, value] of Object.entries(patch)) {
    if (value === null) result.delete(name);
    else result.set(name, asInTheRfc(result.get(name), value));
  }
  return Object.fromEntries(result);
}

function sorted(value: unknown): string {
  return JSON.stringify(value, (_key, item) =>
    isJsonObject(item) ? Object.fromEntries(Object.entries(item).sort(([a], [b]) => (a < b ? -1 : 1))) : item,
  );
}
