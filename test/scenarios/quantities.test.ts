// Quantities as people and Kubernetes write them.

import { describe, expect, test } from 'vitest';
import { didYouMean, editDistance } from '../../scenarios/did-you-mean.ts';
import {
  formatBytes,
  formatDuration,
  parseBytes,
  parseDuration,
  parseGoDuration,
  parsePercent,
  parseQuantity,
} from '../../scenarios/quantities.ts';
import { fc } from '../kit/property.ts';

describe('durations', () => {
  test.each([
    ['40s', 40_000],
    ['5m', 300_000],
    ['1h30m', 5_400_000],
    ['3d', 259_200_000],
    ['2.5h', 9_000_000],
    ['250ms', 250],
    ['0s', 0],
    ['5', undefined],
    ['5 m', undefined],
    ['-5m', undefined],
    ['5w', undefined],
    ['', undefined],
  ])('%j is %j ms', (text, expected) => {
    expect(parseDuration(text)).toBe(expected);
  });

  test.each([
    ['300s', 300_000],
    ['0', 0],
    ['1h0m0s', 3_600_000],
    ['1500us', 2],
    ['1d', undefined],
    ['300', undefined],
    ['-300s', undefined],
  ])('Go reads %j as %j ms', (text, expected) => {
    expect(parseGoDuration(text)).toBe(expected);
  });

  test('what is formatted is read back', () => {
    fc.assert(
      fc.property(fc.nat({ max: 10_000_000_000 }), (ms) => {
        expect(parseDuration(formatDuration(ms))).toBe(ms);
      }),
    );
  });
});

describe('bytes, shares and Kubernetes quantities', () => {
  test.each([
    ['4KiB', 4096],
    ['18TiB', 18 * 2 ** 40],
    ['500MB', 500_000_000],
    ['1024', 1024],
    ['1.5 GiB', 1.5 * 2 ** 30],
    ['18 terabytes', undefined],
    ['4Ki', undefined],
  ])('%j is %j bytes', (text, expected) => {
    expect(parseBytes(text)).toBe(expected);
  });

  test.each([
    ['40%', 0.4],
    ['0.5%', 0.005],
    ['40', undefined],
  ])('%j is the share %j', (text, expected) => {
    expect(parsePercent(text)).toBe(expected);
  });

  test.each([
    ['2980Gi', 2980 * 2 ** 30],
    ['127500m', 127.5],
    ['458903107Ki', 458_903_107 * 1024],
    ['1k', 1000],
    ['1e3', 1000],
    ['Gi', undefined],
  ])('Kubernetes reads %j as %j', (text, expected) => {
    expect(parseQuantity(text)).toBe(expected);
  });

  test('bytes are printed in the largest unit that fits', () => {
    expect([0, 1023, 1024, 10 * 2 ** 40].map(formatBytes)).toEqual(['0 B', '1023 B', '1 KiB', '10 TiB']);
  });
});

describe('did you mean', () => {
  test.each([
    ['fro', 'for'],
    ['durration', 'duration'],
    ['Duration', 'duration'],
    ['colour', undefined],
  ])('%j is taken for %j', (word, expected) => {
    expect(didYouMean(word, ['for', 'duration', 'target'])).toBe(expected);
  });

  test.each([
    ['worker-5', ['worker-5.example.com', 'worker-6.example.com'], 'worker-5.example.com'],
    ['worker-5', ['a.worker-5.example.com', 'b.worker-5.example.com'], undefined],
    ['worker-5', ['openshift-worker-5', 'worker-5.example.com', 'worker-50.example.com'], 'worker-5.example.com'],
    ['w-5', ['w-5.example.com'], undefined],
  ])('of names far from %j in %j the only one that holds it is meant: %j', (word, known, expected) => {
    expect(didYouMean(word, known)).toBe(expected);
  });

  test('distance is symmetric, zero only for equal words, and an exchange of neighbours is one step', () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 8 }), fc.string({ maxLength: 8 }), (a, b) => {
        expect(editDistance(a, b)).toBe(editDistance(b, a));
        expect(editDistance(a, b) === 0).toBe(a === b);
      }),
    );
    expect(editDistance('fro', 'for')).toBe(1);
  });
});
