// Durations and limits as manifests write them.

import { describe, expect, test } from 'vitest';
import { formatDuration, parseDuration } from '../../../core/api/duration.ts';
import { countOf } from '../../../core/api/int-or-percent.ts';
import { fc } from '../../kit/property.ts';

describe('Go durations', () => {
  test.each([
    ['300s', 300_000],
    ['10m', 600_000],
    ['1h30m', 5_400_000],
    ['1.5h', 5_400_000],
    ['0', 0],
    ['0s', 0],
    ['250ms', 250],
    ['1h0m0.5s', 3_600_500],
    ['-5s', -5_000],
    ['300', undefined],
    ['5 minutes', undefined],
    ['1d', undefined],
    ['s', undefined],
    ['', undefined],
    ['1.2.3s', undefined],
    ['5sm', undefined],
  ])('%s is %s ms', (text, ms) => {
    expect(parseDuration(text)).toBe(ms);
  });

  test.each([
    [300_000, '5m0s'],
    [5_400_000, '1h30m0s'],
    [45_000, '45s'],
    [1_500, '1.5s'],
    [250, '250ms'],
    [0, '0s'],
    [-5_000, '-5s'],
  ])('%i ms prints as %s', (ms, text) => {
    expect(formatDuration(ms)).toBe(text);
  });

  test('what is printed reads back as it was', () => {
    fc.assert(
      fc.property(fc.integer({ min: -1e9, max: 1e9 }), (ms) => {
        expect(parseDuration(formatDuration(ms))).toBe(ms);
      }),
    );
  });
});

describe('counts and percentages', () => {
  const openshift = { rounding: 'floor', plainString: 'count' } as const;
  const strict = { rounding: 'ceil', plainString: 'error' } as const;
  test.each([
    { value: 2, total: 5, rule: openshift, count: 2 },
    { value: -1, total: 5, rule: openshift, count: -1 },
    { value: '2', total: 5, rule: openshift, count: 2 },
    { value: '2', total: 5, rule: strict, count: undefined },
    { value: '60%', total: 7, rule: openshift, count: 4 },
    { value: '60%', total: 7, rule: strict, count: 5 },
    { value: '100%', total: 7, rule: openshift, count: 7 },
    { value: '33%', total: 100, rule: strict, count: 33 },
    { value: 'two', total: 7, rule: openshift, count: undefined },
    { value: '%', total: 7, rule: openshift, count: undefined },
    { value: '4.5%', total: 7, rule: openshift, count: undefined },
    { value: 1.5, total: 7, rule: openshift, count: undefined },
  ])('$value of $total, $rule: $count', ({ value, total, rule, count }) => {
    expect(countOf(value, total, rule)).toBe(count);
  });
});
