// Answers a command line that does not parse: with flags that the command does not have, all of them at once, each with the
// nearest one that it has; with an unknown command; with a flag that lacks its value. Nothing else of the line is judged, since
// what follows an unknown flag may be its value.

import type { CommanderError } from 'commander';
import { didYouMean } from '../scenarios/did-you-mean.ts';
import type { CommandRequest } from './command-request.ts';
import { EXIT, type ExitCode } from './exit-codes.ts';
import { FORMATS } from './output.ts';
import { showProblems } from './run-command.ts';
import { type UsageProblem, usageProblem } from './usage-problem.ts';

export function answerUnknownFlags(
  unknown: readonly string[],
  declared: readonly string[],
  request: CommandRequest,
): ExitCode {
  showProblems(
    unknown.map((word) => {
      const [flag = word] = word.split('=');
      const near = didYouMean(flag, declared);
      const remedy = near === undefined ? undefined : `did you mean "${near}"?`;
      const flags = declared.length === 0 ? 'no flag but --help' : declared.join(', ');
      const why = `This command accepts: ${flags}.`;
      return usageProblem('MT001', `unknown flag "${flag}"`, {
        argv: request.argv,
        word,
        why,
        ...(remedy === undefined ? {} : { remedy }),
      });
    }),
    request,
  );
  return EXIT.usage;
}

/** What the parser refused before any command saw the line. */
export function answerUnparsed(
  error: CommanderError,
  commands: readonly string[],
  request: Pick<CommandRequest, 'argv' | 'console'>,
): ExitCode {
  const { argv } = request;
  // The flags were not read, and machines are answered in their own words all the same.
  const output = argv.find((_, index) => ['-o', '--output'].includes(argv[index - 1] ?? ''));
  const flags = FORMATS.some((format) => format === output) ? { output: output ?? '' } : {};
  showProblems([unparsedProblem(error, commands, argv)], { ...request, operands: [], flags });
  return EXIT.usage;
}

function unparsedProblem(error: CommanderError, commands: readonly string[], argv: readonly string[]): UsageProblem {
  const named = /'([^']*)'/.exec(error.message)?.[1] ?? '';
  if (error.code === 'commander.unknownCommand') {
    const near = didYouMean(named, commands);
    return usageProblem('MT004', `there is no command "${named}"`, {
      argv,
      word: named,
      why: `There are: ${commands.join(', ')}.`,
      ...(near === undefined ? {} : { remedy: `did you mean "${near}"?` }),
    });
  }
  const [flag = named] = named.replace(/^-\w, /, '').split(' ');
  return error.code === 'commander.optionMissingArgument'
    ? usageProblem('MT003', `${flag} has no value`, { argv, remedy: `write ${named.replace(/^-\w, /, '')}` })
    : usageProblem('MT002', error.message.replace(/^error: /, ''), { argv });
}
