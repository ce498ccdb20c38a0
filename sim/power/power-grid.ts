// Who has power: the site, its rooms, the feeds of a room, a PDU per feed in each rack, outlets, and the power supply units of a
// host. A host has power while one of its units has. Losses of one thing may overlap; each counts.
//
// Divergence from reality
// - Power is there or not: no load limits beside those of breakers.ts, no brown-outs, no batteries, no generators that start.
// - Both units of a host are alike, and taking over from each other never fails.
// - A host's management controller hangs on the same units, so it dies and returns with them.

import { assert } from '../../core/assert.ts';
import type { PowerConfig } from './power-config.ts';

export type PowerPlace =
  | { readonly at: 'site' }
  /** By name. */
  | { readonly at: 'room'; readonly room: string }
  /** The PDUs of a rack. */
  | { readonly at: 'rack'; readonly rack: number }
  /** The outlets of a host, with whoever shares them. */
  | { readonly at: 'outlet'; readonly host: number }
  /** A power supply unit of one host. */
  | { readonly at: 'unit'; readonly host: number };

export interface PowerLoss {
  readonly where: PowerPlace;
  /** By name; absent: all. */
  readonly feeds?: readonly string[];
  /** Infinity when nothing says so. */
  readonly endsAtMs: number;
}

export interface GridHost {
  readonly name: string;
  readonly rack: number;
}

export class PowerGrid {
  readonly feeds: readonly string[];
  /** Names, in the order of the config. */
  readonly rooms: readonly string[];
  private readonly hosts: readonly GridHost[];
  private readonly roomOf: ReadonlyMap<number, string>;
  /** By host name, hosts on the same outlet, itself included. */
  private readonly outlets = new Map<string, readonly number[]>();
  /** Losses that count, by host and feed. */
  private readonly losses: Int32Array;
  private readonly present = new Set<PowerLoss>();

  constructor(config: PowerConfig, hosts: readonly GridHost[], rackNames: readonly string[]) {
    this.feeds = config.feeds;
    this.rooms = config.rooms.map(({ name }) => name);
    this.hosts = hosts;
    this.losses = new Int32Array(hosts.length * config.feeds.length);
    const roomOf = new Map<number, string>();
    for (const { name, racks } of config.rooms) for (const rack of racks) roomOf.set(rackNames.indexOf(rack), name);
    this.roomOf = roomOf;
    for (const names of config.sharedOutlets) {
      const indexes = hosts.flatMap(({ name }, host) => (names.includes(name) ? [host] : []));
      for (const name of names) this.outlets.set(name, indexes);
    }
    hosts.forEach(({ name }, host) => {
      const own = config.oneFeed[name];
      if (own === undefined) return;
      config.feeds.forEach((feed, index) => {
        if (feed !== own) this.losses[host * config.feeds.length + index] = 1;
      });
    });
  }

  /** At least one power supply unit of the host has power. */
  fed(host: number): boolean {
    return this.liveFeeds(host) > 0;
  }

  /** How many of its feeds a host can draw from now. */
  liveFeeds(host: number): number {
    const feeds = this.feeds.length;
    let live = 0;
    for (let feed = 0; feed < feeds; feed++) if (this.losses[host * feeds + feed] === 0) live++;
    return live;
  }

  /** Whether a host draws from this feed now. */
  drawsFrom(host: number, feed: string): boolean {
    const index = this.feeds.indexOf(feed);
    return index >= 0 && this.losses[host * this.feeds.length + index] === 0;
  }

  /** Takes power away now; the returned function gives it back, once. */
  lose(loss: PowerLoss): () => void {
    this.present.add(loss);
    this.count(loss, 1);
    return () => {
      assert(this.present.delete(loss), 'a loss of power ends once');
      this.count(loss, -1);
    };
  }

  /** Hosts that hang on this place, in order. */
  hostsAt(where: PowerPlace): readonly number[] {
    switch (where.at) {
      case 'site':
        return this.hosts.map((_, host) => host);
      case 'room':
        return this.hosts.flatMap(({ rack }, host) => (this.roomOf.get(rack) === where.room ? [host] : []));
      case 'rack':
        return this.hosts.flatMap(({ rack }, host) => (rack === where.rack ? [host] : []));
      case 'outlet':
        return this.outlets.get(this.hosts[where.host]?.name ?? '') ?? [where.host];
      case 'unit':
        return [where.host];
    }
  }

  /** When a host without power has some again, as far as present losses say: Infinity when none of them ends. */
  fedAgainAtMs(host: number): number {
    const endsAtMs = this.feeds.map(() => 0);
    for (const loss of this.present) {
      if (!this.hostsAt(loss.where).includes(host)) continue;
      this.feeds.forEach((feed, index) => {
        if (loss.feeds?.includes(feed) ?? true) endsAtMs[index] = Math.max(endsAtMs[index] ?? 0, loss.endsAtMs);
      });
    }
    const feeds = this.feeds.length;
    // A feed without a unit on it counts as lost for ever.
    return Math.min(Infinity, ...endsAtMs.filter((atMs, feed) => atMs > 0 || this.losses[host * feeds + feed] === 0));
  }

  private count(loss: PowerLoss, by: 1 | -1): void {
    const feeds = this.feeds.length;
    for (const host of this.hostsAt(loss.where)) {
      for (let feed = 0; feed < feeds; feed++) {
        if (loss.feeds?.includes(this.feeds[feed] ?? '') ?? true) {
          this.losses[host * feeds + feed] = (this.losses[host * feeds + feed] ?? 0) + by;
        }
      }
    }
  }
}
