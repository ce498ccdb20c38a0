// The buckets of a map as placements read them: by number, in typed arrays, with the weights and ids of the choose_args in place.

import { assert } from '../../../core/assert.ts';
import type { CrushBucket, CrushChooseArg, CrushMap } from './crush-map.ts';

export interface PlacementBucket {
  readonly type: number;
  readonly items: Int32Array;
  /** What is hashed for each item. */
  readonly ids: Int32Array;
  /** By position in the result; the last one for all further positions. At least one. */
  readonly weightSets: readonly Float64Array[];
}

/** Buckets by -1 - id. */
export type BucketTable = readonly (PlacementBucket | undefined)[];

export function bucketTable({ buckets, chooseArgs }: CrushMap): BucketTable {
  const lowest = Math.min(0, ...buckets.keys());
  return Array.from({ length: -lowest }, (_, index) => {
    const bucket = buckets.get(-1 - index);
    return bucket === undefined ? undefined : placementBucket(bucket, chooseArgs.get(bucket.id));
  });
}

function placementBucket({ type, items }: CrushBucket, chooseArg: CrushChooseArg | undefined): PlacementBucket {
  const ids = items.map(({ id }) => id);
  const own = items.map(({ weight }) => weight);
  const sets = chooseArg === undefined || chooseArg.weightSets.length === 0 ? [own] : chooseArg.weightSets;
  const hashed = chooseArg?.ids ?? ids;
  assert(
    hashed.length === ids.length && sets.every((set) => set.length === ids.length),
    'choose_args are as long as their bucket',
  );
  return {
    type,
    items: Int32Array.from(ids),
    ids: Int32Array.from(hashed),
    weightSets: sets.map((set) => Float64Array.from(set)),
  };
}
