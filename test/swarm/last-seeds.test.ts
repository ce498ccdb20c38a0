// The swarm over our own policy, second half.

import { testSeeds } from './seed-range.ts';

testSeeds(251, 500);
