// Zones of the node lifecycle controller: how fast NoExecute taints may go on, and when they may not at all.
// Source: kubernetes pkg/controller/nodelifecycle (ComputeZoneState, handleDisruption, setLimiterInZone),
// scheduler/rate_limited_queue.go (SwapLimiter): 0.1 per second with burst 1; from 55 % and more than 2 not ready 0.01 per
// second, or nothing in zones of up to 50 nodes; all zones down: nothing.
//
// Divergence from reality: a zone is the value of one label, where upstream joins region and zone.

import type { KubernetesConfig } from '../config.ts';

export type ZoneState = 'initial' | 'normal' | 'partialDisruption' | 'fullDisruption';

/** Upstream: a zone needs more than this many not-ready nodes to count as partially disrupted. */
const NOT_READY_MORE_THAN = 2;

/** A token bucket with burst 1; a rate of 0 never gives a token. */
export class TaintLimiter {
  private perSecond: number;
  private nextAtMs: number;

  constructor(perSecond: number) {
    this.perSecond = perSecond;
    this.nextAtMs = perSecond > 0 ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
  }

  /** When the next token is there: now or earlier, later, or Infinity for never. */
  get tokenAtMs(): number {
    return this.nextAtMs;
  }

  take(nowMs: number): boolean {
    if (nowMs < this.nextAtMs) return false;
    this.nextAtMs = nowMs + Math.round(1000 / this.perSecond);
    return true;
  }

  /** Another rate. Whoever waits for a token now waits one whole interval of the new rate. */
  swap(perSecond: number, nowMs: number): void {
    if (perSecond === this.perSecond) return;
    const waits = nowMs < this.nextAtMs;
    this.perSecond = perSecond;
    if (perSecond <= 0) this.nextAtMs = Number.POSITIVE_INFINITY;
    else this.nextAtMs = waits ? nowMs + Math.round(1000 / perSecond) : nowMs;
  }
}

export class Zone {
  readonly name: string;
  readonly index: number;
  private readonly config: KubernetesConfig;
  /** Nodes that count: those with an object and without the label that excludes them. */
  members = 0;
  notReady = 0;
  state: ZoneState = 'initial';
  limiter: TaintLimiter;
  /** Nodes that wait for their NoExecute taint, oldest first. */
  readonly queue = new Set<number>();
  /** Instant of the pending look at the queue, or -1. */
  workAtMs = -1;

  constructor(name: string, index: number, config: KubernetesConfig) {
    this.name = name;
    this.index = index;
    this.config = config;
    this.limiter = new TaintLimiter(config.evictionPerSecond);
  }

  /** What the counts of now say. */
  get computedState(): Exclude<ZoneState, 'initial'> {
    if (this.members > 0 && this.notReady === this.members) return 'fullDisruption';
    if (this.notReady > NOT_READY_MORE_THAN && this.notReady >= this.config.unhealthyZoneShare * this.members) {
      return 'partialDisruption';
    }
    return 'normal';
  }

  /** Taints per second in a state. Full disruption of one zone among others keeps the normal rate. */
  rateIn(state: Exclude<ZoneState, 'initial'>): number {
    const { evictionPerSecond, secondaryEvictionPerSecond, largeClusterSize } = this.config;
    if (state !== 'partialDisruption') return evictionPerSecond;
    return this.members > largeClusterSize ? secondaryEvictionPerSecond : 0;
  }

  /** As a controller that has just started knows it. */
  forget(): void {
    this.state = 'initial';
    this.limiter = new TaintLimiter(this.config.evictionPerSecond);
    this.queue.clear();
    this.workAtMs = -1;
  }
}

/** Zones are treated in the order in which they became known. */
export function byIndex(one: Zone, other: Zone): number {
  return one.index - other.index;
}

/**
 * One pass over the zones: states and rates follow the counts.
 * @param moved those whose counts moved since the last pass: the others have the state that their counts ask for.
 * @returns `entered` when now all zones are fully disrupted and before not all were; `left` the other way round.
 */
export function followDisruption(
  zones: readonly Zone[],
  moved: readonly Zone[],
  nowMs: number,
): 'entered' | 'left' | 'unchanged' {
  for (const zone of moved) if (zone.members === 0) zone.state = 'initial';
  const allWere = zones.every((zone) => zone.members === 0 || zone.state === 'fullDisruption');
  const allAre = zones.every((zone) => zone.members === 0 || zone.computedState === 'fullDisruption');
  if (allWere && allAre) return 'unchanged';
  for (const zone of allAre || allWere ? zones : moved) {
    if (zone.members === 0) continue;
    const state = zone.computedState;
    if (state === zone.state && !allAre && !allWere) continue;
    zone.limiter.swap(allAre ? 0 : zone.rateIn(state), nowMs);
    zone.state = state;
  }
  if (allAre) return 'entered';
  return allWere ? 'left' : 'unchanged';
}
