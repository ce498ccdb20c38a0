// Where a command writes, and what the place can show. Results go to `out`, progress and problems to `err`.
// Tests pass their own; nothing below cli/ prints.

export interface Console {
  out(text: string): void;
  err(text: string): void;
  /** Columns of `out`; 80 where it is not a terminal, so that redirected output is the same everywhere. */
  readonly width: number;
  readonly outIsTerminal: boolean;
  readonly errIsTerminal: boolean;
  readonly environment: Readonly<Record<string, string | undefined>>;
}

const COLUMNS_WITHOUT_TERMINAL = 80;

/** The console of this process. A reader that has seen enough (`| head`) closes the pipe, which is no failure. */
export function processConsole(): Console {
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
    process.exit();
  });
  return {
    out: (text) => void process.stdout.write(text),
    err: (text) => void process.stderr.write(text),
    width: process.stdout.columns ?? COLUMNS_WITHOUT_TERMINAL,
    outIsTerminal: process.stdout.isTTY === true,
    errIsTerminal: process.stderr.isTTY === true,
    environment: process.env,
  };
}
