import { describe, expect, test } from 'vitest';
import { canonicalQuantity } from '../../../../sim/api-server/fields/quantity.ts';
import { fc } from '../../../kit/property.ts';

describe('quantities', () => {
  test.each([
    ['0', '0'],
    ['0Gi', '0'],
    ['1', '1'],
    ['1000m', '1'],
    ['1500m', '1500m'],
    ['0.5', '500m'],
    ['.5', '500m'],
    ['100000', '100k'],
    ['123456', '123456'],
    ['1024Mi', '1Gi'],
    ['1.5Gi', '1536Mi'],
    ['512', '512'],
    ['0.5Ki', '512'],
    ['1023Ki', '1023Ki'],
    ['0.1Ki', '102400m'],
    ['-1024Ki', '-1Mi'],
    ['12e6', '12e6'],
    ['1200e3', '1200e3'],
    ['1E3', '1e3'],
    ['2E', '2E'],
    ['+3k', '3k'],
    ['0.1n', '1n'],
    ['1.0000000001', '1000000001n'],
    ['-0.1n', '-1n'],
  ])('%s is printed %s', (text, canonical) => {
    expect(canonicalQuantity(text)).toEqual({ kind: 'quantity', text: canonical });
  });

  test.each([
    ['lots', "quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'"],
    ['', "quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'"],
    ['1 Gi', "quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'"],
    ['1.2.3', 'unable to parse numeric part of quantity'],
    ['.', 'unable to parse numeric part of quantity'],
    ['1GM', "unable to parse quantity's suffix"],
    ['1K', "unable to parse quantity's suffix"],
  ])('%j is none: %s', (text, problem) => {
    expect(canonicalQuantity(text)).toEqual({ kind: 'problem', problem });
  });

  test('the canonical form is its own', () => {
    const suffix = fc.constantFrom(
      '',
      'n',
      'u',
      'm',
      'k',
      'M',
      'G',
      'T',
      'P',
      'E',
      'Ki',
      'Mi',
      'Gi',
      'Ti',
      'e3',
      'E-2',
    );
    fc.assert(
      fc.property(fc.integer({ min: -99_999, max: 99_999 }), fc.nat({ max: 999 }), suffix, (whole, fraction, unit) => {
        const once = canonicalQuantity(`${whole}.${fraction}${unit}`);
        expect(once.kind === 'quantity' && canonicalQuantity(once.text)).toEqual(once);
      }),
    );
  });
});
