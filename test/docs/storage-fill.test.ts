// docs/storage-fill.md is what its generator writes: one comparison of a cluster with 15 hosts, and a pool for each row.

import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { STORAGE_FILL_PAGE, storageFillPage } from '../../tools/generate-storage-fill-page.ts';

test('the page about a pool that is 78 % full is what the simulator says now', { timeout: 300_000 }, async () => {
  expect(await storageFillPage()).toBe(readFileSync(STORAGE_FILL_PAGE, 'utf8'));
});
