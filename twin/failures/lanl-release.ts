// Reads the failure records that Los Alamos National Laboratory released as LA-UR-05-7318: 22 systems, 1996 to 2005, one record a
// failure, with the hosts that it implies.
//
// Divergence from reality
// - Stamps are local time without a zone; they are read as UTC. Once a year an hour is missing, once it is there twice.
// - An outage lasts as the column "Down Time" says, not as long as from "Prob Started" to "Prob Fixed" where the two differ.
// - Only hosts that failed are recorded. The others of a system are taken to be there as long as most of its recorded hosts.
// - Production starts and ends with a month; a host is watched from the first of it, and at its own failures in any case. A system's
//   records begin with its first failure.

import type { Problem } from '../../scenarios/problem.ts';
import { type CsvRecord, type CsvTable, readCsv } from '../../scenarios/trace/csv-table.ts';
import { MINUTE_MS } from '../../sim/kernel/time-units.ts';
import type { FailureHistory, HostFailure, ObservedHost, ReadHistory, Span } from './failure-history.ts';

const CLASSES = ['Facilities', 'Hardware', 'Human Error', 'Network', 'Undetermined', 'Software'] as const;
const NEEDED = [
  'System',
  'nodes',
  'nodenumz',
  'node prod',
  'node decom',
  'Prob Started',
  'Down Time',
  ...CLASSES,
] as const;

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

interface Recorded {
  readonly system: string;
  readonly nodes: number;
  readonly node: string;
  readonly production: number | undefined;
  readonly end: number | undefined;
  readonly startMs: number;
  readonly endMs: number;
  readonly cause: string;
}

export function readLanlRelease(file: string, text: string): ReadHistory {
  const table = readCsv(file, text);
  const problems: Problem[] = [...table.problems];
  const header: CsvRecord = { fields: table.header, line: 1 };
  for (const name of NEEDED) {
    if (table.header.length === 0 || table.header.includes(name)) continue;
    problems.push({
      code: 'MT171',
      severity: 'error',
      message: `no column "${name}"`,
      ...table.placeOf(header, ''),
      remedy: 'give the file of LA-UR-05-7318 as it was released, decompressed',
    });
  }
  const recorded = problems.length > 0 ? [] : table.records.flatMap((record) => recordedIn(table, record, problems));
  return { history: historyOf(recorded), problems };
}

function recordedIn(table: CsvTable, record: CsvRecord, problems: Problem[]): readonly Recorded[] {
  const field = (name: string): string => record.fields[table.header.indexOf(name)] ?? '';
  const startMs = stampMs(field('Prob Started'));
  const minutes = Number(field('Down Time'));
  const bad = (column: string, message: string): void => {
    problems.push({ code: 'MT171', severity: 'error', message, ...table.placeOf(record, column) });
  };
  if (startMs === undefined) bad('Prob Started', `"${field('Prob Started')}" is not M/D/YYYY H:MM`);
  if (!(minutes >= 0)) bad('Down Time', `"${field('Down Time')}" is not a number of minutes`);
  if (startMs === undefined || !(minutes >= 0)) return [];
  const cause = CLASSES.find((name) => field(name) !== '');
  return [
    {
      system: field('System'),
      nodes: Number(field('nodes')),
      node: field('nodenumz'),
      production: monthMs(field('node prod')),
      // A system about which nothing is said is watched while it fails.
      end: field('node decom') === '' ? startMs : monthMs(field('node decom')),
      startMs,
      endMs: startMs + minutes * MINUTE_MS,
      cause: cause === undefined ? '' : cause === field(cause) ? cause : `${cause}: ${field(cause)}`,
    },
  ];
}

/** `6/21/2005 10:54`. */
function stampMs(text: string): number | undefined {
  const match = /^(\d{1,2})\/(\d{1,2})\/(\d{4}) (\d{1,2}):(\d{2})$/.exec(text);
  if (match === null) return undefined;
  const [, month, day, year, hour, minute] = match.map(Number);
  return Date.UTC(year ?? 0, (month ?? 0) - 1, day, hour, minute);
}

/** `Nov-96` and, where a spreadsheet has changed it, `5-Apr` of April 2005; undefined for words. */
function monthMs(text: string): number | undefined {
  const [first = '', second = ''] = text.split('-');
  const turned = /^\d+$/.test(first);
  const month = MONTHS.indexOf(turned ? second : first);
  const year = Number(turned ? first : second);
  if (month < 0 || !Number.isInteger(year)) return undefined;
  return Date.UTC(year < 50 ? 2000 + year : 1900 + year, month, 1);
}

function historyOf(recorded: readonly Recorded[]): FailureHistory {
  const endMs = recorded.reduce((latest, { startMs }) => Math.max(latest, startMs), 0) + MINUTE_MS;
  const hosts: ObservedHost[] = [];
  const failures: HostFailure[] = [];
  const bySystem = Map.groupBy(recorded, ({ system }) => system);
  for (const [system, records] of [...bySystem].sort(([a], [b]) => Number(a) - Number(b))) {
    const firstMs = Math.min(...spans(records.map(({ startMs }) => startMs)));
    const byNode = Map.groupBy(records, ({ node }) => node);
    const watched: Span[] = [];
    for (const [node, ofNode] of [...byNode].sort(([a], [b]) => Number(a) - Number(b))) {
      const span = spanOfNode(ofNode, firstMs, endMs);
      watched.push(span);
      for (const { startMs, endMs: overMs, cause } of ofNode) {
        failures.push({ host: hosts.length, startMs, endMs: overMs, cause });
      }
      hosts.push({ name: `${system}-${node}`, group: system, ...span });
    }
    const silent = Math.max(0, (records[0]?.nodes || byNode.size) - byNode.size);
    const usual = mostFrequent(watched);
    for (let index = 0; index < silent; index++) {
      hosts.push({ name: `${system}-silent-${index}`, group: system, ...usual });
    }
  }
  return { hosts, failures: failures.toSorted((a, b) => a.startMs - b.startMs) };
}

/** Least and most of a list that may be too long for one call. */
function spans(values: readonly number[]): readonly [number, number] {
  let least = Infinity;
  let most = -Infinity;
  for (const value of values) {
    least = Math.min(least, value);
    most = Math.max(most, value);
  }
  return [least, most];
}

/** A node that was replaced has several spans; it is watched from the first to the last. */
function spanOfNode(records: readonly Recorded[], firstMs: number, endMs: number): Span {
  const [firstFailureMs, lastFailureMs] = spans(records.map(({ startMs }) => startMs));
  const [fromMs] = spans(records.map(({ production }) => production ?? firstMs));
  const [, untilMs] = spans(records.map(({ end }) => Math.min(endMs, end ?? endMs)));
  return {
    fromMs: Math.max(firstMs, Math.min(fromMs, firstFailureMs)),
    untilMs: Math.max(untilMs, lastFailureMs + MINUTE_MS),
  };
}

function mostFrequent(found: readonly Span[]): Span {
  const counts = new Map<string, { readonly span: Span; count: number }>();
  for (const span of found) {
    const key = `${span.fromMs} ${span.untilMs}`;
    const counted = counts.get(key) ?? { span, count: 0 };
    counted.count++;
    counts.set(key, counted);
  }
  const [most] = [...counts.values()].sort((a, b) => b.count - a.count);
  return most?.span ?? { fromMs: 0, untilMs: 0 };
}
