// docs/comparison.md is what its generator writes: a few runs of a day of a small cluster for each of its rows.

import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { COMPARISON_PAGE, comparisonPage } from '../../tools/generate-comparison.ts';

test('the page that compares our own policy with the products is what the simulator says now', {
  timeout: 120_000,
}, () => {
  expect(comparisonPage()).toBe(readFileSync(COMPARISON_PAGE, 'utf8'));
});
