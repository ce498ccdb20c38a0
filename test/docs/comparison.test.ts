// docs/comparison.md is what its generator writes: a few runs of a day of a small cluster for each of its rows.

import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { OWN, STORIES } from '../../tools/comparison-stories.ts';
import { COMPARISON_PAGE, comparisonPage } from '../../tools/generate-comparison.ts';

test('the page that compares our own policy with the products is what the simulator says now', {
  timeout: 300_000,
}, () => {
  expect(comparisonPage()).toBe(readFileSync(COMPARISON_PAGE, 'utf8'));
});

// What must hold whatever the page says after the next change.
test.each(OWN)('$name breaks no invariant in any story', ({ name }) => {
  const broken = readFileSync(COMPARISON_PAGE, 'utf8')
    .split('\n')
    .filter((line) => line.startsWith(`| **${name}** |`))
    .map((line) => line.split('|').at(-2)?.trim());
  expect(broken).toEqual(STORIES.map(() => ''));
});
