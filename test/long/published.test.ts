// docs/published.md is what its generator writes now: minutes of runs.

import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { PUBLISHED_PAGE, publishedPage } from '../../tools/generate-published.ts';

test('the page of published results is what the simulator says now', { timeout: 1_800_000 }, () => {
  expect(publishedPage()).toBe(readFileSync(PUBLISHED_PAGE, 'utf8'));
});
