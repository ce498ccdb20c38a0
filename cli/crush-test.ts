// A rule asked for a range of inputs, in the lines of `crushtool --test --show-mappings --show-bad-mappings`.

import { NO_ITEM } from '../sim/storage/crush/crush-map.ts';
import type { CrushPlacement, PlacementRequest } from '../sim/storage/crush/crush-placement.ts';

export interface InputRange {
  readonly min: number;
  /** Included. */
  readonly max: number;
}

/** One line per input, and a second one where the rule did not find as many OSDs as it was asked for. */
export function* crushTestLines(
  placement: CrushPlacement,
  request: PlacementRequest,
  { min, max }: InputRange,
): Generator<string> {
  for (let x = min; x <= max; x++) {
    const osds = placement.osdsOf(x, request);
    const list = `[${osds.join(',')}]`;
    yield `CRUSH rule ${request.rule} x ${x} ${list}`;
    if (osds.length !== request.size || osds.includes(NO_ITEM)) {
      yield `bad mapping rule ${request.rule} x ${x} num_rep ${request.size} result ${list}`;
    }
  }
}
