// Writes deploy/crds: the CustomResourceDefinitions of our own policy as YAML, one file each. Run by `npm run gen`; a test compares.

import { mkdirSync, writeFileSync } from 'node:fs';
import { stringify } from 'yaml';
import { type NewDefinition, REMEDIATION_DEFINITIONS } from '../sim/api-server/definitions/remediation-definitions.ts';

const FOLDER = 'deploy/crds';

export interface DefinitionFile {
  readonly path: string;
  readonly text: string;
}

export function definitionFiles(): readonly DefinitionFile[] {
  return REMEDIATION_DEFINITIONS.map((definition) => ({
    path: `${FOLDER}/${definition.metadata.name}.yaml`,
    text: textOf(definition),
  }));
}

function textOf(definition: NewDefinition): string {
  return `# Generated from core/api/*.fields.ts by tools/generate-crds.ts.\n${stringify(definition, { aliasDuplicateObjects: false, lineWidth: 120 })}`;
}

if (import.meta.main) {
  mkdirSync(FOLDER, { recursive: true });
  for (const { path, text } of definitionFiles()) writeFileSync(path, text);
}
