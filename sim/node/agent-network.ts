// Who of the agents on the nodes hears whom: the way to the API server, and the ways between nodes.
//
// Divergence from reality: host ports are never blocked by a filter. An agent's own failure to answer is its host's.

import type { HostFleet } from '../host/host-fleet.ts';

export interface AgentNetwork {
  /** The node reaches the API server. */
  reachesApi(host: number): boolean;
  /** A question reaches the other node and its answer comes back. */
  connects(from: number, to: number): boolean;
  /** Called when what a host reaches has changed, unless its own state says so. */
  onChange(listener: (host: number) => void): void;
}

type Ways = Pick<HostFleet, 'reachesApi' | 'connectsPeers'>;

/** The network of the virtual cluster, by its planes. */
export class HostNetwork implements AgentNetwork {
  private readonly ways: Ways;

  constructor(ways: Ways) {
    this.ways = ways;
  }

  reachesApi(host: number): boolean {
    return this.ways.reachesApi(host);
  }

  connects(from: number, to: number): boolean {
    return this.ways.connectsPeers(from, to);
  }

  /** Nothing of its own: whatever cuts a host off is a change of the host. */
  onChange(): void {}
}
