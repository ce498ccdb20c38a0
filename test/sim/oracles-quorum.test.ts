// Closed-form answers about a quorum of three hosts, at rates of failure high enough for a short run; the oracle's own rates are in
// test/long/oracles-people.test.ts.

import { describe, expect, test } from 'vitest';
import { expectAnswer } from '../kit/answer.ts';
import { estimateOf } from '../kit/estimate.ts';
import { QUORUM, quorumRuns } from '../kit/quorum-oracle.ts';

describe('oracle D5: two of three, people enough for every repair', () => {
  test.each([{ repair: 'exponential' }, { repair: 'constant' }] as const)(
    'MTTF 100 h, $repair repairs of 4 h: the same share of time without a quorum',
    ({ repair }) => {
      const runs = quorumRuns({ mttfHours: 100, mttrHours: 4, repair, hours: 20_000, runs: 18 });
      const expected = QUORUM.unavailability(100, 4);
      expect(expected).toBeCloseTo(0.004324078, 9);
      expectAnswer(estimateOf(runs.map(({ unavailable }) => unavailable)), expected);
    },
  );

  test.each([
    { repair: 'exponential', expected: QUORUM.mttfOfExponential(10, 4), is: 12.5 },
    { repair: 'constant', expected: QUORUM.mttfOfConstant(10, 4), is: 11.0532 },
  ] as const)('MTTF 10 h, $repair repairs of 4 h: $is h from all up to the first loss', ({ repair, expected, is }) => {
    const runs = quorumRuns({ mttfHours: 10, mttrHours: 4, repair, hours: 15_000, runs: 11 });
    expect(expected).toBeCloseTo(is, 4);
    expectAnswer(estimateOf(runs.flatMap(({ hoursToLoss }) => hoursToLoss)), expected);
  });
});
