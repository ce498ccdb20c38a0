// The collected divergences are what the files say now.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { divergencePage } from '../../tools/generate-divergence.ts';
import { ROOT } from '../tidy/sources.ts';

test('docs/generated/divergence.md is up to date (npm run gen)', () => {
  expect(readFileSync(join(ROOT, 'docs/generated/divergence.md'), 'utf8')).toBe(divergencePage());
});

test('every model folder has something to say', () => {
  const page = divergencePage();
  for (const folder of ['api-server', 'faults', 'host', 'machine', 'node', 'people', 'storage', 'workload']) {
    expect(page).toContain(`## sim/${folder}/`);
  }
});
