// No patch of any type reaches a prototype. The prototypes are frozen while it is tried, so that a write to one throws.

import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { decodeFields } from '../../../../sim/api-server/fields/decode.ts';
import { DEDUCED } from '../../../../sim/api-server/fields/field-schema.ts';
import { jsonPatch } from '../../../../sim/api-server/patches/json-patch.ts';
import { patchObject } from '../../../../sim/api-server/patches/patch-object.ts';
import { applyConfiguration } from '../../../../sim/api-server/patches/server-side-apply.ts';
import { strategicMergePatch } from '../../../../sim/api-server/patches/strategic-merge.ts';
import { trackUpdate } from '../../../../sim/api-server/patches/track-update.ts';
import type { JsonObject } from '../../../../sim/api-server/same-value.ts';
import { fc } from '../../../kit/property.ts';
import { byDeduced, fieldsOf } from './objects.ts';

const name = fc.constantFrom(
  '__proto__',
  'constructor',
  'prototype',
  'toString',
  'metadata',
  'spec',
  'labels',
  'a',
  '$patch',
  '$retainKeys',
);
const leaf = fc.constantFrom<unknown>(null, 1, 'x', true, ['__proto__'], { polluted: true });
/** Parsed from text, where `__proto__` is an ordinary name. */
const evil = fc
  .letrec<{ object: string; value: string }>((tie) => ({
    object: fc
      .array(fc.tuple(name, tie('value')), { maxLength: 4 })
      .map((fields) => `{${fields.map(([n, v]) => `${JSON.stringify(n)}:${v}`).join(',')}}`),
    value: fc.oneof(
      { maxDepth: 3 },
      leaf.map((v) => JSON.stringify(v)),
      tie('object'),
      tie('object').map((v) => `[${v}]`),
    ),
  }))
  .object.map((text): JsonObject => JSON.parse(text));
const pointer = fc
  .array(fc.oneof(name, fc.constantFrom('-', '0')), { minLength: 1, maxLength: 4 })
  .map((path) => `/${path.join('/')}`);
const operation = fc.record({
  op: fc.constantFrom('add', 'remove', 'replace', 'test', 'move', 'copy'),
  path: pointer,
  from: pointer,
  value: fc.oneof(evil, leaf),
});

const FREEZABLE = [Object.prototype, Array.prototype, Function.prototype];

describe('with prototypes that throw at a write', () => {
  const inherited = Object.getOwnPropertyNames(Object.prototype).sort();

  /** Own names only, and plain prototypes all the way down. */
  function isClean(value: unknown): boolean {
    if (typeof value !== 'object' || value === null) return true;
    const proto: unknown = Object.getPrototypeOf(value);
    if (proto !== (Array.isArray(value) ? Array.prototype : Object.prototype)) return false;
    return Object.values(value).every(isClean);
  }

  let restore: readonly (() => void)[] = [];

  /** A property that cannot be set stands in for a frozen prototype: freezing cannot be undone in a test process. */
  beforeAll(() => {
    restore = FREEZABLE.map((prototype) => {
      Object.defineProperty(prototype, 'polluted', {
        configurable: true,
        get: () => undefined,
        set() {
          if (FREEZABLE.includes(this)) throw new Error('a prototype was written to');
          Object.defineProperty(this, 'polluted', {
            value: true,
            writable: true,
            enumerable: true,
            configurable: true,
          });
        },
      });
      return () => Reflect.deleteProperty(prototype, 'polluted');
    });
  });
  afterAll(() => {
    for (const undo of restore) undo();
  });

  test.each<[string, (object: JsonObject, patch: JsonObject) => unknown]>([
    ['strategic merge patch of a Node', (object, patch) => strategicMergePatch(object, patch, fieldsOf('v1', 'Node'))],
    ['strategic merge patch of anything', (object, patch) => strategicMergePatch(object, patch, DEDUCED)],
    [
      'merge patch',
      (object, patch) =>
        patchObject(object, { patchType: 'merge', body: patch, builtIn: undefined, fieldValidation: 'Ignore' }),
    ],
    [
      'merge patch of a Node',
      (object, patch) =>
        patchObject(object, {
          patchType: 'merge',
          body: patch,
          builtIn: fieldsOf('v1', 'Node'),
          fieldValidation: 'Warn',
        }),
    ],
    [
      'apply',
      (object, patch) =>
        applyConfiguration(
          object,
          { ...patch, apiVersion: 'example.com/v1', kind: 'Widget' },
          byDeduced('me', { force: true }),
        ),
    ],
    ['update', (object, patch) => trackUpdate(object, { ...patch, metadata: {} }, byDeduced('me'))],
    ['decoding', (object, patch) => [decodeFields(object, DEDUCED), decodeFields(patch, fieldsOf('v1', 'Pod'))]],
  ])('%s', (_what, write) => {
    fc.assert(
      fc.property(evil, evil, (object, patch) => {
        expect(isClean(write(object, patch))).toBe(true);
        expect(
          Object.getOwnPropertyNames(Object.prototype)
            .filter((n) => n !== 'polluted')
            .sort(),
        ).toEqual(inherited);
      }),
    );
  });

  test('JSON patch', () => {
    fc.assert(
      fc.property(evil, fc.array(operation, { maxLength: 4 }), (object, patch) => {
        expect(isClean(jsonPatch(object, patch))).toBe(true);
        expect(
          Object.getOwnPropertyNames(Object.prototype)
            .filter((n) => n !== 'polluted')
            .sort(),
        ).toEqual(inherited);
      }),
    );
  });

  test.each(['__proto__', 'constructor', 'prototype'])('a pointer through %s is refused', (reserved) => {
    const object = { metadata: { labels: { [reserved]: 'x' } } };
    for (const op of ['add', 'replace', 'test', 'remove']) {
      expect(jsonPatch(object, [{ op, path: `/metadata/labels/${reserved}`, value: 'x' }])).toMatchObject({
        code: 422,
      });
      expect(jsonPatch(object, [{ op, path: `/${reserved}/polluted`, value: 'x' }])).toMatchObject({ code: 422 });
    }
    expect(jsonPatch(object, [{ op: 'copy', from: `/${reserved}`, path: '/a' }])).toMatchObject({ code: 422 });
  });
});
