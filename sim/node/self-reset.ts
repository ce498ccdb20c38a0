// How one host resets itself: a hardware watchdog that is fed while the agent runs, and the operating system's own reset where
// the watchdog is late.
// Source: medik8s/self-node-remediation internal/reboot/rebooter.go, internal/watchdog/synchronized.go.
//
// Divergence from reality: a broken host is one on which neither works; whether only one of them fails is not told apart. Every host
// has a watchdog, so isSoftwareRebootEnabled changes nothing: the product asks it only where there is none.

import type { WatchdogConfig } from '../config.ts';
import type { SelfResetReason } from '../host/host.ts';
import type { EventHandle, Kernel } from '../kernel/kernel.ts';
import type { Stream } from '../kernel/rng.ts';

/** A watchdog that has not been fed for this long and has not fired is late. Source: rebooter.go, TimeToAssumeRebootHasStarted. */
const LATE_MS = 30_000;
/** Agents started at different instants: spread so wide that grids of different periods do not go together. */
const ORIGIN_SPREAD_MS = 3_600_000;
/** The watchdog is fed three times in its timeout. Source: synchronized.go. */
const FEEDINGS = 3;

export class SelfReset {
  private readonly kernel: Kernel;
  private readonly config: WatchdogConfig;
  private readonly stream: Stream;
  private readonly fire: (why: SelfResetReason) => void;
  private fedAtMs = 0;
  private frozen = false;
  private reason: SelfResetReason | undefined;
  private due: EventHandle | undefined;

  /** @param stream draws 0: phase of feeding and checking, 1: whether it works. */
  constructor(kernel: Kernel, config: WatchdogConfig, stream: Stream, fire: (why: SelfResetReason) => void) {
    this.kernel = kernel;
    this.config = config;
    this.stream = stream;
    this.fire = fire;
  }

  get triggered(): boolean {
    return this.reason !== undefined;
  }

  /** Offset of this host on a grid of that period. */
  phaseOf(periodMs: number): number {
    return Math.floor(this.stream.at(0) * ORIGIN_SPREAD_MS) % periodMs;
  }

  /**
   * The agent stops feeding: nothing calls the reset back any more.
   * @param retryEveryMs how often the agent tries again; undefined: once, when the watchdog counts as late.
   */
  trigger(why: SelfResetReason, retryEveryMs: number | undefined): void {
    if (this.triggered) return;
    const { nowMs } = this.kernel;
    this.reason = why;
    this.fedAtMs = this.lastFeeding();
    const firesAtMs = this.fedAtMs + this.config.timeoutMs;
    this.schedule(Math.min(firesAtMs, this.softwareAtMs(nowMs, retryEveryMs)));
  }

  /** The operating system hangs: nobody feeds, and no software resets. */
  freeze(): void {
    if (this.frozen) return;
    this.frozen = true;
    if (!this.triggered) this.fedAtMs = this.lastFeeding();
    this.schedule(Math.max(this.kernel.nowMs, this.fedAtMs + this.config.timeoutMs));
  }

  /** The operating system goes on. */
  thaw(): void {
    if (!this.frozen) return;
    this.frozen = false;
    if (!this.triggered) this.cancel();
  }

  /** The agent is stopped in order, or the host with it. */
  disarm(): void {
    this.cancel();
  }

  private softwareAtMs(nowMs: number, retryEveryMs: number | undefined): number {
    if (retryEveryMs === undefined) return nowMs + LATE_MS;
    let atMs = nowMs + retryEveryMs;
    while (atMs - this.fedAtMs <= LATE_MS) atMs += retryEveryMs;
    return atMs;
  }

  private lastFeeding(): number {
    const everyMs = this.config.timeoutMs / FEEDINGS;
    const { nowMs } = this.kernel;
    return Math.ceil(nowMs - ((nowMs - this.phaseOf(everyMs)) % everyMs));
  }

  private schedule(atMs: number): void {
    this.cancel();
    if (this.stream.at(1) < this.config.brokenShare) return;
    this.due = this.kernel.call(Math.ceil(atMs), () => this.fire(this.reason ?? 'watchdog'));
  }

  private cancel(): void {
    if (this.due !== undefined) this.kernel.cancel(this.due);
    this.due = undefined;
  }
}
