// FlagSpans: a flag that people set and take back, in spans that are known before the run and whenever somebody says so.

import type { TimeSpan } from '../config.ts';
import type { EventKernel } from './pool-kernel.ts';

export class FlagSpans {
  private readonly cleared: () => void;
  private holders = 0;

  /** @param cleared called when the last holder has taken the flag back. Spans count from now. */
  constructor(kernel: EventKernel, spans: readonly TimeSpan[], cleared: () => void) {
    this.cleared = cleared;
    const change = kernel.register('storage flag', (on) => this.set(on === 1));
    for (const { fromMs, untilMs } of spans) {
      if (fromMs === 0) this.holders += 1;
      else kernel.schedule(kernel.nowMs + fromMs, change, 1);
      if (untilMs !== null) kernel.schedule(kernel.nowMs + untilMs, change, 0);
    }
  }

  get isSet(): boolean {
    return this.holders > 0;
  }

  /** One more holds the flag, or one fewer. */
  set(on: boolean): void {
    this.holders = Math.max(0, this.holders + (on ? 1 : -1));
    if (this.holders === 0) this.cleared();
  }
}
