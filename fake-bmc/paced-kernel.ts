// The driver that lets a kernel run at the pace of a clock: in real time, or so many times faster. It shares the kernel's own `step`; what
// differs from a virtual run is only that events wait for their time, and that somebody outside may act in between.

import type { Clock } from '../core/ports/clock.ts';
import type { Kernel } from '../sim/kernel/kernel.ts';

export interface PacedKernelOptions {
  /** Virtual milliseconds per millisecond of the clock; above 0. */
  readonly speed: number;
}

export class PacedKernel implements Clock {
  readonly speed: number;
  private readonly kernel: Kernel;
  private readonly clock: Clock;
  private readonly startMs: number;
  private readonly clockStartMs: number;
  private isRunning = false;
  private isStopped = false;
  private sleep: { readonly untilMs: number; readonly cancel: () => void } | undefined;

  /** Virtual time stands at the kernel's present instant now, and runs from here on. */
  constructor(kernel: Kernel, clock: Clock, { speed }: PacedKernelOptions) {
    if (!(speed > 0 && Number.isFinite(speed))) throw new RangeError(`a pace is above 0, not ${speed}`);
    this.kernel = kernel;
    this.clock = clock;
    this.speed = speed;
    this.startMs = kernel.nowMs;
    this.clockStartMs = clock.nowMs();
    this.rest();
  }

  /** Virtual time, whole milliseconds; never before the kernel's. Stands still once stopped. */
  nowMs(): number {
    if (this.isRunning || this.isStopped) return this.kernel.nowMs;
    const passedMs = (this.clock.nowMs() - this.clockStartMs) * this.speed;
    return Math.max(this.kernel.nowMs, this.startMs + Math.floor(passedMs));
  }

  /**
   * Lets everything happen that is due, and then `act`, at the present instant; what that leads to at once, or what has become due
   * meanwhile, happens before this returns and waits for no timer. Within an event of the kernel it acts at once.
   */
  act<T>(act: () => T): T {
    if (this.isRunning) return act();
    try {
      this.catchUp();
      const result = this.within(act);
      this.catchUp();
      return result;
    } finally {
      this.rest();
    }
  }

  /** By virtual time, in which a server's own delays pass as fast as everything else; never once stopped. */
  wakeAt(atMs: number, wake: () => void): () => void {
    const handle = this.act(() => this.kernel.call(Math.max(this.kernel.nowMs, Math.ceil(atMs)), wake));
    return () => {
      this.act(() => this.kernel.cancel(handle));
    };
  }

  /** Nothing happens any more. */
  stop(): void {
    this.isStopped = true;
    this.wakeNoMore();
  }

  private catchUp(): void {
    if (this.isStopped) return;
    const nowMs = this.nowMs();
    this.within(() => this.kernel.runUntil(nowMs));
  }

  /** Virtual time stands meanwhile, but for the kernel's own steps. */
  private within<T>(run: () => T): T {
    this.isRunning = true;
    try {
      return run();
    } finally {
      this.isRunning = false;
    }
  }

  /** Sleeps until the next event is due. */
  private rest(): void {
    if (this.isStopped) return;
    const nextAtMs = this.kernel.nextAtMs;
    if (this.sleep?.untilMs === nextAtMs) return;
    this.wakeNoMore();
    if (nextAtMs === Number.POSITIVE_INFINITY) return;
    const wakeAtMs = this.clockStartMs + (nextAtMs - this.startMs) / this.speed;
    const cancel = this.clock.wakeAt(wakeAtMs, () => {
      this.sleep = undefined;
      this.act(() => undefined);
    });
    this.sleep = { untilMs: nextAtMs, cancel };
  }

  private wakeNoMore(): void {
    this.sleep?.cancel();
    this.sleep = undefined;
  }
}
