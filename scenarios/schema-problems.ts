// Findings of a zod schema as problems with places: every one of them, each at the key or value that is meant.

import * as z from 'zod/mini';
import { didYouMean } from './did-you-mean.ts';
import type { Path, PositionedDocument } from './positioned-yaml.ts';
import type { Problem } from './problem.ts';
import { PROBLEM_CATALOGUE, type ProblemCode } from './problem-catalogue.ts';
import { quoted, untag } from './schema-values.ts';

type Issue = z.core.$ZodIssue;

export type Checked<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly problems: readonly Problem[] };

/** How zod says that a field is not there, by what was expected of it. */
const MISSING: ReadonlySet<Issue['code']> = new Set<Issue['code']>(['invalid_type', 'invalid_union', 'invalid_value']);

/** Checks a document against a schema. `subject` names the document in messages: `Scenario "x"`. */
export function checkDocument<S extends z.ZodMiniType>(schema: S, document: PositionedDocument): Checked<z.output<S>> {
  const result = schema.safeParse(document.value);
  if (result.success) return { ok: true, value: result.data };
  const problems = result.error.issues.flatMap((issue) => problemsOf(issue, [], document, schema));
  return { ok: false, problems };
}

function problemsOf(issue: Issue, base: Path, document: PositionedDocument, schema: z.ZodMiniType): readonly Problem[] {
  const path: Path = [...base, ...issue.path.map((step) => (typeof step === 'number' ? step : String(step)))];
  const value = valueAt(document.value, path);
  const tag = untag(issue.message);
  if (issue.code === 'invalid_union') {
    const branch = meantBranch(issue.errors, value);
    if (branch !== undefined) return branch.flatMap((inner) => problemsOf(inner, path, document, schema));
  }
  if (issue.code === 'invalid_union' && 'options' in issue && Array.isArray(issue.options) && value !== undefined) {
    return [notAnOption(path, value, issue.options.map(String), document)];
  }
  if (issue.code === 'invalid_key') {
    return issue.issues.flatMap((inner) => problemsOf(inner, path, document, schema));
  }
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => unknownField(key, path, document, schema));
  }
  if (value === undefined && MISSING.has(issue.code)) {
    return [missingField(path, document)];
  }
  const code = tag !== undefined && isCode(tag.code) ? tag.code : codeOf(issue);
  return [
    {
      code,
      severity: 'error',
      message: tag?.message ?? plainMessage(issue, path, value),
      ...document.placeOf(path),
      ...(tag === undefined ? remedyOf(issue, value) : { remedy: tag.remedy }),
    },
  ];
}

/** Of a union, the branch for this type of value, where it was more than the type that did not fit. */
function meantBranch(branches: readonly (readonly Issue[])[], value: unknown): readonly Issue[] | undefined {
  const candidates = branches.filter((branch) => !branch.some((issue) => issue.path.length === 0 && wrongType(issue)));
  const [first] = candidates;
  if (first !== undefined && candidates.length === 1) return first;
  if (typeof value !== 'string') return undefined;
  return branches.find((branch) => branch.some((issue) => issue.code === 'custom'));
}

function wrongType(issue: Issue): boolean {
  return issue.code === 'invalid_type' || issue.code === 'invalid_value';
}

function unknownField(key: string, path: Path, document: PositionedDocument, schema: z.ZodMiniType): Problem {
  const known = knownKeys(schema, path, document.value);
  const meant = didYouMean(key, known);
  const where = path.length === 0 ? 'the document' : `"${pathText(path)}"`;
  return {
    code: 'MT102',
    severity: 'error',
    message: `unknown field "${key}" in ${where}`,
    ...document.placeOfKey([...path, key]),
    ...(known.length > 0 ? { why: `${where} accepts: ${known.join(', ')}` } : {}),
    ...(meant === undefined ? {} : { remedy: `did you mean "${meant}"?` }),
  };
}

/** The field that says which shape an object has names none. */
function notAnOption(path: Path, value: unknown, options: readonly string[], document: PositionedDocument): Problem {
  return {
    code: 'MT105',
    severity: 'error',
    message: `"${pathText(path)}" is ${quoted(value)}, which is not one of its values`,
    ...document.placeOf(path),
    ...oneOf(value, options),
  };
}

function oneOf(value: unknown, allowed: readonly string[]): { readonly remedy: string } {
  const meant = typeof value === 'string' ? didYouMean(value, allowed) : undefined;
  return { remedy: meant === undefined ? `one of: ${allowed.join(', ')}` : `did you mean "${meant}"?` };
}

function missingField(path: Path, document: PositionedDocument): Problem {
  const key = path[path.length - 1];
  const parent = path.slice(0, -1);
  const where = parent.length === 0 ? 'the document' : `"${pathText(parent)}"`;
  return {
    code: 'MT103',
    severity: 'error',
    message: `${where} has no "${key}"`,
    ...document.placeOf(parent),
    remedy: `add "${key}"`,
  };
}

