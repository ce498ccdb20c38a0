// `x-kubernetes-validations`: rules in CEL, compiled when the definition is made, run on every write of an object.
// Source: apiextensions-apiserver pkg/apiserver/schema/cel/{compilation,validation}.go.
//
// Divergence from reality: fields are typed only as far as their names; a comparison of different types fails when it runs and
// not when it is compiled. Cost is not counted.

import {
  type Environment,
  EvaluationError,
  Optional,
  ParseError,
  TypeError as RuleTypeError,
} from '@marcbachmann/cel-js';
import { isJsonObject } from '../same-value.ts';
import { fieldsOf } from './cel-fields.ts';
import { ruleEnvironment } from './cel-library.ts';
import { celValue } from './cel-values.ts';
import { type Correlated, fieldOf, isUnchanged, itemOf } from './correlation.ts';
import {
  childPath,
  duplicate,
  type FieldError,
  forbidden,
  invalidValue,
  required,
  WHOLE_OBJECT,
} from './field-errors.ts';
import { type SchemaProps, type ValidationRule, valueSchema } from './schema-props.ts';

interface CompiledRule {
  readonly rule: ValidationRule;
  readonly usesOldSelf: boolean;
  readonly holds: (context: Readonly<Record<string, unknown>>) => unknown;
  readonly message: ((context: Readonly<Record<string, unknown>>) => unknown) | undefined;
}

/** Rules of one place of a schema and of the places below that have any. */
export interface RuleTree {
  readonly schema: SchemaProps;
  readonly rules: readonly CompiledRule[];
  readonly items: RuleTree | undefined;
  readonly values: RuleTree | undefined;
  readonly properties: ReadonlyMap<string, RuleTree>;
}

export interface RuleCompilation {
  /** Undefined when no place has rules. */
  readonly tree: RuleTree | undefined;
  readonly errors: readonly FieldError[];
}

/** Of the object's own metadata a rule sees the names only. */
const META: Readonly<Record<string, SchemaProps>> = {
  apiVersion: { type: 'string' },
  kind: { type: 'string' },
  metadata: { type: 'object', properties: { name: { type: 'string' }, generateName: { type: 'string' } } },
};

/** Compiles all rules of a schema that stands at `path`; the errors are those of the definition. */
export function compileRules(schema: SchemaProps, path: string): RuleCompilation {
  const compiler = new RuleCompiler();
  const root: SchemaProps = { ...schema, properties: { ...schema.properties, ...META } };
  const tree = compiler.treeOf(root, path, undefined);
  return { tree, errors: compiler.errors };
}

class RuleCompiler {
  readonly errors: FieldError[] = [];
  private readonly environments = new Map<string, Environment>();

  /** `uncorrelated` is the first place around this one whose items or fields continue no old ones. */
  treeOf(schema: SchemaProps, path: string, uncorrelated: string | undefined): RuleTree | undefined {
    const fieldsUncorrelated = uncorrelated ?? (schema['x-kubernetes-map-type'] === 'atomic' ? path : undefined);
    const itemsUncorrelated = uncorrelated ?? (schema['x-kubernetes-list-type'] === 'map' ? undefined : path);
    const properties = new Map<string, RuleTree>();
    for (const [name, property] of Object.entries(schema.properties ?? {})) {
      const tree = this.treeOf(property, `${path}.properties[${name}]`, fieldsUncorrelated);
      if (tree !== undefined) properties.set(name, tree);
    }
    const inner = valueSchema(schema);
    const values = inner === undefined ? undefined : this.treeOf(inner, `${path}.additionalProperties`, uncorrelated);
    const items =
      schema.items === undefined ? undefined : this.treeOf(schema.items, `${path}.items`, itemsUncorrelated);
    const rules = (schema['x-kubernetes-validations'] ?? []).flatMap((rule, i) => {
      const compiled = this.compile(rule, schema, `${path}.x-kubernetes-validations[${i}]`, uncorrelated);
      return compiled === undefined ? [] : [compiled];
    });
    if (rules.length === 0 && items === undefined && values === undefined && properties.size === 0) return undefined;
    return { schema, rules, items, values, properties };
  }

