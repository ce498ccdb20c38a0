// What a terminal can show, and how text is made to fit: colour that never carries meaning alone, ASCII on request,
// wrapping, and names from clusters stripped of control characters.

export interface TextStyle {
  /** Columns, at least 40. */
  readonly width: number;
  readonly color: boolean;
  readonly ascii: boolean;
}

export type Tone = 'good' | 'bad' | 'doubt' | 'strong' | 'quiet';

const SGR: Readonly<Record<Tone, string>> = { good: '32;1', bad: '31;1', doubt: '33;1', strong: '1', quiet: '2' };

export function paint(text: string, tone: Tone, style: TextStyle): string {
  return style.color ? `\u001b[${SGR[tone]}m${text}\u001b[0m` : text;
}

/** Control characters become visible escapes: a name must not be able to move the cursor. */
export function printable(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is looked for.
  return text.replace(/[\u0000-\u001f\u007f-\u009f]/g, (character) => `\\u{${character.charCodeAt(0).toString(16)}}`);
}

const ASCII_FOR: Readonly<Record<string, string>> = {
  '’': "'",
  '–': '-',
  '—': '-',
  '…': '...',
  '×': 'x',
  '→': '->',
  '✓': 'OK',
  '✗': 'FAIL',
  '█': '#',
  '─': '-',
  '│': '|',
};

/** Text as the style can show it: ASCII replacements, and `?` for what has none. */
export function asShown(text: string, style: TextStyle): string {
  if (!style.ascii) return text;
  return text.replace(/[\u0080-\u{10ffff}]/gu, (character) => ASCII_FOR[character] ?? '?');
}

/** Breaks at spaces; continuation lines start with `hang`. Words longer than a line are left whole, so they can be pasted. */
export function wrap(text: string, style: TextStyle, hang: string): readonly string[] {
  const lines: string[] = [];
  const words = text.trimStart().split(' ');
  let line = `${' '.repeat(text.length - text.trimStart().length)}${words.shift() ?? ''}`;
  for (const word of words) {
    const longer = `${line} ${word}`;
    if (longer.length > style.width) {
      lines.push(line);
      line = `${hang}${word}`;
    } else {
      line = longer;
    }
  }
  return [...lines, line];
}
