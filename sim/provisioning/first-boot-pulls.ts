// The first boot of a freshly deployed system: its node is Ready only when it has pulled its containers from the registry. A registry
// that is away holds it up, and what has arrived stays; a reboot of a system that has once joined needs nothing.
//
// Divergence from reality
// - All containers come from one registry, as one amount; mirrors and images that another host could lend are not known.
// - Pods that move later find their images everywhere.

import type { HeldStage } from '../host/boot-course.ts';
import type { HostFleet } from '../host/host-fleet.ts';
import { sample } from '../kernel/distributions.ts';
import type { Kernel } from '../kernel/kernel.ts';
import type { Draws } from '../kernel/rng.ts';
import { Downloads } from './downloads.ts';
import type { Services } from './services.ts';
import type { RegistryConfig } from './services-config.ts';

export interface PullParts {
  readonly kernel: Kernel;
  readonly fleet: HostFleet;
  readonly services: Services;
  readonly draws: Draws;
}

export class FirstBootPulls {
  private readonly parts: PullParts;
  private readonly config: RegistryConfig;
  private readonly downloads: Downloads;
  private readonly stage: HeldStage;
  /** Bytes that a host still needs. */
  private readonly missing = new Map<number, number>();
  private readonly retries = new Map<number, number>();

  constructor(config: RegistryConfig, parts: PullParts) {
    this.parts = parts;
    this.config = config;
    this.stage = config.neededBy === 'system' ? 'osBoot' : 'joining';
    this.downloads = new Downloads(parts.kernel, config, parts.services, 'registry');
    parts.services.onChange((name, up) => {
      if (name === 'registry' && up) for (const host of this.missing.keys()) this.tryLater(host);
    });
    parts.fleet.onChange((host) => {
      if (this.missing.has(host) && !this.waits(host)) this.keep(host, this.downloads.stop(host));
    });
    parts.fleet.holdBoots((host, stage) => stage === this.stage && this.holds(host));
  }

  /** A system was deployed that has nothing yet. */
  deployed(host: number): void {
    this.downloads.stop(host);
    this.missing.set(host, this.config.firstBootBytes);
  }

  /** Hosts that have booted up to where they lack something. */
  get waiting(): number {
    let count = 0;
    for (const host of this.missing.keys()) if (this.waits(host)) count++;
    return count;
  }

  private holds(host: number): boolean {
    if (!this.missing.has(host)) return false;
    this.pull(host);
    return true;
  }

  /** Booted up to where it needs its containers. */
  private waits(host: number): boolean {
    const { stage, stageEndsAtMs } = this.parts.fleet.host(host);
    return stage === this.stage && stageEndsAtMs < 0;
  }

  private pull(host: number): void {
    const bytes = this.missing.get(host);
    if (bytes === undefined || !this.parts.services.isUp('registry')) return;
    this.downloads.start(host, bytes, {
      done: () => {
        this.missing.delete(host);
        this.parts.fleet.goOn(host);
      },
      stopped: (left) => this.keep(host, left),
    });
  }

  private keep(host: number, leftBytes: number): void {
    if (leftBytes > 0) this.missing.set(host, leftBytes);
  }

  private tryLater(host: number): void {
    const { kernel, fleet, draws } = this.parts;
    const retry = this.retries.get(host) ?? 0;
    this.retries.set(host, retry + 1);
    const u = draws.at(fleet.host(host).bareMetalHost, 'registry retry', retry);
    const inMs = Math.max(1, Math.round(sample(this.config.retryMs, u)));
    kernel.call(kernel.nowMs + inMs, () => {
      if (this.waits(host)) this.pull(host);
    });
  }
}
