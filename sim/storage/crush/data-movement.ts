// What has to be copied when a map or the reweights of its OSDs change.

import { NO_ITEM } from './crush-map.ts';
import type { CrushPlacement, PlacementRequest } from './crush-placement.ts';

export interface DataMovement {
  /** Placement groups with other OSDs, or the same in another order. */
  readonly changed: number;
  /** By OSD, the replicas that it has now and had not before: what is copied to it. */
  readonly arrivals: ReadonlyMap<number, number>;
}

/** One state of the cluster: its map, and who is in. */
export interface PlacementState extends PlacementRequest {
  readonly placement: CrushPlacement;
}

/** Between two states, over placement groups. */
export function dataMovement(inputs: Iterable<number>, before: PlacementState, after: PlacementState): DataMovement {
  let changed = 0;
  const arrivals = new Map<number, number>();
  for (const x of inputs) {
    const old = before.placement.osdsOf(x, before);
    const now = after.placement.osdsOf(x, after);
    if (now.length === old.length && now.every((osd, index) => osd === old[index])) continue;
    changed += 1;
    for (const osd of now) {
      if (osd !== NO_ITEM && !old.includes(osd)) arrivals.set(osd, (arrivals.get(osd) ?? 0) + 1);
    }
  }
  return { changed, arrivals };
}
