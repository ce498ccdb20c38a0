// How values with a schema are merged, compared, cut down and checked: the steps of which updates and applies are made.

import { describe, expect, test } from 'vitest';
import { DEDUCED } from '../../../../sim/api-server/fields/field-schema.ts';
import { structuralFields } from '../../../../sim/api-server/fields/structural-fields.ts';
import { compareValues } from '../../../../sim/api-server/patches/compare-values.ts';
import { type FieldSet, fieldSetOfPaths, pathsOf } from '../../../../sim/api-server/patches/field-set.ts';
import { mergeValues } from '../../../../sim/api-server/patches/merge-values.ts';
import { fieldSetOf, reconciledSet } from '../../../../sim/api-server/patches/owned-fields.ts';
import { fieldElement, keyElement, pathText, valueElement } from '../../../../sim/api-server/patches/path-element.ts';
import { removeFields } from '../../../../sim/api-server/patches/remove-fields.ts';
import { resetFieldsOf } from '../../../../sim/api-server/patches/reset-fields.ts';
import { typedProblem } from '../../../../sim/api-server/patches/typed-problems.ts';
import type { JsonObject } from '../../../../sim/api-server/same-value.ts';

const SCHEMA = structuralFields({
  type: 'object',
  properties: {
    set: { type: 'array', 'x-kubernetes-list-type': 'set', items: { type: 'string' } },
    list: {
      type: 'array',
      'x-kubernetes-list-type': 'map',
      'x-kubernetes-list-map-keys': ['name'],
      items: { type: 'object', properties: { name: { type: 'string' }, value: { type: 'integer' } } },
    },
    atomic: { type: 'array', items: { type: 'string' } },
    map: { type: 'object', additionalProperties: { type: 'string' } },
    struct: { type: 'object', properties: { a: { type: 'string' }, b: { type: 'boolean' } } },
    one: { type: 'object', 'x-kubernetes-map-type': 'atomic', additionalProperties: { type: 'string' } },
  },
});

const f = fieldElement;
const named = (name: string): string => keyElement([['name', name]]);
const texts = (set: FieldSet): readonly string[] => pathsOf(set).map(pathText);

describe('merging', () => {
  test.each<[string, JsonObject, JsonObject, JsonObject]>([
    [
      'a new item comes after what the object has before it',
      { set: ['a', 's'] },
      { set: ['a', 'n'] },
      { set: ['a', 's', 'n'] },
    ],
    [
      'a new item before a shared one stays before it',
      { set: ['a', 's', 'b'] },
      { set: ['c', 'a', 'b'] },
      { set: ['c', 'a', 's', 'b'] },
    ],
    [
      'shared items take the order that is applied',
      { set: ['a', 's', 'b'] },
      { set: ['b', 'a'] },
      { set: ['s', 'b', 'a'] },
    ],
    [
      'others stay where they are among the shared',
      { set: ['a', 'b', 'c', 'd'] },
      { set: ['d', 'b'] },
      { set: ['a', 'c', 'd', 'b'] },
    ],
    ['an item that stands twice becomes one', { set: ['a', 'a', 's'] }, { set: ['a', 'n'] }, { set: ['a', 'n', 's'] }],
    [
      'items of a list map merge',
      { list: [{ name: 'a', value: 1 }] },
      { list: [{ name: 'b' }, { name: 'a' }] },
      { list: [{ name: 'b' }, { name: 'a', value: 1 }] },
    ],
    [
      'atomic lists and maps are replaced',
      { atomic: ['a'], one: { x: '1' } },
      { atomic: ['b'], one: { y: '2' } },
      { atomic: ['b'], one: { y: '2' } },
    ],
    [
      'maps and structs merge',
      { map: { x: '1' }, struct: { a: '1' } },
      { map: { y: '2' }, struct: { b: true } },
      { map: { x: '1', y: '2' }, struct: { a: '1', b: true } },
    ],
    [
      'a null asks for no part',
      { map: { x: '1' }, set: ['a'] },
      { map: null, set: null },
      { map: { x: '1' }, set: ['a'] },
    ],
    [
      'a null replaces what is one value, or empty',
      { atomic: ['a'], map: {} },
      { atomic: null, map: null },
      { atomic: null, map: null },
    ],
  ])('%s', (_what, live, applied, merged) => {
    expect(mergeValues(live, applied, SCHEMA)).toEqual(merged);
  });

  test('what stays the same is shared', () => {
    const live = { list: [{ name: 'a', value: 1 }, { name: 'b' }], map: { x: '1' }, atomic: ['a'] };
    expect(mergeValues(live, { list: [{ name: 'b' }], map: { x: '1' }, atomic: ['a'] }, SCHEMA)).toBe(live);
    const next = mergeValues(live, { map: { y: '2' } }, SCHEMA);
    expect(next.list).toBe(live.list);
  });
});

