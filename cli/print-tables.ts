// Tables in the format that was asked for: text for a terminal, Markdown, or the data behind them as JSON.

import { jsonText } from '../reports/json.ts';
import { tableText } from '../reports/markdown.ts';
import type { Table } from '../reports/table.ts';
import { textTable } from '../reports/text-table.ts';
import type { CommandRequest } from './command-request.ts';
import { outputOf } from './output.ts';

export function printTables({ console, flags }: CommandRequest, tables: readonly Table[], data: unknown): void {
  const { format, style } = outputOf(flags, console, { for: 'out' });
  if (format === 'json') console.out(jsonText(data));
  else if (format === 'markdown') console.out(`${tables.map(tableText).join('\n\n')}\n`);
  else console.out(`${tables.map((table) => textTable(table, style).join('\n')).join('\n\n')}\n`);
}
