// What rules in schemas may call: CEL's standard functions, and of Kubernetes' own libraries those for lists, strings,
// regular expressions, sets and quantities. A call of anything else is an error of the definition, never silently true.
// Source: Kubernetes documentation, reference/using-api/cel; apiserver pkg/cel/library.
//
// Divergence from reality: the libraries url, ip, cidr, format, authorizer and the two-variable comprehensions are not there, so
// that a definition which uses them is refused. Quantities are compared as floating point numbers.

import { Environment } from '@marcbachmann/cel-js';
import { quantityOf } from '../../workload/quantity.ts';
import { goPattern } from './go-pattern.ts';
import { canonical } from './list-types.ts';

/** A resource quantity as rules see it. */
class Quantity {
  readonly value: number;

  constructor(value: number) {
    this.value = value;
  }
}

/** Receiver of `sets.contains(...)`. */
class SetLibrary {
  readonly name = 'sets';
}

/** Fields with such a format are these types already; converting them once more is allowed. */
const DURATION = 'google.protobuf.Duration';
const TIMESTAMP = 'google.protobuf.Timestamp';

type Scalar = bigint | number | string | boolean;

/** A fresh environment with `self` and `oldSelf`; expensive, so rules share one. `oldSelf` may be an optional value. */
export function ruleEnvironment(oldSelf: 'plain' | 'optional'): Environment {
  const environment = new Environment({ enableOptionalTypes: true, homogeneousAggregateLiterals: false });
  environment
    .registerVariable('self', 'dyn')
    .registerVariable('oldSelf', oldSelf === 'plain' ? 'dyn' : 'optional<dyn>');
  environment
    .registerFunction(`duration(${DURATION}): ${DURATION}`, (value: unknown) => value)
    .registerFunction(`timestamp(${TIMESTAMP}): ${TIMESTAMP}`, (value: unknown) => value);
  registerLists(environment);
  registerStrings(environment);
  registerSets(environment);
  registerQuantities(environment);
  return environment;
}

function registerLists(environment: Environment): void {
  environment
    .registerFunction('list.isSorted(): bool', (list: readonly Scalar[]) =>
      list.every((item, i) => i === 0 || !isLess(item, list[i - 1])),
    )
    .registerFunction('list.sum(): dyn', (list: readonly (bigint | number)[]) => sumOf(list))
    .registerFunction('list.min(): dyn', (list: readonly Scalar[]) => extreme(list, isLess))
    .registerFunction('list.max(): dyn', (list: readonly Scalar[]) => extreme(list, (a, b) => isLess(b, a)))
    .registerFunction('list.indexOf(dyn): int', (list: readonly unknown[], item: unknown) =>
      BigInt(list.findIndex((other) => same(other, item))),
    )
    .registerFunction('list.lastIndexOf(dyn): int', (list: readonly unknown[], item: unknown) =>
      BigInt(list.findLastIndex((other) => same(other, item))),
    );
}

function isLess(a: Scalar | undefined, b: Scalar | undefined): boolean {
  return a !== undefined && b !== undefined && a < b;
}

function sumOf(list: readonly (bigint | number)[]): bigint | number {
  let whole = 0n;
  let real = 0;
  let allWhole = true;
  for (const item of list) {
    if (typeof item === 'bigint') whole += item;
    else allWhole = false;
    real += Number(item);
  }
  return allWhole ? whole : real;
}

function extreme(list: readonly Scalar[], before: (a: Scalar, b: Scalar) => boolean): Scalar {
  const [first, ...rest] = list;
  if (first === undefined) throw new Error('min or max called on an empty list');
  return rest.reduce((best, item) => (before(item, best) ? item : best), first);
}

/** Equality of CEL values; lists and maps by their content. */
function same(a: unknown, b: unknown): boolean {
  return a === b || (typeof a === 'object' && typeof b === 'object' && celText(a) === celText(b));
}

function celText(value: unknown): string {
  return canonical(JSON.parse(JSON.stringify(value, (_key, held) => (typeof held === 'bigint' ? Number(held) : held))));
}

