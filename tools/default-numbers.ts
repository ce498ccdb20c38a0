// Collects the numbers that the code takes where nobody says otherwise, each with the `Source:` or `Assumption:` that stands at
// it. Two kinds: everything in the files named defaults.ts and in the catalogue of faults, with the values that the program itself
// sees; and constants of other files that carry such a comment.
//
// The comment of a value is the one on its own line; else the one directly above it; else that of the constant that it names;
// else that of what it is part of. What is imported from a defaults.ts needs none: it is listed there. "as above" repeats what was said before it in the file.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { parseSync } from 'rolldown/utils';
import { spreadText } from '../scenarios/assumed-defaults.ts';
import { formatDuration, parseDuration } from '../scenarios/quantities.ts';
import type { Distribution } from '../sim/kernel/distributions.ts';
import * as timeUnits from '../sim/kernel/time-units.ts';
import { ROOT, sourcesUnder } from '../test/tidy/sources.ts';

export interface DefaultNumber {
  /** Relative to the root. */
  readonly file: string;
  /** Path within the file, as `DEFAULT_BMC.timeoutMs`. */
  readonly name: string;
  readonly value: string;
  readonly unit: string;
  /** Source or assumption, in the words of the file; undefined where nothing is said. */
  readonly from: string | undefined;
}

type Program = ReturnType<typeof parseSync>['program'];
type Statement = Program['body'][number];
type Expression = NonNullable<Extract<Statement, { type: 'VariableDeclaration' }>['declarations'][number]['init']>;

/** By the names under which files import them. */
const TIME_UNITS: ReadonlyMap<string, number> = new Map(Object.entries(timeUnits));

const FOLDERS = ['sim', 'core', 'scenarios', 'twin', 'lab'] as const;
const IS_DEFAULTS_FILE = /((^|[/.-])defaults|sim\/faults\/catalogue\/[\w-]+)\.ts$/;
/** "Source: ...", "Source of the level: ...", "Assumption." */
const MARK = /\b(Source|Assumption)\b(\.$|[^:.]{0,60}:)/;
const AS_ABOVE = /^(Source|Assumption): as above/;

/** Of all files, in the order of their paths; within a file in the order in which it is written. */
export async function defaultNumbers(): Promise<readonly DefaultNumber[]> {
  const found: DefaultNumber[] = [];
  for (const { path } of [...sourcesUnder(...FOLDERS)].sort((a, b) => (a.path < b.path ? -1 : 1))) {
    const text = readFileSync(join(ROOT, path), 'utf8');
    const isDefaults = IS_DEFAULTS_FILE.test(path);
    if (!isDefaults && !MARK.test(text)) continue;
    const values: unknown = isDefaults ? await import(pathToFileURL(join(ROOT, path)).href) : {};
    found.push(...numbersIn(path, text, isDefaults ? (values as Record<string, unknown>) : undefined));
  }
  return found;
}

/** @param exported what the file exports, where all of its numbers are wanted; else only what carries a comment. */
export function numbersIn(
  path: string,
  text: string,
  exported: Readonly<Record<string, unknown>> | undefined,
): readonly DefaultNumber[] {
  return new FileOfNumbers(path, text, exported).all();
}

interface Constant {
  readonly name: string;
  readonly init: Expression;
  readonly from: string | undefined;
  readonly isExported: boolean;
}

class FileOfNumbers {
  private readonly path: string;
  private readonly text: string;
  private readonly exported: Readonly<Record<string, unknown>> | undefined;
  private readonly lines: readonly string[];
  private readonly commentsByEnd = new Map<number, { readonly from: number; readonly text: string }>();
  private readonly trailing = new Map<number, string>();
  private readonly constants = new Map<string, Constant>();
  /** Names of imported constants whose numbers are listed with the file that they come from. */
  private readonly listedElsewhere = new Set<string>();
  private readonly found: DefaultNumber[] = [];
  private said: string | undefined = undefined;

  constructor(path: string, text: string, exported: Readonly<Record<string, unknown>> | undefined) {
    this.path = path;
    this.text = text;
    this.exported = exported;
    this.lines = text.split('\n');
    const { program, comments } = parseSync(path, text);
    for (const comment of comments) this.keep(comment);
    this.said = markedPart(this.header());
    for (const statement of program.body) {
      this.readImport(statement);
      this.readConstants(statement);
    }
  }

  all(): readonly DefaultNumber[] {
    for (const { name, init, from, isExported } of this.constants.values()) {
      if (this.exported === undefined) this.visit(name, init, { from, value: this.evaluated(init) });
      else if (isExported) this.visit(name, init, { from, value: this.exported[name] });
    }
    return this.found;
  }

  private lineOf(offset: number): number {
    let line = 0;
    for (let at = this.text.indexOf('\n'); at >= 0 && at < offset; at = this.text.indexOf('\n', at + 1)) line++;
    return line;
  }

