// A console that keeps what a command writes, for tests of whole command lines.

import type { Console } from '../../cli/console.ts';
import type { ExitCode } from '../../cli/exit-codes.ts';
import { runProgram } from '../../cli/program.ts';

export interface Finished {
  readonly code: ExitCode;
  readonly out: string;
  readonly err: string;
}

/** Runs one command line as a process without a terminal would. */
export async function metaltwin(...argv: readonly string[]): Promise<Finished> {
  return metaltwinWith({}, ...argv);
}

export async function metaltwinWith(change: Partial<Console>, ...argv: readonly string[]): Promise<Finished> {
  let out = '';
  let err = '';
  const console: Console = {
    out: (text) => {
      out += text;
    },
    err: (text) => {
      err += text;
    },
    endOut: () => undefined,
    width: 100,
    outIsTerminal: false,
    errIsTerminal: false,
    environment: {},
    ...change,
  };
  const code = await runProgram(argv, console);
  return { code, out, err };
}
