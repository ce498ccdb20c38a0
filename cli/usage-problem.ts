// Problems of the command line itself, in the same form as problems of files: the line that was typed, the word that is
// wrong, what to write instead. Codes MT0xx; those of files are in scenarios/problem-catalogue.ts.

import type { ShownProblem } from '../reports/problems.ts';
import { COMMAND_LINE, type Place } from '../scenarios/problem.ts';

export const USAGE_CATALOGUE = {
  MT001: {
    title: 'Unknown flag',
    explanation:
      'The command does not have this flag. A flag that nobody reads would change nothing and look as if it did.',
  },
  MT002: { title: 'A flag has a value that it cannot have', explanation: 'The message names what the flag accepts.' },
  MT003: {
    title: 'Something is missing on the command line',
    explanation: 'The usage line of the command shows what it needs.',
  },
  MT004: {
    title: 'A name on the command line does not exist',
    explanation:
      'A command, or a host, rack, policy or replication that the input does not have. The nearest names are suggested.',
  },
  MT005: {
    title: 'No such result',
    explanation: 'Results are named by their folder, or "latest"; replay and explain add #POLICY/REPLICATION.',
  },
} as const;

export type UsageCode = keyof typeof USAGE_CATALOGUE;

export interface UsageProblem extends ShownProblem {
  readonly code: UsageCode;
}

/** Where the problem is: the n-th appearance of `word` among the arguments; the end of the line where nothing is wrong but missing. */
export function usageProblem(
  code: UsageCode,
  message: string,
  at: { readonly argv: readonly string[]; readonly word?: string; readonly remedy?: string; readonly why?: string },
): UsageProblem {
  return {
    code,
    severity: 'error',
    message,
    ...placeOnLine(at.argv, at.word),
    ...(at.why === undefined ? {} : { why: at.why }),
    ...(at.remedy === undefined ? {} : { remedy: at.remedy }),
  };
}

/** Where a word of the command line stands; the end of the line for none. */
export function placeOnLine(argv: readonly string[], word: string | undefined): Required<Place> {
  const source = ['metaltwin', ...argv].join(' ');
  const column = word === undefined ? source.length + 1 : columnOf(argv, word);
  return { file: COMMAND_LINE, line: 1, column, endColumn: column + (word?.length ?? 1), source };
}

/** Thrown by a command before anything is simulated; ends in exit code 2. */
export class BadInput extends Error {
  override name = 'BadInput';
  readonly problems: readonly ShownProblem[];

  constructor(problems: readonly ShownProblem[]) {
    super(problems.map((problem) => problem.message).join('; '));
    this.problems = problems;
  }
}

/** 1-based, in the joined line: a whole argument, else the argument that holds the word. */
function columnOf(argv: readonly string[], word: string): number {
  const exact = argv.indexOf(word);
  const index = exact >= 0 ? exact : argv.findIndex((argument) => argument.includes(word));
  const before = ['metaltwin', ...argv.slice(0, Math.max(0, index))].join(' ').length + 1;
  return before + 1 + Math.max(0, (argv[index] ?? '').indexOf(word));
}
