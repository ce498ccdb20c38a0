import { describe, expect, test } from 'vitest';
import { ProgressLine, progressText } from '../../cli/progress.ts';

const AT_HALF = { doneRuns: 612, totalRuns: 1224, phase: 'policies' };

describe('a progress line', () => {
  const rows = [
    {
      title: 'has rate and time to go',
      given: [AT_HALF, 40_000, false],
      expected: 'runs 612/1 224  ▇▇▇▇▁▁▁▁  15.3 runs/s  ETA 40s  policies',
    },
    {
      title: 'has neither while it is too early',
      given: [AT_HALF, 900, false],
      expected: 'runs 612/1 224  ▇▇▇▇▁▁▁▁  policies',
    },
    {
      title: 'in ASCII',
      given: [{ ...AT_HALF, doneRuns: 0 }, 5_000, true],
      expected: 'runs 0/1 224  ........  policies',
    },
  ] as const;
  for (const { title, given, expected } of rows) {
    test(title, () => {
      const [progress, elapsedMs, ascii] = given;
      expect(progressText(progress, elapsedMs, ascii)).toBe(expected);
    });
  }
});

/** What appears on stderr when progress is reported at the given instants. */
function shownAt(instants: readonly number[], errIsTerminal: boolean): string[] {
  let nowMs = 0;
  const written: string[] = [];
  const console = {
    out: () => undefined,
    endOut: () => undefined,
    err: (text: string) => void written.push(text),
    width: 80,
    outIsTerminal: false,
    errIsTerminal,
    environment: {},
  };
  const line = new ProgressLine(console, { ascii: true, nowMs: () => nowMs });
  for (const instant of instants) {
    nowMs = instant;
    line.show({ doneRuns: 0, totalRuns: 8, phase: `at ${instant}` });
  }
  line.clear();
  return written;
}

test('at a terminal one line is rewritten at most ten times a second and taken away at the end', () => {
  expect(shownAt([0, 50, 99, 100, 150, 400], true)).toEqual([
    '\rruns 0/8  ........  at 0\u001b[K',
    '\rruns 0/8  ........  at 100\u001b[K',
    '\rruns 0/8  ........  at 400\u001b[K',
    '\r\u001b[K',
  ]);
});

test('elsewhere a line is written every ten seconds, the first one not at once', () => {
  expect(shownAt([0, 5_000, 10_000, 12_000, 20_500], false)).toEqual([
    'runs 0/8  ........  at 10000\n',
    'runs 0/8  ........  at 20500\n',
  ]);
});
