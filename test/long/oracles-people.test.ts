// Closed-form answers about people who repair that take minutes: rare events at the oracles' own rates, and every law of holding.

import { describe, expect, test } from 'vitest';
import { expectAnswer } from '../kit/answer.ts';
import { HOUR_MS, LATE_NOTICE, repairRuns } from '../kit/crew-oracles.ts';
import { estimateOf, ratioOf } from '../kit/estimate.ts';
import { QUORUM, quorumRuns } from '../kit/quorum-oracle.ts';
import { HOLDING_LAWS, refusedShare } from '../kit/spares-oracle.ts';

describe('oracle D3: Erlang B, a pool of hot spares', () => {
  test.each(
    HOLDING_LAWS.flatMap((law) => [
      { spares: 4, meanHours: 2, law, expected: 0.095238095 },
      { spares: 6, meanHours: 4, law, expected: 0.117162471 },
    ]),
  )('$spares spares, $meanHours h at 1 per hour, $law: $expected are refused', ({ expected, ...spares }) =>
    expectAnswer(refusedShare({ ...spares, runs: 400 }), expected),
  );
});

describe('oracle D4 (b): 20 hosts with an MTTF of 100 h, two repairs of 4 h at a time', () => {
  test('a failing host must wait with probability 0.188443166', () => {
    const runs = repairRuns(
      {
        duration: '61000h',
        groups: ['{ name: w, count: 20, hardware: failing }'],
        people: `repairCrew: 2, ${LATE_NOTICE}, repair: { exponential: { mean: 40h } }`,
        deathsPerYear: 8.766,
      },
      80,
      1000 * HOUR_MS,
    );
    const controls = [
      { values: runs.map(({ meanRepairMs }) => meanRepairMs / HOUR_MS), known: 40 },
      { values: runs.map(({ meanUpMs }) => meanUpMs / HOUR_MS), known: 1000 },
    ];
    expectAnswer(
      estimateOf(
        runs.map(({ waitedShare }) => waitedShare),
        controls,
      ),
      0.188443166,
    );
  });
});

describe('oracle D5: two of three, MTTF 1000 h, MTTR 4 h', () => {
  test.each([{ repair: 'exponential' }, { repair: 'constant' }] as const)(
    '$repair repairs: 4.749181557e-5 of the time without a quorum',
    ({ repair }) => {
      const runs = quorumRuns({ mttfHours: 1000, mttrHours: 4, repair, hours: 500_000, runs: 72 });
      expect(QUORUM.unavailability(1000, 4)).toBeCloseTo(4.749181557e-5, 12);
      expectAnswer(estimateOf(runs.map(({ unavailable }) => unavailable)), 4.749181557e-5);
    },
  );

  test('exponential repairs: 2.371428873e-5 losses per hour, the first after 42 500 h from all up', () => {
    const runs = quorumRuns({ mttfHours: 1000, mttrHours: 4, repair: 'exponential', hours: 500_000, runs: 960 });
    expect(QUORUM.lossesPerHour(1000, 4)).toBeCloseTo(2.371428873e-5, 12);
    expectAnswer(estimateOf(runs.map(({ lossesPerHour }) => lossesPerHour)), 2.371428873e-5);
    expect(QUORUM.mttfOfExponential(1000, 4)).toBe(42_500);
    // A run ends within ten or twelve such times: without those that its end cuts short the mean would be too small.
    const atRisk = runs.map(({ hoursAtRisk, hoursToLoss }) => ({ of: hoursAtRisk, to: hoursToLoss.length }));
    expectAnswer(ratioOf(atRisk), 42_500);
  });
});
