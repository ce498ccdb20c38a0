// Seeds that once showed a defect stay green, and the small test of each is there.

import { existsSync } from 'node:fs';
import { expect, test } from 'vitest';
import { KEPT_SEEDS } from './kept-seeds.ts';
import { seedVerdict } from './swarm-verdict.ts';

test.each(KEPT_SEEDS)('$seed: $showed', ({ seed, test: small }) => {
  expect({ troubles: seedVerdict(seed).troubles, isTold: existsSync(small) }).toEqual({ troubles: [], isTold: true });
});
