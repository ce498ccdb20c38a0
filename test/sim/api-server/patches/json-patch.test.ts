import { applyPatch, createPatch } from 'rfc6902';
import { describe, expect, test } from 'vitest';
import { jsonPatch } from '../../../../sim/api-server/patches/json-patch.ts';
import { sameValue } from '../../../../sim/api-server/same-value.ts';
import { fc } from '../../../kit/property.ts';

const UNPROCESSABLE = {
  kind: 'refused',
  code: 422,
  reason: 'Invalid',
  message: 'the server rejected our request due to an error in our request',
};

describe('JSON patch', () => {
  test.each([
    [{ a: 1 }, [{ op: 'add', path: '/b', value: { c: 2 } }], { a: 1, b: { c: 2 } }],
    [{ a: [1, 3] }, [{ op: 'add', path: '/a/1', value: 2 }], { a: [1, 2, 3] }],
    [{ a: [1] }, [{ op: 'add', path: '/a/-', value: 2 }], { a: [1, 2] }],
    [{ a: [1, 2] }, [{ op: 'add', path: '/a/-1', value: 3 }], { a: [1, 2, 3] }],
    [
      { a: { 'x/y': 1, 'm~n': 2 } },
      [
        { op: 'remove', path: '/a/x~1y' },
        { op: 'replace', path: '/a/m~0n', value: 3 },
      ],
      { a: { 'm~n': 3 } },
    ],
    [{ a: [1, 2, 3] }, [{ op: 'remove', path: '/a/-1' }], { a: [1, 2] }],
    [{ a: 1 }, [{ op: 'replace', path: '/b', value: 2 }], { a: 1, b: 2 }],
    [{ a: { b: 1 }, c: {} }, [{ op: 'move', from: '/a/b', path: '/c/d' }], { a: {}, c: { d: 1 } }],
    [
      { a: { b: [1] } },
      [
        { op: 'copy', from: '/a/b', path: '/c' },
        { op: 'add', path: '/c/-', value: 2 },
      ],
      { a: { b: [1] }, c: [1, 2] },
    ],
    [
      { a: 1 },
      [
        { op: 'test', path: '/a', value: 1 },
        { op: 'test', path: '/b', value: null },
      ],
      { a: 1 },
    ],
    [
      { a: 1 },
      [
        { op: 'test', path: '', value: { a: 1 } },
        { op: 'replace', path: '', value: { b: 2 } },
      ],
      { b: 2 },
    ],
    [{ a: 1 }, [], { a: 1 }],
    [
      { a: { toString: 1 } },
      [
        { op: 'test', path: '/a/toString', value: 1 },
        { op: 'remove', path: '/a/toString' },
      ],
      { a: {} },
    ],
  ])('%j patched with %j is %j', (object, patch, value) => {
    expect(jsonPatch(object, patch)).toEqual({ kind: 'patched', value, unknownFields: [] });
  });

  test.each([
    ['a test that fails', [{ op: 'test', path: '/a', value: 2 }]],
    ['a test for what cannot be put into words', [{ op: 'test', path: '/a', value: { toString: {} } }]],
    ['a test of what is not there', [{ op: 'test', path: '/b', value: 2 }]],
    ['removing what is not there', [{ op: 'remove', path: '/b' }]],
    ['removing what is only inherited', [{ op: 'remove', path: '/toString' }]],
    ['adding below what is not there', [{ op: 'add', path: '/b/c', value: 1 }]],
    ['adding below a scalar', [{ op: 'add', path: '/a/c', value: 1 }]],
    ['an index past the end', [{ op: 'add', path: '/list/3', value: 1 }]],
    ['an index that is none', [{ op: 'add', path: '/list/x', value: 1 }]],
    ['replacing an item that is not there', [{ op: 'replace', path: '/list/2', value: 1 }]],
    ['moving what is not there', [{ op: 'move', from: '/b', path: '/c' }]],
    ['moving into itself', [{ op: 'move', from: '/object', path: '/object/in' }]],
    ['an operation that there is not', [{ op: 'merge', path: '/a', value: 1 }]],
    ['no path', [{ op: 'add', value: 1 }]],
    ['a path without slash', [{ op: 'add', path: 'a', value: 1 }]],
    ['replacing all by a scalar', [{ op: 'replace', path: '', value: 1 }]],
    [
      'a failure after a success',
      [
        { op: 'add', path: '/b', value: 1 },
        { op: 'test', path: '/b', value: 2 },
      ],
    ],
  ])('%s is refused, and the object stays as it was', (_what, patch) => {
    const object = { a: 1, list: [1, 2], object: {} };
    expect(jsonPatch(object, patch)).toEqual(UNPROCESSABLE);
    expect(object).toEqual({ a: 1, list: [1, 2], object: {} });
  });

  test.each([
    [{ op: 'add' }, 'error decoding patch: json: cannot unmarshal object into Go value of type []handlers.jsonPatchOp'],
    ['x', 'error decoding patch: json: cannot unmarshal string into Go value of type []handlers.jsonPatchOp'],
    [[1], 'error decoding patch: json: cannot unmarshal number into Go value of type handlers.jsonPatchOp'],
    [
      [{ op: 1, path: '/a' }],
      'error decoding patch: json: cannot unmarshal number into Go struct field jsonPatchOp.op of type string',
    ],
  ])('%j is malformed: %s', (patch, message) => {
    expect(jsonPatch({ a: 1 }, patch)).toEqual({ kind: 'refused', code: 400, reason: 'BadRequest', message });
  });

  test('fields that an operation does not have are reported', () => {
    expect(jsonPatch({}, [{ op: 'add', path: '/a', value: 1, foo: 2 }])).toEqual({
      kind: 'patched',
      value: { a: 1 },
      unknownFields: ['json patch unknown field "[0].foo"'],
    });
  });

  test('a patch that makes a list of the object is refused', () => {
    expect(jsonPatch({ a: 1 }, [{ op: 'replace', path: '', value: [1] }])).toMatchObject({
      code: 422,
      message:
        ' "" is invalid: patch: Invalid value: "[1]": json: cannot unmarshal array into Go value of type map[string]interface {}',
    });
  });

  test('more than ten thousand operations are too many', () => {
    const patch = Array.from({ length: 10_001 }, () => ({ op: 'test', path: '/a', value: 1 }));
    expect(jsonPatch({ a: 1 }, patch)).toEqual({
      kind: 'refused',
      code: 413,
      reason: 'RequestEntityTooLarge',
      message: 'Request entity too large: The allowed maximum operations in a JSON patch is 10000, got 10001',
    });
  });

  test('what it does not touch is shared', () => {
    const object = { metadata: { labels: { a: 'b' } }, spec: { list: [{ x: 1 }, { y: 2 }], deep: {} } };
    const before = structuredClone(object);
    const patched = jsonPatch(object, [{ op: 'replace', path: '/spec/list/0/x', value: 2 }]);
    expect(patched).toEqual({
      kind: 'patched',
      unknownFields: [],
      value: { metadata: { labels: { a: 'b' } }, spec: { list: [{ x: 2 }, { y: 2 }], deep: {} } },
    });
    expect(object).toEqual(before);
    if (patched.kind !== 'patched') return;
    expect(patched.value).toHaveProperty('metadata', object.metadata);
    expect(patched.value).toHaveProperty(['spec', 'list', 1], object.spec.list[1]);
  });

  test('the patch that leads from one random value to another does, on a frozen value', () => {
    const value = fc.dictionary(fc.constantFrom('a', 'b', 'c/d', '~e'), fc.jsonValue({ maxDepth: 3 }));
    fc.assert(
      fc.property(value, value, (from, to) => {
        fc.pre(!/__proto__|constructor|prototype/.test(JSON.stringify([from, to])));
        const patch = createPatch(from, to);
        const expected = structuredClone(from);
        applyPatch(expected, structuredClone(patch));
        const patched = jsonPatch(frozen(from), patch);
        expect(patched.kind === 'patched' && sameValue(patched.value, expected)).toBe(true);
      }),
    );
  });
});

function frozen<T>(value: T): T {
  if (typeof value === 'object' && value !== null) for (const below of Object.values(value)) frozen(below);
  return Object.freeze(value);
}
