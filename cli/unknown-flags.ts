// Answers a command line with flags that the command does not have: all of them at once, each with the nearest one that
// it has. Nothing else of the line is judged, since what follows an unknown flag may be its value.

import { didYouMean } from '../scenarios/did-you-mean.ts';
import type { CommandRequest } from './command-request.ts';
import { EXIT, type ExitCode } from './exit-codes.ts';
import { showProblems } from './run-command.ts';
import { usageProblem } from './usage-problem.ts';

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
