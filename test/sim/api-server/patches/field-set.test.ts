import { describe, expect, test } from 'vitest';
import {
  difference,
  type FieldPath,
  fieldSetOfPaths,
  fromFieldsV1,
  hasPath,
  intersection,
  isEmptySet,
  pathsOf,
  recursiveDifference,
  toFieldsV1,
  union,
} from '../../../../sim/api-server/patches/field-set.ts';
import {
  compareElements,
  elementText,
  fieldElement,
  keyElement,
  pathText,
  readElement,
  valueElement,
} from '../../../../sim/api-server/patches/path-element.ts';
import { fc } from '../../../kit/property.ts';

const scalar = fc.oneof(fc.string({ maxLength: 3 }), fc.integer({ min: -9, max: 99 }), fc.boolean());
const element = fc.oneof(
  fc.constantFrom('a', 'b', 'app.kubernetes.io/name', '__proto__', '.').map(fieldElement),
  fc.tuple(scalar, scalar).map(([x, y]) =>
    keyElement([
      ['port', x],
      ['name', y],
    ]),
  ),
  scalar.map(valueElement),
  fc.nat({ max: 20 }).map((index) => `i:${index}`),
);
const paths = fc.array(fc.array(element, { minLength: 1, maxLength: 4 }), { maxLength: 8 });

const texts = (all: readonly FieldPath[]): readonly string[] =>
  [...new Set(all.map((path) => JSON.stringify(path)))].sort();

describe('steps of a path', () => {
  test.each([
    ['f:spec', '.spec'],
    ['f:app.kubernetes.io/name', '.app.kubernetes.io/name'],
    ['k:{"name":"a"}', '[name="a"]'],
    ['k:{"containerPort":80,"protocol":"TCP"}', '[containerPort=80,protocol="TCP"]'],
    ['v:"x"', '[="x"]'],
    ['v:1', '[=1]'],
    ['i:3', '[3]'],
  ])('%s is printed %s', (text, printed) => {
    expect(readElement(text)).toBe(text);
    expect(elementText(text)).toBe(printed);
  });

  test.each([
    ['k:{"b":1, "a":"x"}', 'k:{"a":"x","b":1}'],
    ['v: "x"', 'v:"x"'],
    ['x:y', undefined],
    ['f', 'invalid'],
    ['fspec', 'invalid'],
    ['k:[]', 'invalid'],
    ['v:', 'invalid'],
    ['i:x', 'invalid'],
  ])('%s is read as %s', (text, read) => {
    expect(readElement(text)).toBe(read);
  });

  test('the order is fields, keys, values, indices; numbers by size', () => {
    const sorted = [
      'f:a',
      'f:b',
      'k:{"port":80}',
      'k:{"port":443}',
      'k:{"port":"a"}',
      'v:2',
      'v:10',
      'v:"1"',
      'i:2',
      'i:10',
    ];
    expect([...sorted].reverse().sort(compareElements)).toEqual(sorted);
  });
});

describe('sets of fields', () => {
  test('read and written they are the same', () => {
    fc.assert(
      fc.property(paths, (all) => {
        const set = fieldSetOfPaths(all);
        const written = toFieldsV1(set);
        const read = fromFieldsV1(JSON.parse(JSON.stringify(written)));
        expect(read).toEqual(set);
        expect(texts(pathsOf(set))).toEqual(texts(all));
        expect(JSON.stringify(toFieldsV1(read ?? set))).toBe(JSON.stringify(written));
      }),
    );
  });

  test('written as the real server writes them', () => {
    const container = [fieldElement('spec'), fieldElement('containers'), keyElement([['name', 'a']])];
    const set = fieldSetOfPaths([
      [fieldElement('spec'), fieldElement('replicas')],
      [...container, fieldElement('image')],
      container,
      [fieldElement('metadata'), fieldElement('finalizers'), valueElement('x')],
    ]);
    expect(JSON.stringify(toFieldsV1(set))).toBe(
      '{"f:metadata":{"f:finalizers":{"v:\\"x\\"":{}}},"f:spec":{"f:containers":{"k:{\\"name\\":\\"a\\"}":{".":{},"f:image":{}}},"f:replicas":{}}}',
    );
    expect(pathsOf(set).map(pathText)).toEqual([
      '.metadata.finalizers[="x"]',
      '.spec.replicas',
      '.spec.containers[name="a"]',
      '.spec.containers[name="a"].image',
    ]);
  });

  test('steps of a kind that is not known are dropped, what cannot be read makes the whole unreadable', () => {
    expect(fromFieldsV1({ 'f:a': { 'x:future': {} }, 'y:z': {} })).toEqual(fieldSetOfPaths([[fieldElement('a')]]));
    for (const fields of [{ a: {} }, { 'f:a': 1 }, { 'f:a': { bad: {} } }, 'x', []]) {
      expect(fromFieldsV1(fields)).toBeUndefined();
    }
  });

  test('union, intersection and differences are those of the paths', () => {
    fc.assert(
      fc.property(paths, paths, (left, right) => {
        const [a, b] = [fieldSetOfPaths(left), fieldSetOfPaths(right)];
        const inLeft = texts(left);
        const inRight = texts(right);
        expect(texts(pathsOf(union(a, b)))).toEqual([...new Set([...inLeft, ...inRight])].sort());
        expect(texts(pathsOf(intersection(a, b)))).toEqual(inLeft.filter((path) => inRight.includes(path)));
        expect(texts(pathsOf(difference(a, b)))).toEqual(inLeft.filter((path) => !inRight.includes(path)));
        const below = left.filter((path) => !path.some((_, i) => hasPath(b, path.slice(0, i + 1))));
        expect(texts(pathsOf(recursiveDifference(a, b)))).toEqual(texts(below));
        expect(isEmptySet(difference(a, a))).toBe(true);
      }),
    );
  });
});
