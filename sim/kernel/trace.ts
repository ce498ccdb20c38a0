// Trace: what happened, in fixed columns (atMs, kind, subject, a, b) of growing typed arrays. Names are interned, so that a
// record costs a few stores; words are made when somebody reads. Append only.

export interface TraceRecord {
  readonly atMs: number;
  readonly kind: string;
  readonly subject: string;
  readonly a: number;
  readonly b: number;
}

const FIRST_CAPACITY = 256;

export class Trace {
  private times = new Float64Array(FIRST_CAPACITY);
  private kinds = new Uint32Array(FIRST_CAPACITY);
  private subjects = new Uint32Array(FIRST_CAPACITY);
  private columnA = new Float64Array(FIRST_CAPACITY);
  private columnB = new Float64Array(FIRST_CAPACITY);
  private readonly texts: string[] = [];
  private readonly ids = new Map<string, number>();
  private count = 0;

  get length(): number {
    return this.count;
  }

  /** The number that stands for a text in `add`; the same text always gets the same number. */
  intern(text: string): number {
    const known = this.ids.get(text);
    if (known !== undefined) return known;
    const id = this.texts.length;
    this.texts.push(text);
    this.ids.set(text, id);
    return id;
  }

  /** Appends a record. `kind` and `subject` are numbers from `intern`; `a` and `b` mean what the kind says. */
  add(atMs: number, kind: number, subject: number, a = 0, b = 0): void {
    if (this.count === this.times.length) this.grow();
    const row = this.count;
    this.times[row] = atMs;
    this.kinds[row] = kind;
    this.subjects[row] = subject;
    this.columnA[row] = a;
    this.columnB[row] = b;
    this.count = row + 1;
  }

  /** The record in a row from 0 to length - 1. */
  record(row: number): TraceRecord {
    if (row < 0 || row >= this.count) throw new RangeError(`no trace record ${row} of ${this.count}`);
    return {
      atMs: this.times[row] as number,
      kind: this.texts[this.kinds[row] as number] as string,
      subject: this.texts[this.subjects[row] as number] as string,
      a: this.columnA[row] as number,
      b: this.columnB[row] as number,
    };
  }

  *records(): Generator<TraceRecord> {
    for (let row = 0; row < this.count; row++) yield this.record(row);
  }

  /** Forgets the records and keeps the names and the memory. */
  clear(): void {
    this.count = 0;
  }

  private grow(): void {
    const capacity = this.times.length * 2;
    const wider = <T extends Float64Array | Uint32Array>(old: T, larger: T): T => {
      larger.set(old);
      return larger;
    };
    this.times = wider(this.times, new Float64Array(capacity));
    this.kinds = wider(this.kinds, new Uint32Array(capacity));
    this.subjects = wider(this.subjects, new Uint32Array(capacity));
    this.columnA = wider(this.columnA, new Float64Array(capacity));
    this.columnB = wider(this.columnB, new Float64Array(capacity));
  }
}

/** One line of fixed columns: time in ms, kind, subject, a, b. For logs and diffs. */
export function formatRecord({ atMs, kind, subject, a, b }: TraceRecord): string {
  return `${String(atMs).padStart(14)}  ${kind.padEnd(20)}  ${subject.padEnd(24)}  ${a}  ${b}`;
}
