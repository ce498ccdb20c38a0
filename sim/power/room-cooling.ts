// Rooms without cooling: it gets hotter, and hosts switch themselves off, more and more of them in a minute. What the heat has switched
// off does not start again (power-refusal.ts) until the room is cool and somebody switches it on; a host that was off for another
// reason and is switched on meets the heat as it is by then.
//
// The hazard grows in proportion to the time since the cooling stopped, so the share of hosts that are still on after t is
// exp(-ln 2 (t / half)²): half of them after `half`.
//
// Divergence from reality
// - A room is equally hot everywhere; hosts differ by chance only, and neither throttle before nor break for good.
// - A room is cool at the instant at which its cooling works again.

import type { HostFleet } from '../host/host-fleet.ts';
import type { Kernel } from '../kernel/kernel.ts';
import type { Draws } from '../kernel/rng.ts';

/** Assumption: whoever switches hosts on by hand takes half a minute for each. */
const BY_HAND_EVERY_MS = 30_000;

interface HotRoom {
  readonly hosts: ReadonlySet<number>;
  readonly sinceMs: number;
  readonly halfAfterMs: number;
  readonly tripped: Set<number>;
}

interface CoolingParts {
  readonly kernel: Kernel;
  readonly fleet: HostFleet;
  readonly draws: Draws;
}

export class RoomCooling {
  private readonly parts: CoolingParts;
  private readonly hot = new Set<HotRoom>();
  private readonly starts: number[] = [];

  constructor(parts: CoolingParts) {
    this.parts = parts;
    parts.fleet.observe({
      bootStarted: (host) => {
        for (const room of this.hot) if (room.hosts.has(host)) this.heats(room, host);
      },
    });
  }

  /**
   * @param halfAfterMs after so long half of the hosts have switched themselves off.
   * @returns what makes the room cool again.
   */
  lose(hosts: readonly number[], halfAfterMs: number): () => void {
    const { kernel, fleet } = this.parts;
    const room: HotRoom = { hosts: new Set(hosts), sinceMs: kernel.nowMs, halfAfterMs, tripped: new Set() };
    this.hot.add(room);
    for (const host of hosts) this.heats(room, host);
    return () => {
      this.hot.delete(room);
      const cool = [...room.tripped].filter((host) => !this.isStillHot(host)).sort((one, other) => one - other);
      for (const host of cool) fleet.cooled(host);
      cool.forEach((host, place) => {
        kernel.call(kernel.nowMs + place * BY_HAND_EVERY_MS, () => fleet.switchOnByHand(host));
      });
    };
  }

  /** The same room may be hot for another reason, which then keeps the host off. */
  private isStillHot(host: number): boolean {
    for (const room of this.hot) {
      if (!room.hosts.has(host)) continue;
      room.tripped.add(host);
      return true;
    }
    return false;
  }

  /** Draws when this host gives in, given how hot it is by now. */
  private heats(room: HotRoom, host: number): void {
    const { kernel, fleet, draws } = this.parts;
    const started = this.starts[host] ?? 0;
    this.starts[host] = started + 1;
    const u = draws.at(fleet.host(host).bareMetalHost, 'gives in to heat', started);
    const hotMs = kernel.nowMs - room.sinceMs;
    const atMs = Math.sqrt(hotMs ** 2 + (room.halfAfterMs ** 2 * -Math.log1p(-u)) / Math.LN2);
    kernel.call(room.sinceMs + Math.max(hotMs + 1, Math.round(atMs)), () => {
      if (!this.hot.has(room) || this.starts[host] !== started + 1 || fleet.host(host).stage === 'off') return;
      room.tripped.add(host);
      fleet.overheated(host);
    });
  }
}
