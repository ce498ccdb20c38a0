// Runs one command and turns what it throws into an exit code and words: problems of the user's input (2), trouble of the
// surroundings (4), and everything else, which is a bug of ours (70). Stack traces only with METALTWIN_DEBUG=1.

import type { Command, CommandRequest } from './command-request.ts';
import { EXIT, type ExitCode } from './exit-codes.ts';

export async function runCommand(command: Command, request: CommandRequest): Promise<ExitCode> {
  try {
    return await command(request);
  } catch (error) {
    request.console.err(`${String(error)}\n`);
    return EXIT.internal;
  }
}
