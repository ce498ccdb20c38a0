// The page about invariants is what they say themselves.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { INVARIANTS } from '../../sim/checkers/invariants.ts';
import { invariantsPage } from '../../tools/generate-invariants.ts';
import { ROOT } from '../tidy/sources.ts';

test('docs/generated/invariants.md is up to date (npm run gen)', () => {
  expect(readFileSync(join(ROOT, 'docs/generated/invariants.md'), 'utf8')).toBe(invariantsPage());
});

test('no two invariants have one id or one name', () => {
  for (const names of [INVARIANTS.map(({ id }) => id), INVARIANTS.map(({ name }) => name)]) {
    expect(names).toEqual([...new Set(names)]);
  }
});