  private compile(
    rule: ValidationRule,
    schema: SchemaProps,
    path: string,
    uncorrelated: string | undefined,
  ): CompiledRule | undefined {
    const holds = this.expression(rule.rule, 'bool', rule, schema, `${path}.rule`);
    if (holds === undefined) return undefined;
    const { usesOldSelf } = fieldsOf(holds.ast, schema, rule.optionalOldSelf === true);
    if (usesOldSelf && uncorrelated !== undefined) {
      const why = `oldSelf cannot be used on the uncorrelatable portion of the schema within ${uncorrelated}`;
      this.errors.push(invalidValue(`${path}.rule`, rule.rule, why));
    } else if (!usesOldSelf && rule.optionalOldSelf !== undefined) {
      const why = 'may not be set if oldSelf is not used in rule';
      this.errors.push(invalidValue(`${path}.optionalOldSelf`, rule.optionalOldSelf, why));
    }
    const message = rule.messageExpression
      ? this.expression(rule.messageExpression, 'string', rule, schema, `${path}.messageExpression`)
      : undefined;
    return { rule, usesOldSelf, holds, message };
  }

  private environmentFor(rule: ValidationRule): Environment {
    const oldSelf = rule.optionalOldSelf ? 'optional' : 'plain';
    const known = this.environments.get(oldSelf) ?? ruleEnvironment(oldSelf);
    this.environments.set(oldSelf, known);
    return known;
  }

  private expression(text: string, type: string, rule: ValidationRule, schema: SchemaProps, path: string) {
    const fail = (why: string, at: number): undefined => {
      const lines = `compilation failed: ERROR: <input>:1:${at + 1}: ${why}\n | ${text}\n | ${'.'.repeat(at)}^`;
      this.errors.push(invalidValue(path, { rule: rule.rule, message: rule.message }, lines));
    };
    try {
      const parsed = this.environmentFor(rule).parse(text);
      const checked = parsed.check();
      if (!checked.valid) return fail(checked.error?.summary ?? 'invalid', checked.error?.range?.start ?? 0);
      if (checked.type !== type && checked.type !== 'dyn') {
        this.errors.push(invalidValue(path, { rule: rule.rule, message: rule.message }, typeWanted(type)));
        return undefined;
      }
      const { undefinedField } = fieldsOf(parsed.ast, schema, rule.optionalOldSelf === true);
      if (undefinedField !== undefined) return fail(`undefined field '${undefinedField.name}'`, undefinedField.at);
      return parsed;
    } catch (error) {
      if (error instanceof ParseError || error instanceof RuleTypeError || error instanceof EvaluationError)
        return fail(error.summary, error.range?.start ?? 0);
      throw error;
    }
  }
}

function typeWanted(type: string): string {
  return type === 'bool' ? 'cel expression must evaluate to a bool' : 'messageExpression must evaluate to a string';
}

/** What the rules have against an object; transition rules are asked only where an old value is continued. */
export function ruleErrors(tree: RuleTree, root: Correlated): readonly FieldError[] {
  return errorsAt(tree, root, { path: '', pointer: '', root });
}

interface Place {
  readonly path: string;
  readonly pointer: string;
  readonly root: Correlated;
}

function errorsAt(tree: RuleTree, at: Correlated, place: Place): readonly FieldError[] {
  const { value } = at;
  if (value === null || value === undefined) return [];
  const errors = tree.rules.length === 0 ? [] : [...ownErrors(tree, at, place)];
  if (Array.isArray(value)) {
    const { items } = tree;
    if (items === undefined) return errors;
    value.forEach((_item, i) => {
      const inner = { ...place, path: `${place.path}[${i}]`, pointer: `${place.pointer}/${i}` };
      errors.push(...errorsAt(items, itemOf(at, i), inner));
    });
  } else if (isJsonObject(value)) {
    for (const name of Object.keys(value)) errors.push(...fieldErrors(tree, at, name, place));
  }
  return errors;
}

