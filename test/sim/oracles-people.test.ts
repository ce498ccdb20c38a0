// Closed-form answers about people who repair: a Poisson source of tickets, hosts that fail for good, and a crew, as a scenario.

import { describe, test } from 'vitest';
import { expectAnswer } from '../kit/answer.ts';
import { HOUR_MS, LATE_NOTICE, queueMeans, repairRuns, type Stay } from '../kit/crew-oracles.ts';
import { type Control, estimateOf, meanOf } from '../kit/estimate.ts';

interface Tickets {
  readonly persons: number;
  readonly perHour: number;
  readonly takesMinutes: number;
  readonly runs: number;
}

const WARM_UP_HOURS = 200;
const HOURS = 3600;

function ticketRuns({ persons, perHour, takesMinutes, runs: count }: Tickets) {
  const every = `{ exponential: { mean: ${60 / perHour}m } }`;
  const takes = `{ exponential: { mean: ${takesMinutes}m } }`;
  const people = `repairCrew: ${persons}, otherWork: [{ name: tickets, every: ${every}, takes: ${takes} }]`;
  const runs = queueMeans({ duration: `${WARM_UP_HOURS + HOURS}h`, people }, count, WARM_UP_HOURS * HOUR_MS);
  const over = (of: (stay: Stay) => number): readonly number[] => runs.map(({ stays }) => meanOf(stays.map(of)));
  const repairHours = ({ waitedMs, stayedMs }: Stay): number => (stayedMs - waitedMs) / HOUR_MS;
  const known = takesMinutes / 60;
  // How many tickets come and how long they take is known: what a run had more or less of that is taken out of its answer.
  const controls: readonly Control[] = [
    { values: runs.map(({ stays }) => stays.length / HOURS), known: perHour },
    { values: over(repairHours), known },
    { values: over((stay) => repairHours(stay) ** 2), known: 2 * known ** 2 },
  ];
  return { runs, over, controls };
}

describe('oracle D1: M/M/1, one technician, 3 tickets an hour, 4 repairs an hour', () => {
  const { runs, over, controls } = ticketRuns({ persons: 1, perHour: 3, takesMinutes: 15, runs: 95 });

  test.each([
    { given: 'tickets in the system', of: runs.map(({ inSystem }) => inSystem), expected: 3 },
    { given: 'idle', of: runs.map(({ emptyShare }) => emptyShare), expected: 0.25 },
    { given: 'hours from ticket to end', of: over(({ stayedMs }) => stayedMs / HOUR_MS), expected: 1 },
    { given: 'hours of waiting', of: over(({ waitedMs }) => waitedMs / HOUR_MS), expected: 0.75 },
    {
      given: 'share that takes over two hours',
      of: over(({ stayedMs }) => (stayedMs > 2 * HOUR_MS ? 1 : 0)),
      expected: 0.135335283,
    },
  ])('$given: $expected', ({ of, expected }) => expectAnswer(estimateOf(of, controls), expected));
});

describe('oracle D2: M/M/3 (Erlang C), 5 tickets an hour, 2 repairs an hour each', () => {
  const { runs, over, controls } = ticketRuns({ persons: 3, perHour: 5, takesMinutes: 30, runs: 90 });

  test.each([
    { given: 'share that waits', of: over(({ waitedMs }) => (waitedMs > 0 ? 1 : 0)), expected: 0.702247191 },
    { given: 'hours of waiting', of: over(({ waitedMs }) => waitedMs / HOUR_MS), expected: 0.702247191 },
    { given: 'tickets that wait', of: runs.map(({ waiting }) => waiting), expected: 3.511235955 },
    { given: 'hours from ticket to end', of: over(({ stayedMs }) => stayedMs / HOUR_MS), expected: 1.202247191 },
    {
      given: 'share that waits over half an hour',
      of: over(({ waitedMs }) => (waitedMs > HOUR_MS / 2 ? 1 : 0)),
      expected: 0.425934452,
    },
  ])('$given: $expected', ({ of, expected }) => expectAnswer(estimateOf(of, controls), expected));
});

// All times are ten times the oracle's, so that the seconds until a dead host is seen are a ten-thousandth of a repair.
const TIMES = 10;
const YEAR_HOURS = 8766;

describe('oracle D4: machine repairman', () => {
  describe('(a) 10 hosts with an MTTF of 1000 h, one repair of 4 h at a time', () => {
    const runs = repairRuns(
      {
        duration: '100000h',
        groups: ['{ name: w, count: 10, hardware: failing }'],
        people: `repairCrew: 1, ${LATE_NOTICE}, repair: { exponential: { mean: ${4 * TIMES}h } }`,
        deathsPerYear: YEAR_HOURS / (1000 * TIMES),
      },
      20,
      1000 * HOUR_MS,
    );
    const controls: readonly Control[] = [
      { values: runs.map(({ meanRepairMs }) => meanRepairMs / HOUR_MS), known: 4 * TIMES },
      { values: runs.map(({ meanUpMs }) => meanUpMs / HOUR_MS), known: 1000 * TIMES },
    ];
    test.each([
      { given: 'all are up', of: runs.map(({ allUpShare }) => allUpShare), expected: 0.960165239 },
      { given: 'hosts down', of: runs.map(({ meanDown }) => meanDown), expected: 0.041309726 },
      { given: 'availability of a host', of: runs.map(({ meanDown }) => 1 - meanDown / 10), expected: 0.995869027 },
      {
        given: 'hours down per failure',
        of: runs.map(({ meanDowntimeMs }) => meanDowntimeMs / HOUR_MS / TIMES),
        expected: 4.148108358,
      },
    ])('$given: $expected', ({ of, expected }) => expectAnswer(estimateOf(of, controls), expected));
  });

  describe('(b) 20 hosts with an MTTF of 100 h, two repairs of 4 h at a time', () => {
    const runs = repairRuns(
      {
        duration: '12000h',
        groups: ['{ name: w, count: 20, hardware: failing }'],
        people: `repairCrew: 2, ${LATE_NOTICE}, repair: { exponential: { mean: ${4 * TIMES}h } }`,
        deathsPerYear: YEAR_HOURS / (100 * TIMES),
      },
      40,
      1000 * HOUR_MS,
    );
    const controls: readonly Control[] = [
      { values: runs.map(({ meanRepairMs }) => meanRepairMs / HOUR_MS), known: 4 * TIMES },
      { values: runs.map(({ meanUpMs }) => meanUpMs / HOUR_MS), known: 100 * TIMES },
    ];
    test.each([
      { given: 'all are up', of: runs.map(({ allUpShare }) => allUpShare), expected: 0.441020457 },
      { given: 'hosts down', of: runs.map(({ meanDown }) => meanDown), expected: 0.871431996 },
      { given: 'availability of a host', of: runs.map(({ meanDown }) => 1 - meanDown / 20), expected: 0.9564284 },
      { given: 'repairs per hour', of: runs.map(({ perHour }) => perHour * TIMES), expected: 0.19128568 },
      {
        given: 'hours down per failure',
        of: runs.map(({ meanDowntimeMs }) => meanDowntimeMs / HOUR_MS / TIMES),
        expected: 4.555657254,
      },
    ])('$given: $expected', ({ of, expected }) => expectAnswer(estimateOf(of, controls), expected));
  });
});
