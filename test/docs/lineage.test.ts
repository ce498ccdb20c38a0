// The page about lineages is what the controllers say.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { lineagePage, lineageSwitches } from '../../tools/generate-lineage.ts';
import { ROOT } from '../tidy/sources.ts';

test('docs/lineage.md is up to date (npm run gen)', () => {
  expect(readFileSync(join(ROOT, 'docs/lineage.md'), 'utf8')).toBe(lineagePage());
});

test('no product has two rows for one trap', () => {
  const rows = lineageSwitches().map(({ trap, product }) => `${trap} ${product}`);
  expect(rows).toEqual([...new Set(rows)]);
});