function registerStrings(environment: Environment): void {
  environment
    .registerFunction('string.charAt(int): string', (text: string, at: bigint) => text.charAt(Number(at)))
    .registerFunction('string.replace(string, string): string', (text: string, from: string, to: string) =>
      text.replaceAll(from, () => to),
    )
    .registerFunction(
      'string.replace(string, string, int): string',
      (text: string, from: string, to: string, times: bigint) => replaced(text, from, to, Number(times)),
    )
    .registerFunction('string.find(string): string', (text: string, pattern: string) => found(text, pattern)[0] ?? '')
    .registerFunction('string.findAll(string): list<string>', (text: string, pattern: string) => found(text, pattern))
    .registerFunction('string.findAll(string, int): list<string>', (text: string, pattern: string, limit: bigint) =>
      limit < 0n ? found(text, pattern) : found(text, pattern).slice(0, Number(limit)),
    );
}

function replaced(text: string, from: string, to: string, times: number): string {
  if (times < 0) return text.replaceAll(from, () => to);
  let next = text;
  let at = 0;
  for (let i = 0; i < times; i++) {
    const hit = next.indexOf(from, at);
    if (hit < 0) break;
    next = next.slice(0, hit) + to + next.slice(hit + from.length);
    at = hit + to.length;
  }
  return next;
}

function found(text: string, pattern: string): string[] {
  const expression = goPattern(pattern);
  if (expression === undefined) throw new Error(`invalid regular expression: ${pattern}`);
  return [...text.matchAll(new RegExp(expression.source, `${expression.flags}g`))].map(([hit]) => hit);
}

function registerSets(environment: Environment): void {
  const includes = (list: readonly unknown[], item: unknown) => list.some((other) => same(other, item));
  const contains = (list: readonly unknown[], items: readonly unknown[]) => items.every((item) => includes(list, item));
  environment
    .registerType('SetLibrary', SetLibrary)
    .registerConstant('sets', 'SetLibrary', new SetLibrary())
    .registerFunction('SetLibrary.contains(list, list): bool', (_: SetLibrary, a: unknown[], b: unknown[]) =>
      contains(a, b),
    )
    .registerFunction(
      'SetLibrary.equivalent(list, list): bool',
      (_: SetLibrary, a: unknown[], b: unknown[]) => contains(a, b) && contains(b, a),
    )
    .registerFunction('SetLibrary.intersects(list, list): bool', (_: SetLibrary, a: unknown[], b: unknown[]) =>
      b.some((item) => includes(a, item)),
    );
}

function registerQuantities(environment: Environment): void {
  environment
    .registerType('Quantity', Quantity)
    .registerFunction('isQuantity(string): bool', (text: string) => !Number.isNaN(quantityOf(text)))
    .registerFunction('quantity(string): Quantity', (text: string) => {
      const value = quantityOf(text);
      if (Number.isNaN(value)) throw new Error('quantities must match the regular expression of a quantity');
      return new Quantity(value);
    })
    .registerFunction('Quantity.sign(): int', (q: Quantity) => BigInt(Math.sign(q.value)))
    .registerFunction('Quantity.isInteger(): bool', (q: Quantity) => Number.isInteger(q.value))
    .registerFunction('Quantity.asInteger(): int', (q: Quantity) => {
      if (!Number.isInteger(q.value)) throw new Error('cannot convert value to integer');
      return BigInt(q.value);
    })
    .registerFunction('Quantity.asApproximateFloat(): double', (q: Quantity) => q.value)
    .registerFunction('Quantity.isGreaterThan(Quantity): bool', (a: Quantity, b: Quantity) => a.value > b.value)
    .registerFunction('Quantity.isLessThan(Quantity): bool', (a: Quantity, b: Quantity) => a.value < b.value)
    .registerFunction('Quantity.compareTo(Quantity): int', (a: Quantity, b: Quantity) =>
      BigInt(Math.sign(a.value - b.value)),
    )
    .registerFunction('Quantity.add(Quantity): Quantity', (a: Quantity, b: Quantity) => new Quantity(a.value + b.value))
    .registerFunction(
      'Quantity.sub(Quantity): Quantity',
      (a: Quantity, b: Quantity) => new Quantity(a.value - b.value),
    );
}
