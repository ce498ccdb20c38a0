// ClientSlowdown: how much longer clients of the pool's hosts wait while data is moved: an integral of the inflation of their latency over
// hosts and time. What a host takes in loads it alone; what is read for it loads all hosts of the pool alike.
//
// Divergence from reality: every host is a single queue of the simplest kind (M/M/1), whose latency goes as 1 / (1 - load); clients are
// everywhere alike and do not give way; beyond a load of 95 % of what is left to them the queue is taken for bounded
// (no measured inflation on current releases was found).

import type { RateClass } from './shared-bandwidth.ts';

/** Assumption: a queue deeper than this holds its clients back instead of growing. */
const BUSY_MOST = 0.95;

/**
 * Factor by which latency grows where clients want the share `clientLoad` of a host and recovery takes `recoveryShare` of it: 1 without
 * recovery, `(1 - load) / (1 - load / (1 - share))` with it.
 * @param slowness how many times as long the host takes for a request than it should, 1 or more: `slowness` times the factor at as
 * many times the load.
 */
export function slowdownOf(clientLoad: number, recoveryShare: number, slowness = 1): number {
  const usual = Math.min(BUSY_MOST, clientLoad);
  const left = 1 - recoveryShare;
  const busy = left <= 0 ? BUSY_MOST : Math.min(BUSY_MOST, (clientLoad * slowness) / left);
  return (slowness * (1 - usual)) / (1 - Math.max(usual, busy));
}

export interface SlowdownWorld {
  readonly clientLoad: number;
  /** Bytes per second that the disks of one host can move. */
  readonly bytesPerSecondPerHost: number;
  /** Bytes read for each that is written: the parts of an erasure code that hold its data, else 1. */
  readonly readsPerWrite: number;
  /** Hosts of the pool that are up. */
  readonly upCount: () => number;
}

export class ClientSlowdown {
  private readonly world: SlowdownWorld;
  private readonly bytesPerMs: number;
  private total = 0;

  constructor(world: SlowdownWorld) {
    this.world = world;
    this.bytesPerMs = world.bytesPerSecondPerHost / 1000;
  }

  /** Sum over hosts of time times (factor - 1), so far. */
  get hostMs(): number {
    return this.total;
  }

  /** Nothing changed for so long, while these flows moved. */
  span(spanMs: number, classes: readonly RateClass[]): void {
    const up = Math.max(1, this.world.upCount());
    let moving = 0;
    let spread = 0;
    let receiving = 0;
    for (const { flows, rate, hosts } of classes) {
      moving += rate * flows;
      if (hosts > 1) spread += rate * flows;
      else receiving += flows;
    }
    const everywhere = (moving * this.world.readsPerWrite + spread) / up / this.bytesPerMs;
    let sum = Math.max(0, up - receiving) * (this.slowdown(everywhere) - 1);
    for (const { flows, rate, hosts } of classes) {
      if (hosts === 1) sum += flows * (this.slowdown(everywhere + rate / this.bytesPerMs) - 1);
    }
    this.total += sum * spanMs;
  }

  private slowdown(recoveryShare: number): number {
    return slowdownOf(this.world.clientLoad, recoveryShare);
  }
}
