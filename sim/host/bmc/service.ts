// The computer that a management controller is: it starts, is not ready for a while, is busy with itself, crashes, hangs, is updated.
//
// Divergence from reality
// - A crash takes all protocols away at once; on real controllers the web service may die and IPMI live on.
// - Crashes come at random, with exponential gaps, and do not depend on what is asked of it; bursts of IPMI calls are counted apart.

import { sample } from '../../kernel/distributions.ts';
import { DAY_MS } from '../../kernel/time-units.ts';
import type { ControllerScene } from './managed-host.ts';
import { type BmcRequest, changesSomething, type Refusal } from './requests.ts';

export class ControllerService {
  private readonly scene: ControllerScene;
  /** Starts so far: what it held in its memory before is gone. */
  starts = 0;
  private silentUntilMs = Number.NEGATIVE_INFINITY;
  private notReadyUntilMs = Number.NEGATIVE_INFINITY;
  private busyUntilMs = Number.NEGATIVE_INFINITY;
  private crashedUntilMs = Number.NEGATIVE_INFINITY;
  private crashIsScheduled = false;
  private readonly recentCalls: number[] = [];
  startedAtMs: number;

  constructor(scene: ControllerScene) {
    this.scene = scene;
    this.startedAtMs = scene.kernel.nowMs;
  }

  /** `ready`, a refusal of everything of this kind, or silence. */
  state(request: BmcRequest): 'ready' | 'silent' | Refusal {
    const { kernel, traits } = this.scene;
    const { nowMs } = kernel;
    if (nowMs < this.silentUntilMs) return 'silent';
    if (nowMs < this.crashedUntilMs) return traits.crashed === 'silence' ? 'silent' : traits.crashed;
    if (traits.refusesEverything !== 'never') return traits.refusesEverything;
    const isRead = !changesSomething(request);
    if (nowMs < this.notReadyUntilMs && !(isRead && traits.notReadyBlocks === 'changes')) return traits.notReady;
    if (nowMs < this.busyUntilMs && !isRead) return traits.busyAfterChange;
    return 'ready';
  }

  /** It powers up, or restarts itself. */
  start(): void {
    const { kernel, traits, host } = this.scene;
    this.starts++;
    const bootMs = Math.max(1, Math.round(sample(traits.bootMs, host.chance('own boot'))));
    this.startedAtMs = kernel.nowMs + bootMs;
    this.crashedUntilMs = Number.NEGATIVE_INFINITY;
    this.busyUntilMs = Number.NEGATIVE_INFINITY;
    this.silentUntilMs = Number.NEGATIVE_INFINITY;
    this.recentCalls.length = 0;
    this.silentFor(bootMs);
    this.notReadyUntilMs = this.silentUntilMs + traits.notReadyMs;
    this.tellAt(this.notReadyUntilMs);
    if (traits.resetCutsHostPower) host.cutPower();
  }

  /** New firmware: away, and then there and gone a few times. */
  update(): void {
    const { kernel, traits } = this.scene;
    const { updateAwayMs, updateFlaps, updateFlapMs } = traits;
    this.start();
    this.silentFor(updateAwayMs);
    for (let flap = 1; flap <= updateFlaps; flap++) {
      const goneAtMs = kernel.nowMs + updateAwayMs + (2 * flap - 1) * updateFlapMs;
      kernel.call(goneAtMs, () => this.silentFor(updateFlapMs));
    }
  }

  /** A change was accepted. */
  busyAfterChange(): void {
    const { kernel, traits } = this.scene;
    if (traits.busyAfterChangeMs > 0) this.busyUntilMs = kernel.nowMs + traits.busyAfterChangeMs;
  }

  /** A call of an IPMI client came in; too many in too short a time silence it. */
  countIpmiCall(): void {
    const { kernel, traits } = this.scene;
    const { calls, withinMs, silentMs } = traits.burst;
    if (calls === 0) return;
    const recent = this.recentCalls;
    recent.push(kernel.nowMs);
    while ((recent[0] ?? 0) < kernel.nowMs - withinMs) recent.shift();
    if (recent.length <= calls) return;
    recent.length = 0;
    this.silentFor(silentMs);
  }

  /** To be called whenever the traits may have changed: crashes come only where there are any. */
  followTraits(): void {
    const { kernel, traits, host } = this.scene;
    if (this.crashIsScheduled || traits.crashesPerDay <= 0) return;
    this.crashIsScheduled = true;
    const gapMs = Math.max(1, Math.round((-Math.log(1 - host.chance('crash gap')) * DAY_MS) / traits.crashesPerDay));
    kernel.call(kernel.nowMs + gapMs, () => this.crash());
  }

  private crash(): void {
    const { kernel, traits, host, changed } = this.scene;
    this.crashIsScheduled = false;
    this.followTraits();
    if (traits.crashesPerDay <= 0 || kernel.nowMs < this.crashedUntilMs) return;
    if (traits.crashMs === 'untilReset') {
      this.crashedUntilMs = Number.POSITIVE_INFINITY;
      host.controllerHangs();
      changed();
      return;
    }
    this.crashedUntilMs = kernel.nowMs + Math.max(1, Math.round(sample(traits.crashMs, host.chance('crash length'))));
    changed();
    this.tellAt(this.crashedUntilMs);
  }

  private silentFor(ms: number): void {
    this.silentUntilMs = Math.max(this.silentUntilMs, this.scene.kernel.nowMs + ms);
    this.scene.changed();
    this.tellAt(this.silentUntilMs);
  }

  private tellAt(atMs: number): void {
    this.scene.kernel.call(atMs, this.scene.changed);
  }
}
