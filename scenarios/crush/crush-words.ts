// The text of a CRUSH map as words with their places. Comments run from # to the end of the line; braces and brackets stand for
// themselves. Readers take words and are told undefined where another one should have come; that is noted here, once.

import { fixedPoint } from '../../sim/storage/crush/crush-map.ts';
import type { Place, Problem } from '../problem.ts';

export interface Word {
  readonly text: string;
  readonly line: number;
  readonly column: number;
}

const WORD = /[{}[\]]|[^\s{}[\]]+/g;

/** Walks over the words of one text and collects what is wrong with them. */
export class CrushWords {
  readonly problems: Problem[] = [];
  private readonly file: string;
  private readonly lines: readonly string[];
  private readonly words: readonly Word[];
  private position = 0;
  /** Line of the last problem. */
  private troubleLine = 0;

  constructor(file: string, text: string) {
    this.file = file;
    this.lines = text.split(/\r?\n/);
    this.words = this.lines.flatMap((line, index) =>
      [...line.replace(/#.*/, '').matchAll(WORD)].map((match) => ({
        text: match[0],
        line: index + 1,
        column: match.index + 1,
      })),
    );
  }

  /** The word that comes, or one further on; undefined at the end. */
  peek(ahead = 0): Word | undefined {
    return this.words[this.position + ahead];
  }

  next(): Word | undefined {
    const word = this.peek();
    if (word !== undefined) this.position += 1;
    return word;
  }

  /** Takes the word if it is the one that comes. */
  takes(text: string): boolean {
    const comes = this.peek()?.text === text;
    if (comes) this.position += 1;
    return comes;
  }

  /** Takes the word, which must come. */
  demands(text: string): boolean {
    if (this.takes(text)) return true;
    this.unexpected(`"${text}"`);
    return false;
  }

  /** A word that is neither brace nor bracket. */
  name(noun: string): Word | undefined {
    return this.matching(/^[^{}[\]]+$/, noun);
  }

  oneOf<T extends string>(texts: readonly T[]): T | undefined {
    const found = texts.find((text) => this.takes(text));
    if (found === undefined) this.unexpected(`one of: ${texts.join(', ')}`);
    return found;
  }

  /** A whole number, perhaps negative. */
  integer(noun: string): number | undefined {
    const word = this.matching(/^-?\d+$/, noun);
    return word === undefined ? undefined : Number(word.text);
  }

  /** A weight, in fixed-point. */
  weight(): number | undefined {
    const word = this.matching(/^(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i, 'a weight');
    return word === undefined ? undefined : fixedPoint(Number(word.text));
  }

  /** `[ ... ]` around as many elements as come; undefined as soon as one is none. */
  list<T>(element: () => T | undefined): readonly T[] | undefined {
    if (!this.demands('[')) return undefined;
    const elements: T[] = [];
    while (!this.takes(']')) {
      const one = element();
      if (one === undefined) return undefined;
      elements.push(one);
    }
    return elements;
  }

  /**
   * The lines between here and the closing brace, each by its first word; one that cannot be read is skipped.
   * @param lines reads what follows the word; false when it could not.
   */
  block(lines: Readonly<Record<string, (word: Word) => boolean>>): void {
    for (let word = this.peek(); word !== undefined && word.text !== '}'; word = this.peek()) {
      const line = Object.hasOwn(lines, word.text) ? lines[word.text] : undefined;
      if (line === undefined) {
        this.unexpected(`one of: ${Object.keys(lines).join(', ')}, }`);
        if (this.peek(2)?.text === '{') {
          // The next bucket or rule: the brace was forgotten, and here is nothing to skip.
          this.troubleLine = 0;
          return;
        }
        this.skipLine();
        continue;
      }
      this.next();
      if (!line(word)) this.skipLine();
    }
    this.demands('}');
  }

  /** After a problem: on with the first word after its line. */
  skipLine(): void {
    while ((this.peek()?.line ?? Number.POSITIVE_INFINITY) <= this.troubleLine) this.position += 1;
  }

  /** Of a word; of the end of the text without one. */
  place(word: Word | undefined): Place {
    const line = word?.line ?? this.lines.length;
    const source = this.lines[line - 1] ?? '';
    if (word === undefined) return { file: this.file, line, column: source.length + 1, source };
    return { file: this.file, line, column: word.column, endColumn: word.column + word.text.length, source };
  }

  /** Notes that the word that comes cannot stand there. */
  unexpected(expected: string): void {
    const word = this.peek();
    const found = word === undefined ? 'the text ends' : `"${word.text}"`;
    this.problem(word, `${found} where ${expected} should come`);
  }

  /** Notes what is wrong with a word. */
  problem(word: Word | undefined, message: string, remedy?: string): void {
    this.troubleLine = word?.line ?? this.lines.length;
    const advice = remedy === undefined ? {} : { remedy };
    this.problems.push({ code: 'MT161', severity: 'error', message, ...this.place(word), ...advice });
  }

  private matching(pattern: RegExp, noun: string): Word | undefined {
    const word = this.peek();
    if (word !== undefined && pattern.test(word.text)) return this.next();
    this.unexpected(noun);
    return undefined;
  }
}
