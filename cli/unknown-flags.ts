import type { Flags } from './command-request.ts';
import type { Console } from './console.ts';
import { EXIT, type ExitCode } from './exit-codes.ts';
export function unknownFlags(unknown: readonly string[], _declared: readonly string[], context: { flags: Flags; console: Console }): ExitCode {
  context.console.err(`unknown ${unknown.join(' ')}\n`);
  return EXIT.usage;
}
