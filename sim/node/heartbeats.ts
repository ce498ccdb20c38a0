// When a kubelet's heartbeats fall, without an event for any of them. A beat is a lease renewal and a status sync at once.
// Between two silences the beats of a host stand on a grid: anchor + k * period, each displaced by its own jitter.
//
// Divergence from reality
// - Lease renewal and status sync share one grid; the kubelet runs two loops of the same period.
// - Jitter displaces a beat from the grid and does not add up along it (upstream: period * (1 + U * 0.04) from beat to beat).
// - After a network outage the next beat stands on the old grid; upstream's retries with back-off up to 7 s are not modelled.

import type { Stream } from '../kernel/rng.ts';
import type { HeartbeatLosses, LossyTime } from './heartbeat-losses.ts';

export interface BeatRhythm {
  readonly periodMs: number;
  /** Each beat comes up to this share of the period late. */
  readonly jitterShare: number;
}

/** Those of all hosts. */
export interface BeatGrids {
  readonly count: number;
  /** Beats may get lost from the start on. */
  readonly mayLose: boolean;
  of(host: number): HeartbeatGrid;
}

export class HeartbeatGrid {
  private readonly periodMs: number;
  private readonly jitterMs: number;
  private readonly jitter: Stream;
  private anchorMs: number;
  /** Index of the first beat of the present grid in the jitter stream: every grid has jitter of its own. */
  private firstIndex: number;
  private losses: HeartbeatLosses | undefined;

  /** @param losses absent: every beat is heard. */
  constructor({ periodMs, jitterShare }: BeatRhythm, anchorMs: number, jitter: Stream, losses?: HeartbeatLosses) {
    this.losses = losses;
    this.periodMs = periodMs;
    this.jitterMs = jitterShare * periodMs;
    this.anchorMs = anchorMs;
    this.jitter = jitter;
    this.firstIndex = 0;
  }

  /** The kubelet process started anew: its first beat falls now, and the grid starts there. */
  restart(atMs: number): void {
    this.firstIndex += Math.max(0, Math.ceil((atMs - this.anchorMs) / this.periodMs)) + 2;
    this.anchorMs = atMs;
  }

  /** Instant of beat `k` of the present grid. */
  beatAtMs(k: number): number {
    if (k === 0) return this.anchorMs;
    const jitterMs = Math.floor(this.jitter.at(this.firstIndex + k) * this.jitterMs);
    return this.anchorMs + k * this.periodMs + jitterMs;
  }

  /** The last beat before `atMs` that is heard, or -1 when there is none on the present grid. */
  lastBefore(atMs: number): number {
    if (atMs <= this.anchorMs) return -1;
    let k = Math.floor((atMs - this.anchorMs) / this.periodMs);
    while (k > 0 && this.beatAtMs(k) >= atMs) k--;
    while (k >= 0 && this.isLost(k)) k--;
    return k < 0 ? -1 : this.beatAtMs(k);
  }

  /** The first beat at or after `atMs` that is heard. */
  nextFrom(atMs: number): number {
    let k = this.indexFrom(atMs);
    while (this.isLost(k)) k++;
    return this.beatAtMs(k);
  }

  /** The link has a lossy time; `made`: where no beat could get lost before. */
  lose(time: LossyTime, made: () => HeartbeatLosses): void {
    this.losses ??= made();
    this.losses.add(time);
  }

  /** Beats of this grid may get lost. */
  get isLossy(): boolean {
    return this.losses !== undefined;
  }

  /** Beat `k` of the present grid does not reach the API server. The one that anchors the first grid did. */
  isLost(k: number): boolean {
    if (this.losses === undefined) return false;
    const index = this.firstIndex + k;
    return index > 0 && this.losses.lost(index, this.beatAtMs(k));
  }

  /**
   * The next run of at least `lostLeast` lost beats that begins after `afterMs`, between two beats that are heard.
   * @returns undefined where none begins before `untilMs`. `lastMs`: of the beat before it, -1 where the grid begins with the run.
   */
  nextSilence(
    afterMs: number,
    { lostLeast, untilMs }: { readonly lostLeast: number; readonly untilMs: number },
  ): { readonly lastMs: number; readonly nextMs: number } | undefined {
    let from = this.indexFrom(afterMs);
    for (;;) {
      const suspect = this.nextSuspect(from, untilMs);
      if (suspect === undefined) return undefined;
      let first = suspect;
      while (first > 0 && this.isLost(first - 1)) first--;
      let next = suspect;
      while (this.isLost(next)) next++;
      if (next - first >= lostLeast) {
        return { lastMs: first === 0 ? -1 : this.beatAtMs(first - 1), nextMs: this.beatAtMs(next) };
      }
      from = next + 1;
    }
  }

  /** A beat that is in every long enough run of lost ones from `from` on, before `untilMs`. */
  private nextSuspect(from: number, untilMs: number): number | undefined {
    const losses = this.losses;
    if (losses === undefined) return undefined;
    const until = this.indexFrom(untilMs);
    const single = losses.nextLostGroup(this.firstIndex + from, this.firstIndex + until) - this.firstIndex;
    const suspect = Math.min(single, this.nextLostInBadTime(losses, from, Math.min(single, until)));
    return suspect < until ? suspect : undefined;
  }

  private nextLostInBadTime(losses: HeartbeatLosses, from: number, until: number): number {
    for (let k = from; k < until; ) {
      const { fromMs, toMs } = losses.badTimeFrom(this.beatAtMs(k));
      if (fromMs === Infinity) break;
      for (k = Math.max(k, this.indexFrom(fromMs)); k < until && this.beatAtMs(k) < toMs; k++) {
        if (this.isLost(k)) return k;
      }
    }
    return Infinity;
  }

  /** Index of the first beat at or after an instant. */
  private indexFrom(atMs: number): number {
    if (atMs <= this.anchorMs) return 0;
    let k = Math.max(0, Math.floor((atMs - this.anchorMs) / this.periodMs) - 1);
    while (this.beatAtMs(k) < atMs) k++;
    return k;
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
