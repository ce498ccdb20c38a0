// Sharing of equal parts, for any JSON.

import { expect, test } from 'vitest';
import { sharing } from '../../live/shared-parts.ts';
import { fc } from '../kit/property.ts';

test('what is shared equals what was given, and an equal value is the known one', () => {
  fc.assert(
    fc.property(fc.jsonValue(), fc.jsonValue(), (known, next) => {
      expect(sharing<unknown>(known, next)).toEqual(next);
      expect(sharing<unknown>(known, structuredClone(known))).toBe(known);
    }),
  );
});

test('parts that are equal are shared, in fields and in lists', () => {
  const known = { a: { x: 1 }, b: [{ y: 1 }, { y: 2 }], c: 1 };
  const next = sharing(known, { a: { x: 1 }, b: [{ y: 1 }, { y: 3 }], c: 1 });
  expect(next).toEqual({ a: { x: 1 }, b: [{ y: 1 }, { y: 3 }], c: 1 });
  expect([next.a === known.a, next.b === known.b, next.b[0] === known.b[0]]).toEqual([true, false, true]);
});

test('a field called __proto__ is a field', () => {
  const parsed = (text: string): unknown => JSON.parse(text);
  const next = sharing(parsed('{"a":{"__proto__":{"x":1}}}'), parsed('{"a":{"__proto__":{"x":2}}}'));
  expect(JSON.stringify(next)).toBe('{"a":{"__proto__":{"x":2}}}');
});
