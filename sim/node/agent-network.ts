// Who of the agents on the nodes hears whom: the way to the API server, and the ways between nodes.
//
// Divergence from reality: a host that is cut off is cut off from everybody, whether its own network or its rack's switch is at
// fault; there is no fault that takes the way to the API server and leaves the way to the peers. Host ports are never blocked.

import type { HostTruth } from '../truth.ts';

export interface AgentNetwork {
  /** The node reaches the API server. */
  reachesApi(host: number): boolean;
  /** A question reaches the other node and its answer comes back. */
  connects(from: number, to: number): boolean;
  /** Called when what a host reaches has changed, unless its own state says so. */
  onChange(listener: (host: number) => void): void;
}

/** The network of the virtual cluster: hosts and the switches of their racks. */
export class HostNetwork implements AgentNetwork {
  readonly #truth: Pick<HostTruth, 'reachable'>;

  constructor(truth: Pick<HostTruth, 'reachable'>) {
    this.#truth = truth;
  }

  reachesApi(host: number): boolean {
    return this.#truth.reachable(host);
  }

  connects(from: number, to: number): boolean {
    return this.#truth.reachable(from) && this.#truth.reachable(to);
  }

  /** Nothing of its own: whatever cuts a host off is a change of the host. */
  onChange(): void {}
}
