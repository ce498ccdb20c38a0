// Racks that lose their power or their switch for a while, whatever else loses its power, and the hosts that do not survive it.
//
// Divergence from reality
// - How long it lasts is known when it goes.

import type { FleetBmc } from '../host/bmc.ts';
import type { HostFleet } from '../host/host-fleet.ts';
import type { Kernel } from '../kernel/kernel.ts';
import type { Draws } from '../kernel/rng.ts';
import type { PowerLoss } from '../power/power-grid.ts';

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
  private readonly parts: RackOutageParts;
  private readonly listeners: ((rack: number, what: RackChange) => void)[] = [];
  private readonly lossListeners: ((host: number) => void)[] = [];

  constructor(parts: RackOutageParts) {
    this.parts = parts;
  }

  onChange(listener: (rack: number, what: RackChange) => void): void {
    this.listeners.push(listener);
  }

  /** Called for each host that does not survive a loss of power, just before the feed returns. */
  onHostLost(listener: (host: number) => void): void {
    this.lossListeners.push(listener);
  }

  /** @returns what gives the power back. */
  loseFeed(rack: number, endsAtMs: number): () => void {
    const restore = this.losePower({ where: { at: 'rack', rack }, endsAtMs });
    this.changed(rack, 'feedLost');
    return () => {
      restore();
      this.changed(rack, 'feedReturned');
    };
  }

  /** @returns what gives the power back; `everyMs`: hosts are switched on one by one, so far apart. */
  losePower(loss: PowerLoss): (everyMs?: number) => void {
    const { fleet, bmc } = this.parts;
    const restore = fleet.losePower(loss);
    return (everyMs) => {
      const dark = fleet.power.hostsAt(loss.where).filter((host) => !fleet.power.fed(host));
      this.loseSomeForGood(dark);
      restore(everyMs);
      bmc.powerReturned(dark);
    };
  }

  /** @returns what makes the switch work again. */
  loseSwitch(rack: number, endsAtMs: number): () => void {
    const heal = this.parts.fleet.loseSwitch(rack, endsAtMs);
    this.changed(rack, 'switchDown');
    return () => {
      heal();
      this.changed(rack, 'switchUp');
    };
  }

  private loseSomeForGood(hosts: readonly number[]): void {
    const { fleet, draws, kernel, noReturn } = this.parts;
    for (const host of hosts) {
      const u = draws.stream(fleet.host(host).bareMetalHost, 'no return').at(Math.floor(kernel.nowMs / 1000));
      if (u < noReturn) for (const lost of this.lossListeners) lost(host);
    }
  }

  private changed(rack: number, what: RackChange): void {
    for (const listener of this.listeners) listener(rack, what);
  }
}
