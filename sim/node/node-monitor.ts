// The node monitor of kube-controller-manager, lazily: a healthy node has no event, a silent one exactly one deadline.
// Detection is a closed form of the last beat before the silence (heartbeats.ts). The explicit monitor beside it schedules
// every beat and every tick; a property test proves that both tell the same story.
//
// Divergence from reality
// - Passes of the monitor take no time.
// - A silence that ends before the deadline is invisible, as in reality; the API server itself never fails here.

import type { KubernetesConfig } from '../config.ts';
import { HostRecords } from '../host/host-records.ts';
import type { Kernel } from '../kernel/kernel.ts';
import { type BeatGrids, type HeartbeatGrid, tickFrom } from './heartbeats.ts';
import { HostBatch } from './host-batch.ts';

/** At one instant: faults and repairs first, then beats, then the monitor's pass. */
export const BEAT_PRIORITY = 10;
export const MONITOR_PRIORITY = 20;

export interface MonitorEvents {
  /** The monitor's pass found no beat for longer than the grace period. */
  stale(host: number): void;
  /** A beat reached the API after a silence, or while the node's status there is not what the kubelet would say. */
  beat(host: number): void;
  /** The next beat of this host would change its Node object. */
  wantsBeat(host: number): boolean;
}

export interface NodeMonitor {
  /** All kubelets beat from the start, except those silent since an instant before it. */
  start(silentSinceMs: (host: number) => number | undefined): void;
  /** The kubelet's beats stopped reaching the API at this instant. */
  stopped(host: number): void;
  /** They can reach it again from this instant; `restarted`: the process is new and beats at once. */
  returned(host: number, restarted: boolean): void;
  /** Every silence is counted anew from this instant (the controller left full disruption). */
  restartGrace(): void;
  /** No passes from here on: the controller is down. */
  controllerStopped(): void;
  /** A new controller process: its passes start now, and it knows of no earlier one. */
  controllerStarted(): void;
  /** The host has a new Node object. A kubelet that never posted its status has the startup grace from the object's stamp. */
  nodeAppeared(host: number, posted: { readonly ready: boolean; readonly createdAtMs: number }): void;
  /** Other beats of this host get lost from now on than before. */
  lossesChanged(host: number): void;
  /** When the last renewal that reached the API did so. */
  lastBeatMs(host: number): number;
}

interface Watched {
  readonly grid: HeartbeatGrid;
  lastBeatMs: number;
  beating: boolean;
  /** Start of the present time of beating. */
  returnedAtMs: number;
  /** Pending deadline and pending beat that would be noticed, or -1. Events at other instants are void. */
  deadlineMs: number;
  beatMs: number;
  /** Both of these are of a silence that lost beats make, and that is not noticed yet. */
  planned: boolean;
}

export class LazyNodeMonitor implements NodeMonitor {
  private readonly kernel: Kernel;
  private readonly config: KubernetesConfig;
  /** Where the grid of passes starts. */
  private gridMs: number;
  /** No silence counts from before this. */
  private notBeforeMs = Number.NEGATIVE_INFINITY;
  private running = true;
  private readonly events: MonitorEvents;
  private readonly grids: BeatGrids;
  private readonly watched: HostRecords<Watched>;
  private readonly deadlines: HostBatch;
  private readonly beats: HostBatch;
  /** No silence is looked for from here on. */
  private readonly untilMs: number;
  private readonly lostLeast: number;

