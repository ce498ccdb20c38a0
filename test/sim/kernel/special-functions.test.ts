// Known answers: tables of Abramowitz and Stegun and of AS 241, or exact values.

import { describe, expect, test } from 'vitest';
import { logGamma, normalCdf, normalQuantile, regularizedGammaP } from '../../../sim/kernel/special-functions.ts';

describe('logGamma', () => {
  test.each([
    [0.5, Math.log(Math.sqrt(Math.PI))],
    [1, 0],
    [2, 0],
    [5, Math.log(24)],
    [0.1, 2.252712651734206],
    [100, 359.1342053695754],
  ])('of %s is %s', (x, expected) => {
    expect(logGamma(x)).toBeCloseTo(expected, 11);
  });
});

describe('regularizedGammaP', () => {
  test.each([
    { a: 1, x: 0, expected: 0 },
    { a: 1, x: 1, expected: 1 - Math.exp(-1) },
    { a: 1, x: 30, expected: 1 - Math.exp(-30) },
    { a: 3, x: 2, expected: 1 - Math.exp(-2) * (1 + 2 + 2) },
    { a: 3, x: 9, expected: 1 - Math.exp(-9) * (1 + 9 + 40.5) },
    { a: 0.5, x: 0.5, expected: 0.682689492137086 },
    { a: 2, x: Infinity, expected: 1 },
  ])('P($a, $x) is $expected', ({ a, x, expected }) => {
    expect(regularizedGammaP(a, x)).toBeCloseTo(expected, 13);
  });
});

describe('normalQuantile', () => {
  test.each([
    [0, -Infinity],
    [1, Infinity],
    [0.5, 0],
    // Source: AS 241's own check values.
    [0.25, -0.6744897501960817],
    [0.001, -3.090232306167813],
    [1e-20, -9.26234008979841],
    [0.975, 1.959963984540054],
  ])('at %s is %s', (p, z) => {
    expect(normalQuantile(p)).toBeCloseTo(z, 12);
  });

  test('undoes the cumulative distribution in the centre, the shoulders and the tails', () => {
    for (let z = -6; z <= 6; z += 0.25) expect(normalQuantile(normalCdf(z))).toBeCloseTo(z, 7);
  });
});
