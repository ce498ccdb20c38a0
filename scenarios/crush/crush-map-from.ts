// From what was written down to a map that placements can be computed in, or to everything that stands in the way: names that mean
// nothing, buckets that contain themselves, and what Ceph can do and this cannot.

import type {
  CrushBucket,
  CrushChooseArg,
  CrushItem,
  CrushMap,
  CrushTunables,
} from '../../sim/storage/crush/crush-map.ts';
import { DEVICE_TYPE, WHOLE_WEIGHT } from '../../sim/storage/crush/crush-map.ts';
import { shadowTrees } from '../../sim/storage/crush/shadow-trees.ts';
import type { Place, Problem } from '../problem.ts';
import { hasErrors } from '../problem.ts';
import { CrushNames } from './crush-names.ts';
import { crushProblem, dangling, unsupported } from './crush-problems.ts';
import { rulesFrom } from './crush-rules-from.ts';
import { DEFAULT_CHOOSE_ARGS, type DeclaredBucket, type DeclaredMap } from './declared-map.ts';

export type ReadCrushMap =
  | { readonly map: CrushMap; readonly problems: readonly Problem[] }
  | { readonly map: undefined; readonly problems: readonly Problem[] };

/** @param file named where something is missing. */
export function crushMapFrom(file: string, declared: DeclaredMap): ReadCrushMap {
  const names = new CrushNames(declared);
  const { problems } = names;
  const tunables = tunablesFrom(file, declared, problems);
  const buckets = bucketsFrom(declared, names);
  if (!hasErrors(problems)) addShadows(declared, buckets, names);
  const rules = rulesFrom(declared, names);
  const chooseArgs = chooseArgsFrom(declared, buckets, problems);
  if (hasErrors(problems)) return { map: undefined, problems };
  return { map: { devices: names.devices, types: names.types, buckets, rules, tunables, chooseArgs }, problems };
}

/** What holds where a map does not say otherwise. Source: tunables "argonaut", which crushtool 16.2.15 starts from. */
const LEGACY_TUNABLES: Readonly<Record<string, number>> = {
  choose_local_tries: 2,
  choose_local_fallback_tries: 5,
  choose_total_tries: 19,
  chooseleaf_descend_once: 0,
  chooseleaf_vary_r: 0,
  chooseleaf_stable: 0,
};

/** Of straw buckets, of what operators may make, and of rules (MSR) that are refused themselves: no say in where straw2 places. */
const OTHER_TUNABLES: ReadonlySet<string> = new Set([
  'straw_calc_version',
  'allowed_bucket_algs',
  'msr_descents',
  'msr_collision_tries',
]);

function tunablesFrom(file: string, { tunables }: DeclaredMap, problems: Problem[]): CrushTunables {
  const values = new Map(Object.entries(LEGACY_TUNABLES));
  const places = new Map<string, Place>();
  for (const { name, value, place } of tunables) {
    if (!values.has(name) && !OTHER_TUNABLES.has(name)) {
      problems.push(dangling('tunable', name, place, [...values.keys(), ...OTHER_TUNABLES]));
    }
    values.set(name, value);
    places.set(name, place);
  }
  const tunable = (name: string): number => values.get(name) ?? 0;
  for (const name of ['choose_local_tries', 'choose_local_fallback_tries']) {
    if (tunable(name) === 0) continue;
    const place = places.get(name);
    const said = place === undefined ? ', which it is where the map does not say' : '';
    problems.push(
      unsupported(
        `tunable ${name} is ${tunable(name)}${said}; only 0 is supported`,
        place ?? { file, line: 1, column: 1 },
        'ceph osd crush tunables bobtail, or later, sets it to 0',
      ),
    );
  }
  return {
    chooseTotalTries: tunable('choose_total_tries'),
    chooseleafDescendOnce: tunable('chooseleaf_descend_once') !== 0,
    chooseleafVaryR: tunable('chooseleaf_vary_r'),
    chooseleafStable: tunable('chooseleaf_stable') !== 0,
  };
}

