// The page about conformance is what the list of cases and the deviations say.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { conformancePage } from '../../tools/generate-conformance.ts';
import { ROOT } from '../tidy/sources.ts';

test('docs/conformance.md is up to date (npm run gen)', () => {
  expect(readFileSync(join(ROOT, 'docs/conformance.md'), 'utf8')).toBe(conformancePage());
});
