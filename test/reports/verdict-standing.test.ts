import { describe, expect, test } from 'vitest';
import { EXIT, exitCodeOfStudy } from '../../cli/exit-codes.ts';
import type { ConstraintResult, Verdict, VerdictOutcome } from '../../lab/summary.ts';
import { markdownSummary } from '../../reports/markdown.ts';
import { terminalSummary } from '../../reports/terminal.ts';
import { standingOf } from '../../reports/verdict-standing.ts';
import { fc } from '../kit/property.ts';
import { always, THREE_POLICIES } from './fixtures/summary.ts';

function verdict(
  outcome: VerdictOutcome,
  winner: string | null,
  constraints: readonly ConstraintResult[] = [],
): Verdict {
  return { ...THREE_POLICIES.verdict, outcome, winner, constraints };
}

function holds(policy: string, outcome: ConstraintResult['outcome']): ConstraintResult {
  return { policy, constraint: 'dataLostGroups <= 0', outcome, estimate: always(0) };
}

describe('standing and exit code of a verdict', () => {
  const rows = [
    { title: 'a winner', given: verdict('better', 'a'), standing: 'decided', code: EXIT.ok },
    { title: 'shown to be equal', given: verdict('equivalent', null), standing: 'decided', code: EXIT.ok },
    { title: 'one policy', given: verdict('not-compared', null), standing: 'measured', code: EXIT.ok },
    {
      title: 'interval across the limit',
      given: verdict('inconclusive', null),
      standing: 'inconclusive',
      code: EXIT.inconclusive,
    },
    {
      title: 'the winner breaks a constraint',
      given: verdict('better', 'a', [holds('a', 'broken'), holds('b', 'holds')]),
      standing: 'failed',
      code: EXIT.failed,
    },
    {
      title: 'only the loser breaks one',
      given: verdict('better', 'a', [holds('a', 'holds'), holds('b', 'broken')]),
      standing: 'decided',
      code: EXIT.ok,
    },
    {
      title: 'the only policy breaks one',
      given: verdict('not-compared', null, [holds('a', 'broken')]),
      standing: 'failed',
      code: EXIT.failed,
    },
    {
      title: 'the only policy may break one',
      given: verdict('not-compared', null, [holds('a', 'undecided')]),
      standing: 'inconclusive',
      code: EXIT.inconclusive,
    },
    {
      title: 'nobody is left that could win',
      given: verdict('inconclusive', null, [holds('a', 'broken'), holds('b', 'broken')]),
      standing: 'failed',
      code: EXIT.failed,
    },
  ];
  for (const { title, given, standing, code } of rows) {
    test(title, () => {
      const summary = { ...THREE_POLICIES, verdict: given };
      expect({ standing: standingOf(given), code: exitCodeOfStudy(summary) }).toEqual({ standing, code });
    });
  }
});

test('the exit code is 0 exactly when every report says that it is decided or measured', () => {
  const outcome = fc.constantFrom<VerdictOutcome>('better', 'equivalent', 'inconclusive', 'not-compared');
  const constraint = fc.record({
    policy: fc.constantFrom('reboot-first', 'reprovision'),
    constraint: fc.constant('dataLostGroups <= 0'),
    outcome: fc.constantFrom<ConstraintResult['outcome']>('holds', 'broken', 'undecided'),
    estimate: fc.constant(always(0)),
  });
  fc.assert(
    fc.property(outcome, fc.constantFrom(null, 'reboot-first'), fc.array(constraint), (given, winner, constraints) => {
      const summary = { ...THREE_POLICIES, verdict: verdict(given, winner, constraints) };
      const exitCode = exitCodeOfStudy(summary);
      const banner =
        terminalSummary(summary, { exitCode }, { width: 80, color: false, ascii: false }).split(/ +/)[1] ?? '';
      const markdown = /\*\*(\w+)\*\*/.exec(markdownSummary(summary))?.[1];
      expect(markdown).toBe(banner);
      expect(['DECIDED', 'MEASURED'].includes(banner)).toBe(exitCode === EXIT.ok);
    }),
  );
});

test('an interrupted study says so, whatever its partial verdict is', () => {
  expect(exitCodeOfStudy({ ...THREE_POLICIES, complete: false })).toBe(EXIT.interrupted);
});
