// Writes docs/lineage.md from what the controllers say themselves about their known defects. Run by `npm run gen`; a test
// compares.

import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { LineageSwitch } from '../core/api/lineage.ts';
import type { MachineApi } from '../core/api/machine.ts';
import type { KubeObject } from '../core/api/object.ts';
import { KNOWN_KINDS } from '../sim/api-server/known-kinds.ts';
import { controllersOf } from '../sim/controllers.ts';

const TARGET = join(fileURLToPath(new URL('..', import.meta.url)), 'docs/lineage.md');
const MACHINE_APIS: readonly MachineApi[] = ['openshift', 'cluster-api'];

/** One object of each kind, so that every product is installed. */
const ONE_OF_EACH: readonly KubeObject[] = KNOWN_KINDS.map(({ group, kind }) => ({
  apiVersion: group === '' ? 'v1' : `${group}/v1`,
  kind,
  metadata: { name: 'any', uid: kind, resourceVersion: '1' },
}));

/** Every switch of every product, by trap and then by product. */
export function lineageSwitches(): readonly LineageSwitch[] {
  const all = MACHINE_APIS.flatMap((machineApi) => {
    const config = { machineApi, objects: ONE_OF_EACH, provisioning: { limit: 20 } };
    return controllersOf(config, { name: 'any', objects: [] }).flatMap(({ switches = [] }) => switches);
  });
  return [...new Set(all)].sort((a, b) => (orderOf(a) < orderOf(b) ? -1 : 1));
}

/** Traps by number, then what cases, incidents, the museum and invariants name. */
function orderOf({ trap, product }: LineageSwitch): string {
  const list = ['T', 'C', 'I', 'R', 'S'].indexOf(trap.slice(0, 1));
  return `${list} ${trap.slice(1).padStart(3, '0')} ${product}`;
}

export function lineagePage(): string {
  const rows = lineageSwitches().map(
    ({ trap, product, upstream, hurts, corrected }) =>
      `| ${trap} | ${product} | ${upstream} | ${hurts} | ${corrected} |`,
  );
  return `# Lineage: exact or corrected

Generated from the \`switches\` of the controllers by \`npm run gen\`; do not edit.

The stand-ins behave as the products do, known defects included: that is the lineage \`exact\`, the default. A policy with
\`lineage: corrected\` runs the same manifests with these defects mended, and \`compare\` says what they cost:

\`\`\`yaml
policies:
  - { name: as-shipped, files: [policy.yaml] }
  - { name: mended, files: [policy.yaml], lineage: corrected }
\`\`\`

Ids: \`T\` are the traps for whoever reimplements these products, \`C\` conformance cases, \`I\` incidents, \`R\` real bugs of the
past, \`S\` invariants that a bug breaks.
What is no defect but easily taken for another product's rule (how percentages are rounded, that all unhealthy targets are acted
on at once, what counts against a limit) is the same in both lineages; \`test/conformance/traps.test.ts\` lists where it is pinned.

| Id | Product | What it does (\`exact\`) | Why it hurts | What \`corrected\` does |
|---|---|---|---|---|
${rows.join('\n')}
`;
}

if (import.meta.main) writeFileSync(TARGET, lineagePage());
