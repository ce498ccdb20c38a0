// "choose indep": an item for every place of an erasure-coded group. A place for which none is found stays empty, and the others
// keep theirs, since every place holds another part of the data.

import type { Choice } from './choose-firstn.ts';
import { DEVICE_TYPE, NO_ITEM } from './crush-map.ts';
import { descend, EMPTY_BUCKET, isOut, type PlacementInput, WRONG_TYPE } from './descent.ts';

/** No try for the place has succeeded yet. */
const UNDECIDED = -0x8000_0000;

/** `places` items below a bucket, NO_ITEM where none was found. A try is made for every open place before the next round of tries. */
export function chooseIndep(
  input: PlacementInput,
  from: number,
  choice: Choice,
  { places }: { readonly places: number },
): readonly number[] {
  const items = new Array<number>(places).fill(UNDECIDED);
  const leaves = new Array<number>(places).fill(UNDECIDED);
  for (let round = 0; round < choice.tries && items.includes(UNDECIDED); round++) {
    for (let place = 0; place < places; place++) {
      if (items[place] !== UNDECIDED) continue;
      const attempt = place + choice.count * round;
      const item = descend(input, from, { type: choice.type, attempt, position: 0 });
      if (item === WRONG_TYPE) {
        items[place] = NO_ITEM;
        leaves[place] = NO_ITEM;
      }
      if (item === WRONG_TYPE || item === EMPTY_BUCKET || items.includes(item)) continue;
      if (choice.leaf) {
        // Ceph notes the device before it asks whether it is out, and the note stays when every later try fails.
        leaves[place] = item < 0 ? leafBelow(input, item, choice, { attempt, place }) : item;
        if (leaves[place] === NO_ITEM) continue;
      }
      if (choice.type === DEVICE_TYPE && isOut(input, item)) continue;
      items[place] = item;
    }
  }
  return (choice.leaf ? leaves : items).map((item) => (item === UNDECIDED ? NO_ITEM : item));
}

/** A device below a chosen bucket that is not out, or NO_ITEM. */
function leafBelow(
  input: PlacementInput,
  bucket: number,
  { count, leafTries }: Choice,
  { attempt, place }: { readonly attempt: number; readonly place: number },
): number {
  for (let round = 0; round < leafTries; round++) {
    const goal = { type: DEVICE_TYPE, attempt: place + attempt + count * round, position: place };
    const leaf = descend(input, bucket, goal);
    if (leaf !== EMPTY_BUCKET && !isOut(input, leaf)) return leaf;
  }
  return NO_ITEM;
}
