// The page about crash points is what the flows say themselves, and every flow has its test.

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { crashPointsPage } from '../../tools/generate-crash-points.ts';
import { CATALOGUE } from '../kit/crash/catalogue.ts';
import { ROOT } from '../tidy/sources.ts';

test('docs/generated/crash-points.md is up to date (npm run gen)', () => {
  expect(readFileSync(join(ROOT, 'docs/generated/crash-points.md'), 'utf8')).toBe(crashPointsPage());
});

test('every flow of the catalogue is struck by the test of its name', () => {
  const struck = ['test/crash', 'test/long'].flatMap((folder) =>
    readdirSync(join(ROOT, folder)).flatMap((file) => {
      const text = readFileSync(join(ROOT, folder, file), 'utf8');
      return [...text.matchAll(/strikeEveryPoint\('([a-z-]+)'/g)].map(([, name]) => name);
    }),
  );
  expect(struck.toSorted()).toEqual(Object.keys(CATALOGUE).toSorted());
});
