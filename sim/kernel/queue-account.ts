// QueueAccount: what a queue did, told in two independent ways. How many are there is integrated over time; how long each stayed is
// summed from its own stamps. Little's law is that both agree, whoever feeds it.

/** One that waits or is served. Instants in virtual time; -1 until it happened. */
export interface Stay {
  readonly sinceMs: number;
  servedSinceMs: number;
}

/** Figures of one queue from the start of the run to an instant. Integrals are of counts over ms; divide by `forMs` for means. */
export interface QueueFigures {
  readonly forMs: number;
  readonly entered: number;
  /** Left after service. */
  readonly served: number;
  /** Left without: called off, or nothing was left to do. */
  readonly withdrawn: number;
  /** Integral of how many were there, waiting or in service. */
  readonly inSystemMs: number;
  /** Integral of how many waited. */
  readonly waitingMs: number;
  /** Time during which nobody was there. */
  readonly emptyMs: number;
  /** Sum of the stays, those that last included. */
  readonly stayedMs: number;
  /** Sum of the waits, those that last included. */
  readonly waitedMs: number;
  readonly longestWaitMs: number;
  readonly mostWaiting: number;
}

export class QueueAccount {
  private readonly clock: { readonly nowMs: number };
  private readonly startMs: number;
  private readonly here = new Set<Stay>();
  private asOfMs: number;
  private waitingNow = 0;
  private entered = 0;
  private served = 0;
  private withdrawn = 0;
  private inSystemMs = 0;
  private waitingMs = 0;
  private emptyMs = 0;
  private stayedMs = 0;
  private waitedMs = 0;
  private longestWaitMs = 0;
  private mostWaiting = 0;

  constructor(clock: { readonly nowMs: number }) {
    this.clock = clock;
    this.startMs = clock.nowMs;
    this.asOfMs = clock.nowMs;
  }

  /** Waiting now. */
  get waiting(): number {
    return this.waitingNow;
  }

  enter(): Stay {
    this.advance();
    const stay: Stay = { sinceMs: this.clock.nowMs, servedSinceMs: -1 };
    this.here.add(stay);
    this.entered++;
    this.waitingNow++;
    this.mostWaiting = Math.max(this.mostWaiting, this.waitingNow);
    return stay;
  }

  /** Service begins. Once per stay. */
  serve(stay: Stay): void {
    this.advance();
    stay.servedSinceMs = this.clock.nowMs;
    this.waitingNow--;
    this.waited(stay.servedSinceMs - stay.sinceMs);
  }

  /** It is gone, whether it was served or not. Once per stay. */
  leave(stay: Stay): void {
    this.advance();
    this.here.delete(stay);
    this.stayedMs += this.clock.nowMs - stay.sinceMs;
    if (stay.servedSinceMs >= 0) {
      this.served++;
      return;
    }
    this.withdrawn++;
    this.waitingNow--;
    this.waited(this.clock.nowMs - stay.sinceMs);
  }

  /** Up to now. */
  figures(): QueueFigures {
    this.advance();
    const nowMs = this.clock.nowMs;
    let stayedMs = this.stayedMs;
    let waitedMs = this.waitedMs;
    let longestWaitMs = this.longestWaitMs;
    for (const { sinceMs, servedSinceMs } of this.here) {
      stayedMs += nowMs - sinceMs;
      if (servedSinceMs >= 0) continue;
      waitedMs += nowMs - sinceMs;
      longestWaitMs = Math.max(longestWaitMs, nowMs - sinceMs);
    }
    return {
      forMs: nowMs - this.startMs,
      entered: this.entered,
      served: this.served,
      withdrawn: this.withdrawn,
      inSystemMs: this.inSystemMs,
      waitingMs: this.waitingMs,
      emptyMs: this.emptyMs,
      stayedMs,
      waitedMs,
      longestWaitMs,
      mostWaiting: this.mostWaiting,
    };
  }

  private waited(forMs: number): void {
    this.waitedMs += forMs;
    if (forMs > this.longestWaitMs) this.longestWaitMs = forMs;
  }

  private advance(): void {
    const spanMs = this.clock.nowMs - this.asOfMs;
    if (spanMs === 0) return;
    this.asOfMs = this.clock.nowMs;
    if (this.here.size === 0) this.emptyMs += spanMs;
    this.inSystemMs += this.here.size * spanMs;
    this.waitingMs += this.waitingNow * spanMs;
  }
}
