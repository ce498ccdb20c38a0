// Oracle D3: who asks for a spare host takes one, or is refused. Asked for once an hour; how long a loan lasts has three laws.

import { HOUR_MS } from './crew-oracles.ts';
import { crewStudy, replications } from './crew-study.ts';
import { type Estimate, estimateOf } from './estimate.ts';

export const HOLDING_LAWS = ['exponential', 'constant', 'lognormal'] as const;
export type HoldingLaw = (typeof HOLDING_LAWS)[number];

export interface Spares {
  readonly spares: number;
  readonly meanHours: number;
  readonly law: HoldingLaw;
  readonly runs: number;
}

const WARM_UP_HOURS = 50;
const HOURS = 2000;

/** The share of askers who are refused. */
export function refusedShare({ spares, meanHours, law, runs: count }: Spares): Estimate {
  const study = crewStudy({
    duration: `${WARM_UP_HOURS + HOURS}h`,
    groups: ['{ name: w, count: 1 }', `{ name: spare, role: spare, count: ${spares} }`],
    people: `spareLoans: { every: { exponential: { mean: 1h } }, last: ${lengthsOf(law, meanHours)} }`,
  });
  const runs = replications(study, count, {
    watch: ({ kernel, config, spareLoans }) => {
      const before = { asked: 0, refused: 0 };
      kernel.call(config.startMs + WARM_UP_HOURS * HOUR_MS, () => Object.assign(before, spareLoans?.tally));
      return before;
    },
    measure: ({ spareLoans }, before) => {
      const { asked = 0, refused = 0 } = spareLoans?.tally ?? {};
      return { asked: asked - before.asked, refused: refused - before.refused };
    },
  });
  return estimateOf(
    runs.map(({ asked, refused }) => refused / asked),
    // How many ask is known: what a run had more of them is taken out of its answer.
    [{ values: runs.map(({ asked }) => asked / HOURS), known: 1 }],
  );
}

function lengthsOf(law: HoldingLaw, meanHours: number): string {
  switch (law) {
    case 'exponential':
      return `{ exponential: { mean: ${meanHours}h } }`;
    case 'constant':
      return `${meanHours}h`;
    // A lognormal with sigma 1 has a mean of exp(1/2) medians.
    case 'lognormal':
      return `{ lognormal: { median: ${Math.round(meanHours * HOUR_MS * Math.exp(-0.5))}ms, sigma: 1 } }`;
  }
}
