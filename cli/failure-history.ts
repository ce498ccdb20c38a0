// The flags that name a history of failures, and the history: a trace of ours, or the release of LANL.

import { problemsText } from '../reports/problems.ts';
import { hasErrors, unreadable } from '../scenarios/problem.ts';
import { instantOf } from '../scenarios/trace/fault-trace.ts';
import {
  type FailureHistory,
  historyOfGroups,
  type ReadHistory,
  type Span,
  spanOf,
} from '../twin/failures/failure-history.ts';
import { readLanlRelease } from '../twin/failures/lanl-release.ts';
import { readTraceHistory, type TextFile } from '../twin/failures/trace-history.ts';
import { studyFiles } from '../twin/study-files.ts';
import type { Arguments } from './arguments.ts';
import type { CommandRequest } from './command-request.ts';
import { outputOf } from './output.ts';
import { BadInput, placeOnLine } from './usage-problem.ts';

const FORMATS = ['trace', 'lanl'] as const;

/** The history that a command line names, of the groups that it names. Ends the command with every problem. */
export function historyOf(request: CommandRequest, args: Arguments, file: string | undefined): FailureHistory {
  const { flags } = request;
  const format = flags.format === undefined ? 'trace' : args.choice('--format', flags.format, FORMATS);
  if (file === undefined) args.problem('MT003', 'no failures', { remedy: 'give a CSV file of failures' });
  else if (/\.(xz|bz2|zst)$/.test(file)) {
    const tool = file.endsWith('.xz') ? 'xz -dk' : file.endsWith('.bz2') ? 'bunzip2 -k' : 'zstd -d';
    args.problem('MT002', `${file} is compressed`, { word: file, remedy: `decompress it: ${tool} ${file}` });
  }
  if (flags.hosts !== undefined && format === 'lanl') {
    args.problem('MT002', 'the release of LANL says itself which hosts there were', {
      word: '--hosts',
      remedy: 'leave --hosts out',
    });
  }
  args.finish();
  const read = readHistory({ format: format ?? 'trace', file: file ?? '', hosts: flags.hosts }, request);
  if (hasErrors(read.problems)) throw new BadInput(read.problems);
  warn(read, request);
  const history = ofGroups(read.history, flags.group, args);
  args.finish();
  if (history.failures.length === 0) {
    args.problem('MT003', `${file ?? ''} has no failures`, { ...(file === undefined ? {} : { word: file }) });
  }
  args.finish();
  return history;
}

/** For people, whatever the format: the answer itself goes to machines. */
function warn({ problems }: ReadHistory, { console, flags }: CommandRequest): void {
  if (problems.length > 0) console.err(problemsText(problems, outputOf(flags, console, { for: 'err' }).style));
}

function readHistory(
  asked: { readonly format: (typeof FORMATS)[number]; readonly file: string; readonly hosts: string | undefined },
  { argv }: CommandRequest,
): ReadHistory {
  const textOf = (file: string): TextFile => {
    const read = studyFiles.readText(file);
    if (read.kind === 'unreadable') throw new BadInput([unreadable(file, read, placeOnLine(argv, file))]);
    return { file, text: read.text };
  };
  const failures = textOf(asked.file);
  if (asked.format === 'lanl') return readLanlRelease(failures.file, failures.text);
  return readTraceHistory(failures, asked.hosts === undefined ? undefined : textOf(asked.hosts));
}

function ofGroups(history: FailureHistory, groups: readonly string[] | undefined, args: Arguments): FailureHistory {
  if (groups === undefined) return history;
  const known = [...new Set(history.hosts.map(({ group }) => group))];
  for (const group of groups) if (!known.includes(group)) args.unknownName('group', group, known);
  return historyOfGroups(history, groups);
}

/** `--from` and `--until`, each the beginning or end of the history where it is not given. */
export function spanAsked({ flags }: CommandRequest, args: Arguments, history: FailureHistory): Span {
  const whole = spanOf(history);
  const fromMs = instantAsked('--from', flags.from, args) ?? whole.fromMs;
  const untilMs = instantAsked('--until', flags.until, args) ?? whole.untilMs;
  if (flags.from !== undefined && fromMs >= whole.untilMs) {
    args.problem('MT002', `--from lies behind the history, which is ${daysOf(whole)}`, { word: flags.from });
  } else if (flags.until !== undefined && untilMs <= whole.fromMs) {
    args.problem('MT002', `--until lies before the history, which is ${daysOf(whole)}`, { word: flags.until });
  } else if (untilMs <= fromMs) {
    args.problem('MT002', '--until is not after --from', { word: flags.until ?? flags.from ?? '--until' });
  }
  return { fromMs, untilMs };
}

/** `from 1996-01-01 to 2005-09-09`. */
export function daysOf({ fromMs, untilMs }: Span): string {
  const [from, until] = [fromMs, untilMs].map((atMs) => new Date(atMs).toISOString().slice(0, 10));
  return `from ${from} to ${until}`;
}

/** A day in UTC, or an instant with a zone. */
export function instantAsked(flag: string, text: string | undefined, args: Arguments): number | undefined {
  if (text === undefined) return undefined;
  const atMs = instantOf(/^\d{4}-\d{2}-\d{2}$/.test(text) ? `${text}T00:00:00Z` : text);
  if (atMs === undefined) {
    args.problem('MT002', `${flag} accepts a day or an instant, not "${text}"`, {
      word: text,
      remedy: 'write 2003-01-01 or 2003-01-01T08:00:00Z',
    });
  }
  return atMs;
}