describe('comparing', () => {
  test.each<[JsonObject, JsonObject, readonly string[], readonly string[], readonly string[]]>([
    [{}, { map: { x: '1' } }, ['.map', '.map.x'], [], []],
    [{ map: { x: '1' } }, { map: { x: '2', y: '1' } }, ['.map.y'], ['.map.x'], []],
    [{ map: { x: '1' } }, {}, [], [], ['.map', '.map.x']],
    [{ atomic: ['a'], one: { x: '1' } }, { atomic: ['b'], one: { y: '1' } }, [], ['.atomic', '.one'], []],
    [{ set: ['a', 'b'] }, { set: ['b', 'c'] }, ['.set[="c"]'], [], ['.set[="a"]']],
    [
      { list: [{ name: 'a', value: 1 }] },
      { list: [{ name: 'b' }, { name: 'a', value: 2 }] },
      ['.list[name="b"]', '.list[name="b"].name'],
      ['.list[name="a"].value'],
      [],
    ],
    [{ set: ['a', 'a'] }, { set: ['a', 'a', 'a'] }, [], ['.set[="a"]'], []],
    [{ set: ['a', 'a'] }, { set: ['a', 'a'], map: {} }, ['.map'], [], []],
    [
      { list: [{ name: 'a' }, { name: 'a' }] },
      { list: [{ name: 'a' }] },
      ['.list[name="a"]', '.list[name="a"].name'],
      [],
      ['.list[name="a"]'],
    ],
    [
      { list: [{ name: 'a' }] },
      { list: [{ name: 'a' }, { name: 'a' }] },
      ['.list[name="a"]'],
      [],
      ['.list[name="a"]', '.list[name="a"].name'],
    ],
    [{ map: null }, { map: {} }, [], ['.map'], []],
    [{ set: ['b', 'a'] }, { set: ['a', 'b'] }, [], [], []],
  ])('from %j to %j: added %j, modified %j, removed %j', (before, after, added, modified, removed) => {
    const comparison = compareValues(before, after, SCHEMA);
    expect({
      added: texts(comparison.added),
      modified: texts(comparison.modified),
      removed: texts(comparison.removed),
    }).toEqual({ added, modified, removed });
  });

  test('a value that becomes another shape is modified, and what was below is gone', () => {
    const comparison = compareValues({ x: { a: { b: 1 } } }, { x: { a: [1] } }, DEDUCED);
    expect(texts(comparison.modified)).toEqual(['.x.a']);
    expect(texts(comparison.removed)).toEqual(['.x.a.b']);
  });
});

describe('the fields of a value', () => {
  test.each<[JsonObject, readonly string[]]>([
    [{ map: { x: '1' }, struct: { a: '1' } }, ['.map.x', '.struct.a']],
    [{ map: {}, struct: {}, set: [] }, ['.map', '.struct']],
    [{ map: null, struct: { a: null } }, ['.map', '.struct.a']],
    [{ atomic: [], one: { x: '1' } }, ['.atomic', '.one']],
    [
      { set: ['a', 'a', 'b'], list: [{ name: 'x', value: 1 }] },
      ['.list[name="x"]', '.list[name="x"].name', '.list[name="x"].value', '.set[="a"]', '.set[="b"]'],
    ],
    [{ list: [{ name: 'x' }, { name: 'x' }] }, ['.list[name="x"]']],
  ])('%j has %j', (value, paths) => {
    expect(texts(fieldSetOf(value, SCHEMA))).toEqual(paths);
  });
});

