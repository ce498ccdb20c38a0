import { describe, expect, test } from 'vitest';
import type { StudySummary } from '../../lab/summary.ts';
import { markdownSummary } from '../../reports/markdown.ts';
import { left, right, type Table } from '../../reports/table.ts';
import { policyTable } from '../../reports/tables.ts';
import { type RunFooting, terminalSummary } from '../../reports/terminal.ts';
import { textTable } from '../../reports/text-table.ts';
import { always, THREE_POLICIES } from './fixtures/summary.ts';

const FOOTING: RunFooting = {
  exitCode: 0,
  elapsedMs: 42_000,
  results: { token: 'latest', reportPath: 'results/latest/report.html' },
};
const PLAIN = { width: 80, color: false, ascii: false };

test('the whole summary at 80 columns', async () => {
  await expect(terminalSummary(THREE_POLICIES, FOOTING, PLAIN)).toMatchFileSnapshot('golden/summary-80.txt');
});

describe('the first line is the verdict', () => {
  const failed: StudySummary = {
    ...THREE_POLICIES,
    verdict: {
      ...THREE_POLICIES.verdict,
      constraints: THREE_POLICIES.verdict.constraints.map((result) => ({ ...result, outcome: 'broken' as const })),
    },
  };
  const rows: readonly (readonly [string, StudySummary, RegExp])[] = [
    ['decided', THREE_POLICIES, /^ DECIDED {2}reboot-first beats reprovision/],
    ['interrupted', { ...THREE_POLICIES, complete: false }, /^ DECIDED \(INTERRUPTED\) {2}reboot-first beats/],
    ['failed', failed, /^ FAIL {2}reboot-first beats/],
    [
      'inconclusive',
      { ...THREE_POLICIES, verdict: { ...THREE_POLICIES.verdict, outcome: 'inconclusive', winner: null } },
      /^ INCONCLUSIVE {2}/,
    ],
  ];
  for (const [title, summary, expected] of rows) {
    test(title, () => {
      expect(terminalSummary(summary, FOOTING, PLAIN).split('\n')[0]).toMatch(expected);
    });
  }
});

test('policies without the known defects of the products are named', () => {
  const [first, ...others] = THREE_POLICIES.policies;
  const summary: StudySummary = {
    ...THREE_POLICIES,
    policies: first === undefined ? [] : [{ ...first, lineage: 'corrected' }, ...others],
  };
  const said = 'With known defects of the products mended (lineage corrected): reboot-first.';
  expect([
    terminalSummary(summary, FOOTING, { ...PLAIN, width: 132 }).includes(said),
    markdownSummary(summary).includes(said),
    markdownSummary(THREE_POLICIES).includes('lineage'),
  ]).toEqual([true, true, false]);
});

test('no line is wider than the terminal, at any usual width', () => {
  for (const width of [80, 100, 132, 200]) {
    const lines = terminalSummary(THREE_POLICIES, FOOTING, { ...PLAIN, width }).split('\n');
    expect(lines.filter((line) => line.length > width)).toEqual([]);
  }
});

test('a first column that leaves no room for another one is broken at spaces', () => {
  const table: Table = {
    title: 'Faults',
    columns: [left('name'), right('a'), right('b')],
    rows: [
      ['at the start: BMC of openshift-worker-8 does not answer', '12', '3'],
      ['hang', '1', '0'],
    ],
  };
  expect(textTable(table, { ...PLAIN, width: 40 })).toEqual([
    ' Faults',
    ' name                            a  b',
    ' at the start: BMC of',
    '   openshift-worker-8 does not',
    '   answer                       12  3',
    ' hang                            1  0',
  ]);
});

test('--ascii leaves only ASCII', () => {
  const summary = { ...THREE_POLICIES, name: 'Brünn → Brno' };
  expect(terminalSummary(summary, FOOTING, { ...PLAIN, ascii: true })).toMatch(/^[\n\u0020-\u007e]*$/);
});

test('colour adds escapes and changes no word', () => {
  const colored = terminalSummary(THREE_POLICIES, FOOTING, { ...PLAIN, color: true });
  // biome-ignore lint/suspicious/noControlCharactersInRegex: escapes are what is removed.
  const stripped = colored.replace(/\u001b\[[\d;]*m/g, '');
  expect(stripped).toBe(terminalSummary(THREE_POLICIES, FOOTING, PLAIN));
  expect(colored).not.toBe(stripped);
});

test('a name from a cluster cannot move the cursor', () => {
  const hostile = '\u001b[2Jevil\u0007';
  const policies = THREE_POLICIES.policies.map((policy) => ({ ...policy, name: `${policy.name}${hostile}` }));
  const text = terminalSummary({ ...THREE_POLICIES, policies, name: hostile, warnings: [hostile] }, FOOTING, PLAIN);
  expect(text).not.toContain('\u001b');
  expect(text).toContain('\\u{1b}[2Jevil\\u{7}');
});

test('fault counters are printed also when nothing ever struck', () => {
  const none = { offered: 0, latent: 0, effective: 0 };
  const policies = THREE_POLICIES.policies.map((policy) => ({
    ...policy,
    faults: { ...policy.faults, hostDead: none },
  }));
  expect(terminalSummary({ ...THREE_POLICIES, policies }, FOOTING, PLAIN)).toMatch(/hostDead +0 +0 \/ 0 +0 \/ 0/);
});

test('split brains and self-fencings have rows where they happened, and only there', () => {
  const [first, ...others] = THREE_POLICIES.policies;
  if (first === undefined) throw new Error('there are policies');
  const happened = { ...first, metrics: { ...first.metrics, splitBrains: always(2), selfFencings: always(5) } };
  const rowsOf = (policies: StudySummary['policies']): readonly (string | undefined)[] =>
    policyTable({ ...THREE_POLICIES, policies }, 'main')
      .rows.map(([metric]) => metric)
      .filter((metric) => metric === 'fencings' || metric === 'split brains' || metric === 'self-fencings');
  expect([rowsOf([first, ...others]), rowsOf([happened, ...others])]).toEqual([
    ['fencings'],
    ['fencings', 'split brains', 'self-fencings'],
  ]);
});
