// A reader for YAML as kubectl, oc and Go's encoder print it: block style, one scalar a line. Several times faster than a
// full YAML parser, which is what makes a what-if on a dump answer at once. It never guesses: on anything outside that
// style it gives up, and the caller parses the text with the full parser. Both give equal values (property test).

/** Dropped while reading: half of a dump, and nobody reads it. */
const SKIPPED_KEY = 'managedFields';

/** The documents of a text, managedFields left out; undefined when the text is not in the printed style. */
export function parsePrintedYaml(text: string): readonly unknown[] | undefined {
  if (text.includes('\t') || text.includes('\r')) return undefined;
  try {
    return new PrintedYaml(text).documents();
  } catch (error) {
    if (error instanceof NotPrinted) return undefined;
    throw error;
  }
}

class NotPrinted extends Error {
  override name = 'NotPrinted';
}

const SPACE = 32;
const QUOTE = 34;
const HASH = 35;
const APOSTROPHE = 39;
const DASH = 45;
const COLON = 58;
const BACKSLASH = 92;

type Value = string | number | boolean | null | Value[] | { [key: string]: Value };

class PrintedYaml {
  private readonly text: string;
  /** Current line: where its content starts, its column, and where the line ends. Column -1: no more lines. */
  private start = 0;
  private column = 0;
  private end = -1;

  constructor(text: string) {
    this.text = text;
  }

  documents(): readonly Value[] {
    const documents: Value[] = [];
    this.advance();
    while (this.column >= 0) {
      if (this.isMarker('---')) {
        if (this.end - this.start > 3) throw new NotPrinted();
        this.advance();
        continue;
      }
      if (this.isMarker('...')) throw new NotPrinted();
      documents.push(this.block(this.column, -1));
      if (this.column >= 0 && !this.isMarker('---')) throw new NotPrinted();
    }
    return documents;
  }

  /** To the next line that is neither blank nor a comment. */
  private advance(): void {
    const text = this.text;
    let at = this.end + 1;
    while (at < text.length) {
      const newline = text.indexOf('\n', at);
      const end = newline < 0 ? text.length : newline;
      let start = at;
      while (start < end && text.charCodeAt(start) === SPACE) start++;
      if (start < end && text.charCodeAt(start) !== HASH) {
        this.start = start;
        this.column = start - at;
        this.end = end;
        return;
      }
      at = end + 1;
    }
    this.end = text.length;
    this.column = -1;
  }

  private isMarker(marker: string): boolean {
    return this.column === 0 && this.text.startsWith(marker, this.start);
  }

  private isItem(): boolean {
    const next = this.text.charCodeAt(this.start + 1);
    return this.text.charCodeAt(this.start) === DASH && (this.start + 1 === this.end || next === SPACE);
  }

  /** Whatever starts on this line, inside of a block in the column `outer`. */
  private block(column: number, outer: number): Value {
    if (this.isItem()) return this.sequence(column);
    if (this.keyEnd() >= 0) return this.mapping(column);
    return this.scalar(this.start, outer);
  }

  private sequence(column: number): Value[] {
    const items: Value[] = [];
    while (this.column === column && this.isItem() && !this.isMarker('---')) {
      let start = this.start + 1;
      while (start < this.end && this.text.charCodeAt(start) === SPACE) start++;
      if (start === this.end) {
        this.advance();
        items.push(this.column > column ? this.block(this.column, column) : null);
      } else {
        // The rest of the line opens a block of its own, further to the right.
        this.column += start - this.start;
        this.start = start;
        items.push(this.block(this.column, column));
      }
    }
    if (this.column > column) throw new NotPrinted();
    return items;
  }

  private mapping(column: number): Value {
    const mapping: { [key: string]: Value } = {};
    while (this.column === column && !this.isItem() && !this.isMarker('---')) {
      const keyEnd = this.keyEnd();
      if (keyEnd < 0) throw new NotPrinted();
      const key = this.key(keyEnd);
      if (key === '__proto__' || key === '<<' || Object.hasOwn(mapping, key)) throw new NotPrinted();
      let start = keyEnd + 1;
      while (start < this.end && this.text.charCodeAt(start) === SPACE) start++;
      if (key === SKIPPED_KEY && start === this.end) this.skip(column);
      else mapping[key] = this.valueAt(start, column);
    }
    if (this.column > column) throw new NotPrinted();
    return mapping;
  }

  /** The value after a key of a mapping in this column. */
  private valueAt(start: number, column: number): Value {
    if (start === this.end) {
      this.advance();
      if (this.column > column) return this.block(this.column, column);
      // Lists stand in the column of their key.
      return this.column === column && this.isItem() && !this.isMarker('---') ? this.sequence(column) : null;
    }
    if (this.text.charAt(start) === '|') return this.literal(this.text.slice(start + 1, this.end), column);
    return this.scalar(start, column);
  }

  private skip(column: number): void {
    this.advance();
    while (this.column > column || (this.column === column && this.isItem() && !this.isMarker('---'))) this.advance();
  }

  /** Position of the colon that ends the key of this line, or -1 when the line is no entry of a mapping. */
  private keyEnd(): number {
    const text = this.text;
    const first = text.charCodeAt(this.start);
    let at = this.start;
    if (first === QUOTE || first === APOSTROPHE) {
      at = this.closing(this.start, this.end);
      if (at < 0) return -1;
      return text.charCodeAt(at + 1) === COLON && this.separates(at + 1) ? at + 1 : -1;
    }
    while (at < this.end) {
      if (text.charCodeAt(at) === COLON && this.separates(at)) return at;
      at++;
    }
    return -1;
  }

