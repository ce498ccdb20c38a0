// Where a command writes, and what the place can show. Results go to `out`, progress and problems to `err`.
// Tests pass their own; nothing below cli/ prints.

import { closeSync, fstatSync, openSync } from 'node:fs';
import { EXIT } from './exit-codes.ts';

export interface Console {
  out(text: string): void;
  err(text: string): void;
  /** Nothing more goes to `out`: whoever reads it through a pipe sees its end, though the command goes on. */
  endOut(): void;
  /** Columns of `out`; 80 where it is not a terminal, so that redirected output is the same everywhere. */
  readonly width: number;
  readonly outIsTerminal: boolean;
  readonly errIsTerminal: boolean;
  readonly environment: Readonly<Record<string, string | undefined>>;
}

const COLUMNS_WITHOUT_TERMINAL = 80;

/**
 * The console of this process. A reader that has seen enough (`| head`) closes the pipe, which is no failure: the rest is
 * dropped and the command ends with its own code. Results that cannot be written otherwise, as to a full disk, end the
 * process; progress and problems that nobody can read do not.
 */
export function processConsole(): Console {
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') return;
    process.stderr.write(`error: standard output cannot be written: ${error.message}\n`);
    process.exit(EXIT.environment);
  });
  process.stderr.on('error', () => undefined);
  return {
    out: (text) => void process.stdout.write(text),
    err: (text) => void process.stderr.write(text),
    endOut: () => void process.stdout.write('', endPipe),
    width: process.stdout.columns ?? COLUMNS_WITHOUT_TERMINAL,
    outIsTerminal: process.stdout.isTTY === true,
    errIsTerminal: process.stderr.isTTY === true,
    environment: process.env,
  };
}

const STANDARD_OUTPUT = 1;

/** A stream of Node keeps its descriptor open when it ends, so the pipe is closed below it; what is opened next takes its number. */
function endPipe(): void {
  if (process.platform === 'win32') return;
  const open = fstatSync(STANDARD_OUTPUT);
  if (!open.isFIFO() && !open.isSocket()) return;
  closeSync(STANDARD_OUTPUT);
  openSync('/dev/null', 'w');
}
