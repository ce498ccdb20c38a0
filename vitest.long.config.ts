// Suites that take minutes: more seeds, more runs, the same statements; and every property test of the short suite again, on
// examples that are drawn anew.

import { globSync, readFileSync } from 'node:fs';
import { defineConfig } from 'vitest/config';
import { ClosingLine } from './test/kit/closing-line.ts';

const propertyTests = globSync('test/**/*.test.ts').filter((path) =>
  readFileSync(path, 'utf8').includes("kit/property.ts'"),
);

export default defineConfig({
  test: {
    include: ['test/long/**/*.test.ts', ...propertyTests],
    env: { FRESH_EXAMPLES: 'yes' },
    testTimeout: 3_600_000,
    reporters: ['default', new ClosingLine()],
  },
});
