// Suites that take minutes: more seeds, more runs, the same statements.

import { defineConfig } from 'vitest/config';
import { ClosingLine } from './test/kit/closing-line.ts';

export default defineConfig({
  test: { include: ['test/long/**/*.test.ts'], testTimeout: 3_600_000, reporters: ['default', new ClosingLine()] },
});
