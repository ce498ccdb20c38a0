// The time of this machine as a clock that never jumps: what pacing goes by. It starts at the machine's own time and runs on evenly,
// whoever sets that meanwhile.

import { performance } from 'node:perf_hooks';
import type { Clock } from '../core/ports/clock.ts';

/** The longest that a timer of Node sleeps at once. */
const SLEEP_MOST_MS = 2 ** 31 - 1;

export class WallClock implements Clock {
  nowMs(): number {
    return performance.timeOrigin + performance.now();
  }

  /**
   * May come up to a millisecond early, as timers of Node do. They take a millisecond at least: what is due already waits for none, and
   * comes after what is heard from outside meanwhile.
   */
  wakeAt(atMs: number, wake: () => void): () => void {
    const waitMs = atMs - this.nowMs();
    if (waitMs <= 0) {
      const turn = setImmediate(wake);
      return () => clearImmediate(turn);
    }
    const timer = setTimeout(wake, Math.min(waitMs, SLEEP_MOST_MS));
    return () => clearTimeout(timer);
  }
}
