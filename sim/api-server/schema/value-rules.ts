// Checks an object against the value rules of its schema with ajv, and words what ajv finds as the real server words it.
// Source: kube-openapi pkg/validation/validate and pkg/validation/errors; apiextensions-apiserver
// pkg/apiserver/validation/validation.go (kubeOpenAPIResultToFieldErrors).
//
// Divergence from reality: sibling fields are reported in the order of the schema, where the real server's order is random.
// Of the branches of anyOf and oneOf that all fail, the one with the fewest errors is reported; the real server takes the one
// with the most checks passed.

import { Ajv, type ErrorObject, type ValidateFunction } from 'ajv';
import type { FieldError } from './field-errors.ts';
import { STRING_FORMATS } from './formats.ts';
import { goPattern } from './go-pattern.ts';
import { jsonSchemaOf } from './json-schema.ts';
import type { SchemaProps } from './schema-props.ts';
import { type Finding, fieldErrorOf } from './value-errors.ts';

const INT32_MAX = 2 ** 31 - 1;

export class ValueRules {
  private readonly check: ValidateFunction;

  constructor(schema: SchemaProps) {
    this.check = ajv().compile(jsonSchemaOf(schema));
  }

  /**
   * What is wrong with the values of `object`, in a stable order. `tolerated` names places (JSON pointers of ajv) whose
   * errors do not count, because nothing there has changed.
   */
  errors(object: unknown, tolerated: (pointer: string) => boolean): readonly FieldError[] {
    if (this.check(object) || !this.check.errors) return [];
    const findings = summarised(this.check.errors.filter((error) => error.keyword !== 'if'));
    return ordered(findings.filter(({ pointer }) => !tolerated(pointer))).map((finding) =>
      fieldErrorOf(finding, object),
    );
  }
}

function ajv(): Ajv {
  const engine = (pattern: string): RegExp => goPattern(pattern) ?? /(?!)/;
  engine.code = 'goPattern';
  return new Ajv({
    allErrors: true,
    verbose: true,
    strict: false,
    messages: false,
    validateSchema: false,
    addUsedSchema: false,
    code: { regExp: engine },
    formats: {
      ...STRING_FORMATS,
      int32: { type: 'number', validate: (value: number) => Math.abs(value) <= INT32_MAX || value === -(2 ** 31) },
    },
  });
}

/** Junctors explained by their best branch, allOf summed up, and nothing but the type said of a null. */
function summarised(errors: readonly ErrorObject[]): readonly Finding[] {
  const findings: Finding[] = [];
  for (let i = 0; i < errors.length; i++) {
    const error = errors[i];
    if (error === undefined || isBranch(error, errors)) continue;
    if (error.data === null && error.keyword !== 'type' && error.keyword !== 'enum' && hasTypeError(error, errors)) {
      continue;
    }
    findings.push(findingOf(error));
    if (error.keyword === 'anyOf' || error.keyword === 'oneOf') {
      findings.push(...bestBranch(error, errors).map((inner) => ({ ...findingOf(inner), rank: JUNCTOR_RANK })));
    }
  }
  return withAllOf(findings);
}

/** Keywords in the order in which the real server looks at one value. */
const RANKS: Readonly<Record<string, number>> = {
  type: 0,
  anyOf: 1,
  oneOf: 1,
  allOf: 1,
  not: 1,
  pattern: 2,
  maxLength: 2,
  minLength: 2,
  format: 3,
  multipleOf: 4,
  maximum: 4,
  exclusiveMaximum: 4,
  minimum: 4,
  exclusiveMinimum: 4,
  minItems: 5,
  maxItems: 5,
  enum: 6,
  minProperties: 7,
  maxProperties: 7,
  additionalProperties: 7,
  required: 9,
};
const JUNCTOR_RANK = 1;
/** Counting items and missing fields comes after looking at what is there. */
const COMES_LAST: ReadonlySet<number> = new Set([5, 9]);

function findingOf(error: ErrorObject): Finding {
  return { pointer: error.instancePath, schemaPath: error.schemaPath, rank: RANKS[error.keyword] ?? 8, error };
}

