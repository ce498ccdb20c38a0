// A rule asked for a range of inputs, in the lines of `crushtool --test --show-mappings --show-bad-mappings`.

import { NO_ITEM } from '../sim/storage/crush/crush-map.ts';
import type { CrushPlacement, PlacementRequest } from '../sim/storage/crush/crush-placement.ts';
import { placementInput } from '../sim/storage/crush/placement-group.ts';

export interface InputRange {
  readonly min: number;
  /** Included. */
  readonly max: number;
  /** Inputs are groups of this pool, rather than what CRUSH is asked for. */
  readonly pool: number | undefined;
}

/** One line per input, and a second one where the rule did not find as many OSDs as it was asked for. */
export function* crushTestLines(
  placement: CrushPlacement,
  request: PlacementRequest,
  { min, max, pool }: InputRange,
): Generator<string> {
  for (let x = min; x <= max; x++) {
    const osds = placement.osdsOf(inputOf(x, pool), request);
    const list = `[${osds.join(',')}]`;
    yield `CRUSH rule ${request.rule} x ${x} ${list}`;
    if (osds.length !== request.size || osds.includes(NO_ITEM)) {
      yield `bad mapping rule ${request.rule} x ${x} num_rep ${request.size} result ${list}`;
    }
  }
}

/** A group that its pool has, in a pool that is placed as that many groups: nothing but the pool changes the number. */
export function inputOf(x: number, pool: number | undefined): number {
  return pool === undefined ? x : placementInput(x, { pool, placedAs: 2 ** 31 });
}
