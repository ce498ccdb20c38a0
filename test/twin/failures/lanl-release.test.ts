// The release of Los Alamos, in a few records of its shape: who was watched, what failed, for how long.

import { describe, expect, test } from 'vitest';
import { readLanlRelease } from '../../../twin/failures/lanl-release.ts';

const HEADER =
  'System,machine type,nodes,procstot,procsinnode,nodenum,nodenumz,node install,node prod,node decom,fru type,mem,cputype,memtype,num intercon,purpose,Prob Started,Prob Fixed,Down Time,Facilities,Hardware,Human Error,Network,Undetermined,Software,Same Event';

interface Row {
  readonly system: number;
  readonly nodes?: number | '';
  readonly node: number;
  readonly production?: string;
  readonly end?: string;
  readonly started: string;
  readonly minutes?: number;
  readonly causes?: string;
}

function line({
  system,
  nodes = 3,
  node,
  production = '1-Apr',
  end = 'current',
  started,
  minutes = 60,
  causes = ',CPU,,,,',
}: Row) {
  return `${system},cluster,${nodes},8,2,${node + 1},${node},x,${production},${end},part,1,1,1,0,compute,${started},${started},${minutes},${causes},No`;
}

function read(...rows: readonly Row[]) {
  return readLanlRelease('lanl.csv', `${[HEADER, ...rows.map(line)].join('\n')}\n`);
}

const day = (text: string): number => Date.parse(`${text}T00:00:00Z`);

test('hosts of a system with those that never failed, watched from the first failure to the last of the file', () => {
  const { history, problems } = read(
    { system: 20, node: 7, started: '12/31/2001 23:30', minutes: 90 },
    { system: 20, node: 2, started: '5/2/2001 6:05', causes: ',,,,Undetermined,' },
  );
  const untilMs = day('2001-12-31') + 23.5 * 3_600_000 + 60_000;
  expect(problems).toEqual([]);
  expect(history).toEqual({
    hosts: ['20-2', '20-7', '20-silent-0'].map((name) => ({
      name,
      group: '20',
      fromMs: Date.UTC(2001, 4, 2, 6, 5),
      untilMs,
    })),
    failures: [
      { host: 0, startMs: Date.UTC(2001, 4, 2, 6, 5), endMs: Date.UTC(2001, 4, 2, 7, 5), cause: 'Undetermined' },
      { host: 1, startMs: Date.UTC(2001, 11, 31, 23, 30), endMs: Date.UTC(2002, 0, 1, 1), cause: 'Hardware: CPU' },
    ],
  });
});

describe('from when until when', () => {
  const span = (row: Partial<Row>) => {
    const { history } = read(
      { system: 1, nodes: 2, node: 0, started: '6/1/2000 0:00', ...row },
      { system: 1, nodes: 2, node: 1, started: '1/1/1996 0:00' },
      { system: 2, nodes: 1, node: 0, started: '6/1/2005 0:00' },
    );
    const host = history.hosts.find(({ group }) => group === '1');
    return [host?.fromMs, host?.untilMs].map((atMs) => new Date(atMs ?? 0).toISOString().slice(0, 16));
  };
  test.each([
    [
      'months as they were written',
      { production: 'Nov-96', end: 'Dec-99', started: '6/1/1998 0:00' },
      ['1996-11-01T00:00', '1999-12-01T00:00'],
    ],
    [
      'months that a spreadsheet turned',
      { production: '0-Jan', end: '5-Apr' },
      ['2000-01-01T00:00', '2005-04-01T00:00'],
    ],
    ['still there: the end of the file', { production: '0-Jan' }, ['2000-01-01T00:00', '2005-06-01T00:01']],
    [
      'before records began: the first of its system',
      { production: 'before tracking' },
      ['1996-01-01T00:00', '2005-06-01T00:01'],
    ],
    [
      'nobody says anything: while it fails',
      { production: '', end: '', nodes: '' as const },
      ['1996-01-01T00:00', '2000-06-01T00:01'],
    ],
    ['a failure after the end counts', { production: '0-Jan', end: '0-Feb' }, ['2000-01-01T00:00', '2000-06-01T00:01']],
  ] as const)('%s', (_, row, expected) => {
    expect(span(row)).toEqual(expected);
  });
});

test('a file that is something else says so, and what cannot be read has its place', () => {
  expect(readLanlRelease('x.csv', 'host,start,end\n').problems.map(({ message }) => message)).toContain(
    'no column "System"',
  );
  const { problems } = read({ system: 1, node: 0, started: '2000-06-01 00:00', minutes: Number.NaN });
  expect(problems.map(({ code, line: at, column, message }) => [code, at, column, message])).toEqual([
    ['MT171', 2, 58, '"2000-06-01 00:00" is not M/D/YYYY H:MM'],
    ['MT171', 2, 92, '"NaN" is not a number of minutes'],
  ]);
});