describe('removing', () => {
  const value = {
    map: { x: '1', y: '2' },
    set: ['a', 'b'],
    list: [{ name: 'a', value: 1 }, { name: 'b' }],
    struct: { a: '1' },
  };

  test.each<[readonly (readonly string[])[], JsonObject]>([
    [[[f('map'), f('x')]], { ...value, map: { y: '2' } }],
    [[[f('set'), valueElement('a')]], { ...value, set: ['b'] }],
    [[[f('list'), named('a')], [f('struct')]], { map: value.map, set: value.set, list: [{ name: 'b' }] }],
    [[[f('list'), named('a'), f('value')]], { ...value, list: [{ name: 'a' }, { name: 'b' }] }],
    [
      [
        [f('map'), f('x')],
        [f('map'), f('y')],
        [f('set'), valueElement('a')],
        [f('set'), valueElement('b')],
      ],
      { ...value, map: null, set: null },
    ],
    [[[f('absent')], [f('map'), f('z')]], value],
  ])('%j', (paths, left) => {
    const result = removeFields(value, fieldSetOfPaths(paths), SCHEMA);
    expect(result).toEqual(left);
    if (left === value) expect(result).toBe(value);
  });
});

describe('a schema that has changed', () => {
  test.each<[string, readonly (readonly string[])[], readonly string[]]>([
    [
      'owners of parts own the whole',
      [
        [f('one'), f('x')],
        [f('map'), f('y')],
      ],
      ['.one', '.map.y'],
    ],
    ['items of a list too', [[f('atomic'), valueElement('a')], [f('atomic')]], ['.atomic']],
    [
      'what still is as it was stays',
      [[f('one')], [f('list'), named('a'), f('value')]],
      ['.one', '.list[name="a"].value'],
    ],
    ['unknown fields stay', [[f('gone'), f('x')]], ['.gone.x']],
  ])('%s', (_what, paths, left) => {
    const set = fieldSetOfPaths(paths);
    const result = reconciledSet(set, SCHEMA);
    expect(texts(result)).toEqual(left);
    if (texts(set).join() === left.join()) expect(result).toBe(set);
  });

  test('a schema that says nothing changes nothing', () => {
    const set = fieldSetOfPaths([
      [f('a'), f('b')],
      [f('c'), valueElement('x')],
    ]);
    expect(reconciledSet(set, DEDUCED)).toBe(set);
  });
});

describe('checking', () => {
  test.each<[JsonObject, string | undefined]>([
    [{ map: { x: '1' }, set: ['a'], list: [{ name: 'a' }], struct: null }, undefined],
    [{ foo: 1 }, '.foo: field not declared in schema'],
    [{ map: { x: 1 } }, '.map.x: expected string, got &value.valueUnstructured{Value:1}'],
    [{ struct: { b: 'yes' } }, '.struct.b: expected boolean, got &{yes}'],
    [{ set: ['a', 'a'] }, '.set: duplicate entries for key [="a"]'],
    [{ set: [{}] }, ".set: element 0: associative list without keys has an element that's a map type"],
    [
      { list: [{ value: 1 }] },
      '.list: element 0: associative list with keys has an element that omits all key fields ["name"] (and doesn\'t have default values for any key fields)',
    ],
    [{ list: [null] }, '.list: element 0: associative list with keys may not have a null element'],
    [{ atomic: ['a', 1] }, '.atomic[1]: expected string, got &value.valueUnstructured{Value:1}'],
    [
      { list: [{ name: 'a', value: 'x' }], map: ['x'] },
      'errors:\n  .list[name="a"].value: expected numeric (int or float), got string\n  .map: expected map, got &{[x]}',
    ],
  ])('%j: %s', (value, problem) => {
    expect(typedProblem(value, SCHEMA)).toBe(problem);
  });
});

describe('what a write cannot change', () => {
  test.each([
    ['v1', 'Node', true, true, '', ['.status']],
    ['v1', 'Node', true, true, 'status', ['.spec']],
    ['v1', 'Node', true, true, 'scale', []],
    ['v1', 'ConfigMap', true, false, '', []],
    ['apps/v1', 'Deployment', true, true, 'status', ['.spec', '.metadata.labels']],
    ['v1', 'Pod', true, true, 'status', ['.spec', '.metadata.deletionTimestamp', '.metadata.ownerReferences']],
    ['storage.k8s.io/v1', 'VolumeAttachment', true, true, 'status', ['.metadata', '.spec']],
    ['example.com/v1', 'Widget', false, true, '', ['.status']],
    ['example.com/v1', 'Widget', false, true, 'status', ['.metadata', '.spec']],
    ['example.com/v1', 'Widget', false, false, '', []],
  ])(
    '%s %s, built in %s, status subresource %s, of "%s": %j',
    (apiVersion, kind, builtIn, statusSubresource, subresource, paths) => {
      expect(texts(resetFieldsOf({ apiVersion, kind, builtIn, statusSubresource, subresource }))).toEqual(paths);
    },
  );
});
