// metaltwin calibrate, backtest and import trace, on a small history of two kinds of hosts.

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { EXIT } from '../../cli/exit-codes.ts';
import { metaltwin } from './captured-console.ts';

let folder = '';
const at = (name: string): string => join(folder, name);
const month = (index: number): string =>
  `${2020 + Math.floor(index / 12)}-${String((index % 12) + 1).padStart(2, '0')}`;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'metaltwin-history-'));
  // Two old hosts fail every month, one new host never.
  const failures = Array.from(
    { length: 36 },
    (_, index) => `old-${index % 2},${month(index)}-10T00:00:00Z,1h,disk: sda\n`,
  );
  writeFileSync(at('trace.csv'), `host,start,duration,cause\n${failures.join('')}`);
  const hosts = ['old-0,old', 'old-1,old', 'new-0,new'].map(
    (host) => `${host},2020-01-01T00:00:00Z,2023-01-01T00:00:00Z\n`,
  );
  writeFileSync(at('hosts.csv'), `host,group,from,until\n${hosts.join('')}`);
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

test('calibrate: rates with those that never failed among the hosts', async () => {
  const { code, out, err } = await metaltwin('calibrate', at('trace.csv'), '--hosts', at('hosts.csv'), '-o', 'json');
  const { groups } = JSON.parse(out) as {
    groups: readonly { group: string; hosts: number; failures: number; perHostYear: number }[];
  };
  expect({ code, err }).toEqual({ code: EXIT.ok, err: '' });
  expect(
    groups.map(({ group, hosts, failures, perHostYear }) => [
      group,
      hosts,
      failures,
      Math.round(perHostYear * 10) / 10,
    ]),
  ).toEqual([
    ['old', 2, 36, 6],
    ['new', 1, 0, 0],
  ]);
});

test('calibrate: only some groups, only some years, and a warning where nobody says who was watched', async () => {
  const some = await metaltwin(
    ...['calibrate', at('trace.csv'), '--hosts', at('hosts.csv'), '--group', 'new', '--until', '2021-01-01'],
  );
  expect(some).toMatchObject({ code: EXIT.usage });
  expect(some.err).toContain('has no failures');
  const { code, out, err } = await metaltwin('calibrate', at('trace.csv'), '--from', '2022-01-01', '-o', 'markdown');
  expect(code).toBe(EXIT.ok);
  expect(out).toContain('| disk | 12 | 100.0 % |');
  expect(err).toContain('MT172');
});

test('backtest: a rate that does not change is forecast', async () => {
  const { code, out } = await metaltwin(
    ...['backtest', at('trace.csv'), '--hosts', at('hosts.csv'), '--split', '2022-01-01', '-o', 'json'],
  );
  const tested = JSON.parse(out) as {
    share: number;
    groupYears: readonly { group: string; year: number; failures: number; forecast: { drift: { median: number } } }[];
  };
  expect(code).toBe(EXIT.ok);
  expect(tested.share).toBe(0.9);
  expect(tested.groupYears.map(({ group, year, failures }) => [group, year, failures])).toEqual([
    ['old', 2022, 12],
    ['new', 2022, 0],
  ]);
  expect(Math.abs((tested.groupYears[0]?.forecast.drift.median ?? 0) - 12)).toBeLessThan(3);
});

test('import trace: what a scenario can replay', async () => {
  const { code, out } = await metaltwin(
    ...['import', 'trace', at('trace.csv'), '--hosts', at('hosts.csv'), '--from', '2022-11-01'],
  );
  expect({ code, out }).toEqual({
    code: EXIT.ok,
    out:
      'host,start,end,fault,cause\n' +
      'old-0,2022-11-10T00:00:00Z,2022-11-10T01:00:00Z,osHang,disk: sda\n' +
      'old-1,2022-12-10T00:00:00Z,2022-12-10T01:00:00Z,osHang,disk: sda\n',
  });
});

describe('what is wrong with a line', () => {
  test.each([
    [['calibrate'], ['no failures']],
    [['calibrate', 'records.csv.xz'], ['records.csv.xz is compressed']],
    [
      ['calibrate', 'a.csv', 'b.csv', '--format', 'lnal'],
      ['--format accepts trace, lanl, not "lnal"', 'one history at a time, and "b.csv" is a second one'],
    ],
    [
      ['backtest', 'a.csv', '--interval', '100'],
      ['--interval accepts a percentage between 0 and 100, not "100"', 'no --split'],
    ],
  ])('%s', async (line, messages) => {
    const { code, out } = await metaltwin(...line, '-o', 'json');
    expect(code).toBe(EXIT.usage);
    expect((JSON.parse(out) as readonly { message: string }[]).map(({ message }) => message).sort()).toEqual(messages);
  });

  test('importing something else', async () => {
    const { code, err } = await metaltwin('import', 'dump', 'a.csv');
    expect(code).toBe(EXIT.usage);
    expect(err).toContain('import accepts trace, not "dump"');
  });

  test('a group and a day that the history does not have', async () => {
    const line = ['backtest', at('trace.csv'), '--hosts', at('hosts.csv')];
    const group = await metaltwin(...line, '--group', 'odl', '--split', '2022-01-01');
    expect(group.err).toContain('there is no group "odl"');
    const day = await metaltwin(...line, '--split', '2030-01-01');
    expect(day.err).toContain('--split does not lie within the history, from ');
    const late = await metaltwin('calibrate', at('trace.csv'), '--hosts', at('hosts.csv'), '--from', '2044-01-01');
    expect(late.err).toContain('--from lies behind the history, which is from ');
    expect(group.err).not.toContain('has no failures');
    const words = await metaltwin(...line, '--split', 'tomorrow');
    expect(words.err).toContain('--split accepts a day or an instant, not "tomorrow"');
  });
});
