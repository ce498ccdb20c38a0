// What goes wrong in the hands of people: the wrong server is pulled, a host is not switched on again, a Node stays cordoned. Drawn
// per host and repair, whatever the policy.
//
// Divergence from reality
// - The wrong server is a running host of the same rack, each as likely as the other; no label or lamp prevents it.
// - A wrong server loses its power, nothing else: it is put back as it was, and its repair goes on where it should have begun.

import type { HostFleet } from '../host/host-fleet.ts';
import { type Distribution, sample } from '../kernel/distributions.ts';
import type { Draws } from '../kernel/rng.ts';
import type { MistakesConfig } from './config.ts';

/** Draws of one repair: wrong server, which one, until noticed; stays off; stays cordoned, until noticed; flag stays, until noticed. */
const DRAWS_PER_REPAIR = 8;

export type Mistake = 'wrongServer' | 'staysOff' | 'staysCordoned' | 'noOutStays';

export class Mistakes {
  private readonly config: MistakesConfig;
  private readonly fleet: HostFleet;
  private readonly draws: Draws;

  constructor(config: MistakesConfig, fleet: HostFleet, draws: Draws) {
    this.config = config;
    this.fleet = fleet;
    this.draws = draws;
  }

  /** The running host that is pulled in place of this one, and for how long; undefined where the right one is found. */
  wrongServer(host: number, repair: number): { readonly peer: number; readonly forMs: number } | undefined {
    if (this.draw(host, repair, 0) >= this.config.wrongServer) return undefined;
    const { rack } = this.fleet.host(host);
    const peers = this.fleet.hosts.filter((peer) => peer.rack === rack && peer.index !== host && peer.stage === 'up');
    const peer = peers[Math.floor(this.draw(host, repair, 1) * peers.length)];
    return peer === undefined ? undefined : { peer: peer.index, forMs: this.noticed(this.draw(host, repair, 2)) };
  }

  staysOff(host: number, repair: number): boolean {
    return this.draw(host, repair, 3) < this.config.staysOff;
  }

  /** How long the Node stays cordoned; undefined where the cordon is taken off. */
  staysCordonedForMs(host: number, repair: number): number | undefined {
    if (this.draw(host, repair, 4) >= this.config.staysCordoned) return undefined;
    return this.noticed(this.draw(host, repair, 5));
  }

  /** How long `noout` stays set; undefined where it is taken back. */
  noOutStaysForMs(host: number, repair: number): number | undefined {
    if (this.draw(host, repair, 6) >= this.config.noOutStays) return undefined;
    return this.noticed(this.draw(host, repair, 7));
  }

  private noticed(u: number): number {
    const noticed: Distribution = this.config.noticedMs;
    return Math.max(1, Math.round(sample(noticed, u)));
  }

  private draw(host: number, repair: number, which: number): number {
    const { bareMetalHost } = this.fleet.host(host);
    return this.draws.at(bareMetalHost, 'mistake of people', repair * DRAWS_PER_REPAIR + which);
  }
}