  private keep({ start, end, value }: { readonly start: number; readonly end: number; readonly value: string }): void {
    const line = this.lineOf(start);
    const words = value
      .replaceAll(/^\s*\* ?/gm, ' ')
      .replaceAll(/\s+/g, ' ')
      .trim();
    const before = this.text.slice(this.text.lastIndexOf('\n', start) + 1, start);
    if (before.trim() !== '') this.trailing.set(line, words);
    else this.commentsByEnd.set(this.lineOf(end), { from: line, text: words });
  }

  /** The comment that opens the file. */
  private header(): string {
    const end = this.lines.findIndex((line) => !line.startsWith('//'));
    return this.lines
      .slice(0, end)
      .map((line) => line.replace(/^\/\/ ?/, ''))
      .join(' ');
  }

  private readImport(statement: Statement): void {
    if (statement.type !== 'ImportDeclaration' || !/(^|[/.-])defaults\.ts$/.test(statement.source.value)) return;
    for (const { local } of statement.specifiers) this.listedElsewhere.add(local.name);
  }

  private readConstants(statement: Statement): void {
    const isExported = statement.type === 'ExportNamedDeclaration';
    const declaration = isExported ? statement.declaration : statement;
    if (declaration?.type !== 'VariableDeclaration' || declaration.kind !== 'const') return;
    for (const { id, init } of declaration.declarations) {
      if (id.type !== 'Identifier' || init === null) continue;
      this.constants.set(id.name, { name: id.name, init, from: this.saidAt(statement), isExported });
    }
  }

  /** What the comments at a piece of code say, or undefined where they name no source. */
  private saidAt({ start, end }: { readonly start: number; readonly end: number }): string | undefined {
    const own = markedPart(this.trailing.get(this.lineOf(end)));
    const first = this.lineOf(start);
    const above: string[] = [];
    for (let line = first - 1; this.commentsByEnd.has(line); ) {
      const comment = this.commentsByEnd.get(line);
      above.unshift(comment?.text ?? '');
      line = (comment?.from ?? 0) - 1;
    }
    const said = own ?? markedPart(above.join(' '));
    if (said === undefined) return undefined;
    if (!AS_ABOVE.test(said)) this.said = said;
    return this.said === undefined ? said : said.replace(AS_ABOVE, withoutPart(this.said));
  }

  private visit(
    name: string,
    node: Expression,
    known: { readonly from: string | undefined; readonly value: unknown },
  ): void {
    const inner = unwrapped(node);
    const constant = inner.type === 'Identifier' ? this.constants.get(inner.name) : undefined;
    const from = known.from ?? constant?.from;
    if (from === undefined && inner.type === 'Identifier' && this.listedElsewhere.has(inner.name)) return;
    const text = valueText(name, known.value);
    if (text !== undefined) {
      if (from !== undefined || this.exported !== undefined) {
        this.found.push({ file: this.path, name, value: text, unit: unitOf(name, known.value), from });
      }
      return;
    }
    // What is put together from constants of the same file has its numbers listed there.
    if (constant?.isExported === true) return;
    const whole = constant === undefined ? inner : unwrapped(constant.init);
    if (whole.type !== 'ObjectExpression') return;
    for (const property of whole.properties) {
      if (property.type !== 'Property' || property.computed) continue;
      const key = property.key.type === 'Identifier' ? property.key.name : literalText(property.key);
      if (key === undefined) continue;
      const said = this.saidAt(property);
      const value = this.exported === undefined ? this.evaluated(property.value) : fieldOf(known.value, key);
      const named = unwrapped(property.value);
      const ofConstant = named.type === 'Identifier' ? this.constants.get(named.name)?.from : undefined;
      const told = fieldOf(value, 'source');
      const own = typeof told === 'string' ? told : undefined;
      this.visit(`${name}.${key}`, property.value, { from: own ?? said ?? ofConstant ?? from, value });
    }
  }

  /** Numbers, and what is computed of numbers of the same file and of units of time; undefined for anything else. */
  private evaluated(node: Expression): number | Distribution | undefined {
    const inner = unwrapped(node);
    switch (inner.type) {
      case 'Literal':
        return typeof inner.value === 'number' ? inner.value : undefined;
      case 'Identifier': {
        const constant = this.constants.get(inner.name);
        return constant === undefined ? TIME_UNITS.get(inner.name) : this.evaluated(constant.init);
      }
      case 'UnaryExpression': {
        const value = this.evaluated(inner.argument);
        return inner.operator === '-' && typeof value === 'number' ? -value : undefined;
      }
      case 'BinaryExpression': {
        if (inner.left.type === 'PrivateIdentifier') return undefined;
        const left = this.evaluated(inner.left);
        const right = this.evaluated(inner.right);
        if (typeof left !== 'number' || typeof right !== 'number') return undefined;
        if (inner.operator === '*') return left * right;
        if (inner.operator === '/') return left / right;
        if (inner.operator === '+') return left + right;
        if (inner.operator === '-') return left - right;
        return inner.operator === '**' ? left ** right : undefined;
      }
      case 'ObjectExpression': {
        const fields = inner.properties.flatMap((property) => {
          if (property.type !== 'Property' || property.key.type !== 'Identifier') return [];
          const value = unwrapped(property.value);
          const text = value.type === 'Literal' && typeof value.value === 'string' ? value.value : undefined;
          return [[property.key.name, text ?? this.evaluated(property.value)] as const];
        });
        const made: unknown = Object.fromEntries(fields);
        return isDistribution(made) ? made : undefined;
      }
      default:
        return undefined;
    }
  }
}

