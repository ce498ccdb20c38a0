// The swarm over our own policy, first half: two files, so that they run beside each other.

import { testSeeds } from './seed-range.ts';

testSeeds(1, 250);
