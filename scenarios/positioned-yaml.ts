// YAML and JSON texts with the place of every value, so that any later finding can point at its line. Only for what people
// write by hand; dumps of clusters are read without positions, which is many times faster (twin/read-dump.ts).

import {
  type Document,
  isMap,
  isNode,
  isPair,
  isSeq,
  LineCounter,
  type Node,
  type Pair,
  parseAllDocuments,
} from 'yaml';
import type { Place, Problem } from './problem.ts';
import { collectionKeyIn, yamlValue } from './yaml-value.ts';

export type Path = readonly (string | number)[];

export interface PositionedDocument {
  readonly file: string;
  readonly value: unknown;
  /** Of the value at the path; of the nearest enclosing one where the path does not exist. */
  placeOf(path: Path): Place;
  /** Of the last key of the path rather than its value. */
  placeOfKey(path: Path): Place;
}

export interface PositionedText {
  /** Empty documents left out. */
  readonly documents: readonly PositionedDocument[];
  readonly problems: readonly Problem[];
}

/** Reads all documents of a text. Syntax errors and duplicate keys are problems; those documents are not returned. */
export function readPositioned(file: string, text: string): PositionedText {
  const lines = new LineCounter();
  const parsed = parseAllDocuments(text, { lineCounter: lines, merge: true, prettyErrors: false });
  const list = Array.isArray(parsed) ? parsed : [];
  const placing = new Placing(file, text, lines);
  const documents: PositionedDocument[] = [];
  const problems: Problem[] = [];
  for (const document of list) {
    const template = templateIn(document, text);
    if (template !== undefined) return { documents: [], problems: [templateProblem(placing.at(template))] };
    if (document.errors.length > 0) {
      for (const error of document.errors) problems.push(syntaxProblem(error, placing, text));
      continue;
    }
    if (document.contents === null) continue;
    const read = yamlValue(document);
    if ('trouble' in read) {
      const { message, remedy, range } = read.trouble;
      problems.push({ code: 'MT100', severity: 'error', message, ...placing.at(range), remedy });
      continue;
    }
    const { value } = read;
    if (value === null) continue;
    documents.push({
      file,
      value,
      placeOf: (path) => placing.at(rangeOf(document, path, 'value')),
      placeOfKey: (path) => placing.at(rangeOf(document, path, 'key')),
    });
  }
  return { documents, problems };
}

/** What a template leaves behind where nobody has rendered it: no YAML, or a mapping that stands as a key. */
function templateIn(document: Document.Parsed, text: string): Range | undefined {
  const expression = firstTemplate(text);
  if (expression === undefined) return undefined;
  const isBroken = document.errors.some(({ code }) => code !== 'DUPLICATE_KEY');
  return isBroken || collectionKeyIn(document) !== undefined ? expression : undefined;
}

/** The first `{{ ... }}` that is neither in quotes nor in a comment. */
export function firstTemplate(text: string): Range | undefined {
  const found = /^([^#"'\n]*)(\{\{[^\n]*\}\})/m.exec(text);
  if (found === null) return undefined;
  const [, before = '', expression = ''] = found;
  const from = found.index + before.length;
  return [from, from + expression.length];
}

export function templateProblem(place: Place): Problem {
  return {
    code: 'MT100',
    severity: 'error',
    message: 'this is a template, not YAML',
    ...place,
    remedy: 'render it first, as "helm template CHART" does',
  };
}

function syntaxProblem(
  error: { readonly code: string; readonly pos: readonly [number, number]; readonly message: string },
  placing: Placing,
  text: string,
): Problem {
  if (error.code !== 'DUPLICATE_KEY') {
    return { code: 'MT100', severity: 'error', message: error.message, ...placing.at([error.pos[0], error.pos[0]]) };
  }
  const key = /^[^\s:]+/.exec(text.slice(error.pos[0]))?.[0] ?? '';
  return {
    code: 'MT115',
    severity: 'error',
    message: `key "${key}" appears twice`,
    ...placing.at([error.pos[0], error.pos[0] + key.length]),
    why: 'YAML would keep only the last one and drop the first silently.',
    remedy: 'merge the two, or remove one',
  };
}

type Range = readonly [from: number, to: number];

class Placing {
  private readonly file: string;
  private readonly text: string;
  private readonly lines: LineCounter;

  constructor(file: string, text: string, lines: LineCounter) {
    this.file = file;
    this.text = text;
    this.lines = lines;
  }

  at([from, to]: Range): Place {
    const { line, col } = this.lines.linePos(from);
    const start = from - col + 1;
    const newline = this.text.indexOf('\n', start);
    const source = this.text.slice(start, newline < 0 ? undefined : newline).trimEnd();
    const endColumn = Math.min(to - start, source.length) + 1;
    return { file: this.file, line, column: col, ...(endColumn > col ? { endColumn } : {}), source };
  }
}

/** Follows the path as far as it exists. */
function rangeOf(document: Document.Parsed, path: Path, what: 'key' | 'value'): Range {
  let node: Node | null = document.contents;
  let range = nodeRange(node);
  for (const [index, step] of path.entries()) {
    const last = index === path.length - 1;
    if (isMap(node)) {
      const pair: Pair | undefined = node.items.find((item) => keyText(item) === String(step));
      if (pair === undefined) break;
      const key = isNode(pair.key) ? pair.key : null;
      node = isNode(pair.value) ? pair.value : null;
      // An empty or nested value is best pointed at by its key.
      const pointAtKey = (last && what === 'key') || node === null || isMap(node) || isSeq(node);
      range = nodeRange(pointAtKey ? key : node) ?? range;
    } else if (isSeq(node)) {
      const item: unknown = node.items[Number(step)];
      if (!isNode(item)) break;
      node = item;
      range = nodeRange(item) ?? range;
    } else break;
  }
  return range ?? [0, 0];
}

function keyText(pair: unknown): string | undefined {
  if (!isPair(pair) || !isNode(pair.key)) return undefined;
  const value: unknown = pair.key.toJSON();
  return String(value);
}

function nodeRange(node: Node | null): Range | undefined {
  const range = node?.range;
  return range === null || range === undefined ? undefined : [range[0], range[1]];
}
