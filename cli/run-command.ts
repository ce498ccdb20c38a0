// Loads and runs one command and turns what it throws into words and an exit code: problems of the user's input (2), trouble of the
// surroundings (4), and everything else, which is a bug of ours (70). Stack traces only with METALTWIN_DEBUG=1.

import { problemsJson, problemsMarkdown, problemsText, type ShownProblem } from '../reports/problems.ts';
import { VERSION } from './build-info.ts';
import type { Command, CommandRequest } from './command-request.ts';
import { EXIT, type ExitCode } from './exit-codes.ts';
import { outputOf } from './output.ts';
import { isTrouble } from './trouble.ts';
import { BadInput } from './usage-problem.ts';

export async function runCommand(load: () => Promise<Command>, request: CommandRequest): Promise<ExitCode> {
  try {
    const command = await load();
    return await command(request);
  } catch (error) {
    if (request.console.environment.METALTWIN_DEBUG === '1' && error instanceof Error) {
      request.console.err(`${error.stack ?? ''}\n`);
    }
    return explainFailure(error, request);
  }
}

function explainFailure(error: unknown, request: CommandRequest): ExitCode {
  const { console, argv } = request;
  if (error instanceof BadInput) {
    showProblems(error.problems, request);
    return EXIT.usage;
  }
  if (isTrouble(error)) {
    console.err(`error: ${error.message}\n`);
    return EXIT.environment;
  }
  const what = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  console.err(
    `metaltwin ${VERSION} failed, and this is a bug in it, not in your input.\n  ${what}\n` +
      `  command: metaltwin ${argv.join(' ')}\n` +
      '  Please report these lines; METALTWIN_DEBUG=1 adds where it happened.\n',
  );
  return EXIT.internal;
}

/** Problems go to stderr for people and to stdout for machines, who asked for them with -o. */
export function showProblems(problems: readonly ShownProblem[], request: CommandRequest): void {
  const { console, flags } = request;
  const { format, style } = outputOf(flags, console, { for: 'err' });
  if (format === 'json') console.out(problemsJson(problems));
  else if (format === 'markdown') console.out(problemsMarkdown(problems));
  else console.err(problemsText(problems, style));
}
