// When a kubelet's heartbeats fall, without an event for any of them. A beat is a lease renewal and a status sync at once.
// Between two silences the beats of a host stand on a grid: anchor + k * period, each displaced by its own jitter.
//
// Divergence from reality
// - Lease renewal and status sync share one grid; the kubelet runs two loops of the same period.
// - Jitter displaces a beat from the grid and does not add up along it (upstream: period * (1 + U * 0.04) from beat to beat).
// - After a network outage the next beat stands on the old grid; upstream's retries with back-off up to 7 s are not modelled.

import type { Stream } from '../kernel/rng.ts';

export interface BeatRhythm {
  readonly periodMs: number;
  /** Each beat comes up to this share of the period late. */
  readonly jitterShare: number;
}

export class HeartbeatGrid {
  readonly #periodMs: number;
  readonly #jitterMs: number;
  readonly #jitter: Stream;
  #anchorMs: number;
  /** Index of the first beat of the present grid in the jitter stream: every grid has jitter of its own. */
  #firstIndex: number;

  constructor({ periodMs, jitterShare }: BeatRhythm, anchorMs: number, jitter: Stream) {
    this.#periodMs = periodMs;
    this.#jitterMs = jitterShare * periodMs;
    this.#anchorMs = anchorMs;
    this.#jitter = jitter;
    this.#firstIndex = 0;
  }

  /** The kubelet process started anew: its first beat falls now, and the grid starts there. */
  restart(atMs: number): void {
    this.#firstIndex += Math.max(0, Math.ceil((atMs - this.#anchorMs) / this.#periodMs)) + 2;
    this.#anchorMs = atMs;
  }

  /** Instant of beat `k` of the present grid. */
  beatAtMs(k: number): number {
    if (k === 0) return this.#anchorMs;
    const jitterMs = Math.floor(this.#jitter.at(this.#firstIndex + k) * this.#jitterMs);
    return this.#anchorMs + k * this.#periodMs + jitterMs;
  }

  /** The last beat before `atMs`, or -1 when the grid starts later. */
  lastBefore(atMs: number): number {
    if (atMs <= this.#anchorMs) return -1;
    let k = Math.floor((atMs - this.#anchorMs) / this.#periodMs);
    while (k > 0 && this.beatAtMs(k) >= atMs) k--;
    return this.beatAtMs(k);
  }

  /** The first beat at or after `atMs`. */
  nextFrom(atMs: number): number {
    if (atMs <= this.#anchorMs) return this.#anchorMs;
    let k = Math.max(0, Math.floor((atMs - this.#anchorMs) / this.#periodMs) - 1);
    while (this.beatAtMs(k) < atMs) k++;
    return this.beatAtMs(k);
  }
}

/** First tick of a grid from zero at or after `atMs`. */
export function tickFrom(atMs: number, periodMs: number): number {
  return Math.ceil(atMs / periodMs) * periodMs;
}

/** First tick strictly after `atMs`. */
export function tickAfter(atMs: number, periodMs: number): number {
  return (Math.floor(atMs / periodMs) + 1) * periodMs;
}

/**
 * When the node monitor finds a silent node stale. `observation`: the controller saw the last beat at its next tick and
 * counts the grace from there, by its own clock (as the real one does). `timestamp`: it counts from the beat's own stamp.
 * Ticks are on a grid from `gridMs`. The comparison is strict (now > seen + grace), but each real pass begins a little later
 * than the period says, so the tick at the very end of the grace finds it over: measured 50.2 to 54.4 s after the last
 * renewal at a grace of 50 s and ticks of 5 s (facts 2.1, A).
 */
export function detectionAtMs(
  lastBeatMs: number,
  rule: {
    readonly graceMs: number;
    readonly periodMs: number;
    readonly from: 'observation' | 'timestamp';
    readonly gridMs: number;
  },
): number {
  const beatMs = lastBeatMs - rule.gridMs;
  const countedFromMs = rule.from === 'observation' ? tickFrom(beatMs, rule.periodMs) : beatMs;
  return rule.gridMs + tickFrom(countedFromMs + rule.graceMs, rule.periodMs);
}
