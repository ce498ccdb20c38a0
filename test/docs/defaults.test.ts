// The table of default numbers is what the code says now, and each default says where it comes from.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { defaultNumbers, numbersIn } from '../../tools/default-numbers.ts';
import { DEFAULTS_PAGE, defaultsPage } from '../../tools/generate-defaults.ts';
import { ROOT } from '../tidy/sources.ts';

test('docs/generated/defaults.md is up to date (npm run gen)', async () => {
  expect(readFileSync(join(ROOT, DEFAULTS_PAGE), 'utf8')).toBe(await defaultsPage());
});

test('every number in a defaults.ts has a source or an assumption', async () => {
  const numbers = await defaultNumbers();
  expect(numbers.length).toBeGreaterThan(300);
  expect(numbers.filter(({ from }) => from === undefined)).toEqual([]);
});

describe('which comment belongs to a number', () => {
  const rows = [
    ['its own line', 'export const A_MS = 5_000; // Source: a datasheet.', 'A_MS', '5s', 'Source: a datasheet.'],
    ['the line above', '/** How long. Assumption: long. */\nexport const A = 5;', 'A', '5', 'Assumption: long.'],
    ['the constant it names', '// Source: B.\nconst B = 2;\nexport const A = { of: B };', 'A.of', '2', 'Source: B.'],
    [
      'what it is part of',
      '/** Source of the rest: C. */\nexport const A = { of: 2 };',
      'A.of',
      '2',
      'Source of the rest: C.',
    ],
    [
      'its own before its whole',
      '/** Source: C. */\nexport const A = { of: 2 // Source: D.\n};',
      'A.of',
      '2',
      'Source: D.',
    ],
    ['nobody', '// Just so.\nexport const A = { of: 2 };', 'A.of', '2', undefined],
    ['the neighbour, never', '// Source: E.\nexport const B = 1;\n\nexport const A = 2;', 'A', '2', undefined],
  ] as const;
  test.each(rows)('%s', (_, text, name, value, from) => {
    const exported = { A: name === 'A' ? Number(value) : { of: 2 }, A_MS: 5000, B: 1 };
    const found = numbersIn('some/defaults.ts', text, exported).find((number) => number.name === name);
    expect({ value: found?.value, from: found?.from }).toEqual({ value, from });
  });

  test.each([
    ['./defaults.ts', []],
    ['./store-defaults.ts', []],
    ['./model.ts', ['A.of']],
  ])('what is imported from %s needs a comment here: %j', (from, listed) => {
    const text = `import { B } from '${from}';\nexport const A = { of: B };`;
    expect(numbersIn('some/defaults.ts', text, { A: { of: 2 } }).map(({ name }) => name)).toEqual(listed);
  });

  test('"as above" is what was said before', () => {
    const text = '// Source: a manual (page 1).\nconst A = 1;\n// Source: as above (page 2).\nconst B = 2 * A;';
    expect(numbersIn('some/model.ts', text, undefined).map(({ name, value, from }) => [name, value, from])).toEqual([
      ['A', '1', 'Source: a manual (page 1).'],
      ['B', '2', 'Source: a manual (page 2).'],
    ]);
  });
});
