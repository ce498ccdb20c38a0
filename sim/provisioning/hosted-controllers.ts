// The processes of the controllers where a scenario says where they run: they die with their host or pod, and their successors decide
// once somebody serves there again.
//
// Divergence from reality: all controllers run at one place, and one start stands for election and lists of all of them.

import type { ControllerProcess } from '../faults/controller-process.ts';
import { sample } from '../kernel/distributions.ts';
import type { Kernel } from '../kernel/kernel.ts';
import type { Draws } from '../kernel/rng.ts';
import type { Services } from './services.ts';
import type { ControllerPlaceConfig } from './services-config.ts';

export interface HostedParts {
  readonly kernel: Kernel;
  readonly draws: Draws;
  readonly services: Services;
  readonly processes: readonly ControllerProcess[];
}

export class HostedControllers {
  private readonly parts: HostedParts;
  private readonly config: ControllerPlaceConfig;
  private successors: readonly (() => void)[] = [];
  private starts = 0;

  constructor(config: ControllerPlaceConfig, parts: HostedParts) {
    this.config = config;
    this.parts = parts;
    parts.services.onChange((name, up) => {
      if (name !== 'remediationController') return;
      if (up) this.start();
      else this.successors = parts.processes.map((process) => process.crash());
    });
  }

  private start(): void {
    const { kernel, draws } = this.parts;
    const successors = this.successors;
    const u = draws.at('remediation controllers', 'start', this.starts++);
    const inMs = Math.max(1, Math.round(sample(this.config.startMs, u)));
    kernel.call(kernel.nowMs + inMs, () => {
      for (const start of successors) start();
    });
  }
}
