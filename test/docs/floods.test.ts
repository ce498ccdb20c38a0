// docs/floods.md is what its generator writes: 26 runs of a cluster with 263 nodes.

import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { FLOODS_PAGE, floodsPage } from '../../tools/generate-floods.ts';

test('the page of floods is what the simulator says now', { timeout: 120_000 }, () => {
  expect(floodsPage()).toBe(readFileSync(FLOODS_PAGE, 'utf8'));
});