  /** @param untilMs end of the run; needed where beats may get lost. */
  constructor(kernel: Kernel, config: KubernetesConfig, grids: BeatGrids, events: MonitorEvents, untilMs = Infinity) {
    this.untilMs = untilMs;
    this.lostLeast = lostBeatsToNotice(config);
    this.kernel = kernel;
    this.events = events;
    this.config = config;
    this.gridMs = kernel.nowMs;
    this.grids = grids;
    this.watched = new HostRecords(grids.count, (host) => watchedFromStart(grids.of(host)));
    this.deadlines = new HostBatch(kernel, 'node monitor finds a node stale', MONITOR_PRIORITY, (host) => {
      const watched = this.watched.of(host);
      if (watched.deadlineMs !== kernel.nowMs) return;
      watched.deadlineMs = -1;
      watched.planned = false;
      events.stale(host);
    });
    this.beats = new HostBatch(kernel, 'beat after a silence', BEAT_PRIORITY, (host) => {
      const watched = this.watched.of(host);
      if (watched.beatMs !== kernel.nowMs) return;
      watched.beatMs = -1;
      watched.lastBeatMs = kernel.nowMs;
      watched.deadlineMs = -1;
      events.beat(host);
      this.planAfter(host, watched, kernel.nowMs, kernel.nowMs + 1);
    });
  }

  start(silentSinceMs: (host: number) => number | undefined): void {
    for (let host = 0; host < this.grids.count; host++) {
      const sinceMs = silentSinceMs(host);
      if (sinceMs !== undefined) {
        const watched = this.watched.of(host);
        watched.lastBeatMs = sinceMs;
        watched.beating = false;
        this.armDeadline(host, watched);
      } else if (this.grids.mayLose) this.plan(host, this.watched.of(host));
    }
  }

  stopped(host: number): void {
    const watched = this.watched.of(host);
    const beatMs = watched.grid.lastBefore(this.turnMs());
    // A time of beating too short for a beat leaves the earlier one as the last.
    if (beatMs >= watched.returnedAtMs) watched.lastBeatMs = beatMs;
    watched.beating = false;
    watched.beatMs = -1;
    watched.planned = false;
    this.armDeadline(host, watched);
  }

  returned(host: number, restarted: boolean): void {
    const { nowMs } = this.kernel;
    const watched = this.watched.of(host);
    if (watched.beating && watched.grid.isLossy) {
      watched.lastBeatMs = this.lastBeatMs(host);
      this.forgetPlan(watched);
      this.armDeadline(host, watched);
    }
    watched.returnedAtMs = nowMs;
    watched.beating = true;
    if (restarted) watched.grid.restart(nowMs);
    const beatMs = watched.grid.nextFrom(restarted ? nowMs : this.turnMs());
    if (!this.events.wantsBeat(host) && (watched.deadlineMs < 0 || beatMs <= watched.deadlineMs)) {
      watched.deadlineMs = -1;
      this.plan(host, watched);
      return;
    }
    watched.beatMs = beatMs;
    this.beats.schedule(beatMs, host);
  }

  restartGrace(): void {
    this.notBeforeMs = this.kernel.nowMs;
    this.watched.eachMade((watched, host) => {
      if (watched.planned) {
        this.forgetPlan(watched);
        this.plan(host, watched);
      } else if (watched.deadlineMs >= 0) this.armDeadline(host, watched);
    });
  }

  controllerStopped(): void {
    this.running = false;
    this.watched.eachMade((watched) => {
      watched.deadlineMs = -1;
      this.forgetPlan(watched);
    });
  }

  controllerStarted(): void {
    this.running = true;
    this.gridMs = this.kernel.nowMs;
    if (this.config.graceFrom === 'observation') this.notBeforeMs = this.gridMs;
    this.watched.eachMade((watched, host) => {
      if (watched.beating && watched.beatMs < 0) this.plan(host, watched);
      // Silent, or back with its first beat still to come: whichever of the two is first voids the other.
      else this.armDeadline(host, watched);
    });
  }

  nodeAppeared(host: number, { ready, createdAtMs }: { readonly ready: boolean; readonly createdAtMs: number }): void {
    const watched = this.watched.of(host);
    if (watched.beating) return;
    if (ready) this.arm(host, watched, this.tickFrom(this.kernel.nowMs) + this.config.monitorGraceMs);
    else this.arm(host, watched, createdAtMs + this.config.startupGraceMs);
  }

