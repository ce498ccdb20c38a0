// How long data lasts: the chains that others computed, as pools of the simulator, and the closed forms behind them.

import {
  cyclesOf,
  type FailureAndResync,
  hoursToLoss,
  meanTimeToLoss,
  REDUNDANCY_ROWS,
  redundancyOracle,
} from '../../test/kit/storage-oracle.ts';
import type { PublishedItem, PublishedRow } from './published-item.ts';

/** Per day, from the rows of two and three copies: fits both. */
const FAILURES_PER_DAY = 8.1345e-3;
const REPAIRS_PER_DAY = 66.013;
const FORD: FailureAndResync = {
  failuresPerYear: FAILURES_PER_DAY * 365.25,
  resyncMs: 86_400_000 / REPAIRS_PER_DAY,
};

export interface DaysToLoss {
  readonly days: number;
  readonly standardError: number;
}

/** Of stripes of so many copies, by what their runs expect to lose. @param centuries of them, one run each. */
export function stripeDays(copies: 2 | 3, centuries: number): DaysToLoss {
  const oracle = redundancyOracle(copies, 1, FORD);
  const cycles = Array.from({ length: centuries }, (_, index) => cyclesOf(oracle, index + 1)).flat();
  const { hours, standardError } = meanTimeToLoss(cycles, ({ expectedLosses }) => expectedLosses);
  return { days: hours / 24, standardError: standardError / 24 };
}

/** Serial chain, where one repair is under way at a time, to its leading term: repairs^(n-1) / (n! failures^n). */
export function chainDays(copies: number): number {
  let days = 1 / REPAIRS_PER_DAY;
  for (let copy = 1; copy <= copies; copy++) days *= REPAIRS_PER_DAY / (copy * FAILURES_PER_DAY);
  return days;
}

export const STRIPES = [
  { copies: 2, published: 4.99e5 },
  { copies: 3, published: 1.35e9 },
  { copies: 4, published: 2.75e12 },
  { copies: 5, published: 8.98e15 },
] as const;

const CENTURIES = { 2: 20, 3: 1500 } as const;

function stripeRow({ copies, published }: (typeof STRIPES)[number]): PublishedRow {
  const formula = `chain ${chainDays(copies).toExponential(2)} d`;
  const what = `${copies} copies, independent failures`;
  if (copies > 3) return { what, published: `${published.toExponential(2)} d`, ours: formula };
  const { days, standardError } = stripeDays(copies === 2 ? 2 : 3, CENTURIES[copies === 2 ? 2 : 3]);
  const ours = `${days.toExponential(2)} d ± ${((standardError / days) * 100).toFixed(1)} % (${formula})`;
  return { what, published: `${published.toExponential(2)} d`, ours };
}

export function stripesItem(): PublishedItem {
  return {
    title: 'Stripes of a storage cell: days until all copies are away',
    source:
      'Ford et al., "Availability in globally distributed storage systems", OSDI 2010, table 3, column of independent failures.',
    how: `One group of copies on as many hosts; each is away ${FAILURES_PER_DAY} times a day and back after ${(1440 / REPAIRS_PER_DAY).toFixed(1)} min on average, one after the other. The two
numbers were not published: they follow from the rows of two and three copies, so only the row of four is a test of the chain, and
that of five does not come out. Nobody waits for a stripe of three: its mean is what the runs expect to lose. The column of correlated
failures and the rows of Reed-Solomon codes need the bursts of their cells, which were not published.`,
    rows: STRIPES.map(stripeRow),
  };
}

const HUNDRED_YEAR_RUNS = { '2 replicas': 2, '3 replicas, serial': 9, '3 replicas, parallel': 9 } as const;

export function closedFormsItem(): PublishedItem {
  return {
    title: 'Mean time to data loss: closed forms',
    source:
      'The chains of Patterson, Gibson and Katz, SIGMOD 1988; for comparing only, as Greenan, Plank and Wylie, HotStorage 2010, warn: what a design loses in its first years is another question.',
    how: `Hosts fail every 100 h, a resync takes 6 h on average, both memoryless: often enough that losses are counted. By what the runs expect to
lose, mean and standard error; \`test/long/time-to-data-loss.test.ts\` counts the losses themselves. At real rates the same forms say
what no run can: three copies on nodes that last 1000 days, ${hoursToLoss('3 replicas, serial', 1 / 24_000, 1 / 6).toExponential(2)} h.`,
    rows: REDUNDANCY_ROWS.map(({ given, replicas, atOnce }): PublishedRow => {
      const oracle = redundancyOracle(replicas, atOnce);
      const cycles = Array.from({ length: HUNDRED_YEAR_RUNS[given] }, (_, index) => cyclesOf(oracle, index + 1)).flat();
      const { hours, standardError } = meanTimeToLoss(cycles, ({ expectedLosses }) => expectedLosses);
      return {
        what: given,
        published: `${hoursToLoss(given, 0.01, 1 / 6).toFixed(1)} h`,
        ours: `${hours.toFixed(0)} ± ${standardError.toFixed(0)} h`,
      };
    }),
  };
}
