// Racks without power or without network, and when they will have it again.
//
// Divergence from reality
// - A rack loses power and network as a whole, for a time that is known when it goes.

import type { FleetBmc } from '../host/bmc.ts';
import type { HostFleet } from '../host/host-fleet.ts';
import type { Kernel } from '../kernel/kernel.ts';
import type { Draws } from '../kernel/rng.ts';

export type RackChange = 'feedLost' | 'feedReturned' | 'switchDown' | 'switchUp';

interface RackOutageParts {
  readonly kernel: Kernel;
  readonly fleet: HostFleet;
  readonly bmc: FleetBmc;
  readonly draws: Draws;
  /** Share of the hosts of a rack that do not come back by themselves. */
  readonly noReturn: number;
}

export class RackOutages {
  readonly #parts: RackOutageParts;
  readonly #feedReturnsAtMs: Float64Array;
  readonly #switchReturnsAtMs: Float64Array;
  readonly #listeners: ((rack: number, what: RackChange) => void)[] = [];
  readonly #lossListeners: ((host: number) => void)[] = [];

  constructor(parts: RackOutageParts) {
    this.#parts = parts;
    this.#feedReturnsAtMs = new Float64Array(parts.fleet.racks.names.length);
    this.#switchReturnsAtMs = new Float64Array(parts.fleet.racks.names.length);
  }

  onChange(listener: (rack: number, what: RackChange) => void): void {
    this.#listeners.push(listener);
  }

  /** Called for each host that does not survive a loss of power, just before the feed returns. */
  onHostLost(listener: (host: number) => void): void {
    this.#lossListeners.push(listener);
  }

  switchReturnsAtMs(rack: number): number {
    return this.#switchReturnsAtMs[rack] ?? 0;
  }

  feedReturnsAtMs(rack: number): number {
    return this.#feedReturnsAtMs[rack] ?? 0;
  }

  loseFeed(rack: number, endsAtMs: number): void {
    this.#feedReturnsAtMs[rack] = Math.max(endsAtMs, this.#feedReturnsAtMs[rack] ?? 0);
    this.#parts.fleet.feedLost(rack);
    this.#changed(rack, 'feedLost');
  }

  returnFeed(rack: number): void {
    this.#loseSomeForGood(rack);
    this.#parts.fleet.feedReturned(rack);
    this.#parts.bmc.feedReturned(rack);
    this.#changed(rack, 'feedReturned');
  }

  loseSwitch(rack: number, endsAtMs: number): void {
    this.#switchReturnsAtMs[rack] = Math.max(endsAtMs, this.#switchReturnsAtMs[rack] ?? 0);
    this.#parts.fleet.setSwitch(rack, false);
    this.#changed(rack, 'switchDown');
  }

  returnSwitch(rack: number): void {
    this.#parts.fleet.setSwitch(rack, true);
    this.#changed(rack, 'switchUp');
  }

  #loseSomeForGood(rack: number): void {
    const { fleet, draws, kernel, noReturn } = this.#parts;
    for (const host of fleet.hosts) {
      if (host.rack !== rack) continue;
      const u = draws.stream(host.bareMetalHost, 'no return').at(Math.floor(kernel.nowMs / 1000));
      if (u < noReturn) for (const lost of this.#lossListeners) lost(host.index);
    }
  }

  #changed(rack: number, what: RackChange): void {
    for (const listener of this.#listeners) listener(rack, what);
  }
}
