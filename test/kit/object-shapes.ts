// The shape of a set of Kubernetes objects: per kind, every path that occurs with the JSON types found there, and on how
// many of the objects. Names of labels, resources and other free keys are `*`; list items are `[]`.

import { isJsonObject } from '../../sim/api-server/same-value.ts';

export interface PathShape {
  readonly types: Set<string>;
  /** Objects of the kind that have it wherever its parent is there. */
  always: boolean;
}

export interface KindShape {
  count: number;
  readonly paths: Map<string, PathShape>;
}

/** Fields whose keys are names and not fields. Values are free too where the field is opaque. */
const FREE_KEYS: ReadonlySet<string> = new Set([
  'labels',
  'annotations',
  'matchLabels',
  'nodeSelector',
  'capacity',
  'allocatable',
  'requests',
  'limits',
  'parameters',
  'volumeAttributes',
  'attachmentMetadata',
]);

/** By `Kind group`: versions of one group are one kind. managedFields are left out: kubectl hides them too. */
export function shapesOf(objects: readonly unknown[]): ReadonlyMap<string, KindShape> {
  const shapes = new Map<string, KindShape>();
  for (const object of objects) {
    if (!isJsonObject(object)) continue;
    const group = String(object.apiVersion).includes('/') ? String(object.apiVersion).split('/')[0] : '';
    const name = `${String(object.kind)} ${group}`.trim();
    const shape = shapes.get(name) ?? { count: 0, paths: new Map<string, PathShape>() };
    shapes.set(name, shape);
    shape.count += 1;
    addFields(shape, '', object, shape.count === 1);
  }
  return shapes;
}

function addFields(shape: KindShape, path: string, object: Readonly<Record<string, unknown>>, first: boolean): void {
  const parent = path === '' ? undefined : path.slice(path.lastIndexOf('.') + 1);
  const free = parent !== undefined && FREE_KEYS.has(parent);
  const present = new Set<string>();
  for (const [field, value] of Object.entries(object)) {
    if (value === undefined || field === 'managedFields') continue;
    const at = `${path}.${free ? '*' : field}`;
    present.add(at);
    addValue(shape, at, value, first);
  }
  for (const [known, { always }] of shape.paths) {
    if (!always || !isChild(known, path)) continue;
    const child = shape.paths.get(known);
    if (child !== undefined && !present.has(known)) child.always = false;
  }
}

function isChild(candidate: string, path: string): boolean {
  return (
    candidate.startsWith(`${path}.`) && !candidate.slice(path.length + 1).includes('.') && !candidate.endsWith('[]')
  );
}

function addValue(shape: KindShape, path: string, value: unknown, first: boolean): void {
  const seen = shape.paths.get(path);
  const type = value === null ? 'null' : Array.isArray(value) ? 'array' : typeof value;
  if (seen === undefined) shape.paths.set(path, { types: new Set([type]), always: first });
  else seen.types.add(type);
  if (Array.isArray(value)) for (const item of value) addValue(shape, `${path}[]`, item, first);
  else if (isJsonObject(value)) addFields(shape, path, value, seen === undefined || first);
}

/**
 * Where `virtual` prints other than `real`: a field that the real kind never has, a type that the real field never has, or a
 * field that every real object has and a virtual one lacks. Kinds that only one side has are not compared.
 */
export function shapeDifferences(
  virtual: ReadonlyMap<string, KindShape>,
  real: ReadonlyMap<string, KindShape>,
): readonly string[] {
  const differences: string[] = [];
  for (const [kind, shape] of virtual) {
    const model = real.get(kind);
    if (model === undefined) continue;
    for (const [path, { types }] of shape.paths) {
      const known = model.paths.get(path);
      if (known === undefined) differences.push(`${kind} ${path}: not in a real one`);
      else if ([...types].some((type) => !known.types.has(type))) {
        differences.push(`${kind} ${path}: ${[...types].join('|')} instead of ${[...known.types].join('|')}`);
      }
    }
    for (const [path, { always }] of model.paths) {
      const parent = path.slice(0, path.lastIndexOf('.'));
      const parentThere = parent === '' || shape.paths.has(parent);
      if (
        always &&
        parentThere &&
        !path.endsWith('.*') &&
        !path.endsWith('[]') &&
        shape.paths.get(path)?.always !== true
      ) {
        differences.push(`${kind} ${path}: ${shape.paths.has(path) ? 'missing on some' : 'missing'}`);
      }
    }
  }
  return differences.toSorted();
}

/** As JSON: kind to path to types, `!` for a path that is never missing. */
export function writtenShapes(shapes: ReadonlyMap<string, KindShape>): string {
  const written = [...shapes]
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([kind, { paths }]) => [
      kind,
      Object.fromEntries(
        [...paths]
          .toSorted(([a], [b]) => (a < b ? -1 : 1))
          .map(([path, { types, always }]) => [path, `${[...types].toSorted().join('|')}${always ? '!' : ''}`]),
      ),
    ]);
  return `${JSON.stringify(Object.fromEntries(written), null, 2)}\n`;
}

export function readShapes(text: string): ReadonlyMap<string, KindShape> {
  const kinds = JSON.parse(text) as Readonly<Record<string, Readonly<Record<string, string>>>>;
  return new Map(
    Object.entries(kinds).map(([kind, paths]) => [
      kind,
      {
        count: 1,
        paths: new Map(
          Object.entries(paths).map(([path, types]) => [
            path,
            { types: new Set(types.replace('!', '').split('|')), always: types.endsWith('!') },
          ]),
        ),
      },
    ]),
  );
}
