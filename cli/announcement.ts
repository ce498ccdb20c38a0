// What `compare` and `run` say before they run: warnings, and how the policies differ in meaning.

import { asShown, paint, printable, type TextStyle, wrap } from '../reports/text-style.ts';
import type { Study } from '../scenarios/study.ts';

/** Text for stderr, ending in an empty line; empty when there is nothing to say. */
export function announceStudy(study: Study, style: TextStyle): string {
  const block = (title: string, lines: readonly string[]): readonly string[] =>
    lines.length === 0
      ? []
      : [
          paint(title, 'strong', style),
          ...lines.flatMap((line) => wrap(`  ${asShown(printable(line), style)}`, style, '    ')),
          '',
        ];
  const lines = [...block('Warnings', study.warnings), ...block('How the policies differ', study.meaningDifferences)];
  return lines.length === 0 ? '' : `${lines.join('\n')}\n`;
}
