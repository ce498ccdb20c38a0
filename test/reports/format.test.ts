import { describe, expect, test } from 'vitest';
import type { Estimate } from '../../lab/summary.ts';
import {
  formatAlone,
  formatEstimate,
  formatInstant,
  formatNumber,
  formatPlain,
  formatSpan,
  unitFor,
} from '../../reports/format.ts';
import { fc } from '../kit/property.ts';
import { about, always, never } from './fixtures/summary.ts';

const HOUR = 3_600_000;

describe('numbers follow the width of their interval', () => {
  const rows: readonly (readonly [string, Estimate, string])[] = [
    ['a narrow interval shows more digits', about(99.96214, 0.0045), '99.962 [99.958, 99.967]'],
    ['a wide one shows fewer', about(1630.4, 44), '1 630 [1 586, 1 674]'],
    ['a half-width of 0.19 justifies two decimals', about(3.214, 0.19), '3.21 [3.02, 3.40]'],
    ['a half-width of 0.66 justifies one', about(11.873, 0.66), '11.9 [11.2, 12.5]'],
    ['never seen is not zero', never(), '< 3/100'],
    ['equal in all replications needs no interval', always(12), '12'],
    ['a mean that rounds to zero has no minus sign', about(-0.2, 3), '0 [-3, 3]'],
  ];
  for (const [title, estimate, expected] of rows) {
    test(title, () => {
      expect(formatEstimate(estimate, { suffix: '', size: 1 })).toBe(expected);
    });
  }
});

describe('units', () => {
  const rows = [
    { title: 'two hours are hours', estimate: about(2.5 * HOUR, 0.3 * HOUR), expected: '2.5 h [2.2, 2.8]' },
    { title: 'one hour is minutes', estimate: about(HOUR, 6 * 60_000), expected: '60 min [54, 66]' },
    { title: 'a difference keeps its sign', estimate: about(-36.7 * 60_000, 170_000), expected: '-37 min [-40, -34]' },
  ];
  for (const { title, estimate, expected } of rows) {
    test(title, () => {
      expect(formatAlone(estimate, 'duration')).toBe(expected);
    });
  }

  test('the largest value of a column chooses its unit', () => {
    expect(unitFor('bytes', [1, 3 * 1024 ** 4, 0]).suffix).toBe('TiB');
  });
});

describe('instants and spans', () => {
  const rows = [
    { ms: 0, span: '0ms', instant: 'day 0 00:00:00' },
    { ms: 999, span: '999ms', instant: 'day 0 00:00:00' },
    { ms: 90_000, span: '1m30s', instant: 'day 0 00:01:30' },
    { ms: 5_400_000, span: '1h30m', instant: 'day 0 01:30:00' },
    { ms: 887_465_000, span: '10d6h', instant: 'day 10 06:31:05' },
    { ms: 864_000_000, span: '10d', instant: 'day 10 00:00:00' },
  ];
  for (const { ms, span, instant } of rows) {
    test(`${ms} ms`, () => {
      expect({ span: formatSpan(ms), instant: formatInstant(ms) }).toEqual({ span, instant });
    });
  }
});

test('thousands are grouped by spaces, whatever the locale', () => {
  expect([1, 12, 123, 1234, 1234567].map((value) => formatNumber(value, 0))).toEqual([
    '1',
    '12',
    '123',
    '1 234',
    '1 234 567',
  ]);
});

test('a plain number keeps three significant digits and no trailing zeros', () => {
  expect([0, 0.5, 0.3333, 12.3456, 1240.4].map(formatPlain)).toEqual(['0', '0.5', '0.333', '12.3', '1 240']);
});

test('what is printed reads back as the number, within half a unit of its last digit', () => {
  fc.assert(
    fc.property(fc.double({ min: -1e9, max: 1e9, noNaN: true }), fc.integer({ min: 0, max: 4 }), (value, decimals) => {
      const readBack = Number(formatNumber(value, decimals).replaceAll(' ', ''));
      expect(Math.abs(readBack - value)).toBeLessThanOrEqual(0.5 * 10 ** -decimals + 1e-6);
    }),
  );
});
