// From a placement group to the number that CRUSH places: pools with the same rule shall not lie on the same OSDs.
//
// Divergence from reality: pools have the flag hashpspool, which every pool since Ceph Dumpling has.

import { hashOfTwo } from './hash.ts';

export interface PlacementGroups {
  /** Id of the pool. */
  readonly pool: number;
  /** How many groups the pool is placed as; Ceph's pgp_num. Fewer than it has groups while their number is being changed. */
  readonly placedAs: number;
}

/** The input of group `group`, counted from 0; a signed integer of 32 bits, as which it is hashed. */
export function placementInput(group: number, { pool, placedAs }: PlacementGroups): number {
  return hashOfTwo(stableModulo(group, placedAs), pool);
}

/**
 * Below `count`, so that a growing count moves few: the value's binary digits, as many as the count needs, or one digit fewer where that is
 * not below the count.
 */
function stableModulo(value: number, count: number): number {
  const digits = 32 - Math.clz32(count - 1);
  const rest = value % 2 ** digits;
  return rest < count ? rest : value % 2 ** (digits - 1);
}
