// Back-off of one key after actions that were not confirmed: client-go's per-item exponential limiter.
// Source: client-go util/workqueue/default_rate_limiters.go (DefaultTypedControllerRateLimiter: 5 ms base, 1000 s cap).
// The limiter's second part, an overall bucket of 10 per second with burst 100, never binds here and is left out.
//
//   failures in a row   1    2     3     4     5     6      8      10      14       18        19 and more
//   delay               5ms  10ms  20ms  40ms  80ms  160ms  640ms  2.56s   40.96s   655.36s   1000s

/** Source: as above. */
const BASE_MS = 5;
/** Source: as above. */
const CAP_MS = 1_000_000;

/** Delay before the next try after `failures` >= 1 in a row, in ms. */
export function backoffMs(failures: number): number {
  return failures > 18 ? CAP_MS : BASE_MS * 2 ** (failures - 1);
}
