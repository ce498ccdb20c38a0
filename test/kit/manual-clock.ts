// A clock that stands until a test moves it.

import type { Clock } from '../../core/ports/clock.ts';

interface Wake {
  readonly atMs: number;
  readonly wake: () => void;
}

export class ManualClock implements Clock {
  private ms: number;
  private readonly wakes: Wake[] = [];

  constructor(ms: number) {
    this.ms = ms;
  }

  nowMs(): number {
    return this.ms;
  }

  wakeAt(atMs: number, wake: () => void): () => void {
    const entry = { atMs: Math.max(Math.ceil(atMs), this.ms), wake };
    this.wakes.push(entry);
    return () => {
      const position = this.wakes.indexOf(entry);
      if (position >= 0) this.wakes.splice(position, 1);
    };
  }

  /** Instants of the wake-ups that are asked for, in order. */
  get pending(): readonly number[] {
    return this.wakes.map(({ atMs }) => atMs).toSorted((a, b) => a - b);
  }

  /** Moves on to this instant and calls what is due by then, in order of time and then of asking. */
  advanceTo(ms: number): void {
    for (;;) {
      const first = this.first();
      if (first === undefined || first.atMs > ms) break;
      this.ms = Math.max(this.ms, first.atMs);
      this.fire(first);
    }
    this.ms = Math.max(this.ms, ms);
  }

  /** Moves on and calls nobody. */
  moveTo(ms: number): void {
    this.ms = ms;
  }

  /** Calls the first wake-up that is due at this instant; false when none is. */
  wakeFirst(): boolean {
    const first = this.first();
    if (first === undefined || first.atMs > this.ms) return false;
    this.fire(first);
    return true;
  }

  private first(): Wake | undefined {
    let first: Wake | undefined;
    for (const wake of this.wakes) if (first === undefined || wake.atMs < first.atMs) first = wake;
    return first;
  }

  private fire(entry: Wake): void {
    this.wakes.splice(this.wakes.indexOf(entry), 1);
    entry.wake();
  }
}
