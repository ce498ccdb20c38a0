// The statement of test/swarm on many more seeds.

import { testSeeds } from '../swarm/seed-range.ts';

testSeeds(501, 5_000);
