// One try: from a bucket down to an item of the wanted type, drawing by straw2 in every bucket on the way.
//
// straw2 draws a straw for every item, of a length that depends on the item, the input and the try alone, divided by the item's weight;
// the longest wins. A change of one weight therefore moves inputs only from or to that item.
// Source: Weil et al., "CRUSH: controlled, scalable, decentralized placement of replicated data", SC 2006, and the straw2 of Ceph
// Hammer; rounding as crushtool 16.2.15.

import type { BucketTable, PlacementBucket } from './bucket-table.ts';
import { DEVICE_TYPE, WHOLE_WEIGHT } from './crush-map.ts';
import { hashOfThree, hashOfTwo } from './hash.ts';
import { strawLengths } from './straw-lengths.ts';

/** The try ended in a bucket without items: the next try may end elsewhere. */
export const EMPTY_BUCKET = 0x7fff_fffe;

/** No item of the wanted type lies on the way: no further try can help. */
export const WRONG_TYPE = 0x7fff_fffd;

/** What one placement is computed from. */
export interface PlacementInput {
  readonly buckets: BucketTable;
  /** The number that stands for the placement group. */
  readonly x: number;
  /** Fixed-point by OSD: 0 is out, 65,536 wholly in. */
  readonly reweights: ArrayLike<number>;
}

export interface DescentGoal {
  readonly type: number;
  /** Number of the try; another one draws other straws. */
  readonly attempt: number;
  /** Position in the result, which chooses the weight set. */
  readonly position: number;
}

/** An item of the wanted type below the bucket, EMPTY_BUCKET or WRONG_TYPE. */
export function descend(input: PlacementInput, from: number, goal: DescentGoal): number {
  let bucket = input.buckets[-1 - from] as PlacementBucket;
  for (;;) {
    if (bucket.items.length === 0) return EMPTY_BUCKET;
    const item = longestStraw(bucket, input.x, goal);
    if (item >= 0) return goal.type === DEVICE_TYPE ? item : WRONG_TYPE;
    bucket = input.buckets[-1 - item] as PlacementBucket;
    if (bucket.type === goal.type) return item;
  }
}

function longestStraw(bucket: PlacementBucket, x: number, { attempt, position }: DescentGoal): number {
  const { ids, items, weightSets } = bucket;
  const weights = weightSets[Math.min(position, weightSets.length - 1)] as Float64Array;
  const lengths = strawLengths();
  let longest = Number.NEGATIVE_INFINITY;
  let winner = 0;
  for (let index = 0; index < ids.length; index++) {
    const weight = weights[index] as number;
    if (weight === 0) continue;
    const numerator = lengths[hashOfThree(x, ids[index] as number, attempt) & 0xffff] as number;
    // Exact as a division of integers: the numerator has 48 bits, so a quotient that is not whole differs from the next whole
    // number by more than a double rounds.
    const straw = Math.trunc(numerator / weight);
    if (straw > longest) {
      longest = straw;
      winner = index;
    }
  }
  return items[winner] as number;
}

/** Whether an OSD refuses this input: always when it is out, by chance, the same for each input, when it is partly in. */
export function isOut({ reweights, x }: PlacementInput, osd: number): boolean {
  const reweight = osd < reweights.length ? (reweights[osd] as number) : 0;
  if (reweight >= WHOLE_WEIGHT) return false;
  return reweight === 0 || (hashOfTwo(x, osd) & 0xffff) >= reweight;
}
