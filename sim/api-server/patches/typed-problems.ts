// What does not fit the schema in an applied configuration, in the words of the library that says so on a real server.
// Source: structured-merge-diff typed/validate.go, typed/helpers.go.
//
// Divergence from reality: the real server visits fields in random order and stops an object at its first unknown field; here
// the order is that of the names.

import {
  type FieldSchema,
  fieldBelow,
  type ListSchema,
  type MapSchema,
  type ScalarType,
  shapeFor,
} from '../fields/field-schema.ts';
import { isJsonObject, type JsonObject } from '../same-value.ts';
import { goPrint, goSyntax, goTypeOf } from './go-print.ts';
import { itemElement } from './owned-fields.ts';
import { compareText, elementText, fieldElement, type PathElement } from './path-element.ts';

/** All problems as one text, `.spec.foo: field not declared in schema`, or undefined. */
export function typedProblem(value: unknown, schema: FieldSchema): string | undefined {
  const problems = problemsAt('', value, schema);
  if (problems.length <= 1) return problems[0];
  return ['errors:', ...problems.map((problem) => `  ${problem}`)].join('\n');
}

function problemsAt(path: string, value: unknown, schema: FieldSchema): readonly string[] {
  if (value === null || value === undefined) return [];
  const shape = shapeFor(schema, value);
  if (shape.map !== undefined) {
    return isJsonObject(value)
      ? fieldProblems(path, value, shape.map)
      : [worded(path, `expected map, got &{${goPrint(value)}}`)];
  }
  if (shape.scalar !== undefined) {
    const problem = scalarProblem(shape.scalar, value);
    return problem === undefined ? [] : [worded(path, problem)];
  }
  if (shape.list === undefined) return [];
  return Array.isArray(value)
    ? itemProblems(path, value, shape.list)
    : [worded(path, `expected list, got &{${goPrint(value)}}`)];
}

function worded(path: string, problem: string): string {
  return path === '' ? problem : `${path}: ${problem}`;
}

function fieldProblems(path: string, value: JsonObject, map: MapSchema): readonly string[] {
  const problems: string[] = [];
  for (const name of Object.keys(value).sort(compareText)) {
    const schema = fieldBelow(map, name);
    const at = `${path}${elementText(fieldElement(name))}`;
    if (schema === undefined) {
      problems.push(worded(at, 'field not declared in schema'));
      break;
    }
    problems.push(...problemsAt(at, value[name], schema));
  }
  return problems;
}

function itemProblems(path: string, items: readonly unknown[], list: ListSchema): readonly string[] {
  const problems: string[] = [];
  const seen = new Set<PathElement>();
  for (const [i, item] of items.entries()) {
    if (list.kind === 'atomic') {
      problems.push(...problemsAt(`${path}[${i}]`, item, list.items));
      continue;
    }
    const at = itemElement(list, item);
    if (at.kind === 'problem') return [...problems, worded(path, `element ${i}: ${at.problem}`)];
    if (seen.has(at.element)) problems.push(worded(path, `duplicate entries for key ${elementText(at.element)}`));
    seen.add(at.element);
    problems.push(...problemsAt(`${path}${elementText(at.element)}`, item, list.items));
  }
  return problems;
}

function scalarProblem(scalar: ScalarType, value: unknown): string | undefined {
  switch (scalar) {
    case 'string':
    case 'bytes':
      return typeof value === 'string'
        ? undefined
        : `expected string, got &value.valueUnstructured{Value:${goSyntax(value)}}`;
    case 'int32':
    case 'int64':
    case 'double':
      return typeof value === 'number' ? undefined : `expected numeric (int or float), got ${goTypeOf(value)}`;
    case 'boolean':
      return typeof value === 'boolean' ? undefined : `expected boolean, got &{${goPrint(value)}}`;
    default:
      return typeof value === 'object' ? `expected any scalar, got &{${goPrint(value)}}` : undefined;
  }
}
