// "choose firstn": distinct items for replicas. One that is not found is left out and the later ones move up.

import { DEVICE_TYPE } from './crush-map.ts';
import { descend, EMPTY_BUCKET, isOut, type PlacementInput, WRONG_TYPE } from './descent.ts';

/** A choose step with everything that the map's tunables and the rule's settings say about it. */
export interface Choice {
  readonly count: number;
  readonly type: number;
  /** Whether the result is one device below each item rather than the item. */
  readonly leaf: boolean;
  readonly tries: number;
  readonly leafTries: number;
  readonly varyR: number;
  readonly stable: boolean;
}

/** At most `most` items below a bucket. */
export function chooseFirstn(
  input: PlacementInput,
  from: number,
  choice: Choice,
  { most }: { readonly most: number },
): readonly number[] {
  const items: number[] = [];
  const leaves: number[] = [];
  for (let replica = 0; replica < choice.count && items.length < most; replica++) {
    for (let failed = 0; failed < choice.tries; failed++) {
      const attempt = replica + failed;
      const item = descend(input, from, { type: choice.type, attempt, position: items.length });
      if (item === WRONG_TYPE) break;
      if (item === EMPTY_BUCKET || items.includes(item)) continue;
      const leaf = item < 0 && choice.leaf ? leafBelow(input, item, choice, { attempt, leaves }) : item;
      if (leaf === undefined || (choice.type === DEVICE_TYPE && isOut(input, item))) continue;
      items.push(item);
      leaves.push(leaf);
      break;
    }
  }
  return choice.leaf ? leaves : items;
}

/** A device below a chosen bucket that no earlier replica has and that is not out. */
function leafBelow(
  input: PlacementInput,
  bucket: number,
  { leafTries, varyR, stable }: Choice,
  { attempt, leaves }: { readonly attempt: number; readonly leaves: readonly number[] },
): number | undefined {
  const position = leaves.length;
  const first = (stable ? 0 : position) + (varyR === 0 ? 0 : attempt >> (varyR - 1));
  for (let failed = 0; failed < leafTries; failed++) {
    const leaf = descend(input, bucket, { type: DEVICE_TYPE, attempt: first + failed, position });
    if (leaf === EMPTY_BUCKET || leaves.includes(leaf) || isOut(input, leaf)) continue;
    return leaf;
  }
  return undefined;
}
