// Label selectors as text, with the whole grammar: `app=db,tier!=web,zone in (a,b),rack notin (c),gpu,!spot,cores>8`.
// Source: apimachinery pkg/labels/selector.go (Parse).

import type { StringMap } from '../../../core/api/object.ts';
import { type ApiFailure, badRequest } from './api-failure.ts';

type Operator = '=' | '!=' | 'in' | 'notin' | 'exists' | '!' | '>' | '<';

export interface Requirement {
  readonly key: string;
  readonly operator: Operator;
  readonly values: readonly string[];
}

/** The requirements, all of which must hold; none for an empty text. 400 for a text that is no selector. */
export function parsedLabelSelector(text: string): readonly Requirement[] | ApiFailure {
  const parser = new Parser(tokensOf(text));
  const requirements: Requirement[] = [];
  if (parser.peek() === undefined) return requirements;
  for (;;) {
    const requirement = parser.requirement();
    if (typeof requirement === 'string') return badRequest(`unable to parse requirement: ${requirement}`);
    const wrong = valueProblem(requirement);
    if (wrong !== undefined) return badRequest(`unable to parse requirement: ${wrong}`);
    requirements.push(requirement);
    const next = parser.take();
    if (next === undefined) return requirements;
    if (next !== ',') return badRequest(`found '${next}', expected: ',' or 'end of string'`);
    const after = parser.peek();
    if (after !== '!' && !isIdentifier(after))
      return badRequest(`found '${after ?? ''}', expected: identifier after ','`);
  }
}

/** True when every requirement holds of the labels. */
export function matchesRequirements(requirements: readonly Requirement[], labels: StringMap | undefined): boolean {
  for (const requirement of requirements) if (!holds(requirement, labels)) return false;
  return true;
}

function holds({ key, operator, values }: Requirement, labels: StringMap | undefined): boolean {
  const value = labels !== undefined && Object.hasOwn(labels, key) ? labels[key] : undefined;
  switch (operator) {
    case '=':
    case 'in':
      return value !== undefined && values.includes(value);
    case '!=':
    case 'notin':
      return value === undefined || !values.includes(value);
    case 'exists':
      return value !== undefined;
    case '!':
      return value === undefined;
    case '>':
      return isInteger(value) && Number(value) > Number(values[0]);
    case '<':
      return isInteger(value) && Number(value) < Number(values[0]);
  }
}

function isInteger(text: string | undefined): boolean {
  return text !== undefined && /^-?\d+$/.test(text);
}

const TOKEN = /\s*(==|!=|=|>|<|!|,|\(|\)|[^\s=!<>,()]+)/y;

function tokensOf(text: string): readonly string[] {
  const tokens: string[] = [];
  TOKEN.lastIndex = 0;
  for (let match = TOKEN.exec(text); match !== null; match = TOKEN.exec(text)) tokens.push(match[1] ?? '');
  return tokens;
}

const SIGNS = ['=', '==', '!=', '!', '>', '<', ',', '(', ')'];

function isIdentifier(token: string | undefined): boolean {
  return token !== undefined && !SIGNS.includes(token);
}

class Parser {
  private readonly tokens: readonly string[];
  private next = 0;

  constructor(tokens: readonly string[]) {
    this.tokens = tokens;
  }

  peek(): string | undefined {
    return this.tokens[this.next];
  }

  take(): string | undefined {
    const token = this.tokens[this.next];
    this.next += 1;
    return token;
  }

  /** A requirement, or what is wrong. */
  requirement(): Requirement | string {
    const first = this.take();
    const negated = first === '!';
    const key = negated ? this.take() : first;
    if (key === undefined || !isIdentifier(key)) return `found '${key ?? ''}', expected: identifier`;
    const wrong = keyProblem(key);
    if (wrong !== undefined) return wrong;
    if (negated) return { key, operator: '!', values: [] };
    const operator = this.peek();
    if (operator === undefined || operator === ',') return { key, operator: 'exists', values: [] };
    this.take();
    switch (operator) {
      case '=':
      case '==':
        return { key, operator: '=', values: [this.exactValue()] };
      case '!=':
        return { key, operator: '!=', values: [this.exactValue()] };
      case '>':
      case '<':
        return { key, operator, values: [this.exactValue()] };
      case 'in':
      case 'notin': {
        const values = this.valueSet();
        return typeof values === 'string' ? values : { key, operator, values };
      }
      default:
        return `found '${operator}', expected: in, notin, =, ==, !=, gt, lt`;
    }
  }

  /** `app=` has the empty value. */
  private exactValue(): string {
    return isIdentifier(this.peek()) ? (this.take() ?? '') : '';
  }

  private valueSet(): readonly string[] | string {
    const open = this.take();
    if (open !== '(') return `found '${open ?? ''}' expected: '('`;
    const values: string[] = [];
    for (let awaitsValue = true; ; ) {
      const token = this.take();
      if (token === ')' || token === ',') {
        if (awaitsValue) values.push('');
        if (token === ')') return values.sort();
        awaitsValue = true;
      } else if (token !== undefined && isIdentifier(token) && awaitsValue) {
        values.push(token);
        awaitsValue = false;
      } else {
        return `found '${token ?? ''}', expected: ',', or ')'`;
      }
    }
  }
}

const NAME = /^[A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?$/;
const PREFIX = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/;
const VALUE = /^([A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?)?$/;

function keyProblem(key: string): string | undefined {
  const slash = key.indexOf('/');
  const isGood = slash < 0 ? NAME.test(key) : PREFIX.test(key.slice(0, slash)) && NAME.test(key.slice(slash + 1));
  return isGood
    ? undefined
    : `<nil>: Invalid value: "${key}": a qualified name is a name of at most 63 characters with an optional DNS prefix`;
}

function valueProblem({ key, operator, values }: Requirement): string | undefined {
  for (const value of values) {
    if (operator === '>' || operator === '<') {
      if (!isInteger(value))
        return `values[0][${key}]: Invalid value: "${value}": for 'Gt', 'Lt' operators, the value must be an integer`;
    } else if (!VALUE.test(value)) {
      return `values[0][${key}]: Invalid value: "${value}": a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.'`;
    }
  }
  return undefined;
}
