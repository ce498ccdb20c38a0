// The wall clock of this machine. It may be wrong and it may be set: waking goes by the clock that `nowMs` reads, not by the
// time that has passed since.

import type { Clock } from '../core/ports/clock.ts';

/** The clock is looked at again after this at the latest, so that one that was set forward is noticed. Assumption: 30 s is soon. */
const LOOK_EVERY_MS = 30_000;

export class LiveClock implements Clock {
  nowMs(): number {
    return Date.now();
  }

  wakeAt(atMs: number, wake: () => void): () => void {
    let timer: NodeJS.Timeout;
    const sleep = (): void => {
      timer = setTimeout(look, Math.min(Math.max(atMs - this.nowMs(), 0), LOOK_EVERY_MS));
    };
    // A timer of Node may come a millisecond early.
    const look = (): void => {
      if (this.nowMs() >= atMs) wake();
      else sleep();
    };
    sleep();
    return () => clearTimeout(timer);
  }
}
