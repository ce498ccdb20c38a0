import { describe, expect, test } from 'vitest';
import { problemsJson, problemsMarkdown, problemsText, type ShownProblem } from '../../reports/problems.ts';

const STYLE = { width: 80, color: false, ascii: false };

const UNKNOWN_FIELD: ShownProblem = {
  code: 'MT102',
  severity: 'error',
  message: 'unknown field "fro" in fault "bmcUnreachable"',
  file: 'scenarios/rack.yaml',
  line: 31,
  column: 8,
  endColumn: 11,
  source: '       fro: 10m',
  why: 'bmcUnreachable accepts: at, for, target.',
  remedy: 'did you mean "for"?',
};

const { why: _why, ...WITHOUT_WHY } = UNKNOWN_FIELD;

describe('a problem as text', () => {
  const rows: readonly { title: string; given: ShownProblem; expected: readonly string[] }[] = [
    {
      title: 'place, line, marker, remedy beside it, reason below',
      given: UNKNOWN_FIELD,
      expected: [
        'error MT102: unknown field "fro" in fault "bmcUnreachable"',
        '  --> scenarios/rack.yaml:31:8',
        '   31 |        fro: 10m',
        '      |        ^^^ did you mean "for"?',
        '  bmcUnreachable accepts: at, for, target.',
      ],
    },
    {
      title: 'a remedy that does not fit beside the marker goes below',
      given: { ...WITHOUT_WHY, remedy: `write ${'x'.repeat(70)}` },
      expected: [
        'error MT102: unknown field "fro" in fault "bmcUnreachable"',
        '  --> scenarios/rack.yaml:31:8',
        '   31 |        fro: 10m',
        '      |        ^^^',
        `  write ${'x'.repeat(70)}`,
      ],
    },
    {
      title: 'a file as a whole has neither position nor line',
      given: {
        code: 'MT101',
        severity: 'error',
        message: 'cannot read nope.yaml',
        file: 'nope.yaml',
        line: 1,
        column: 1,
      },
      expected: ['error MT101: cannot read nope.yaml', '  --> nope.yaml'],
    },
    {
      title: 'tabs before the marker stay tabs',
      given: { ...WITHOUT_WHY, source: '\t\tfro: 10m', column: 3, endColumn: 6 },
      expected: [
        'error MT102: unknown field "fro" in fault "bmcUnreachable"',
        '  --> scenarios/rack.yaml:31:3',
        '   31 | \t\tfro: 10m',
        '      | \t\t^^^ did you mean "for"?',
      ],
    },
    {
      title: 'of a long line only what surrounds the marker is shown',
      given: { ...WITHOUT_WHY, source: `${'a'.repeat(100)}fro${'b'.repeat(100)}`, column: 101, endColumn: 104 },
      expected: [
        'error MT102: unknown field "fro" in fault "bmcUnreachable"',
        '  --> scenarios/rack.yaml:31:101',
        `   31 | ...${'a'.repeat(33)}fro${'b'.repeat(30)}...`,
        `      | ${' '.repeat(36)}^^^ did you mean "for"?`,
      ],
    },
    {
      title: 'control characters of a file are shown, not sent',
      given: { ...WITHOUT_WHY, message: 'bad \u001b[2J', source: 'x\u001b[2J', column: 1, endColumn: 2 },
      expected: [
        'error MT102: bad \\u{1b}[2J',
        '  --> scenarios/rack.yaml:31:1',
        '   31 | x?[2J',
        '      | ^ did you mean "for"?',
      ],
    },
  ];
  for (const { title, given, expected } of rows) {
    test(title, () => {
      expect(problemsText([given], STYLE).split('\n').slice(0, -1)).toEqual(expected);
    });
  }
});

test('twenty are shown, the rest is counted', () => {
  const text = problemsText(
    Array.from({ length: 23 }, () => UNKNOWN_FIELD),
    STYLE,
  );
  expect(text.match(/error MT102/g)?.length).toBe(20);
  expect(text.endsWith('... and 3 more; -o json shows all\n')).toBe(true);
});

test('as JSON for editors', () => {
  expect(JSON.parse(problemsJson([UNKNOWN_FIELD]))).toEqual([
    {
      code: 'MT102',
      severity: 'error',
      path: 'scenarios/rack.yaml',
      line: 31,
      col: 8,
      endCol: 11,
      message: 'unknown field "fro" in fault "bmcUnreachable"',
      why: 'bmcUnreachable accepts: at, for, target.',
      suggestion: 'did you mean "for"?',
      docs: 'metaltwin validate --explain MT102',
    },
  ]);
});

test('as Markdown', () => {
  expect(problemsMarkdown([UNKNOWN_FIELD])).toBe(
    '- **error MT102** scenarios/rack.yaml:31:8: unknown field "fro" in fault "bmcUnreachable"; did you mean "for"?\n',
  );
});

test('errors stand before warnings, and are never among those that are not shown', () => {
  const warnings = Array.from({ length: 20 }, (_, n): ShownProblem => {
    return { ...WITHOUT_WHY, severity: 'warning', message: `doubt ${n}` };
  });
  const text = problemsText([...warnings, UNKNOWN_FIELD], STYLE);
  expect(text.split('\n')[0]).toBe('error MT102: unknown field "fro" in fault "bmcUnreachable"');
  expect(text.trimEnd().split('\n').at(-1)).toBe('... and 1 more; -o json shows all');
  expect(problemsMarkdown([...warnings, UNKNOWN_FIELD])).toMatch(/^- \*\*error MT102/);
});
