// The node monitor of kube-controller-manager, lazily: a healthy node has no event, a silent one exactly one deadline.
// Detection is a closed form of the last beat before the silence (heartbeats.ts). The explicit monitor beside it schedules
// every beat and every tick; a property test proves that both tell the same story.
//
// Divergence from reality
// - Passes of the monitor take no time.
// - A silence that ends before the deadline is invisible, as in reality; the API server itself never fails here.

import type { KubernetesConfig } from '../config.ts';
import type { Kernel } from '../kernel/kernel.ts';
import { type HeartbeatGrid, tickFrom } from './heartbeats.ts';
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
}

export class LazyNodeMonitor implements NodeMonitor {
  readonly #kernel: Kernel;
  readonly #config: KubernetesConfig;
  /** Where the grid of passes starts. */
  #gridMs: number;
  /** No silence counts from before this. */
  #notBeforeMs = Number.NEGATIVE_INFINITY;
  #running = true;
  readonly #events: MonitorEvents;
  readonly #watched: readonly Watched[];
  readonly #deadlines: HostBatch;
  readonly #beats: HostBatch;

  constructor(kernel: Kernel, config: KubernetesConfig, grids: readonly HeartbeatGrid[], events: MonitorEvents) {
    this.#kernel = kernel;
    this.#events = events;
    this.#config = config;
    this.#gridMs = kernel.nowMs;
    this.#watched = grids.map((grid) => ({
      grid,
      lastBeatMs: -1,
      beating: true,
      returnedAtMs: grid.beatAtMs(0),
      deadlineMs: -1,
      beatMs: -1,
    }));
    this.#deadlines = new HostBatch(kernel, 'node monitor finds a node stale', MONITOR_PRIORITY, (host) => {
      const watched = this.#of(host);
      if (watched.deadlineMs !== kernel.nowMs) return;
      watched.deadlineMs = -1;
      events.stale(host);
    });
    this.#beats = new HostBatch(kernel, 'beat after a silence', BEAT_PRIORITY, (host) => {
      const watched = this.#of(host);
      if (watched.beatMs !== kernel.nowMs) return;
      watched.beatMs = -1;
      watched.lastBeatMs = kernel.nowMs;
      watched.deadlineMs = -1;
      events.beat(host);
    });
  }

  start(silentSinceMs: (host: number) => number | undefined): void {
    this.#watched.forEach((watched, host) => {
      const sinceMs = silentSinceMs(host);
      watched.lastBeatMs = sinceMs ?? watched.grid.beatAtMs(0);
      watched.beating = sinceMs === undefined;
      if (sinceMs !== undefined) this.#armDeadline(host, watched);
    });
  }

  stopped(host: number): void {
    const watched = this.#of(host);
    const beatMs = watched.grid.lastBefore(this.#turnMs());
    // A time of beating too short for a beat leaves the earlier one as the last.
    if (beatMs >= watched.returnedAtMs) watched.lastBeatMs = beatMs;
    watched.beating = false;
    watched.beatMs = -1;
    this.#armDeadline(host, watched);
  }

  returned(host: number, restarted: boolean): void {
    const { nowMs } = this.#kernel;
    const watched = this.#of(host);
    watched.returnedAtMs = nowMs;
    watched.beating = true;
    if (restarted) watched.grid.restart(nowMs);
    const beatMs = watched.grid.nextFrom(restarted ? nowMs : this.#turnMs());
    if (!this.#events.wantsBeat(host) && (watched.deadlineMs < 0 || beatMs <= watched.deadlineMs)) {
      watched.deadlineMs = -1;
      return;
    }
    watched.beatMs = beatMs;
    this.#beats.schedule(beatMs, host);
  }

  restartGrace(): void {
    this.#notBeforeMs = this.#kernel.nowMs;
    this.#watched.forEach((watched, host) => {
      if (watched.deadlineMs >= 0) this.#armDeadline(host, watched);
    });
  }

  controllerStopped(): void {
    this.#running = false;
    for (const watched of this.#watched) watched.deadlineMs = -1;
  }

  controllerStarted(): void {
    this.#running = true;
    this.#gridMs = this.#kernel.nowMs;
    if (this.#config.graceFrom === 'observation') this.#notBeforeMs = this.#gridMs;
    this.#watched.forEach((watched, host) => {
      if (!watched.beating) this.#armDeadline(host, watched);
    });
  }

  nodeAppeared(host: number, { ready, createdAtMs }: { readonly ready: boolean; readonly createdAtMs: number }): void {
    const watched = this.#of(host);
    if (watched.beating) return;
    if (ready) this.#arm(host, watched, this.#tickFrom(this.#kernel.nowMs) + this.#config.monitorGraceMs);
    else this.#arm(host, watched, createdAtMs + this.#config.startupGraceMs);
  }

  lastBeatMs(host: number): number {
    const watched = this.#of(host);
    if (!watched.beating) return watched.lastBeatMs;
    const beatMs = watched.grid.lastBefore(this.#turnMs());
    return beatMs >= watched.returnedAtMs ? beatMs : watched.lastBeatMs;
  }

  /** Beats before this have fallen: one of this very instant too, where beats had their turn. */
  #turnMs(): number {
    const { nowMs } = this.#kernel;
    return this.#kernel.hasPassed(BEAT_PRIORITY) ? nowMs + 1 : nowMs;
  }

  #armDeadline(host: number, watched: Watched): void {
    const { graceFrom, monitorGraceMs } = this.#config;
    const seenMs = graceFrom === 'observation' ? this.#tickFrom(watched.lastBeatMs) : watched.lastBeatMs;
    this.#arm(host, watched, Math.max(seenMs, this.#notBeforeMs) + monitorGraceMs);
  }

  /** Stale at the first pass from the end of the grace on (see detectionAtMs). */
  #arm(host: number, watched: Watched, graceEndsMs: number): void {
    if (!this.#running) return;
    watched.deadlineMs = Math.max(this.#tickFrom(graceEndsMs), this.#kernel.nowMs);
    this.#deadlines.schedule(watched.deadlineMs, host);
  }

  #tickFrom(atMs: number): number {
    return this.#gridMs + tickFrom(atMs - this.#gridMs, this.#config.monitorPeriodMs);
  }

  #of(host: number): Watched {
    const watched = this.#watched[host];
    if (watched === undefined) throw new RangeError(`no host ${host}`);
    return watched;
  }
}