  private separates(colon: number): boolean {
    return colon + 1 === this.end || this.text.charCodeAt(colon + 1) === SPACE;
  }

  private key(end: number): string {
    const value = onOneLine(this.text.slice(this.start, end));
    if (typeof value === 'object') throw new NotPrinted();
    return String(value);
  }

  /** The quote that closes the one at `open`, before `end`; -1 when there is none. */
  private closing(open: number, end: number): number {
    const text = this.text;
    const quote = text.charCodeAt(open);
    for (let at = open + 1; at < end; at++) {
      const code = text.charCodeAt(at);
      if (code === BACKSLASH && quote === QUOTE) at++;
      else if (code === quote) {
        if (quote === APOSTROPHE && text.charCodeAt(at + 1) === APOSTROPHE) at++;
        else return at;
      }
    }
    return -1;
  }

  /** A scalar that starts here; long ones go on below, further to the right than the block that holds them. */
  private scalar(start: number, outer: number): Value {
    if (outer < 0) throw new NotPrinted();
    const first = this.text.charCodeAt(start);
    let written = this.text.slice(start, this.end);
    let lastEnd = this.end;
    this.advance();
    if (this.column <= outer) return onOneLine(written);
    if (first === QUOTE && written.includes('\\')) throw new NotPrinted();
    while (this.column > outer) {
      const line = this.text.slice(this.start, this.end);
      // Blank lines inside of a scalar stand for line breaks.
      if (this.start - this.column !== lastEnd + 1 || written.endsWith(' ') || line.includes('\\'))
        throw new NotPrinted();
      written = `${written} ${line}`;
      lastEnd = this.end;
      this.advance();
    }
    // Only texts are folded: "12" and "34" on two lines are not a number.
    const value = onOneLine(written);
    if (typeof value !== 'string') throw new NotPrinted();
    return value;
  }

  /** The lines below a key that ends in `|`, `|-` or `|+`. */
  private literal(chomping: string, column: number): string {
    if (chomping !== '' && chomping !== '-' && chomping !== '+') throw new NotPrinted();
    const text = this.text;
    const lines: string[] = [];
    let indent = -1;
    let at = this.end + 1;
    let last = this.end;
    while (at < text.length) {
      const newline = text.indexOf('\n', at);
      const end = newline < 0 ? text.length : newline;
      let start = at;
      while (start < end && text.charCodeAt(start) === SPACE) start++;
      if (start < end) {
        if (start - at <= column) break;
        if (indent < 0) indent = start - at;
        if (start - at < indent) throw new NotPrinted();
      } else if (indent >= 0 && end - at > indent) {
        // Spaces beyond the indentation belong to the text.
        start = at + indent;
      } else if (indent < 0 && end > at) throw new NotPrinted();
      lines.push(indent < 0 ? '' : text.slice(Math.min(at + indent, end), end));
      last = end;
      at = end + 1;
    }
    this.end = last;
    this.advance();
    const body = lines.join('\n');
    const trimmed = body.replace(/\n+$/, '');
    if (chomping === '-') return trimmed;
    // Text kept to the very end of the file: how many newlines it has depends on the file.
    if (chomping === '+') throw new NotPrinted();
    return trimmed === '' ? '' : `${trimmed}\n`;
  }
}

/** A scalar as written, its lines already joined. */
function onOneLine(written: string): Value {
  const first = written.charCodeAt(0);
  if (first === QUOTE || first === APOSTROPHE) {
    const inner = written.slice(1, -1);
    const closed = written.length > 1 && written.charCodeAt(written.length - 1) === first;
    if (!closed) throw new NotPrinted();
    if (first === APOSTROPHE) {
      if (/(?<!')(?:'')*'(?!')/.test(inner)) throw new NotPrinted();
      return inner.includes("''") ? inner.replaceAll("''", "'") : inner;
    }
    if (inner.includes('\\')) return unescaped(written);
    if (inner.includes('"')) throw new NotPrinted();
    return inner;
  }
  if (written === '{}') return {};
  if (written === '[]') return [];
  // Flow collections, anchors, aliases, tags, folded blocks, reserved characters; comments and nested colons.
  if (/^[{}[\],&*!>|%@`?#]/.test(written) || /\s#|:\s|:$|\s$/.test(written)) throw new NotPrinted();
  return resolved(written);
}

function unescaped(quoted: string): string {
  try {
    const value: unknown = JSON.parse(quoted);
    if (typeof value === 'string') return value;
  } catch {
    // YAML knows more escapes than JSON.
    throw new NotPrinted();
  }
  throw new NotPrinted();
}

const MAYBE_TYPED = /^[-+.0-9tTfFnN~]/;
const INTEGER = /^[-+]?[0-9]+$/;
const FLOAT = /^[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?$/;

/** Plain scalars by the core schema of YAML 1.2. */
function resolved(plain: string): Value {
  if (!MAYBE_TYPED.test(plain)) return plain;
  switch (plain) {
    case 'true':
    case 'True':
    case 'TRUE':
      return true;
    case 'false':
    case 'False':
    case 'FALSE':
      return false;
    case '~':
    case 'null':
    case 'Null':
    case 'NULL':
      return null;
    default:
  }
  if (INTEGER.test(plain)) {
    const value = Number(plain);
    return Object.is(value, -0) ? 0 : value;
  }
  if (FLOAT.test(plain)) return Number(plain);
  // Octal, hexadecimal, infinities.
  if (/^(?:0o[0-7]+|0x[0-9a-fA-F]+|[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN))$/.test(plain)) throw new NotPrinted();
  return plain;
}
