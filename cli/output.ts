// In which format and style a command answers: flags first, then the conventions NO_COLOR and FORCE_COLOR, then what the
// stream can show.

import type { TextStyle } from '../reports/text-style.ts';
import type { Flags } from './command-request.ts';
import type { Console } from './console.ts';

export const FORMATS = ['text', 'json', 'markdown'] as const;
export type Format = (typeof FORMATS)[number];

export interface Output {
  /** `text` where the flag has a value that no format has: arguments.ts reports that. */
  readonly format: Format;
  readonly style: TextStyle;
}

const NARROWEST = 40;

export function outputOf(flags: Flags, console: Console, stream: { readonly for: 'out' | 'err' }): Output {
  const isTerminal = stream.for === 'out' ? console.outIsTerminal : console.errIsTerminal;
  const { NO_COLOR: noColor, FORCE_COLOR: forceColor } = console.environment;
  const wanted = isTerminal || (forceColor !== undefined && forceColor !== '' && forceColor !== '0');
  return {
    format: FORMATS.find((format) => format === flags.output) ?? 'text',
    style: {
      width: Math.max(NARROWEST, console.width),
      // A report in Markdown holds no escapes, wherever it is printed.
      color:
        wanted &&
        !(stream.for === 'out' && flags.output === 'markdown') &&
        flags.color !== false &&
        (noColor === undefined || noColor === ''),
      ascii: flags.ascii === true,
    },
  };
}

/** Text that has no Markdown of its own, as a block that a pull request shows as it is. */
export function inFormat(text: string, format: Format): string {
  return format === 'markdown' ? `\`\`\`text\n${text}\`\`\`\n` : text;
}
