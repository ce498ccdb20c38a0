// Closed-form answers about a pool of spare hosts: who finds none is refused, and how long the others keep theirs does not matter
// beyond its mean.

import { describe, test } from 'vitest';
import { expectAnswer } from '../kit/answer.ts';
import { refusedShare } from '../kit/spares-oracle.ts';

describe('oracle D3: Erlang B, a pool of hot spares', () => {
  test.each([
    { spares: 4, meanHours: 2, law: 'exponential', expected: 0.095238095, runs: 80 },
    { spares: 4, meanHours: 2, law: 'constant', expected: 0.095238095, runs: 80 },
    { spares: 4, meanHours: 2, law: 'lognormal', expected: 0.095238095, runs: 130 },
    { spares: 6, meanHours: 4, law: 'exponential', expected: 0.117162471, runs: 110 },
  ] as const)('$spares spares, $meanHours h at 1 per hour, $law: $expected are refused', ({ expected, ...spares }) =>
    expectAnswer(refusedShare(spares), expected),
  );
});
