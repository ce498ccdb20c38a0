// Faults that degrade: whatever ends them short of a new system, or of a person, ends what shows and not the cause. They come
// back after a while, each time sooner, and a reboot that helped looks like a cure that does not hold.
//
// Divergence from reality
// - How long each absence lasts belongs to the fault; when it begins depends on who ended it when, so under two policies such a
//   fault comes back at two instants, and may have come back more often under one.
// - It comes back as it was: with the same severity, and the same length where it passes by itself.
// - While it is away nobody finds anything, also not a person who looks at the host for another reason.

import type { DegradingConfig } from '../config.ts';
import type { HostFleet } from '../host/host-fleet.ts';
import { sample } from '../kernel/distributions.ts';
import type { Kernel } from '../kernel/kernel.ts';
import type { Draws } from '../kernel/rng.ts';
import { type CureLevel, cures, type Fault } from './fault.ts';

/** The cause behind a fault that shows. */
export interface Degradation {
  readonly config: DegradingConfig;
  /** Of the first time that it showed: names its draws. */
  readonly sinceMs: number;
  /** How often it has come back. */
  readonly times: number;
}

export class Relapses {
  private readonly kernel: Kernel;
  private readonly fleet: HostFleet;
  private readonly draws: Draws;
  private readonly comesBack: (fault: Fault) => void;
  /** By host: grows with every new system. */
  private readonly systems = new Map<number, number>();

  /** @param comesBack the fault, with its next degradation, strikes again. */
  constructor(kernel: Kernel, fleet: HostFleet, draws: Draws, comesBack: (fault: Fault) => void) {
    this.kernel = kernel;
    this.fleet = fleet;
    this.draws = draws;
    this.comesBack = comesBack;
    fleet.observe({
      faultEnded: (fault, _host, by) => this.ended(fault, by),
      bootStarted: (host, cause) => {
        if (cause === 'provisioning') this.systems.set(host, this.system(host) + 1);
      },
    });
  }

  /** What a fault that is born now has behind it; undefined for one that ends where it is ended. */
  causeOf(fault: Pick<Fault, 'class' | 'subject'>, config: DegradingConfig | undefined): Degradation | undefined {
    if (config === undefined) return undefined;
    const sinceMs = this.kernel.nowMs;
    return this.draw(fault, sinceMs, 0) < config.share ? { config, sinceMs, times: 0 } : undefined;
  }

  private ended(fault: Fault, by: CureLevel): void {
    const { degradation } = fault;
    if (degradation === undefined || cures(by, degradation.config.until)) return;
    const { config, sinceMs, times } = degradation;
    const awayMs = sample(config.returnsAfterMs, this.draw(fault, sinceMs, times + 1)) * config.shortensBy ** times;
    const system = this.system(fault.subject);
    this.kernel.call(this.kernel.nowMs + Math.max(1, Math.round(awayMs)), () => {
      if (config.until === 'reprovision' && this.system(fault.subject) !== system) return;
      this.comesBack({ ...fault, degradation: { config, sinceMs, times: times + 1 } });
    });
  }

  private system(host: number): number {
    return this.systems.get(host) ?? 0;
  }

  /** Draw 0: whether it degrades; from 1 on: how long it is away. */
  private draw({ class: name, subject }: Pick<Fault, 'class' | 'subject'>, sinceMs: number, index: number): number {
    return this.draws.at(this.fleet.host(subject).bareMetalHost, `degrading/${name}/${sinceMs}`, index);
  }
}
