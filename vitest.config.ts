// The test run that CI repeats. Longer suites: vitest.long.config.ts.

import { defineConfig } from 'vitest/config';
import { ClosingLine } from './test/kit/closing-line.ts';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    exclude: ['test/long/**', 'node_modules/**'],
    testTimeout: 120_000,
    reporters: ['default', new ClosingLine()],
  },
});
