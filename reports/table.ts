// A table free of any format: headings, cells, a title and a note.

export interface Column {
  readonly label: string;
  readonly align: 'left' | 'right';
}

/** The first column names the row and is repeated where a table is cut into bands. */
export interface Table {
  readonly title: string;
  readonly columns: readonly Column[];
  readonly rows: readonly (readonly string[])[];
  readonly note?: string;
}

export function left(label: string): Column {
  return { label, align: 'left' };
}

export function right(label: string): Column {
  return { label, align: 'right' };
}
