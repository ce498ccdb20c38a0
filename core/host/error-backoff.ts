// Back-off of the baremetal operator after failures of one host: 2^errorCount minutes times a factor from 0.5 to 1, with the
// count capped at 9: 1-2 min, 2-4, 4-8, ... 256-512 min.
// Source: baremetal-operator, internal/controller/metal3.io/action_result.go (calculateBackoff).
//
// Divergence from reality
// - The factor is not random but follows from the host's uid and the count, so that a decision stays a pure function.

const MINUTE_MS = 60_000;
const COUNT_CAP = 9;

/** Delay before the next try, in ms. `errorCount` counts failures so far; 0 is taken as 1. */
export function errorBackoffMs(uid: string, errorCount: number): number {
  const count = Math.min(Math.max(errorCount, 1), COUNT_CAP);
  return Math.round(2 ** count * MINUTE_MS * (0.5 + 0.5 * shareOf(`${uid}/${errorCount}`)));
}

/** FNV-1a, as a share from 0 up to but not including 1. */
function shareOf(text: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  return (hash >>> 0) / 2 ** 32;
}
