// docs/site-power.md is what its generator writes: one command, and eleven runs of a cluster with 66 hosts.

import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { SITE_POWER_PAGE, sitePowerPage } from '../../tools/generate-site-power-page.ts';

test('the page about the return of power is what the simulator says now', { timeout: 300_000 }, async () => {
  expect(await sitePowerPage()).toBe(readFileSync(SITE_POWER_PAGE, 'utf8'));
});
