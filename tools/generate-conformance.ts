// Writes docs/conformance.md from the list of cases and the deliberate deviations. Run by `npm run gen`; a test compares.

import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { CASE_IDS, CASES_BY_SYSTEM } from '../test/conformance/case-ids.ts';
import { DEVIATIONS } from '../test/conformance/deviations.ts';

const TARGET = join(fileURLToPath(new URL('..', import.meta.url)), 'docs/conformance.md');

export function conformancePage(): string {
  const systems = Object.entries(CASES_BY_SYSTEM).map(
    ([system, ids]) => `| ${system} | ${ids.split(' ').length} | ${ids} |`,
  );
  const deviations = DEVIATIONS.map(
    ({ cases, product, here, because }) => `| ${cases.join(', ')} | ${product} | ${here} | ${because} |`,
  );
  return `# Conformance

Generated from \`test/conformance/case-ids.ts\` and \`test/conformance/deviations.ts\` by \`npm run gen\`; do not edit.

${CASE_IDS.length} cases say what the products do, each read in the product's own tests, documentation or code. Every case is at least
one row in \`test/conformance\`: its objects go as YAML through the virtual API server (admission, defaults, status
subresource) to the controllers that such a cluster runs, and what comes out is compared whole: objects, conditions, what was
created and deleted, every event. Those of Kubernetes' own loops, of kured and of the agents on nodes (C209 to C212, C235, C236,
C238) run in a virtual cluster instead. \`npm test\` ends with how many pass. Cases run in the lineage \`exact\`, that is with the
products' own faults; what \`corrected\` mends is in [lineage.md](lineage.md).

| System | Cases | Ids |
|---|---|---|
${systems.join('\n')}

## Deliberate deviations

| Cases | The product | Here | Because |
|---|---|---|---|
${deviations.join('\n')}
`;
}

if (import.meta.main) writeFileSync(TARGET, conformancePage());
