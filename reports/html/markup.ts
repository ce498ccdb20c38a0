// Pieces of HTML. Every text passes `escaped`: names come from clusters and are data.

import type { Table } from '../table.ts';
import { printable } from '../text-style.ts';
import type { StateLook } from './timeline-data.ts';

export function escaped(text: string): string {
  return printable(text)
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll("'", '&#39;');
}

/** JSON that may stand inside a script element: `<` cannot end it. */
export function embeddedJson(value: unknown): string {
  return JSON.stringify(value).replaceAll('<', '\\u003c');
}

/** A table with a caption; the first cell of each row heads it. */
export function tableMarkup(table: Table): string {
  const side = (index: number): string => (table.columns[index]?.align === 'right' ? ' class="number"' : '');
  const head = table.columns
    .map((column, index) => `<th scope="col"${side(index)}>${escaped(column.label)}</th>`)
    .join('');
  const rows = table.rows.map((row) => {
    const cells = row.map((cell, index) =>
      index === 0 ? `<th scope="row">${escaped(cell)}</th>` : `<td${side(index)}>${escaped(cell)}</td>`,
    );
    return `<tr>${cells.join('')}</tr>`;
  });
  const note = table.note === undefined ? '' : `<p class="note">${escaped(table.note)}</p>`;
  return `<div class="scroll" role="region" tabindex="0" aria-label="${escaped(table.title)}"><table><caption>${escaped(table.title)}</caption><thead><tr>${head}</tr></thead><tbody>${rows.join('')}</tbody></table></div>${note}`;
}

export interface Figure {
  /** Chart that page/main.ts draws here. */
  readonly chart: string;
  /** The finding, as a sentence. */
  readonly title: string;
  /** What is drawn, for readers who do not see it. */
  readonly description: string;
  /** The same figures as tables. */
  readonly tables: readonly Table[];
  readonly note?: string;
  /** Boxes above the chart: what its colours and letters mean. */
  readonly legend?: readonly (StateLook & { readonly name: string })[];
}

/** A chart with its finding as heading and its numbers as a table that can be opened. */
export function figureMarkup(figure: Figure): string {
  const id = `chart-${figure.chart}`;
  const note = figure.note === undefined ? '' : `<p class="note">${escaped(figure.note)}</p>`;
  return `<section class="figure" aria-labelledby="${id}-title">
<h2 id="${id}-title">${escaped(figure.title)}</h2>
<p class="description" id="${id}-description">${escaped(figure.description)}</p>
${legendMarkup(figure.legend ?? [])}<div class="chart" id="${id}" data-chart="${figure.chart}" role="img" tabindex="0" aria-labelledby="${id}-title" aria-describedby="${id}-description"></div>
${note}<details><summary>Numbers of this chart</summary>${figure.tables.map(tableMarkup).join('')}</details>
</section>`;
}

function legendMarkup(legend: NonNullable<Figure['legend']>): string {
  if (legend.length === 0) return '';
  const items = legend.map(
    ({ name, letter, fill, ink }) =>
      `<li><b style="background:${fill};color:${ink}">${letter}</b>${escaped(name)}</li>`,
  );
  return `<ul class="legend">${items.join('')}</ul>`;
}

export function listMarkup(items: readonly string[]): string {
  return items.length === 0 ? '' : `<ul>${items.map((item) => `<li>${escaped(item)}</li>`).join('')}</ul>`;
}

/** A section that shows only when it has something to say. */
export function section(title: string, body: string): string {
  return body === '' ? '' : `<section><h2>${escaped(title)}</h2>${body}</section>`;
}
