// Writes docs/generated/scenario.schema.json from the zod schema, for editors. Run by `npm run gen`; a test compares.

import { writeFileSync } from 'node:fs';
import { scenarioJsonSchema } from '../scenarios/schema.ts';

export const SCENARIO_SCHEMA = 'docs/generated/scenario.schema.json';

export function scenarioSchemaText(): string {
  return `${JSON.stringify(scenarioJsonSchema(), null, 2)}\n`;
}

if (import.meta.main) writeFileSync(SCENARIO_SCHEMA, scenarioSchemaText());