  lossesChanged(host: number): void {
    const watched = this.watched.of(host);
    if (!watched.beating) return;
    if (watched.beatMs >= 0 && !watched.planned) {
      watched.beatMs = watched.grid.nextFrom(this.turnMs());
      this.beats.schedule(watched.beatMs, host);
      return;
    }
    this.forgetPlan(watched);
    this.plan(host, watched);
  }

  lastBeatMs(host: number): number {
    const watched = this.watched.of(host);
    if (!watched.beating) return watched.lastBeatMs;
    const beatMs = watched.grid.lastBefore(this.turnMs());
    return beatMs >= watched.returnedAtMs ? beatMs : watched.lastBeatMs;
  }

  /** Beats before this have fallen: one of this very instant too, where beats had their turn. */
  private turnMs(): number {
    const { nowMs } = this.kernel;
    return this.kernel.hasPassed(BEAT_PRIORITY) ? nowMs + 1 : nowMs;
  }

  /** Looks ahead for the next run of lost beats that the monitor notices: its deadline, and the beat that ends it. */
  private plan(host: number, watched: Watched): void {
    if (watched.grid.isLossy) this.planAfter(host, watched, this.lastBeatMs(host), this.turnMs());
  }

  /** @param heardMs of the last beat that was heard. @param fromMs beats before this have fallen. */
  private planAfter(host: number, watched: Watched, heardMs: number, fromMs: number): void {
    const { grid } = watched;
    if (!grid.isLossy || !this.running) return;
    const search = { lostLeast: this.lostLeast, untilMs: this.untilMs };
    let lastMs = heardMs;
    let nextMs = grid.nextFrom(fromMs);
    while (nextMs <= this.tickFrom(this.graceEndsMs(lastMs))) {
      const silence = grid.nextSilence(nextMs + 1, search);
      if (silence === undefined) return;
      ({ lastMs, nextMs } = silence);
    }
    watched.planned = true;
    this.arm(host, watched, this.graceEndsMs(lastMs));
    watched.beatMs = nextMs;
    this.beats.schedule(nextMs, host);
  }

  private forgetPlan(watched: Watched): void {
    if (!watched.planned) return;
    watched.planned = false;
    watched.deadlineMs = -1;
    watched.beatMs = -1;
  }

  private armDeadline(host: number, watched: Watched): void {
    this.arm(host, watched, this.graceEndsMs(watched.lastBeatMs));
  }

  private graceEndsMs(lastBeatMs: number): number {
    const { graceFrom, monitorGraceMs } = this.config;
    const seenMs = graceFrom === 'observation' ? this.tickFrom(lastBeatMs) : lastBeatMs;
    return Math.max(seenMs, this.notBeforeMs) + monitorGraceMs;
  }

  /**
   * Stale at the first pass from the end of the grace on. The comparison is strict, but each real pass begins a little later than
   * the period says, so the pass at the very end of the grace finds it over: measured 50.2 to 54.4 s after the last renewal at a
   * grace of 50 s and passes every 5 s.
   */
  private arm(host: number, watched: Watched, graceEndsMs: number): void {
    if (!this.running) return;
    watched.deadlineMs = Math.max(this.tickFrom(graceEndsMs), this.kernel.nowMs);
    this.deadlines.schedule(watched.deadlineMs, host);
  }

  private tickFrom(atMs: number): number {
    return this.gridMs + tickFrom(atMs - this.gridMs, this.config.monitorPeriodMs);
  }
}

/** A kubelet that has been beating since before the start. */
function watchedFromStart(grid: HeartbeatGrid): Watched {
  const lastBeatMs = grid.beatAtMs(0);
  return { grid, lastBeatMs, beating: true, returnedAtMs: lastBeatMs, deadlineMs: -1, beatMs: -1, planned: false };
}

/** Fewer beats that get lost in a row than these never make a node stale. */
export function lostBeatsToNotice({ monitorGraceMs, leaseRenewMs, leaseJitterShare }: KubernetesConfig): number {
  return Math.max(1, Math.floor((monitorGraceMs - leaseJitterShare * leaseRenewMs) / leaseRenewMs));
}