function fieldErrors(tree: RuleTree, at: Correlated, name: string, place: Place): readonly FieldError[] {
  const pointer = `${place.pointer}/${name.replaceAll('~', '~0').replaceAll('/', '~1')}`;
  const property = tree.properties.get(name);
  if (property !== undefined) {
    return errorsAt(property, fieldOf(at, name), { ...place, path: childPath(place.path, name), pointer });
  }
  if (tree.values === undefined) return [];
  return errorsAt(tree.values, fieldOf(at, name), { ...place, path: `${place.path}[${name}]`, pointer });
}

function ownErrors(tree: RuleTree, at: Correlated, place: Place): readonly FieldError[] {
  const self = celValue(at.value, tree.schema);
  const oldSelf = at.old === undefined ? undefined : celValue(at.old, tree.schema);
  const errors: FieldError[] = [];
  for (const compiled of tree.rules) {
    const optional = compiled.rule.optionalOldSelf === true;
    if (compiled.usesOldSelf && oldSelf === undefined && !optional) continue;
    const old = optional ? (oldSelf === undefined ? Optional.none() : Optional.of(oldSelf)) : oldSelf;
    const error = errorOf(compiled, tree.schema, { self, oldSelf: old }, at.value, place.path);
    if (error === undefined) continue;
    if (!compiled.usesOldSelf && isUnchanged(place.root, place.pointer)) continue;
    errors.push(error);
  }
  return errors;
}

function errorOf(
  compiled: CompiledRule,
  schema: SchemaProps,
  context: Readonly<Record<string, unknown>>,
  value: unknown,
  path: string,
): FieldError | undefined {
  const { rule } = compiled;
  const field = path === '' ? WHOLE_OBJECT : path;
  const shown = schema.type === 'object' || schema.type === 'array' ? schema.type : value;
  const outcome = evaluated(compiled.holds, context);
  const named = rule.message?.trim() || rule.rule.trim();
  if (outcome.kind === 'failed') {
    return invalidValue(field, schema.type ?? '', `${outcome.why} evaluating rule: ${named}`);
  }
  if (outcome.value === true) return undefined;
  const place = rule.fieldPath ? childPath(path, plainPath(rule.fieldPath)) : field;
  return errorForReason(place, shown, messageOf(compiled, context), rule.reason);
}

/** `.a['b']` as `a.b`. */
function plainPath(fieldPath: string): string {
  return fieldPath
    .trim()
    .replace(/\['([^']*)'\]/g, '.$1')
    .replace(/^\./, '');
}

function messageOf(compiled: CompiledRule, context: Readonly<Record<string, unknown>>): string {
  const { rule, message } = compiled;
  if (message !== undefined) {
    const outcome = evaluated(message, context);
    const text = outcome.kind === 'value' && typeof outcome.value === 'string' ? outcome.value.trim() : '';
    if (text !== '' && !/[\n\r]/.test(text)) return text;
  }
  return rule.message?.trim() || `failed rule: ${rule.rule.trim()}`;
}

function errorForReason(field: string, value: unknown, detail: string, reason: string | undefined): FieldError {
  switch (reason) {
    case 'FieldValueForbidden':
      return forbidden(field, detail);
    case 'FieldValueRequired':
      return required(field, detail);
    case 'FieldValueDuplicate':
      return duplicate(field, value);
    default:
      return invalidValue(field, value, detail);
  }
}

type Evaluated =
  | { readonly kind: 'value'; readonly value: unknown }
  | { readonly kind: 'failed'; readonly why: string };

function evaluated(
  expression: (context: Readonly<Record<string, unknown>>) => unknown,
  context: Readonly<Record<string, unknown>>,
): Evaluated {
  try {
    return { kind: 'value', value: expression(context) };
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    const summary = error instanceof EvaluationError ? error.summary : error.message;
    return { kind: 'failed', why: `${summary.charAt(0).toLowerCase()}${summary.slice(1)}` };
  }
}
