// Writes docs/generated/errors.md from the problem catalogue. Run by `npm run gen`; a test compares.

import { writeFileSync } from 'node:fs';
import { PROBLEM_CATALOGUE } from '../scenarios/problem-catalogue.ts';

export const ERRORS_PAGE = 'docs/generated/errors.md';

export function errorsPage(): string {
  const entries = Object.entries(PROBLEM_CATALOGUE).map(
    ([code, { title, explanation }]) => `## ${code}: ${title}\n\n${explanation}\n`,
  );
  return [
    '# Problems in what you wrote\n',
    'Generated from `scenarios/problem-catalogue.ts`. Codes are stable. All problems of an input are reported at once, with file, line and column; while one of severity error remains, nothing is simulated and the exit code is 2.\n',
    ...entries,
  ].join('\n');
}

if (import.meta.main) writeFileSync(ERRORS_PAGE, errorsPage());
