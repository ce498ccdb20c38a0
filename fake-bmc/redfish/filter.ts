// The language of $filter: comparisons of properties with literals, joined by `and`, `or`, `not` and parentheses.
// Source: DMTF DSP0266, $filter query parameter; a property is named by its path with slashes.

import { isObject, type Json, type JsonObject, own } from './json.ts';

export type Filter = (member: JsonObject) => boolean;

/** Assumption: longer than any filter that a person writes; it also bounds how deep parentheses go. */
const FILTER_CHARACTERS_MAX = 512;

const TOKEN = /\s*(?:(\(|\))|('(?:[^']|'')*')|(-?\d+(?:\.\d+)?(?![\w.]))|([@#\w][\w@.#/-]*))/y;

const COMPARISONS = ['eq', 'ne', 'gt', 'ge', 'lt', 'le'] as const;
type Comparison = (typeof COMPARISONS)[number];

const WORDS: Readonly<Record<string, Json>> = { true: true, false: false, null: null };

/** Undefined where the text is no filter. */
export function parseFilter(text: string): Filter | undefined {
  const tokens = text.length > FILTER_CHARACTERS_MAX ? undefined : tokensOf(text);
  if (tokens === undefined || tokens.length === 0) return undefined;
  const reader = new FilterReader(tokens);
  const filter = reader.either();
  return reader.isAtEnd() ? filter : undefined;
}

function tokensOf(text: string): readonly string[] | undefined {
  const tokens: string[] = [];
  TOKEN.lastIndex = 0;
  const rest = text.trimEnd();
  while (TOKEN.lastIndex < rest.length) {
    const found = TOKEN.exec(rest);
    if (found === null) return undefined;
    tokens.push(found[0].trimStart());
  }
  return tokens;
}

/** Reads by descent; undefined anywhere makes the whole undefined. */
class FilterReader {
  private readonly tokens: readonly string[];
  private place = 0;

  constructor(tokens: readonly string[]) {
    this.tokens = tokens;
  }

  isAtEnd(): boolean {
    return this.place === this.tokens.length;
  }

  either(): Filter | undefined {
    let left = this.both();
    while (left !== undefined && this.takes('or')) {
      const [first, second] = [left, this.both()];
      left = second === undefined ? undefined : (member) => first(member) || second(member);
    }
    return left;
  }

  private both(): Filter | undefined {
    let left = this.single();
    while (left !== undefined && this.takes('and')) {
      const [first, second] = [left, this.single()];
      left = second === undefined ? undefined : (member) => first(member) && second(member);
    }
    return left;
  }

  private single(): Filter | undefined {
    if (this.takes('not')) {
      const negated = this.single();
      return negated === undefined ? undefined : (member) => !negated(member);
    }
    if (!this.takes('(')) return this.comparison();
    const inner = this.either();
    return this.takes(')') ? inner : undefined;
  }

  private comparison(): Filter | undefined {
    const path = this.next();
    const operator = COMPARISONS.find((each) => each === this.next(0));
    if (path === undefined || !/^[@#A-Za-z_]/.test(path) || operator === undefined) return undefined;
    this.place++;
    const literal = literalOf(this.next());
    if (literal === undefined) return undefined;
    const names = path.split('/');
    return (member) => compare(at(member, names), operator, literal);
  }

  private takes(token: string): boolean {
    if (this.tokens[this.place] !== token) return false;
    this.place++;
    return true;
  }

  /** `step` 0 looks, 1 takes. */
  private next(step: 0 | 1 = 1): string | undefined {
    const token = this.tokens[this.place];
    this.place += step;
    return token;
  }
}

function literalOf(token: string | undefined): Json | undefined {
  if (token === undefined) return undefined;
  if (token.startsWith("'")) return token.slice(1, -1).replaceAll("''", "'");
  if (/^-?\d/.test(token)) return Number(token);
  return own(WORDS, token);
}

/** The property at the end of a path; undefined where it breaks off. */
export function at(value: Json | undefined, path: readonly string[]): Json | undefined {
  let found = value;
  for (const name of path) found = isObject(found) ? own(found, name) : undefined;
  return found;
}

function compare(value: Json | undefined, operator: Comparison, literal: Json): boolean {
  if (operator === 'eq') return value === literal;
  if (operator === 'ne') return value !== literal;
  const comparable =
    (typeof value === 'number' && typeof literal === 'number') ||
    (typeof value === 'string' && typeof literal === 'string');
  if (!comparable || value === undefined || value === null || literal === null) return false;
  switch (operator) {
    case 'gt':
      return value > literal;
    case 'ge':
      return value >= literal;
    case 'lt':
      return value < literal;
    case 'le':
      return value <= literal;
  }
}
