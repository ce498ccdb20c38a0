// A trace of recorded failures: a CSV file with one failure a record (docs/traces.md). Columns `host` and `start`, and `end` or
// `duration`; `fault` and `cause` where they are known. Instants are RFC 3339 with a zone, durations as anywhere else.

import { formatTime, parseTime } from '../../core/api/time.ts';
import { MINUTE_MS } from '../../sim/kernel/time-units.ts';
import { didYouMean } from '../did-you-mean.ts';
import type { Place, Problem } from '../problem.ts';
import { parseDuration } from '../quantities.ts';
import { type CsvRecord, type CsvTable, readCsv } from './csv-table.ts';

const TRACE_COLUMNS = ['host', 'start', 'end', 'duration', 'fault', 'cause'] as const;

type Column = (typeof TRACE_COLUMNS)[number];

export interface RecordedFailure {
  /** As the trace names it: hosts of a simulated cluster are found by a mapping. */
  readonly host: string;
  readonly startMs: number;
  /** Undefined where nothing says when it ended. */
  readonly endMs: number | undefined;
  /** Name of a fault of the catalogue; empty where the trace does not say it. */
  readonly fault: string;
  /** In the words of whoever recorded it; empty where nothing is said. */
  readonly cause: string;
}

export interface PlacedFailure {
  readonly failure: RecordedFailure;
  placeOf(column: Column): Place;
}

export interface FaultTrace {
  /** In order of start, equal starts in the order of the file. */
  readonly failures: readonly PlacedFailure[];
  /** Of the column in the header, or of the header where it has none. */
  placeOfColumn(column: Column): Place;
  readonly problems: readonly Problem[];
}

export function readFaultTrace(file: string, text: string): FaultTrace {
  const table = readCsv(file, text);
  const header: CsvRecord = { fields: table.header, line: 1 };
  const problems: Problem[] = [...table.problems, ...(table.header.length === 0 ? [] : headerProblems(table, header))];
  const failures = table.records.flatMap((record) => failureOf(table, record, problems));
  return {
    failures: failures.toSorted((a, b) => a.failure.startMs - b.failure.startMs),
    placeOfColumn: (column) => table.placeOf(header, column),
    problems,
  };
}

function headerProblems(table: CsvTable, header: CsvRecord): readonly Problem[] {
  const problem = (message: string, place: Place, remedy: string): Problem => ({
    code: 'MT171',
    severity: 'error',
    message,
    ...place,
    remedy,
  });
  const { header: names } = table;
  const at = table.placeOf(header, '');
  const unknown = names.filter((name) => !TRACE_COLUMNS.some((known) => known === name));
  const twice = names.filter((name, index) => names.indexOf(name) < index);
  const missing = (['host', 'start'] as const).filter((name) => !names.includes(name));
  const columns = `columns are ${TRACE_COLUMNS.join(', ')}`;
  if (names.length > 1 && unknown.length === names.length) {
    const remedy = `${columns}; the release LA-UR-05-7318 is read by --format lanl, and made a trace by "import trace"`;
    return [problem('this table is no trace: none of its columns is one of a trace', at, remedy)];
  }
  return [
    ...unknown.map((name) => {
      const meant = didYouMean(name, TRACE_COLUMNS);
      const remedy = meant === undefined ? columns : `did you mean "${meant}"?`;
      return problem(`the column "${name}" is not one of a trace`, table.placeOf(header, name), remedy);
    }),
    ...twice.map((name) => problem(`the column "${name}" stands twice`, at, 'remove one')),
    ...missing.map((name) => problem(`no column "${name}"`, at, `add ${name} to the header and to every record`)),
    ...(names.includes('end') || names.includes('duration')
      ? []
      : [
          problem(
            'no column "end" and no column "duration"',
            at,
            'add one of them; a failure of unknown end leaves it empty',
          ),
        ]),
  ];
}

function failureOf(table: CsvTable, record: CsvRecord, problems: Problem[]): readonly PlacedFailure[] {
  const before = problems.length;
  const field = (column: Column): string => record.fields[table.header.indexOf(column)]?.trim() ?? '';
  const bad = (column: Column, message: string, remedy: string): undefined => {
    problems.push({ code: 'MT171', severity: 'error', message, ...table.placeOf(record, column), remedy });
    return undefined;
  };
  const instant = (column: 'start' | 'end'): number | undefined => {
    const text = field(column);
    return (
      instantOf(text) ??
      bad(column, `"${text}" is not an instant`, 'write RFC 3339 with a zone, as 2026-11-22T08:06:45Z')
    );
  };
  if (field('host') === '' && table.header.includes('host')) {
    bad('host', 'the failure has no host', 'name the host that failed');
  }
  const startMs = table.header.includes('start') ? instant('start') : undefined;
  const end = field('end') === '' ? undefined : instant('end');
  const duration = field('duration');
  const lastsMs =
    duration === ''
      ? undefined
      : (parseDuration(duration) ??
        bad('duration', `"${duration}" is not a duration`, 'write for example 90s, 1h30m or 2d'));
  if (field('end') !== '' && duration !== '')
    bad('duration', 'the failure has an end and a duration', 'leave one of them empty');
  if (end !== undefined && startMs !== undefined && end < startMs) {
    bad('end', 'the failure ends before it starts', 'check both instants and their zones');
  }
  if (problems.length > before || startMs === undefined) return [];
  const endMs = end ?? (lastsMs === undefined ? undefined : startMs + lastsMs);
  const failure = { host: field('host'), startMs, endMs, fault: field('fault'), cause: field('cause') };
  return [{ failure, placeOf: (column) => table.placeOf(record, column) }];
}

/** Milliseconds since 1970 of RFC 3339 with a zone; undefined for anything else, a date that does not exist included. */
export function instantOf(text: string): number | undefined {
  const match = /^(\d{4}-\d{2}-\d{2})[Tt ](\d{2}:\d{2}:\d{2})(\.\d{1,9})?(?:[Zz]|([+-])(\d{2}):(\d{2}))$/.exec(text);
  if (match === null) return undefined;
  const [, date, time, fraction = '', sign, hours, minutes] = match;
  const localMs = parseTime(`${date}T${time}${fraction}Z`);
  if (!Number.isFinite(localMs) || formatTime(localMs) !== `${date}T${time}Z`) return undefined;
  const offsetMs = sign === undefined ? 0 : (Number(hours) * 60 + Number(minutes)) * MINUTE_MS;
  return sign === '-' ? localMs + offsetMs : localMs - offsetMs;
}

/** The trace as a text that `readFaultTrace` reads back, to the second: `end` where it is known. */
export function faultTraceText(failures: readonly RecordedFailure[]): string {
  const line = ({ host, startMs, endMs, fault, cause }: RecordedFailure): string =>
    [host, formatTime(startMs), endMs === undefined ? '' : formatTime(endMs), fault, cause].map(csvField).join(',');
  return `host,start,end,fault,cause\n${failures.map((failure) => `${line(failure)}\n`).join('')}`;
}

function csvField(value: string): string {
  return /[",\r\n]/.test(value) ? `"${value.replaceAll('"', '""')}"` : value;
}
