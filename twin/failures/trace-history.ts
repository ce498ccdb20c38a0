// A history from a trace of failures (docs/traces.md) and, beside it, a list of the hosts that were watched: a CSV file with the
// columns host, from and until, and group where there are several kinds.

import type { Problem } from '../../scenarios/problem.ts';
import { type CsvRecord, readCsv } from '../../scenarios/trace/csv-table.ts';
import { instantOf, readFaultTrace } from '../../scenarios/trace/fault-trace.ts';
import type { ObservedHost, ReadHistory } from './failure-history.ts';

export interface TextFile {
  readonly file: string;
  readonly text: string;
}

/** The group of hosts where nothing tells kinds apart. */
const ONE_GROUP = 'hosts';
const HOST_COLUMNS = ['host', 'group', 'from', 'until'] as const;

/** @param watched the list of hosts; without it, those of the trace, from its first failure to its last */
export function readTraceHistory(trace: TextFile, watched: TextFile | undefined): ReadHistory {
  const { failures: placed, problems: found } = readFaultTrace(trace.file, trace.text);
  const problems: Problem[] = [...found];
  const failures = placed.map(({ failure }) => failure);
  const hosts = watched === undefined ? failingHosts(failures) : readHosts(watched, problems);
  const indexes = new Map(hosts.map(({ name }, index) => [name, index]));
  if (watched === undefined && failures.length > 0) {
    problems.push({
      code: 'MT172',
      severity: 'warning',
      message: 'nobody says which hosts were watched: those that never failed are missing, so every rate is too high',
      file: trace.file,
      line: 1,
      column: 1,
      remedy: 'give --hosts FILE, a CSV file with the columns host, group, from, until',
    });
  }
  const known = placed.flatMap(({ failure, placeOf }) => {
    const host = indexes.get(failure.host);
    const inTime = host !== undefined && isWatched(hosts[host], failure.startMs);
    if (host !== undefined && inTime) {
      return [{ host, startMs: failure.startMs, endMs: failure.endMs, cause: failure.cause || failure.fault }];
    }
    problems.push({
      code: 'MT172',
      severity: 'error',
      message:
        host === undefined
          ? `the host "${failure.host}" is not in the list of hosts`
          : `the host "${failure.host}" failed while it was not watched`,
      ...placeOf(host === undefined ? 'host' : 'start'),
      remedy: `correct ${watched?.file ?? 'the trace'}: every failure belongs to a host that was watched then`,
    });
    return [];
  });
  return { history: { hosts, failures: known }, problems };
}

function isWatched(host: ObservedHost | undefined, atMs: number): boolean {
  return host !== undefined && atMs >= host.fromMs && atMs < host.untilMs;
}

function failingHosts(
  failures: readonly { readonly host: string; readonly startMs: number }[],
): readonly ObservedHost[] {
  const fromMs = failures[0]?.startMs ?? 0;
  const untilMs = (failures[failures.length - 1]?.startMs ?? 0) + 1;
  return [...new Set(failures.map(({ host }) => host))]
    .sort()
    .map((name) => ({ name, group: ONE_GROUP, fromMs, untilMs }));
}

function readHosts({ file, text }: TextFile, problems: Problem[]): readonly ObservedHost[] {
  const table = readCsv(file, text);
  problems.push(...table.problems);
  const header: CsvRecord = { fields: table.header, line: 1 };
  const bad = (message: string, record: CsvRecord, column: string, remedy: string): void => {
    problems.push({ code: 'MT172', severity: 'error', message, ...table.placeOf(record, column), remedy });
  };
  for (const name of table.header) {
    if (!HOST_COLUMNS.some((known) => known === name)) {
      bad(`the column "${name}" is not one of a list of hosts`, header, name, `columns are ${HOST_COLUMNS.join(', ')}`);
    }
  }
  for (const name of ['host', 'from', 'until']) {
    if (table.header.length > 0 && !table.header.includes(name)) bad(`no column "${name}"`, header, '', `add ${name}`);
  }
  const seen = new Set<string>();
  return table.records.flatMap((record) => {
    const before = problems.length;
    const field = (name: string): string => record.fields[table.header.indexOf(name)]?.trim() ?? '';
    const at = (name: 'from' | 'until'): number => {
      const atMs = instantOf(field(name));
      if (atMs === undefined && table.header.includes(name)) {
        bad(`"${field(name)}" is not an instant`, record, name, 'write RFC 3339 with a zone, as 2026-11-22T08:06:45Z');
      }
      return atMs ?? 0;
    };
    const name = field('host');
    if (name === '') bad('the host has no name', record, 'host', 'name it as the trace does');
    else if (seen.has(name)) bad(`the host "${name}" stands twice`, record, 'host', 'remove one');
    seen.add(name);
    const [fromMs, untilMs] = [at('from'), at('until')];
    if (problems.length === before && untilMs <= fromMs) {
      bad(`the host "${name}" was watched until before it was watched from`, record, 'until', 'check both instants');
    }
    return problems.length > before ? [] : [{ name, group: field('group') || ONE_GROUP, fromMs, untilMs }];
  });
}