/** Without `as const`, `satisfies` and parentheses, and without a function that is given one object, as `defineFault` is. */
function unwrapped(node: Expression): Expression {
  if (node.type === 'CallExpression' && node.arguments.length === 1) {
    const [only] = node.arguments;
    if (only?.type === 'ObjectExpression') return only;
  }
  return node.type === 'TSAsExpression' ||
    node.type === 'TSSatisfiesExpression' ||
    node.type === 'ParenthesizedExpression'
    ? unwrapped(node.expression)
    : node;
}

function literalText(node: { readonly type: string; readonly value?: unknown }): string | undefined {
  return node.type === 'Literal' && typeof node.value === 'string' ? node.value : undefined;
}

function fieldOf(value: unknown, key: string): unknown {
  return typeof value === 'object' && value !== null ? Object.getOwnPropertyDescriptor(value, key)?.value : undefined;
}

/** What a source is of, without the part of it that one number was taken from. */
function withoutPart(said: string): string {
  return said.replace(/( \(|;|\.$).*$/, '');
}

/** From the first mark on. */
function markedPart(comment: string | undefined): string | undefined {
  const at = comment === undefined ? -1 : comment.search(MARK);
  return comment === undefined || at < 0 ? undefined : comment.slice(at);
}

const DISTRIBUTIONS: readonly Distribution['kind'][] = [
  'constant',
  'uniform',
  'exponential',
  'weibull',
  'lognormal',
  'triangular',
  'empirical',
];

function isDistribution(value: unknown): value is Distribution {
  const kind: unknown = fieldOf(value, 'kind');
  if (!DISTRIBUTIONS.some((known) => known === kind)) return false;
  return Object.entries(value ?? {}).every(([key, part]) => key === 'kind' || part !== undefined);
}

interface Unit {
  readonly ends: RegExp;
  readonly unit: string;
  readonly print: (value: number) => string;
}

const plain = (value: number): string => String(Number(value.toPrecision(6)));

/** By the end of a name, the longer one first. */
const UNITS: readonly Unit[] = [
  { ends: /(bytes_?per_?second(_?per_?(host|disk))?)$/i, unit: 'per second', print: bytesText },
  { ends: /(per_?second(_?per_?(host|disk))?)$/i, unit: 'per second', print: plain },
  { ends: /(perYear|_PER_YEAR|PerHostYear)$/, unit: 'per year', print: plain },
  { ends: /bytes([A-Z_]?per_?host)?$/i, unit: '', print: bytesText },
  { ends: /([a-z]Ms|\bMS|_MS)(\.\w+|[A-Z_]\w*)?$/, unit: '', print: (value) => formatDuration(value) },
  { ends: /seconds$/i, unit: '', print: (value) => formatDuration(value * 1000) },
  { ends: /minutes$/i, unit: '', print: (value) => formatDuration(value * 60_000) },
  { ends: /share$/i, unit: 'share', print: plain },
  { ends: /cures\.\w+$/, unit: 'share', print: plain },
];

function unitFor(name: string): Unit {
  const last = name.slice(name.lastIndexOf('.') + 1);
  return UNITS.find(({ ends }) => ends.test(last) || ends.test(name)) ?? { ends: /$/, unit: '', print: plain };
}

function unitOf(name: string, value: unknown): string {
  return typeof value === 'number' ? unitFor(name).unit : '';
}

/** Undefined for what is neither a number nor a spread nor a duration written as one. */
function valueText(name: string, value: unknown): string | undefined {
  if (typeof value === 'number') return unitFor(name).print(value);
  if (typeof value === 'string') return parseDuration(value) === undefined ? undefined : value;
  return isDistribution(value) ? spreadText(value) : undefined;
}

const SIZES = ['B', 'KiB', 'MiB', 'GiB', 'TiB'] as const;

function bytesText(bytes: number): string {
  const decimal = bytes >= 1e6 && bytes % 1e6 === 0;
  if (decimal) return bytes % 1e9 === 0 ? `${bytes / 1e9} GB` : `${bytes / 1e6} MB`;
  let size = 0;
  for (; size < SIZES.length - 1 && bytes >= 1024 ** (size + 1); size++);
  return `${Number((bytes / 1024 ** size).toFixed(2))} ${SIZES[size] ?? 'B'}`;
}
