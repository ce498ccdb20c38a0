import { describe, expect, test } from 'vitest';
import { formatTime, parseTime } from '../../../core/api/time.ts';
import { fc } from '../../kit/property.ts';

/** The platform's own idea of the same text. */
function platformText(atMs: number): string {
  return `${new Date(Math.floor(atMs / 1000) * 1000).toISOString().slice(0, 19)}Z`;
}

const FIRST_MS = Date.UTC(1900, 0, 1);
const LAST_MS = Date.UTC(2199, 11, 31, 23, 59, 59, 999);

describe('formatTime', () => {
  test('agrees with the platform on every day of four centuries', () => {
    const wrong: string[] = [];
    const end = Date.UTC(2300, 0, 1);
    for (let atMs = FIRST_MS; atMs < end; atMs += 86_400_000) {
      if (formatTime(atMs) !== platformText(atMs)) wrong.push(platformText(atMs));
    }
    expect(wrong).toEqual([]);
  });

  test('agrees with the platform at any millisecond, and truncates to the second', () => {
    fc.assert(
      fc.property(fc.integer({ min: FIRST_MS, max: LAST_MS }), (atMs) => {
        expect(formatTime(atMs)).toBe(platformText(atMs));
      }),
      { numRuns: 5000 },
    );
  });

  test.each([
    [0, '1970-01-01T00:00:00Z'],
    [-1, '1969-12-31T23:59:59Z'],
    [Date.UTC(2024, 1, 29, 23, 59, 59, 999), '2024-02-29T23:59:59Z'],
    [Date.UTC(2000, 1, 29), '2000-02-29T00:00:00Z'],
    [Date.UTC(2100, 2, 1) - 1, '2100-02-28T23:59:59Z'],
  ])('%d is %s', (atMs, text) => {
    expect(formatTime(atMs)).toBe(text);
  });
});

describe('parseTime', () => {
  test('reads back what formatTime wrote, to the second', () => {
    fc.assert(
      fc.property(fc.integer({ min: FIRST_MS, max: LAST_MS }), (atMs) => {
        expect(parseTime(formatTime(atMs))).toBe(Math.floor(atMs / 1000) * 1000);
      }),
      { numRuns: 5000 },
    );
  });

  test('agrees with the platform on stamps with milliseconds', () => {
    fc.assert(
      fc.property(fc.integer({ min: FIRST_MS, max: LAST_MS }), (atMs) => {
        expect(parseTime(new Date(atMs).toISOString())).toBe(atMs);
      }),
      { numRuns: 5000 },
    );
  });

  test.each([
    ['2026-01-15T12:00:00.123456Z', Date.UTC(2026, 0, 15, 12, 0, 0, 123)],
    ['2026-01-15T12:00:00.9Z', Date.UTC(2026, 0, 15, 12, 0, 0, 900)],
  ])('%s keeps its milliseconds', (text, atMs) => {
    expect(parseTime(text)).toBe(atMs);
  });

  test.each(['', 'never', '2026-01-15', '2026-01-15T12:00:00', '2026-01-15T12:00:00+00:00', '2O26-01-15T12:00:00Z'])(
    '%j is not a stamp',
    (text) => {
      expect(parseTime(text)).toBeNaN();
    },
  );
});
