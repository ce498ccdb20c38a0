import { describe, expect, test } from 'vitest';
import type { LabelSelector } from '../../../core/api/machine.ts';
import type { StringMap } from '../../../core/api/object.ts';
import { isEmptySelector, matchesSelector } from '../../../core/api/selector.ts';
import { fc } from '../../kit/property.ts';

type Expression = NonNullable<LabelSelector['matchExpressions']>[number];

function where(key: string, operator: Expression['operator'], ...values: readonly string[]): LabelSelector {
  return { matchExpressions: [{ key, operator, ...(values.length === 0 ? {} : { values }) }] };
}

describe('matchesSelector', () => {
  test.each<[string, LabelSelector | undefined, StringMap | undefined, boolean]>([
    ['no selector has no requirements', undefined, { a: '1' }, true],
    ['an empty selector has none either', {}, undefined, true],
    ['a label with the value', { matchLabels: { a: '1' } }, { a: '1', b: '2' }, true],
    ['a label with another value', { matchLabels: { a: '1' } }, { a: '2' }, false],
    ['a label that is not there', { matchLabels: { a: '1' } }, undefined, false],
    ['all labels are required', { matchLabels: { a: '1', b: '2' } }, { a: '1' }, false],
    ['an empty value is a value', { matchLabels: { a: '' } }, { a: '' }, true],
    ['and is not absence', { matchLabels: { a: '' } }, {}, false],
    ['In: one of the values', where('a', 'In', '1', '2'), { a: '2' }, true],
    ['In: none of them', where('a', 'In', '1', '2'), { a: '3' }, false],
    ['In: absent', where('a', 'In', '1'), {}, false],
    ['NotIn: another value', where('a', 'NotIn', '1'), { a: '2' }, true],
    ['NotIn: one of the values', where('a', 'NotIn', '1'), { a: '1' }, false],
    ['NotIn: absent counts as not in', where('a', 'NotIn', '1'), {}, true],
    ['Exists: there', where('a', 'Exists'), { a: '' }, true],
    ['Exists: absent', where('a', 'Exists'), { b: '' }, false],
    ['DoesNotExist: there', where('a', 'DoesNotExist'), { a: '' }, false],
    ['DoesNotExist: absent', where('a', 'DoesNotExist'), undefined, true],
    [
      'labels and expressions together: both hold',
      { matchLabels: { a: '1' }, ...where('b', 'Exists') },
      { a: '1', b: '' },
      true,
    ],
    [
      'labels and expressions together: one fails',
      { matchLabels: { a: '1' }, ...where('b', 'Exists') },
      { a: '1' },
      false,
    ],
    ['a key that objects inherit is absent until it is set', where('constructor', 'Exists'), { a: '1' }, false],
    ['and can be set', { matchLabels: { constructor: 'me' } }, { constructor: 'me' }, true],
  ])('%s', (_title, selector, labels, matches) => {
    expect(matchesSelector(selector, labels)).toBe(matches);
  });

  test('NotIn is the opposite of In, and DoesNotExist of Exists, for any labels', () => {
    const text = fc.constantFrom('a', 'b', 'c');
    fc.assert(
      fc.property(fc.dictionary(text, text), text, fc.array(text, { minLength: 1 }), (labels, key, values) => {
        expect(matchesSelector(where(key, 'NotIn', ...values), labels)).toBe(
          !matchesSelector(where(key, 'In', ...values), labels),
        );
        expect(matchesSelector(where(key, 'DoesNotExist'), labels)).toBe(
          !matchesSelector(where(key, 'Exists'), labels),
        );
      }),
    );
  });
});

describe('isEmptySelector', () => {
  test.each<[LabelSelector | undefined, boolean]>([
    [undefined, true],
    [{}, true],
    [{ matchLabels: {}, matchExpressions: [] }, true],
    [{ matchLabels: { a: '1' } }, false],
    [where('a', 'Exists'), false],
  ])('%j: %s', (selector, empty) => {
    expect(isEmptySelector(selector)).toBe(empty);
  });
});
