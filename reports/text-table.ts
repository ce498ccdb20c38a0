// Tables in plain text. One that is wider than the terminal is cut into bands, each of which repeats the first column.

import type { Column, Table } from './table.ts';
import { asShown, paint, printable, type TextStyle, wrap } from './text-style.ts';

const GAP = '  ';
const MARGIN = ' ';
const HANG = '  ';

export function textTable(table: Table, style: TextStyle): readonly string[] {
  const columns = table.columns.map((column, index) =>
    measure(
      column,
      table.rows.map((row) => row[index] ?? ''),
      style,
    ),
  );
  const [whole, ...others] = columns;
  if (whole === undefined) return [];
  const widest = others.reduce((most, { width }) => Math.max(most, width), 0);
  const first = wrapped(whole, style.width - MARGIN.length - GAP.length - widest, style);
  const bands = cutIntoBands(first, others, style.width);
  const title = wrap(`${MARGIN}${asShown(table.title, style)}`, style, MARGIN).map((line) =>
    paint(line, 'strong', style),
  );
  return [
    ...title,
    ...bands.flatMap((band, index) => [...(index === 0 ? [] : ['']), ...bandLines([first, ...band], style)]),
    ...(table.note === undefined ? [] : wrap(`${MARGIN}${asShown(table.note, style)}`, style, MARGIN)),
  ];
}

interface MeasuredColumn {
  readonly align: Column['align'];
  /** Lines of the heading, broken at spaces so that a long name does not widen its column. */
  readonly heading: readonly string[];
  /** Lines of each cell. */
  readonly cells: readonly (readonly string[])[];
  readonly width: number;
}

function measure(column: Column, cells: readonly string[], style: TextStyle): MeasuredColumn {
  const shown = cells.map((cell) => asShown(printable(cell), style));
  const label = asShown(printable(column.label), style);
  const widestCell = shown.reduce((most, cell) => Math.max(most, cell.length), 0);
  const longestWord = label.split(' ').reduce((most, word) => Math.max(most, word.length), 0);
  const width = Math.max(widestCell, longestWord);
  return {
    align: column.align,
    heading: wrap(label, { ...style, width }, ''),
    cells: shown.map((cell) => [cell]),
    width,
  };
}

/** The column with cells broken at spaces, where it would leave no room for any other column. */
function wrapped(column: MeasuredColumn, room: number, style: TextStyle): MeasuredColumn {
  if (column.width <= room) return column;
  const cells = column.cells.map((lines) => lines.flatMap((line) => wrap(line, { ...style, width: room }, HANG)));
  const width = [...cells.flat(), ...column.heading].reduce((most, line) => Math.max(most, line.length), 0);
  return { ...column, cells, width };
}

function cutIntoBands(
  first: MeasuredColumn,
  others: readonly MeasuredColumn[],
  width: number,
): readonly (readonly MeasuredColumn[])[] {
  const bands: MeasuredColumn[][] = [];
  let used = Number.POSITIVE_INFINITY;
  for (const column of others) {
    if (used + GAP.length + column.width > width) {
      bands.push([]);
      used = MARGIN.length + first.width;
    }
    bands.at(-1)?.push(column);
    used += GAP.length + column.width;
  }
  return bands;
}

function bandLines(columns: readonly MeasuredColumn[], style: TextStyle): readonly string[] {
  const headingHeight = columns.reduce((most, column) => Math.max(most, column.heading.length), 0);
  const rowCount = columns[0]?.cells.length ?? 0;
  const lineOf = (textOf: (column: MeasuredColumn) => string): string =>
    `${MARGIN}${columns.map((column) => pad(textOf(column), column)).join(GAP)}`.trimEnd();
  const heading = Array.from({ length: headingHeight }, (_, line) =>
    lineOf((column) => column.heading[line - headingHeight + column.heading.length] ?? ''),
  );
  const rows = Array.from({ length: rowCount }, (_, row) => {
    const height = columns.reduce((most, column) => Math.max(most, column.cells[row]?.length ?? 0), 1);
    // Numbers stand beside the last line of a name, as they stand under the last line of a heading.
    return Array.from({ length: height }, (_line, line) =>
      lineOf((column) => {
        const lines = column.cells[row] ?? [];
        return lines[line - height + lines.length] ?? '';
      }),
    );
  });
  return [...heading.map((line) => paint(line, 'quiet', style)), ...rows.flat()];
}

function pad(text: string, column: MeasuredColumn): string {
  return column.align === 'left' ? text.padEnd(column.width) : text.padStart(column.width);
}
