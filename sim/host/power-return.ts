// What hosts do when their power returns: stay off, start, or be again what they were, after the delay that their firmware adds.
//
// Divergence from reality
// - What a host does when its power returns is the same setting on all hosts whose management controller is not modelled.

import { sample } from '../kernel/distributions.ts';
import type { Kernel } from '../kernel/kernel.ts';
import type { AfterLossConfig } from '../power/power-config.ts';
import { type Host, powerDraw } from './host.ts';

export class PowerReturn {
  private readonly kernel: Kernel;
  private readonly config: AfterLossConfig;
  private readonly start: (host: number) => void;
  private stateOf: (host: number) => AfterLossConfig['state'] | undefined = () => undefined;

  /** @param start switches a host on. */
  constructor(kernel: Kernel, config: AfterLossConfig, start: (host: number) => void) {
    this.kernel = kernel;
    this.config = config;
    this.start = start;
  }

  /** Who says what a host does, in place of the setting that all share; undefined: that setting. */
  stateBy(stateOf: (host: number) => AfterLossConfig['state'] | undefined): void {
    this.stateOf = stateOf;
  }

  /** The power of a host is back. @param outletMs until its outlet is switched on. */
  returned(host: Host, outletMs: number): void {
    const state = this.stateOf(host.index) ?? this.config.state;
    if (state === 'off' || (host.wanted !== 'on' && state === 'last') || host.provisioning) return;
    const waitMs = outletMs + Math.max(0, Math.round(sample(this.config.delayMs, powerDraw(host))));
    const before = host.wanted;
    this.kernel.call(this.kernel.nowMs + waitMs, () => {
      if (host.wanted === before) this.start(host.index);
    });
  }
}
