// The watchdog timer of a management controller: whoever set it has to feed it in time, or the controller acts on the host.
// Source: IPMI 2.0, chapter 27.
//
// Divergence from reality
// - It is fed through the network only: the operating system's own watchdog is that of sim/config.ts (`WatchdogConfig`), and knows
//   nothing of this one.
// - Without a pre-timeout interrupt, since nothing on the host would hear it.

import type { EventHandle } from '../../kernel/kernel.ts';
import type { ControllerScene } from './managed-host.ts';
import type { Refusal } from './requests.ts';

export type WatchdogAction = 'none' | 'reset' | 'powerOff' | 'powerCycle';

export interface WatchdogSettings {
  /** IPMI's timer use, 1 to 5: firmware tests, loading, operating system, service, other. */
  readonly use: number;
  readonly action: WatchdogAction;
  /** From the last feeding to the action. */
  readonly timeoutMs: number;
  /** An expiry is not put into the event log. */
  readonly silent: boolean;
}

export interface WatchdogState extends WatchdogSettings {
  readonly running: boolean;
  /** Until it acts; while it does not run, what it would begin with. */
  readonly leftMs: number;
  /** It has expired since it was last set. */
  readonly expired: boolean;
}

const NEVER_SET: Refusal = { code: 400, messageId: 'InvalidOperationForSystemState' };
const UNSET: WatchdogSettings = { use: 0, action: 'none', timeoutMs: 0, silent: false };

export class Watchdog {
  private readonly scene: ControllerScene;
  private readonly expires: (settings: WatchdogSettings) => void;
  private settings = UNSET;
  private actsAtMs: number | undefined;
  private timer: EventHandle | undefined;
  private expired = false;

  /** @param expires it was not fed in time. */
  constructor(scene: ControllerScene, expires: (settings: WatchdogSettings) => void) {
    this.scene = scene;
    this.expires = expires;
  }

  shown(): WatchdogState {
    const running = this.actsAtMs !== undefined;
    const leftMs = this.actsAtMs === undefined ? this.settings.timeoutMs : this.actsAtMs - this.scene.kernel.nowMs;
    return { ...this.settings, running, leftMs, expired: this.expired };
  }

  /** Stops it and takes the settings. */
  set(settings: WatchdogSettings): void {
    this.stop();
    this.settings = settings;
    this.expired = false;
  }

  feed(): Refusal | 'done' {
    if (this.settings === UNSET) return NEVER_SET;
    this.stop();
    const { kernel } = this.scene;
    this.actsAtMs = kernel.nowMs + Math.max(1, Math.round(this.settings.timeoutMs));
    this.timer = kernel.call(this.actsAtMs, () => {
      this.timer = undefined;
      this.actsAtMs = undefined;
      this.expired = true;
      this.expires(this.settings);
    });
    return 'done';
  }

  /** Also when the controller starts anew, and with the host's power. */
  stop(): void {
    if (this.timer !== undefined) this.scene.kernel.cancel(this.timer);
    this.timer = undefined;
    this.actsAtMs = undefined;
  }
}
