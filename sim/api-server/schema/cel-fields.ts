// What can be told of a rule without running it: whether it speaks of the old value, and of fields that the schema does not have.
// Source: apiserver pkg/cel/schemas.go: a rule sees the declared properties of an object and no others.

import type { ASTNode } from '@marcbachmann/cel-js';
import { escapedName } from './cel-values.ts';
import { type SchemaProps, valueSchema } from './schema-props.ts';

/** What is known of the value of an expression: its schema, or nothing. */
type Known = SchemaProps | undefined;
type Scope = ReadonlyMap<string, Known>;

const LOOPS: ReadonlySet<string> = new Set(['all', 'exists', 'exists_one', 'existsOne', 'map', 'filter']);

export interface RuleFields {
  readonly usesOldSelf: boolean;
  /** The first field that is not there: its name and where in the text it stands. */
  readonly undefinedField?: { readonly name: string; readonly at: number };
}

/** Looks through a parsed rule. `schema` is that of `self`, and of `oldSelf` unless that is optional. */
export function fieldsOf(node: ASTNode, schema: SchemaProps, optionalOldSelf: boolean): RuleFields {
  const walk = new FieldWalk();
  const scope = new Map<string, Known>([
    ['self', schema],
    ['oldSelf', optionalOldSelf ? undefined : schema],
  ]);
  walk.visit(node, scope);
  return walk.undefinedField === undefined
    ? { usesOldSelf: walk.usesOldSelf }
    : { usesOldSelf: walk.usesOldSelf, undefinedField: walk.undefinedField };
}

class FieldWalk {
  usesOldSelf = false;
  undefinedField: RuleFields['undefinedField'];

  visit(node: ASTNode, scope: Scope): Known {
    switch (node.op) {
      case 'id':
        if (node.args === 'oldSelf' && scope.has('oldSelf')) this.usesOldSelf = true;
        return scope.get(node.args);
      case '.':
        return this.select(this.visit(node.args[0], scope), node.args[1], node);
      case '.?':
        this.select(this.visit(node.args[0], scope), node.args[1], node);
        return undefined;
      case '[]': {
        const of = this.visit(node.args[0], scope);
        this.visit(node.args[1], scope);
        return elementOf(of);
      }
      case 'rcall':
        return this.call(node, scope);
      case 'call':
        for (const argument of node.args[1]) this.visit(argument, scope);
        return undefined;
      default:
        this.visitAll(node.args, scope);
        return undefined;
    }
  }

  private call(node: Extract<ASTNode, { readonly op: 'rcall' }>, scope: Scope): Known {
    const [name, receiver, parameters] = node.args;
    const of = this.visit(receiver, scope);
    const [variable, ...bodies] = parameters;
    if (!LOOPS.has(name) || variable?.op !== 'id') {
      for (const parameter of parameters) this.visit(parameter, scope);
      return undefined;
    }
    const inner = new Map(scope).set(variable.args, of?.type === 'array' ? of.items : undefined);
    for (const body of bodies) this.visit(body, inner);
    return name === 'filter' ? of : undefined;
  }

  private select(of: Known, name: string, node: ASTNode): Known {
    if (of === undefined || isOpen(of)) return undefined;
    const values = valueSchema(of);
    if (values !== undefined) return values;
    for (const [property, schema] of Object.entries(of.properties ?? {})) {
      if (escapedName(property) === name) return schema;
    }
    this.undefinedField ??= { name, at: node.pos };
    return undefined;
  }

  private visitAll(parts: unknown, scope: Scope): void {
    if (Array.isArray(parts)) for (const part of parts) this.visitAll(part, scope);
    else if (isNode(parts)) this.visit(parts, scope);
  }
}

/** True where the fields of a value are not all declared. */
function isOpen(schema: SchemaProps): boolean {
  return schema.type !== 'object' || schema.additionalProperties === true;
}

function elementOf(of: Known): Known {
  if (of === undefined) return undefined;
  return of.type === 'array' ? of.items : valueSchema(of);
}

function isNode(value: unknown): value is ASTNode {
  return typeof value === 'object' && value !== null && 'op' in value && 'args' in value;
}
