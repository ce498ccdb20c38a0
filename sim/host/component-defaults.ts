// Default components of a server with two sockets, for hardware models that a scenario gives components.
//
// The counts of a large fleet behind many of these rates: Llama 3 paper, Table 5, 54 days of 16,384 GPUs in 2,048 hosts, so 303
// host-years, with the interruptions by parts that a server has in any data centre.

import type { Distribution } from '../kernel/distributions.ts';
import { YEAR_MS } from '../kernel/time-units.ts';
import { type ComponentsConfig, SERVICE_YEARS } from './components.ts';

// Assumption: servers of all ages that are kept, bought evenly over the years.
const EVEN_AGE: Distribution = { kind: 'uniform', min: 0, max: SERVICE_YEARS * YEAR_MS };

// Assumption: electronics have no memory; no shape per part was found.
const NO_WEAR = 1;

// Assumption: what turns or is written wears out; no shape per part was found.
const WEARS = 1.3;

/** Assumption of the unmarked counts: a server has one board and one controller, and nothing in it stands in for either. */
export const DEFAULT_COMPONENTS: ComponentsConfig = {
  dataDisk: {
    count: 0, // The host says how many it has.
    spare: 0, // A dead disk is a dead disk: what it means for the data is the storage's business.
    perYear: 0.0136, // Source: Backblaze Drive Stats for 2025: annualised failure rate 1.36 %.
    shape: WEARS,
    ageMs: EVEN_AGE,
  },
  systemDisk: {
    count: 2, // Assumption: a mirrored pair.
    spare: 1, // Assumption: as above.
    perYear: 0.0022, // Source: Maneas et al., FAST 2020: 0.22 % of SSDs are replaced a year, on average.
    shape: WEARS,
    ageMs: EVEN_AGE,
  },
  memoryModule: {
    count: 16, // Assumption: eight channels on two sockets.
    spare: 0, // Assumption: no mirroring, no spare ranks.
    perYear: 0.0004, // Source: Llama 3 paper, Table 5: memory 2 in 303 host-years, over 16 modules.
    shape: NO_WEAR,
    ageMs: EVEN_AGE,
  },
  powerSupply: {
    count: 2, // Assumption: redundant, as racks with two feeds have them.
    spare: 1, // Assumption: as above.
    perYear: 0.0099, // Source: Llama 3 paper, Table 5: 3 in 303 host-years. Assumption: taken as the rate of one supply.
    shape: WEARS,
    ageMs: EVEN_AGE,
  },
  networkCard: {
    count: 1, // Assumption: one card with two ports.
    spare: 0, // Assumption: as above.
    perYear: 0.0231, // Source: Llama 3 paper, Table 5: 7 in 303 host-years.
    shape: NO_WEAR,
    ageMs: EVEN_AGE,
  },
  systemBoard: {
    count: 1,
    spare: 0,
    perYear: 0.0132, // Source: Llama 3 paper, Table 5: chassis 2 and IO board 2 in 303 host-years.
    shape: NO_WEAR,
    ageMs: EVEN_AGE,
  },
  processor: {
    count: 2, // Assumption: two sockets.
    spare: 0, // A host does not boot without one that it had.
    perYear: 0.0033, // Source: Llama 3 paper, Table 5: 2 in 303 host-years, over two sockets.
    shape: NO_WEAR,
    ageMs: EVEN_AGE,
  },
  bmc: {
    count: 1,
    spare: 0,
    perYear: 0.005, // Assumption: one in two hundred a year needs replacing; no rate was found.
    shape: NO_WEAR,
    ageMs: EVEN_AGE,
  },
};
