// schema: the JSON Schema of the scenario file, for editors.

import { jsonText } from '../../reports/json.ts';
import { scenarioJsonSchema } from '../../scenarios/schema.ts';
import type { Command } from '../command-request.ts';
import { EXIT } from '../exit-codes.ts';

export const schemaCommand: Command = async ({ console }) => {
  console.out(jsonText(scenarioJsonSchema()));
  return EXIT.ok;
};
