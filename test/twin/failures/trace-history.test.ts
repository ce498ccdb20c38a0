// A trace of failures with the list of the hosts that were watched.

import { describe, expect, test } from 'vitest';
import { readTraceHistory } from '../../../twin/failures/trace-history.ts';

const day = (n: number): number => Date.UTC(2026, 0, n);
const stamp = (n: number): string => `2026-01-${String(n).padStart(2, '0')}T00:00:00Z`;

const TRACE = { file: 't.csv', text: `host,start,duration,cause\na,${stamp(3)},1h,disk\nb,${stamp(5)},,\n` };

function withHosts(text: string) {
  return readTraceHistory(TRACE, { file: 'h.csv', text });
}

test('hosts that never failed are part of the history', () => {
  const hosts = `host,group,from,until\nb,old,${stamp(1)},${stamp(9)}\na,,${stamp(2)},${stamp(9)}\nc,old,${stamp(1)},${stamp(4)}\n`;
  expect(withHosts(hosts)).toEqual({
    problems: [],
    history: {
      hosts: [
        { name: 'b', group: 'old', fromMs: day(1), untilMs: day(9) },
        { name: 'a', group: 'hosts', fromMs: day(2), untilMs: day(9) },
        { name: 'c', group: 'old', fromMs: day(1), untilMs: day(4) },
      ],
      failures: [
        { host: 1, startMs: day(3), endMs: day(3) + 3_600_000, cause: 'disk' },
        { host: 0, startMs: day(5), endMs: undefined, cause: '' },
      ],
    },
  });
});

test('without a list only those that failed are known, and a warning says what that does', () => {
  const { history, problems } = readTraceHistory(TRACE, undefined);
  expect(history.hosts).toEqual(
    ['a', 'b'].map((name) => ({ name, group: 'hosts', fromMs: day(3), untilMs: day(5) + 1 })),
  );
  expect(problems.map(({ code, severity }) => [code, severity])).toEqual([['MT172', 'warning']]);
});

describe('what does not fit', () => {
  test.each([
    [
      'a host that is not in the list',
      `host,from,until\nb,${stamp(1)},${stamp(9)}\n`,
      [['t.csv', 2, 1, 'the host "a" is not in the list of hosts']],
    ],
    [
      'a failure outside of its time',
      `host,from,until\nb,${stamp(1)},${stamp(9)}\na,${stamp(4)},${stamp(9)}\n`,
      [['t.csv', 2, 3, 'the host "a" failed while it was not watched']],
    ],
    [
      'a list with other columns',
      `host,from,to\na,${stamp(1)},x\nb,${stamp(1)},x\n`,
      [
        ['h.csv', 1, 11, 'the column "to" is not one of a list of hosts'],
        ['h.csv', 1, 1, 'no column "until"'],
      ],
    ],
    [
      'hosts twice, without a name, without a time',
      `host,from,until\na,${stamp(1)},${stamp(9)}\na,${stamp(1)},${stamp(9)}\n,yesterday,${stamp(2)}\nb,${stamp(9)},${stamp(1)}\n`,
      [
        ['h.csv', 3, 1, 'the host "a" stands twice'],
        ['h.csv', 4, 1, 'the host has no name'],
        ['h.csv', 4, 2, '"yesterday" is not an instant'],
        ['h.csv', 5, 24, 'the host "b" was watched until before it was watched from'],
      ],
    ],
  ])('%s', (_, hosts, expected) => {
    const { problems } = withHosts(hosts);
    const found = problems.map(({ file, line, column, message }) => [file, line, column, message]);
    expect(found.slice(0, expected.length)).toEqual(expected);
    expect(problems.every(({ code, severity }) => code === 'MT172' && severity === 'error')).toBe(true);
  });
});
