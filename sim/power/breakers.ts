// Breakers of PDUs: each start of a host surges for a moment, and a PDU on which too many surge at once trips. Somebody resets it
// and then switches its outlets on one by one.
//
// Divergence from reality
// - Load is counted in hosts that start, not in amperes; running hosts leave the same room for starts always.
// - A host that is deployed anew surges once, when its new system starts; the start of the agent before is left out.
// - A breaker that has tripped is reset by a person of the site, who is not one of the repair crew.

import type { HostFleet } from '../host/host-fleet.ts';
import { sample } from '../kernel/distributions.ts';
import type { Kernel } from '../kernel/kernel.ts';
import type { Draws } from '../kernel/rng.ts';
import type { BreakerConfig } from './power-config.ts';
import type { PowerLoss } from './power-grid.ts';

interface BreakerParts {
  readonly kernel: Kernel;
  readonly fleet: HostFleet;
  readonly draws: Draws;
  /** Takes power away; the returned function gives it back, host by host so far apart. */
  readonly losePower: (loss: PowerLoss) => (everyMs?: number) => void;
}

interface Surge {
  readonly untilMs: number;
  readonly share: number;
}

/** Told of every trip and every reset. */
export type BreakerListener = (rack: number, feed: string, what: 'tripped' | 'reset') => void;

export class Breakers {
  private readonly config: BreakerConfig;
  private readonly parts: BreakerParts;
  private readonly surges = new Map<string, Surge[]>();
  private readonly trips = new Map<string, number>();
  private readonly open = new Set<string>();
  private readonly listeners: BreakerListener[] = [];

  constructor(config: BreakerConfig, parts: BreakerParts) {
    this.config = config;
    this.parts = parts;
    parts.fleet.observe({
      bootStarted: (host, cause) => {
        if (cause !== 'planned' && cause !== 'panic' && cause !== 'self') this.starts(host);
      },
    });
  }

  onChange(listener: BreakerListener): void {
    this.listeners.push(listener);
  }

  private starts(host: number): void {
    const { power, hosts } = this.parts.fleet;
    const rack = hosts[host]?.rack ?? -1;
    const share = 1 / Math.max(1, power.liveFeeds(host));
    for (const feed of power.feeds) if (power.drawsFrom(host, feed)) this.surge(rack, feed, share);
  }

  private surge(rack: number, feed: string, share: number): void {
    const { kernel } = this.parts;
    const pdu = `${rack} ${feed}`;
    const surges = (this.surges.get(pdu) ?? []).filter(({ untilMs }) => untilMs > kernel.nowMs);
    surges.push({ untilMs: kernel.nowMs + this.config.surgeMs, share });
    this.surges.set(pdu, surges);
    const load = surges.reduce((sum, surge) => sum + surge.share, 0);
    if (load <= this.config.startsAtOnce || this.open.has(pdu)) return;
    this.open.add(pdu);
    // After the host that was one too many has begun its start.
    kernel.call(kernel.nowMs, () => this.trip(rack, feed, pdu));
  }

  private trip(rack: number, feed: string, pdu: string): void {
    const { kernel, fleet, draws, losePower } = this.parts;
    const trip = this.trips.get(pdu) ?? 0;
    this.trips.set(pdu, trip + 1);
    this.surges.delete(pdu);
    const u = draws.at(`rack/${fleet.racks.names[rack] ?? ''}`, `breaker of feed ${feed}`, trip);
    const resetAtMs = kernel.nowMs + Math.max(1, Math.round(sample(this.config.resetMs, u)));
    const restore = losePower({ where: { at: 'rack', rack }, feeds: [feed], endsAtMs: resetAtMs });
    for (const listener of this.listeners) listener(rack, feed, 'tripped');
    kernel.call(resetAtMs, () => {
      this.open.delete(pdu);
      restore(this.config.byHandEveryMs);
      for (const listener of this.listeners) listener(rack, feed, 'reset');
    });
  }
}
