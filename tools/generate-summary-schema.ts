// Writes docs/generated/summary.schema.json from the schema of summary.json. Run by `npm run gen`; a test compares.

import { writeFileSync } from 'node:fs';
import { summaryJsonSchema } from './summary-schema.ts';

export const SUMMARY_SCHEMA_FILE = 'docs/generated/summary.schema.json';

export function summarySchemaText(): string {
  return `${JSON.stringify(summaryJsonSchema(), null, 2)}\n`;
}

if (import.meta.main) writeFileSync(SUMMARY_SCHEMA_FILE, summarySchemaText());
