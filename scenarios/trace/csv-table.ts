// A CSV text as RFC 4180 defines it, read strictly and with the place of every field: comma, double quotes doubled inside of
// quotes, LF or CRLF, the same number of fields in every record, a header first. Anything else is a problem, not a guess.

import type { Place, Problem } from '../problem.ts';

export interface CsvRecord {
  /** As many as the header has. */
  readonly fields: readonly string[];
  /** 1-based. */
  readonly line: number;
}

export interface CsvTable {
  readonly file: string;
  readonly header: readonly string[];
  readonly records: readonly CsvRecord[];
  readonly problems: readonly Problem[];
  /** Of one field of a record; of the record where it has no such field. */
  placeOf(record: CsvRecord, column: string): Place;
}

/** A syntax that cannot be followed ends the reading; records before it are kept. */
export function readCsv(file: string, text: string): CsvTable {
  const scan = new CsvScan(file, text.startsWith('\uFEFF') ? text.slice(1) : text);
  const problems: Problem[] = [];
  const first = scan.record(problems);
  const header = first?.fields ?? [];
  if (header.length === 0 && problems.length === 0) {
    problems.push({ ...scan.place(1, 1), code: 'MT170', severity: 'error', message: `${file} is empty` });
  }
  const records: CsvRecord[] = [];
  for (let next = scan.record(problems); next !== undefined; next = scan.record(problems)) {
    if (next.fields.length === header.length) records.push(next);
    else problems.push(wrongLength(next, header.length, scan));
  }
  return {
    file,
    header,
    records,
    problems,
    placeOf: (record, column) => scan.placeOfField(record, header.indexOf(column)),
  };
}

function wrongLength({ fields, line }: CsvRecord, wanted: number, scan: CsvScan): Problem {
  const blank = fields.length === 1 && fields[0] === '';
  return {
    code: 'MT170',
    severity: 'error',
    message: blank
      ? 'an empty line is no record'
      : `the record has ${fields.length} field${fields.length === 1 ? '' : 's'}, the header ${wanted}`,
    ...scan.place(line, 1),
    remedy: blank
      ? 'leave the line out'
      : 'write every field, empty ones too; put a field that holds a comma in quotes',
  };
}

class CsvScan {
  private readonly file: string;
  private readonly text: string;
  private readonly starts: number[] = [0];
  private at = 0;

  constructor(file: string, text: string) {
    this.file = file;
    this.text = text;
    for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) this.starts.push(at + 1);
  }

  /** The next record; undefined at the end of the text, or after what cannot be read. */
  record(problems: Problem[]): CsvRecord | undefined {
    if (this.at >= this.text.length) return undefined;
    const line = this.lineAt(this.at);
    const fields: string[] = [];
    for (;;) {
      const field = this.text[this.at] === '"' ? this.quoted(problems) : this.bare(problems);
      if (field === undefined) {
        this.at = this.text.length;
        return undefined;
      }
      fields.push(field);
      if (this.text[this.at] !== ',') break;
      this.at++;
    }
    if (this.text[this.at] === '\r') this.at++;
    this.at++;
    return { fields, line };
  }

  place(line: number, column: number, endColumn?: number): Place {
    const start = this.starts[line - 1] ?? 0;
    const end = this.text.indexOf('\n', start);
    const source = this.text.slice(start, end < 0 ? undefined : end).trimEnd();
    return { file: this.file, line, column, source, ...(endColumn === undefined ? {} : { endColumn }) };
  }

  /** Reads the record again: places are asked for when something is wrong, and then for few. */
  placeOfField({ line, fields }: CsvRecord, index: number): Place {
    if (index < 0 || index >= fields.length) return this.place(line, 1);
    this.at = this.starts[line - 1] ?? 0;
    for (let passed = 0; passed < index; passed++) {
      if (this.text[this.at] === '"') this.quoted([]);
      else this.bare([]);
      this.at++;
    }
    const from = this.at;
    if (this.text[this.at] === '"') this.quoted([]);
    else this.bare([]);
    const startLine = this.lineAt(from);
    const column = from - (this.starts[startLine - 1] ?? 0) + 1;
    return this.place(startLine, column, Math.max(column + 1, column + this.at - from));
  }

  private bare(problems: Problem[]): string | undefined {
    const from = this.at;
    for (; this.at < this.text.length; this.at++) {
      const sign = this.text[this.at];
      if (sign === ',' || sign === '\n' || (sign === '\r' && this.text[this.at + 1] === '\n')) break;
      if (sign === '"')
        return this.broken(
          problems,
          'a quote inside of a field that is not in quotes',
          'put the field in quotes and double the quote',
        );
    }
    return this.text.slice(from, this.at);
  }

  private quoted(problems: Problem[]): string | undefined {
    const from = this.at;
    let value = '';
    for (;;) {
      const close = this.text.indexOf('"', this.at + 1);
      if (close < 0) {
        this.at = from;
        return this.broken(problems, 'a quote is not closed', 'close it, or double a quote that is part of the field');
      }
      value += this.text.slice(this.at + 1, close);
      if (this.text[close + 1] !== '"') {
        this.at = close + 1;
        break;
      }
      value += '"';
      this.at = close + 1;
    }
    const after = this.text[this.at];
    const ends =
      after === undefined || after === ',' || after === '\n' || (after === '\r' && this.text[this.at + 1] === '\n');
    return ends ? value : this.broken(problems, 'text after a closing quote', 'write a comma or end the line');
  }

  private broken(problems: Problem[], message: string, remedy: string): undefined {
    const line = this.lineAt(this.at);
    const column = this.at - (this.starts[line - 1] ?? 0) + 1;
    problems.push({ code: 'MT170', severity: 'error', message, ...this.place(line, column), remedy });
    return undefined;
  }

  /** 1-based line of an offset. */
  private lineAt(offset: number): number {
    let low = 0;
    let high = this.starts.length;
    while (high - low > 1) {
      const middle = (low + high) >> 1;
      if ((this.starts[middle] ?? 0) <= offset) low = middle;
      else high = middle;
    }
    return low + 1;
  }
}
