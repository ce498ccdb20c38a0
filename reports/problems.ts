// Problems as a user reads them: code and sentence, place, the line with a marker, why it matters, what to write instead.
// Errors come first. At most twenty are shown; the count of the rest is said. Problems of files and of the command line look the same.

import type { Problem } from '../scenarios/problem.ts';
import { jsonText } from './json.ts';
import { asShown, paint, printable, type TextStyle, wrap } from './text-style.ts';

/** A problem of a file or of the command line, which has codes of its own. */
export type ShownProblem = Omit<Problem, 'code'> & { readonly code: string };

const SHOWN_MOST = 20;

/** All problems as text, ending in a newline; empty for none. */
export function problemsText(problems: readonly ShownProblem[], style: TextStyle): string {
  if (problems.length === 0) return '';
  const shown = errorsFirst(problems)
    .slice(0, SHOWN_MOST)
    .map((problem) => problemLines(problem, style).join('\n'));
  const hidden = problems.length - shown.length;
  const rest = hidden === 0 ? [] : [`... and ${hidden} more; -o json shows all`];
  return `${[...shown, ...rest].join('\n\n')}\n`;
}

/** One JSON array with the fields that editors and CI look for. */
export function problemsJson(problems: readonly ShownProblem[]): string {
  return jsonText(
    problems.map((problem) => ({
      code: problem.code,
      severity: problem.severity,
      path: problem.file,
      line: problem.line,
      col: problem.column,
      endCol: problem.endColumn ?? problem.column,
      message: problem.message,
      why: problem.why ?? null,
      suggestion: problem.remedy ?? null,
      docs: `metaltwin validate --explain ${problem.code}`,
    })),
  );
}

/** One bullet each, for pull requests. */
export function problemsMarkdown(problems: readonly ShownProblem[]): string {
  return errorsFirst(problems)
    .map((problem) => {
      const remedy = problem.remedy === undefined ? '' : `; ${printable(problem.remedy)}`;
      return `- **${problem.severity} ${problem.code}** ${placeOf(problem)}: ${printable(problem.message)}${remedy}\n`;
    })
    .join('');
}

/** What ends a command stands before what it says besides; else in their order. */
function errorsFirst(problems: readonly ShownProblem[]): readonly ShownProblem[] {
  const errors = problems.filter(({ severity }) => severity === 'error');
  return [...errors, ...problems.filter(({ severity }) => severity !== 'error')];
}

function problemLines(problem: ShownProblem, style: TextStyle): readonly string[] {
  const shown = (text: string): string => asShown(printable(text), style);
  const tone = problem.severity === 'error' ? 'bad' : 'doubt';
  const heading = wrap(`${problem.severity} ${problem.code}: ${shown(problem.message)}`, style, '  ');
  const [first = '', ...more] = heading;
  const label = `${problem.severity} ${problem.code}`;
  return [
    first.replace(label, paint(label, tone, style)),
    ...more,
    `  --> ${shown(placeOf(problem))}`,
    ...sourceLines(problem, style),
    ...(problem.why === undefined ? [] : wrap(`  ${shown(problem.why)}`, style, '  ')),
    ...(problem.remedy === undefined || problem.source !== undefined
      ? []
      : wrap(`  ${shown(problem.remedy)}`, style, '  ')),
  ];
}

/** The line with a marker under the named columns, and the remedy beside the marker where it fits, else below. */
function sourceLines(problem: ShownProblem, style: TextStyle): readonly string[] {
  if (problem.source === undefined) return [];
  const number = String(problem.line).padStart(5);
  const gutter = `${' '.repeat(number.length)} | `;
  const { text, column } = excerpt(problem.source, problem.column, style.width - gutter.length);
  const length = Math.max(1, (problem.endColumn ?? problem.column + 1) - problem.column);
  const room = Math.max(1, style.width - gutter.length - column + 1);
  // A tab before the marker stays a tab, so that the marker stands under its text.
  const indent = text.slice(0, column - 1).replace(/[^\t]/g, ' ');
  const marker = `${gutter}${indent}${'^'.repeat(Math.min(length, room))}`;
  const source = `${number} | ${asShown(text.replace(/[^\t\P{Cc}]/gu, '?'), style)}`;
  if (problem.remedy === undefined) return [source, marker];
  const remedy = asShown(printable(problem.remedy), style);
  return `${marker} ${remedy}`.length <= style.width
    ? [source, `${marker} ${remedy}`]
    : [source, marker, ...wrap(`  ${remedy}`, style, '  ')];
}

/** As much of a line as fits, around the column; what is cut is marked. Columns are 1-based and lie within the line or just behind it. */
function excerpt(source: string, at: number, room: number): { readonly text: string; readonly column: number } {
  const column = Math.max(1, Math.min(at, source.length + 1));
  if (source.length <= room) return { text: source, column };
  const cut = '...';
  const kept = Math.max(1, room - 2 * cut.length);
  const start = Math.max(0, Math.min(column - 1 - Math.floor(kept / 2), source.length - kept));
  const front = start === 0 ? '' : cut;
  const back = start + kept >= source.length ? '' : cut;
  return { text: `${front}${source.slice(start, start + kept)}${back}`, column: column - start + front.length };
}

/** 1:1 without a source line means the file as a whole. */
function placeOf(problem: ShownProblem): string {
  const whole = problem.line === 1 && problem.column === 1 && problem.source === undefined;
  return whole ? problem.file : `${problem.file}:${problem.line}:${problem.column}`;
}
