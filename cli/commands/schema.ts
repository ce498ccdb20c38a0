// schema: the JSON Schema of the scenario file, for editors.

import { jsonText } from '../../reports/json.ts';
import { scenarioJsonSchema } from '../../scenarios/schema.ts';
import { Arguments } from '../arguments.ts';
import type { Command } from '../command-request.ts';
import { EXIT } from '../exit-codes.ts';

export const schemaCommand: Command = async (request) => {
  const args = new Arguments(request);
  args.noOperands('schema');
  args.finish();
  request.console.out(jsonText(scenarioJsonSchema()));
  return EXIT.ok;
};
