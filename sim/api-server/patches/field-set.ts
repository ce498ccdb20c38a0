// Sets of paths to fields: what a manager owns, what a change touched. A set is a tree; a step can be a member, have members
// below it, or both. Sets are values: operations return new ones and share what they can.
// Source: structured-merge-diff fieldpath/set.go, fieldpath/serialize.go.
//
// Divergence from reality: none known.

import { setOwn } from '../own-property.ts';
import { isJsonObject, type JsonObject } from '../same-value.ts';
import { compareElements, type PathElement, readElement } from './path-element.ts';

export interface FieldSet {
  readonly members: ReadonlySet<PathElement>;
  readonly children: ReadonlyMap<PathElement, FieldSet>;
}

export type FieldPath = readonly PathElement[];

const NO_MEMBERS: ReadonlySet<PathElement> = new Set();
const NO_CHILDREN: ReadonlyMap<PathElement, FieldSet> = new Map();

export const EMPTY_SET: FieldSet = { members: NO_MEMBERS, children: NO_CHILDREN };

/** Collects paths; a step may be added before or after what is below it. */
export class FieldSetBuilder {
  private readonly members = new Set<PathElement>();
  private readonly children = new Map<PathElement, FieldSetBuilder>();

  addMember(element: PathElement): void {
    this.members.add(element);
  }

  /** The builder of what is below a step; the step itself does not become a member. */
  below(element: PathElement): FieldSetBuilder {
    let child = this.children.get(element);
    if (child === undefined) {
      child = new FieldSetBuilder();
      this.children.set(element, child);
    }
    return child;
  }

  add(path: FieldPath): void {
    const last = path.at(-1);
    if (last === undefined) return;
    let builder: FieldSetBuilder = this;
    for (let i = 0; i < path.length - 1; i++) builder = builder.below(path[i] ?? '');
    builder.addMember(last);
  }

  build(): FieldSet {
    const children = new Map<PathElement, FieldSet>();
    for (const [element, child] of this.children) {
      const set = child.build();
      if (!isEmptySet(set)) children.set(element, set);
    }
    return setOf(this.members, children);
  }
}

export function fieldSetOfPaths(paths: readonly FieldPath[]): FieldSet {
  const builder = new FieldSetBuilder();
  for (const path of paths) builder.add(path);
  return builder.build();
}

export function isEmptySet(set: FieldSet): boolean {
  return set.members.size === 0 && set.children.size === 0;
}

export function hasPath(set: FieldSet, path: FieldPath): boolean {
  let at: FieldSet | undefined = set;
  for (let i = 0; i < path.length - 1; i++) at = at?.children.get(path[i] ?? '');
  return at?.members.has(path.at(-1) ?? '') ?? false;
}

/** What is below one step. */
export function belowElement(set: FieldSet, element: PathElement): FieldSet {
  return set.children.get(element) ?? EMPTY_SET;
}

export function union(a: FieldSet, b: FieldSet): FieldSet {
  if (isEmptySet(a)) return b;
  if (isEmptySet(b) || a === b) return a;
  const members = new Set(a.members);
  for (const member of b.members) members.add(member);
  const children = new Map(a.children);
  for (const [element, set] of b.children) {
    const known = children.get(element);
    children.set(element, known === undefined ? set : union(known, set));
  }
  return setOf(members, children);
}

export function intersection(a: FieldSet, b: FieldSet): FieldSet {
  const members = new Set([...a.members].filter((member) => b.members.has(member)));
  return setOf(
    members,
    mapChildren(a, (set, element) => {
      const other = b.children.get(element);
      return other === undefined ? EMPTY_SET : intersection(set, other);
    }),
  );
}

/** The paths of `a` that are not in `b`, each for itself: what is below a member of `b` stays. */
export function difference(a: FieldSet, b: FieldSet): FieldSet {
  if (isEmptySet(a) || isEmptySet(b)) return a;
  const members = new Set([...a.members].filter((member) => !b.members.has(member)));
  return setOf(
    members,
    mapChildren(a, (set, element) => {
      const other = b.children.get(element);
      return other === undefined ? set : difference(set, other);
    }),
  );
}

/** The paths of `a` that are neither in `b` nor below a member of `b`. */
export function recursiveDifference(a: FieldSet, b: FieldSet): FieldSet {
  if (isEmptySet(a) || isEmptySet(b)) return a;
  const members = new Set([...a.members].filter((member) => !b.members.has(member)));
  return setOf(
    members,
    mapChildren(a, (set, element) => {
      if (b.members.has(element)) return EMPTY_SET;
      const other = b.children.get(element);
      return other === undefined ? set : recursiveDifference(set, other);
    }),
  );
}

/** All paths: at each step first the members, then what is below, in the order of managedFields. */
export function pathsOf(set: FieldSet, prefix: FieldPath = []): readonly FieldPath[] {
  const paths: FieldPath[] = [...set.members].sort(compareElements).map((member) => [...prefix, member]);
  for (const element of [...set.children.keys()].sort(compareElements)) {
    paths.push(...pathsOf(belowElement(set, element), [...prefix, element]));
  }
  return paths;
}

/** The set as `fieldsV1` of a managedFields entry has it. */
export function toFieldsV1(set: FieldSet): JsonObject {
  const fields: Record<string, unknown> = {};
  const elements = new Set([...set.members, ...set.children.keys()]);
  for (const element of [...elements].sort(compareElements)) {
    const below = set.children.get(element);
    const self = below !== undefined && set.members.has(element) ? { '.': {} } : {};
    setOwn(fields, element, below === undefined ? {} : { ...self, ...toFieldsV1(below) });
  }
  return fields;
}

/** The set that `fieldsV1` stands for, or undefined where a key of it cannot be read. */
export function fromFieldsV1(fields: unknown): FieldSet | undefined {
  const builder = new FieldSetBuilder();
  return readInto(builder, fields) ? builder.build() : undefined;
}

function readInto(builder: FieldSetBuilder, fields: unknown): boolean {
  if (!isJsonObject(fields)) return false;
  for (const key of Object.keys(fields)) {
    if (key === '.') continue;
    const element = readElement(key);
    if (element === 'invalid') return false;
    if (element === undefined) continue;
    const below = fields[key];
    if (!isJsonObject(below)) return false;
    if (isMember(below)) builder.addMember(element);
    if (!readInto(builder.below(element), below)) return false;
  }
  return true;
}

/** `{}` is a member, `{".":{},...}` a member with members below it. */
function isMember(below: JsonObject): boolean {
  return Object.hasOwn(below, '.') || Object.keys(below).every((key) => readElement(key) === undefined);
}

function mapChildren(
  set: FieldSet,
  change: (below: FieldSet, element: PathElement) => FieldSet,
): ReadonlyMap<PathElement, FieldSet> {
  const children = new Map<PathElement, FieldSet>();
  for (const [element, below] of set.children) {
    const next = change(below, element);
    if (!isEmptySet(next)) children.set(element, next);
  }
  return children;
}

function setOf(members: ReadonlySet<PathElement>, children: ReadonlyMap<PathElement, FieldSet>): FieldSet {
  return members.size === 0 && children.size === 0 ? EMPTY_SET : { members, children };
}
