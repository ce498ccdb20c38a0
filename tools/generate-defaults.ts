// Writes docs/generated/defaults.md: every default number of the code with what it was taken from. Run by `npm run gen`; a test
// compares, and demands a source or an assumption of each number in a defaults.ts.

import { writeFileSync } from 'node:fs';
import { spreadText } from '../scenarios/assumed-defaults.ts';
import { ASSUMED_INPUTS, type AssumedInput } from '../sim/assumptions.ts';
import { type DefaultNumber, defaultNumbers } from './default-numbers.ts';

export const DEFAULTS_PAGE = 'docs/generated/defaults.md';

export async function defaultsPage(): Promise<string> {
  const numbers = await defaultNumbers();
  const files = [...new Set(numbers.map(({ file }) => file))];
  const assumed = numbers.filter(({ from }) => from?.startsWith('Assumption') === true).length;
  return [
    '# Default numbers and where they come from\n',
    `Generated from the code by \`npm run gen\`; do not edit. ${numbers.length} numbers, ${assumed} of them assumptions. A scenario or`,
    'an imported cluster replaces most of them; what a study used is in its report.\n',
    '## Priors of what nobody knows\n',
    'Half to double of the default, unless the code says otherwise: judgements, drawn to see whether a verdict survives. Some are drawn only',
    'where a study uses what they are about, and does not say the number itself.\n',
    '| input | prior | meaning | drawn |',
    '|---|---|---|---|',
    ...ASSUMED_INPUTS.map(
      (input) =>
        `| ${input.name} | ${priorText(input)} | ${input.meaning} | ${input.isUsed === undefined ? 'always' : 'where used'} |`,
    ),
    '',
    ...files.flatMap((file) => [
      `## ${file}\n`,
      '| number | value | source or assumption |',
      '|---|---|---|',
      ...numbers.filter((number) => number.file === file).map(row),
      '',
    ]),
  ].join('\n');
}

function row({ name, value, unit, from }: DefaultNumber): string {
  return `| ${code(name)} | ${cell(unit === '' ? value : `${value} ${unit}`)} | ${cell(from ?? '')} |`;
}

function code(name: string): string {
  return `\`${name}\``;
}

function cell(text: string): string {
  return text.replaceAll('|', '\\|').replaceAll('<', '&lt;');
}

function priorText({ prior, unit }: AssumedInput): string {
  if (unit === 'ms') return spreadText(prior);
  const fields = Object.entries(prior).filter(([field]) => field !== 'kind');
  const suffix = unit === 'factor' || unit === 'count' ? '' : ` ${unit === 'perHostYear' ? 'per host-year' : unit}`;
  return `${prior.kind}, ${fields.map(([field, value]) => `${field} ${String(value)}`).join(', ')}${suffix}`;
}

if (import.meta.main) writeFileSync(DEFAULTS_PAGE, await defaultsPage());
