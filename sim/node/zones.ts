// Zones of the node lifecycle controller: how fast NoExecute taints may go on, and when they may not at all.
// Source: kubernetes pkg/controller/nodelifecycle (ComputeZoneState, rate_limited_queue): 0.1 per second with burst 1; from
// 55 % and more than 2 not ready: 0.01 per second, or nothing in zones of up to 50 nodes; all zones down: taints come off.
//
// Divergence from reality
// - The state is computed when a count changes, not at the next monitor pass.

import type { KubernetesConfig } from '../config.ts';

export type ZoneState = 'normal' | 'partialDisruption' | 'fullDisruption';

/** Upstream: a zone needs more than this many not-ready nodes to count as disrupted. */
const NOT_READY_MORE_THAN = 2;

export class Zone {
  readonly name: string;
  readonly #config: KubernetesConfig;
  nodes = 0;
  notReady = 0;
  /** Hosts waiting for their NoExecute taint, oldest first. */
  readonly queue: number[] = [];
  nextTokenAtMs = 0;
  passScheduled = false;

  constructor(name: string, config: KubernetesConfig) {
    this.name = name;
    this.#config = config;
  }

  get state(): ZoneState {
    if (this.nodes > 0 && this.notReady === this.nodes) return 'fullDisruption';
    if (this.notReady > NOT_READY_MORE_THAN && this.notReady >= this.#config.unhealthyZoneShare * this.nodes) {
      return 'partialDisruption';
    }
    return 'normal';
  }

  /** Milliseconds between two taints, or Infinity. Full disruption of one zone among others keeps the normal rate. */
  get intervalMs(): number {
    const { evictionPerSecond, secondaryEvictionPerSecond, largeClusterSize } = this.#config;
    if (this.state !== 'partialDisruption') return 1000 / evictionPerSecond;
    return this.nodes > largeClusterSize ? 1000 / secondaryEvictionPerSecond : Infinity;
  }
}
