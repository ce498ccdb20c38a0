// A problem in what the user wrote: one sentence, the place, why it matters and what to write instead. Readers collect
// all of them and never throw for bad input; nothing is simulated while an error remains.

import type { Unreadable } from './file-reader.ts';
import type { ProblemCode } from './problem-catalogue.ts';

/** Something wrong with a text that was given. */
export interface Problem {
  /** Stable from version to version: docs/generated/errors.md. */
  readonly code: ProblemCode;
  /** A warning alone keeps nothing from running. */
  readonly severity: 'error' | 'warning';
  /** One sentence in plain words, naming things as the user wrote them. */
  readonly message: string;
  /** Path as the user gave it, or as the scenario names it. */
  readonly file: string;
  /** 1-based; 1:1 where a whole file is meant. */
  readonly line: number;
  /** 1-based. */
  readonly column: number;
  /** Column after the marked text, on the same line. */
  readonly endColumn?: number;
  /** The text of the line. */
  readonly source?: string;
  /** Why it matters. */
  readonly why?: string;
  /** What to write instead. */
  readonly remedy?: string;
}

/** The file of a place that is not in a file. */
export const COMMAND_LINE = 'command line';

/** Where something stands in a text. */
export interface Place {
  readonly file: string;
  readonly line: number;
  readonly column: number;
  readonly endColumn?: number;
  readonly source?: string;
}

/**
 * A file that could not be read, marked where it is named, with what to do about it.
 * @param forFolder what to give in place of a folder
 */
export function unreadable(file: string, found: Unreadable, place: Place, forFolder?: string): Problem {
  const meant = found.near === undefined ? undefined : `did you mean "${found.near}"?`;
  const remedy = found.remedy ?? meant ?? (found.isFolder === true ? forFolder : undefined);
  return {
    code: 'MT101',
    severity: 'error',
    message: `cannot read ${file}: ${found.why}`,
    ...place,
    ...(remedy === undefined ? {} : { remedy }),
  };
}

/** By file in order of first appearance, then by position; equal problems once. */
export function sortProblems(problems: readonly Problem[]): readonly Problem[] {
  const fileOrder = new Map<string, number>();
  for (const { file } of problems) if (!fileOrder.has(file)) fileOrder.set(file, fileOrder.size);
  const sorted = [...problems].sort(
    (a, b) =>
      (fileOrder.get(a.file) ?? 0) - (fileOrder.get(b.file) ?? 0) ||
      a.line - b.line ||
      a.column - b.column ||
      (a.code < b.code ? -1 : a.code > b.code ? 1 : 0) ||
      (a.message < b.message ? -1 : a.message > b.message ? 1 : 0),
  );
  return sorted.filter((problem, index) => {
    const before = sorted[index - 1];
    return (
      before === undefined ||
      before.file !== problem.file ||
      before.line !== problem.line ||
      before.column !== problem.column ||
      before.code !== problem.code ||
      before.message !== problem.message
    );
  });
}

export function hasErrors(problems: readonly Problem[]): boolean {
  return problems.some((problem) => problem.severity === 'error');
}

/** The same problem of the same place once, where several readers meet it. */
export function eachOnce(problems: readonly Problem[]): readonly Problem[] {
  const seen = new Set<string>();
  return problems.filter(({ code, file, line, column, message }) => {
    const text = `${code} ${file}:${line}:${column} ${message}`;
    if (seen.has(text)) return false;
    seen.add(text);
    return true;
  });
}
