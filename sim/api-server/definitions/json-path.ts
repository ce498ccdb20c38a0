// JSONPath as printer columns and scale subresources write it: fields, indexes, wildcards and filters that compare with a text
// or a number (`.status.conditions[?(@.type=="Ready")].status`). Parsed once, evaluated per object.
// Source: client-go util/jsonpath.
//
// Divergence from reality: ranges, recursive descent, unions and templates are not there; a path that uses them is no path here.

import { isJsonObject, sameValue } from '../same-value.ts';

type Step =
  | { readonly step: 'field'; readonly name: string }
  | { readonly step: 'index'; readonly index: number }
  | { readonly step: 'all' }
  | { readonly step: 'filter'; readonly path: JsonPath; readonly operator: string; readonly value: unknown }
  | { readonly step: 'exists'; readonly path: JsonPath };

export type JsonPath = readonly Step[];

const FIELD = /^\.((?:\\.|[^.[\]\\])+)/;
const INDEX = /^\[(-?\d+)\]/;
const QUOTED = /^\[(?:'((?:\\'|[^'])*)'|"((?:\\"|[^"])*)")\]/;
const FILTER =
  /^\[\?\(@((?:\.[^.[\]=!<>\s()]+|\[[^\]]*\])+)\s*(?:(==|!=|<=|>=|<|>)\s*("[^"]*"|'[^']*'|-?[\d.]+|true|false))?\s*\)\]/;

/** The path, or undefined when it is none. A lone `.` is the object itself. */
export function parseJsonPath(text: string): JsonPath | undefined {
  const steps: Step[] = [];
  let rest = text.startsWith('{') && text.endsWith('}') ? text.slice(1, -1) : text;
  if (rest === '.' || rest === '$') return steps;
  while (rest !== '') {
    const parsed = parseStep(rest);
    if (parsed === undefined) return undefined;
    steps.push(parsed.step);
    rest = rest.slice(parsed.length);
  }
  return steps;
}

function parseStep(text: string): { readonly step: Step; readonly length: number } | undefined {
  const field = FIELD.exec(text);
  if (field !== null) {
    const name = (field[1] ?? '').replace(/\\(.)/g, '$1');
    return { step: name === '*' ? { step: 'all' } : { step: 'field', name }, length: field[0].length };
  }
  const all = text.startsWith('.[') ? text.slice(1) : text;
  const skipped = text.length - all.length;
  if (all.startsWith('[*]')) return { step: { step: 'all' }, length: 3 + skipped };
  const index = INDEX.exec(all);
  if (index !== null) return { step: { step: 'index', index: Number(index[1]) }, length: index[0].length + skipped };
  const quoted = QUOTED.exec(all);
  if (quoted !== null) {
    const name = (quoted[1] ?? quoted[2] ?? '').replace(/\\(.)/g, '$1');
    return { step: { step: 'field', name }, length: quoted[0].length + skipped };
  }
  const filter = FILTER.exec(all);
  const path = filter === null ? undefined : parseJsonPath(filter[1] ?? '');
  if (filter === null || path === undefined) return undefined;
  const [, , operator, literal = ''] = filter;
  const step: Step =
    operator === undefined
      ? { step: 'exists', path }
      : { step: 'filter', path, operator, value: literalValue(literal) };
  return { step, length: filter[0].length + skipped };
}

function literalValue(literal: string): unknown {
  if (/^["']/.test(literal)) return literal.slice(1, -1);
  if (literal === 'true' || literal === 'false') return literal === 'true';
  return Number(literal);
}

/** All values that the path leads to, in order. */
export function valuesAt(path: JsonPath, root: unknown): readonly unknown[] {
  let at: readonly unknown[] = [root];
  for (const step of path) at = at.flatMap((value) => stepped(step, value));
  return at;
}

function stepped(step: Step, value: unknown): readonly unknown[] {
  switch (step.step) {
    case 'field':
      return isJsonObject(value) && Object.hasOwn(value, step.name) ? [value[step.name]] : [];
    case 'index': {
      if (!Array.isArray(value)) return [];
      const item: unknown = value.at(step.index);
      return item === undefined ? [] : [item];
    }
    case 'all':
      return itemsOf(value);
    case 'exists':
      return itemsOf(value).filter((item) => valuesAt(step.path, item).length > 0);
    case 'filter':
      return itemsOf(value).filter((item) =>
        valuesAt(step.path, item).some((held) => compares(held, step.operator, step.value)),
      );
  }
}

function itemsOf(value: unknown): readonly unknown[] {
  if (Array.isArray(value)) return value;
  return isJsonObject(value) ? Object.values(value) : [];
}

function compares(held: unknown, operator: string, value: unknown): boolean {
  if (operator === '==') return sameValue(held, value);
  if (operator === '!=') return !sameValue(held, value);
  if (typeof held === 'number' && typeof value === 'number') return ordered(held, operator, value);
  return typeof held === 'string' && typeof value === 'string' && ordered(held, operator, value);
}

function ordered<T extends string | number>(held: T, operator: string, value: T): boolean {
  switch (operator) {
    case '<':
      return held < value;
    case '<=':
      return held <= value;
    case '>':
      return held > value;
    default:
      return held >= value;
  }
}