/** True for an error inside of a junctor that is reported itself. */
function isBranch(error: ErrorObject, errors: readonly ErrorObject[]): boolean {
  return errors.some(
    (junctor) =>
      (junctor.keyword === 'anyOf' || junctor.keyword === 'oneOf') &&
      junctor !== error &&
      error.schemaPath.startsWith(`${junctor.schemaPath}/`) &&
      within(error.instancePath, junctor.instancePath),
  );
}

function within(pointer: string, ancestor: string): boolean {
  return pointer === ancestor || pointer.startsWith(`${ancestor}/`);
}

function hasTypeError(error: ErrorObject, errors: readonly ErrorObject[]): boolean {
  return errors.some(({ keyword, instancePath }) => keyword === 'type' && instancePath === error.instancePath);
}

/** The errors of the branch that fails least; none when branches passed (a oneOf with several). */
function bestBranch(junctor: ErrorObject, errors: readonly ErrorObject[]): readonly ErrorObject[] {
  if (junctor.keyword === 'oneOf' && junctor.params.passingSchemas) return [];
  const branches = new Map<string, ErrorObject[]>();
  for (const error of errors) {
    const prefix = `${junctor.schemaPath}/`;
    if (!error.schemaPath.startsWith(prefix) || !within(error.instancePath, junctor.instancePath)) continue;
    const [index = ''] = error.schemaPath.slice(prefix.length).split('/');
    branches.set(index, [...(branches.get(index) ?? []), error]);
  }
  let best: readonly ErrorObject[] | undefined;
  for (const branch of branches.values()) if (best === undefined || branch.length < best.length) best = branch;
  return best ?? [];
}

/** After the errors inside of an allOf, the server says once that not all of its schemas hold. */
function withAllOf(findings: readonly Finding[]): readonly Finding[] {
  const result: Finding[] = [];
  const summed = new Set<string>();
  for (const finding of findings) {
    result.push(finding);
    const [outer, inner] = finding.schemaPath.split(/\/allOf\/\d+\//);
    if (outer === undefined || inner === undefined) continue;
    const pointer = ancestorOf(finding.pointer, depthOf(inner));
    if (summed.has(`${outer} ${pointer}`)) continue;
    summed.add(`${outer} ${pointer}`);
    const error: ErrorObject = { ...finding.error, keyword: 'allOf', instancePath: pointer };
    result.push({ pointer, schemaPath: `${outer}/allOf`, rank: JUNCTOR_RANK, error });
  }
  return result;
}

/** How many steps into the object a path of a schema makes. */
function depthOf(schemaPath: string): number {
  const parts = schemaPath.split('/');
  let depth = 0;
  for (let i = 0; i < parts.length - 1; i++) {
    if (parts[i] === 'properties') {
      depth += 1;
      i += 1;
    } else if (parts[i] === 'items' || parts[i] === 'additionalProperties') {
      depth += 1;
    }
  }
  return depth;
}

function ancestorOf(pointer: string, steps: number): string {
  return pointer
    .split('/')
    .slice(0, -steps || undefined)
    .join('/');
}

/** One place of the object with what was found there and below. */
interface Place {
  readonly findings: Finding[];
  readonly inner: Map<string, Place>;
}

/** In the order in which the real server walks: a value, then what is in it, then what it lacks. */
function ordered(findings: readonly Finding[]): readonly Finding[] {
  const root: Place = { findings: [], inner: new Map() };
  for (const finding of findings) {
    let place = root;
    for (const token of finding.pointer.split('/').slice(1)) {
      const known = place.inner.get(token) ?? { findings: [], inner: new Map() };
      place.inner.set(token, known);
      place = known;
    }
    place.findings.push(finding);
  }
  return walked(root);
}

function walked({ findings, inner }: Place): readonly Finding[] {
  const sorted = [...findings].sort((a, b) => a.rank - b.rank);
  return [
    ...sorted.filter(({ rank }) => !COMES_LAST.has(rank)),
    ...[...inner.values()].flatMap(walked),
    ...sorted.filter(({ rank }) => COMES_LAST.has(rank)),
  ];
}
