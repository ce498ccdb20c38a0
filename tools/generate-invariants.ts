// Writes docs/generated/invariants.md from the invariants themselves. Run by `npm run gen`; a test compares.

import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { INVARIANTS } from '../sim/checkers/invariants.ts';

const TARGET = join(fileURLToPath(new URL('..', import.meta.url)), 'docs/generated/invariants.md');

/** The whole page. */
export function invariantsPage(): string {
  const rows = INVARIANTS.map(
    ({ id, name, words, kind, severity, source, unknownWhen }) =>
      `| ${id} | ${name} | ${words} | ${kind} | ${severity} | ${source} | ${unknownWhen} |`,
  );
  return `# Invariants

Generated from \`sim/checkers\` by \`npm run gen\`; do not edit.

Checkers watch a run from outside. They see the truth of every host, what management controllers are told and whom that really
reaches, and what the API holds; they change nothing, and a run that nobody checks does not pay for them. A verdict is true,
false or unknown: false wins, then unknown. Each says how often it could have been broken, so that a quiet run is not taken for
a proof.

S: fencing and exclusivity. B: budgets. L: what must hold in the end. *state* is judged whenever something changes, *step* on
single acts, *history* over all that went before, *end* when the run is over. Severity 3: data are lost or written twice; 2: an
outage or a flood of fencings; 1: a nuisance. The stand-ins break some of them because their products do, also in the lineage
\`corrected\`: a checker tells what happened, not whether it was to be expected.

| Id | Name | Definition | Kind | Severity | Source | Unknown |
|---|---|---|---|---|---|---|
${rows.join('\n')}
`;
}

if (import.meta.main) writeFileSync(TARGET, invariantsPage());