function bucketsFrom(declared: DeclaredMap, names: CrushNames): Map<number, CrushBucket> {
  const buckets = new Map<number, CrushBucket>();
  for (const bucket of declared.buckets) {
    checkKind(bucket, names.problems);
    const type = names.type(bucket.type, bucket.place);
    if (type === DEVICE_TYPE) {
      names.problems.push(
        crushProblem(
          'MT162',
          `bucket "${bucket.name}" has the type of devices`,
          bucket.place,
          'give it a type above 0',
        ),
      );
    }
    const items = bucket.items.flatMap(({ item, weight, place }): readonly CrushItem[] => {
      const id = names.item(item, place);
      return id === undefined ? [] : [{ id, weight: weight ?? ownWeight(buckets.get(id)) }];
    });
    buckets.set(bucket.id, { id: bucket.id, name: bucket.name, type: type ?? DEVICE_TYPE, items });
  }
  for (const { id, name, place } of declared.buckets) {
    if (!containsItself(id, buckets)) continue;
    names.problems.push(
      crushProblem('MT162', `bucket "${name}" contains itself`, place, 'take one of the items on the way out'),
    );
  }
  return buckets;
}

function ownWeight(bucket: CrushBucket | undefined): number {
  return bucket === undefined ? WHOLE_WEIGHT : bucket.items.reduce((sum, { weight }) => sum + weight, 0);
}

function checkKind({ name, algorithm, hash, place }: DeclaredBucket, problems: Problem[]): void {
  if (algorithm !== 'straw2') {
    problems.push(
      unsupported(
        `bucket "${name}" is of the algorithm ${algorithm}; only straw2 is supported`,
        place,
        'ceph osd crush set-all-straw-buckets-to-straw2 converts straw',
      ),
    );
  }
  if (hash !== '0' && hash !== 'rjenkins1') {
    problems.push(unsupported(`bucket "${name}" has the hash ${hash}; only rjenkins1 is supported`, place, 'write 0'));
  }
}

function containsItself(start: number, buckets: ReadonlyMap<number, CrushBucket>): boolean {
  const seen = new Set<number>();
  const open = [start];
  for (let id = open.pop(); id !== undefined; id = open.pop()) {
    for (const item of buckets.get(id)?.items ?? []) {
      if (item.id === start) return true;
      if (item.id >= 0 || seen.has(item.id)) continue;
      seen.add(item.id);
      open.push(item.id);
    }
  }
  return false;
}

/** Texts name only the ids of the shadow trees. */
function addShadows(declared: DeclaredMap, buckets: Map<number, CrushBucket>, { devices, problems }: CrushNames): void {
  const ids = new Map(
    declared.buckets.map(({ id, shadows }) => [
      id,
      new Map(shadows.map(({ deviceClass, id: shadow }) => [deviceClass, shadow])),
    ]),
  );
  const places = new Map(declared.buckets.map(({ id, place }) => [id, place]));
  const { buckets: shadows, missing } = shadowTrees(buckets, devices, ids);
  for (const { bucket, deviceClass } of missing) {
    const place = places.get(bucket.id);
    if (place === undefined) continue;
    problems.push(
      crushProblem(
        'MT123',
        `bucket "${bucket.name}" has no id for class ${deviceClass}, and a bucket above it has one`,
        place,
        'crushtool -c and -d gives it one',
      ),
    );
  }
  for (const shadow of shadows) buckets.set(shadow.id, shadow);
}

function chooseArgsFrom(
  { chooseArgs }: DeclaredMap,
  buckets: ReadonlyMap<number, CrushBucket>,
  problems: Problem[],
): ReadonlyMap<number, CrushChooseArg> {
  const found = new Map<number, CrushChooseArg>();
  for (const { index, args, place } of chooseArgs) {
    if (index !== DEFAULT_CHOOSE_ARGS) {
      problems.push(
        unsupported(
          `choose_args ${index} hold for one pool alone; only those for all are supported`,
          place,
          'take them out',
        ),
      );
    }
    for (const { bucket: id, weightSets, ids, place: at } of args) {
      const bucket = buckets.get(id);
      const size = bucket?.items.length;
      if (bucket === undefined) problems.push(dangling('bucket', id, at, []));
      else if (![...weightSets, ...(ids === undefined ? [] : [ids])].every(({ length }) => length === size)) {
        problems.push(
          crushProblem('MT162', `the choose_args of bucket "${bucket.name}" need ${size} values in every list`, at),
        );
      }
      found.set(id, { weightSets, ...(ids === undefined ? {} : { ids }) });
    }
  }
  return found;
}