function codeOf(issue: Issue): ProblemCode {
  if (valuesOf(issue) !== undefined) return 'MT105';
  return issue.code === 'invalid_type' || issue.code === 'invalid_union' ? 'MT104' : 'MT105';
}

function plainMessage(issue: Issue, path: Path, value: unknown): string {
  const field = `"${pathText(path)}"`;
  switch (issue.code) {
    case 'invalid_type':
      return `${field} is ${quoted(value)}, expected ${typeName(issue.expected)}`;
    case 'invalid_value':
      return `${field} is ${quoted(value)}, which is not one of its values`;
    case 'too_small':
      return `${field} is ${quoted(value)}, expected ${issue.inclusive === false ? 'more than' : 'at least'} ${issue.minimum}`;
    case 'too_big':
      return `${field} is ${quoted(value)}, expected ${issue.inclusive === false ? 'less than' : 'at most'} ${issue.maximum}`;
    default:
      if (valuesOf(issue) !== undefined) return `${field} is ${quoted(value)}, which is not one of its values`;
      return `${field} is ${quoted(value)}: ${issue.message.toLowerCase()}`;
  }
}

function remedyOf(issue: Issue, value: unknown): { readonly remedy?: string } {
  const values = valuesOf(issue);
  if (values !== undefined) return oneOf(value, values.map(String));
  if (issue.code === 'invalid_type' && issue.expected === 'string' && typeof value !== 'object') {
    // YAML's true and false are what Kubernetes writes as "True" and "False".
    const text = value === true ? 'True' : value === false ? 'False' : String(value);
    return { remedy: `put it in quotes: "${text}"` };
  }
  return {};
}

/** The values of which one had to be given: of an enum, or of the field by which a union tells its members apart. */
function valuesOf(issue: Issue): readonly unknown[] | undefined {
  if (issue.code === 'invalid_value') return issue.values;
  return issue.code === 'invalid_union' && 'options' in issue && Array.isArray(issue.options)
    ? issue.options.filter((value) => value !== undefined)
    : undefined;
}

function typeName(expected: string): string {
  switch (expected) {
    case 'string':
      return 'a text';
    case 'object':
    case 'record':
      return 'an object';
    case 'array':
      return 'a list';
    case 'boolean':
      return 'true or false';
    case 'int':
      return 'a whole number';
    default:
      return `a ${expected}`;
  }
}

function isCode(code: string): code is ProblemCode {
  return Object.hasOwn(PROBLEM_CATALOGUE, code);
}

export function pathText(path: Path): string {
  return path.reduce<string>(
    (text, step) => (typeof step === 'number' ? `${text}[${step}]` : text === '' ? step : `${text}.${step}`),
    '',
  );
}

function valueAt(root: unknown, path: Path): unknown {
  let value = root;
  for (const step of path) {
    if (typeof value !== 'object' || value === null) return undefined;
    value = (value as Readonly<Record<string | number, unknown>>)[step];
  }
  return value;
}

type JsonSchema = { readonly [key: string]: unknown };

/** Field names that the schema allows at a path, from its JSON Schema form. Only asked when something is already wrong. */
function knownKeys(schema: z.ZodMiniType, path: Path, value: unknown): readonly string[] {
  const root = z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any', reused: 'inline' }) as JsonSchema;
  let nodes: readonly JsonSchema[] = alternatives(root);
  path.forEach((step, depth) => {
    const meant = valueAt(value, path.slice(0, depth + 1));
    const shapes = nodes.flatMap((node) => {
      const properties = node.properties as Readonly<Record<string, JsonSchema>> | undefined;
      const next = typeof step === 'number' ? node.items : (properties?.[step] ?? node.additionalProperties);
      return typeof next === 'object' && next !== null ? alternatives(next as JsonSchema) : [];
    });
    // A field with a bad value rules every shape out, and then says nothing.
    const fitting = shapes.filter((node) => isShapeOf(node, meant));
    nodes = fitting.length > 0 ? fitting : shapes;
  });
  return [...new Set(nodes.flatMap((node) => Object.keys((node.properties as object | undefined) ?? {})))];
}

/** False for an alternative of which a field that tells shapes apart says that it is another one. */
function isShapeOf(node: JsonSchema, value: unknown): boolean {
  const properties = Object.entries((node.properties as Readonly<Record<string, JsonSchema>> | undefined) ?? {});
  return properties.every(([key, { const: wanted, enum: choices }]) => {
    const given = valueAt(value, [key]);
    if (Array.isArray(choices)) return given === undefined || choices.includes(given);
    return wanted === undefined || given === wanted;
  });
}

function alternatives(node: JsonSchema): readonly JsonSchema[] {
  const choices = node.anyOf ?? node.oneOf;
  return Array.isArray(choices) ? choices.flatMap((choice) => alternatives(choice as JsonSchema)) : [node];
}
