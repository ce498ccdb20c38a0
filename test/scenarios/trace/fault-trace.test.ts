// Traces of recorded failures: what a file says, and every problem of it with its place.

import { describe, expect, test } from 'vitest';
import { faultTraceText, readFaultTrace } from '../../../scenarios/trace/fault-trace.ts';
import { fc } from '../../kit/property.ts';

const T = Date.UTC(2005, 5, 21, 10, 54);
const HOUR_MS = 3_600_000;

function read(text: string) {
  const { failures, problems } = readFaultTrace('t.csv', text);
  return { failures: failures.map(({ failure }) => failure), problems };
}

describe('what is read', () => {
  const failure = { host: 'n1', startMs: T, endMs: T + HOUR_MS, fault: '', cause: '' };
  test.each([
    ['an end', 'host,start,end\nn1,2005-06-21T10:54:00Z,2005-06-21T11:54:00Z\n', failure],
    ['a duration', 'host,start,duration\nn1,2005-06-21T10:54:00Z,1h\n', failure],
    ['a zone', 'start,host,duration\n2005-06-21T04:54:00-06:00,n1,60m\n', failure],
    ['a zone east of it', 'host,start,duration\nn1,2005-06-21 12:54:00.000+02:00,60m\n', failure],
    ['no end yet', 'host,start,end\nn1,2005-06-21T10:54:00Z,\n', { ...failure, endMs: undefined }],
    [
      'fault and cause',
      'host,start,end,duration,fault,cause\nn1,2005-06-21T10:54:00Z,,1h,osHang,"Kernel, 2.4"\n',
      { ...failure, fault: 'osHang', cause: 'Kernel, 2.4' },
    ],
  ])('%s', (_, text, expected) => {
    expect(read(text)).toEqual({ failures: [expected], problems: [] });
  });

  test('in order of start, equal starts as they stand', () => {
    const { failures } = read(
      'host,start,end,cause\nb,2005-01-02T00:00:00Z,,\na,2005-01-01T00:00:00Z,,first\na,2005-01-01T00:00:00Z,,second\n',
    );
    expect(failures.map(({ host, cause }) => `${host}${cause}`)).toEqual(['afirst', 'asecond', 'b']);
  });

  test('what is written comes back', () => {
    const name = fc.string({ minLength: 1, unit: fc.constantFrom('a', ',', '"', '\n', 'é', '-') });
    const recorded = fc.record({
      host: name,
      startMs: fc.integer({ min: 0, max: 4e9 }).map((s) => s * 1000),
      lasts: fc.option(fc.integer({ min: 0, max: 1e7 }), { nil: undefined }),
      cause: name,
    });
    fc.assert(
      fc.property(fc.array(recorded), (rows) => {
        const failures = rows
          .map(({ host, startMs, lasts, cause }) => ({
            host: host.trim() || 'h',
            startMs,
            endMs: lasts === undefined ? undefined : startMs + lasts * 1000,
            fault: '',
            cause: cause.trim(),
          }))
          .toSorted((a, b) => a.startMs - b.startMs);
        expect(read(faultTraceText(failures))).toEqual({ failures, problems: [] });
      }),
    );
  });
});

describe('what is refused', () => {
  test('all problems at once, each at its field', () => {
    const { failures, problems } = read(
      [
        'host,start,end,duration',
        'n1,2005-06-21 10:54,,1h',
        ',2005-02-30T00:00:00Z,,1h',
        'n1,2005-06-21T10:54:00Z,2005-06-21T10:53:00Z,',
        'n1,2005-06-21T10:54:00Z,2005-06-21T11:00:00Z,6m',
        'n1,2005-06-21T10:54:00Z,,6 minutes',
        '',
      ].join('\n'),
    );
    expect(failures).toEqual([]);
    expect(problems.map(({ line, column, message }) => [line, column, message])).toEqual([
      [2, 4, '"2005-06-21 10:54" is not an instant'],
      [3, 1, 'the failure has no host'],
      [3, 2, '"2005-02-30T00:00:00Z" is not an instant'],
      [4, 25, 'the failure ends before it starts'],
      [5, 46, 'the failure has an end and a duration'],
      [6, 26, '"6 minutes" is not a duration'],
    ]);
    expect(problems.every(({ code, remedy }) => code === 'MT171' && remedy !== undefined)).toBe(true);
  });

  test.each([
    ['a column that nobody reads', 'host,start,end,kind\n', [[16, 'the column "kind" is not one of a trace']]],
    [
      'a table of something else: one problem, not one for each column',
      'System,nodes,Prob Started\n2,49,6/21/2005 10:54\n',
      [[1, 'this table is no trace: none of its columns is one of a trace']],
    ],
    ['a column twice', 'host,start,end,end\n', [[1, 'the column "end" stands twice']]],
    [
      'columns that are missing',
      'hots,duration\n',
      [
        [1, 'the column "hots" is not one of a trace'],
        [1, 'no column "host"'],
        [1, 'no column "start"'],
      ],
    ],
    ['no end and no duration', 'host,start\n', [[1, 'no column "end" and no column "duration"']]],
  ])('%s', (_, text, expected) => {
    expect(read(text).problems.map(({ column, message }) => [column, message])).toEqual(expected);
  });
});
