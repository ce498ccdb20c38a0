// fast-check as every property test takes it. The suite that decides about a change draws the same examples each time: it is red
// because of the change, not because of the day. Fresh examples are for `npm run test:long`, which draws new ones at each run; a
// counterexample that it prints becomes an example of its property.

import fc from 'fast-check';

/** Assumption: any number will do, as long as it stays. */
const SEED = 20_261_123;

if (process.env.FRESH_EXAMPLES === undefined) fc.configureGlobal({ seed: SEED });

export { fc };
