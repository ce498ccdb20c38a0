// docs/registry-on-failed-rack.md is what its generator writes: one command, and seven runs of a cluster with 57 hosts.

import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { REGISTRY_PAGE, registryPage } from '../../tools/generate-registry-page.ts';

test('the page about the registry on the failed rack is what the simulator says now', {
  timeout: 300_000,
}, async () => {
  expect(await registryPage()).toBe(readFileSync(REGISTRY_PAGE, 'utf8'));
});
