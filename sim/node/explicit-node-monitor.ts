// The node monitor by brute force: every beat of every kubelet and every pass of the monitor is an event, as in other
// simulators. It exists to prove the lazy monitor right, and to teach; it costs what it looks like.

import type { KubernetesConfig } from '../config.ts';
import type { Kernel, Opcode } from '../kernel/kernel.ts';
import { type BeatGrids, type HeartbeatGrid, tickFrom } from './heartbeats.ts';
import { HostBatch } from './host-batch.ts';
import { BEAT_PRIORITY, MONITOR_PRIORITY, type MonitorEvents, type NodeMonitor } from './node-monitor.ts';

interface Lease {
  readonly grid: HeartbeatGrid;
  beating: boolean;
  /** Index of the next beat on the grid, and its instant: events at other instants are void. */
  next: number;
  nextMs: number;
  renewMs: number;
  /** The monitor's copy, and its own clock when it made it. */
  seenRenewMs: number;
  probeMs: number;
  graceMs: number;
  stale: boolean;
}

export class ExplicitNodeMonitor implements NodeMonitor {
  private readonly kernel: Kernel;
  private readonly config: KubernetesConfig;
  private readonly events: MonitorEvents;
  private readonly leases: readonly Lease[];
  private readonly beat: HostBatch;
  private readonly pass: Opcode;
  private readonly periodMs: number;
  private running = true;
  /** Passes of an earlier controller are void. */
  private generation = 0;
  private gridMs: number;

  constructor(kernel: Kernel, config: KubernetesConfig, grids: BeatGrids, events: MonitorEvents) {
    this.kernel = kernel;
    this.gridMs = kernel.nowMs;
    this.config = config;
    this.events = events;
    this.periodMs = config.monitorPeriodMs;
    this.leases = Array.from({ length: grids.count }, (_, host) => {
      const grid = grids.of(host);
      return {
        grid,
        beating: true,
        next: 0,
        nextMs: -1,
        renewMs: grid.beatAtMs(0),
        seenRenewMs: grid.beatAtMs(0),
        probeMs: this.observedAtMs(grid.beatAtMs(0)),
        graceMs: config.monitorGraceMs,
        stale: false,
      };
    });
    this.beat = new HostBatch(kernel, 'heartbeat', BEAT_PRIORITY, (host) => this.beats(host));
    this.pass = kernel.register('node monitor pass', (generation) => {
      if (generation === this.generation) this.monitor();
    });
  }

  start(silentSinceMs: (host: number) => number | undefined): void {
    this.leases.forEach((lease, host) => {
      const sinceMs = silentSinceMs(host);
      lease.beating = sinceMs === undefined;
      if (sinceMs !== undefined) {
        lease.renewMs = sinceMs;
        lease.seenRenewMs = sinceMs;
        lease.probeMs = this.observedAtMs(sinceMs);
      }
      this.scheduleBeat(host, lease);
    });
    this.scheduleNextPass();
  }

  stopped(host: number): void {
    this.of(host).beating = false;
  }

  returned(host: number, restarted: boolean): void {
    const lease = this.of(host);
    lease.beating = true;
    if (!restarted) return;
    lease.grid.restart(this.kernel.nowMs);
    lease.next = 0;
    this.scheduleBeat(host, lease);
  }

  /** A beat from before the start was observed on the monitor's grid then, as every later one is. */
  private observedAtMs(beatMs: number): number {
    if (this.config.graceFrom === 'timestamp') return beatMs;
    const behindMs = this.kernel.nowMs - beatMs;
    return this.kernel.nowMs - Math.floor(behindMs / this.periodMs) * this.periodMs;
  }

  restartGrace(): void {
    for (const lease of this.leases) lease.probeMs = this.kernel.nowMs;
  }

  controllerStopped(): void {
    this.running = false;
    this.generation += 1;
  }

  controllerStarted(): void {
    this.running = true;
    this.gridMs = this.kernel.nowMs;
    for (const lease of this.leases) {
      lease.stale = false;
      if (this.config.graceFrom === 'observation') lease.seenRenewMs = Number.NaN;
    }
    this.kernel.schedule(this.kernel.nowMs, this.pass, this.generation, 0, MONITOR_PRIORITY);
  }

  nodeAppeared(host: number, { ready, createdAtMs }: { readonly ready: boolean; readonly createdAtMs: number }): void {
    const lease = this.of(host);
    if (lease.beating || !this.running) return;
    lease.stale = false;
    if (ready) {
      lease.probeMs = this.gridMs + tickFrom(this.kernel.nowMs - this.gridMs, this.periodMs);
      lease.graceMs = this.config.monitorGraceMs;
    } else {
      lease.probeMs = createdAtMs;
      lease.graceMs = this.config.startupGraceMs;
    }
  }

  lossesChanged(): void {}

  lastBeatMs(host: number): number {
    return this.of(host).renewMs;
  }

  private scheduleNextPass(): void {
    this.kernel.schedule(this.kernel.nowMs + this.periodMs, this.pass, this.generation, 0, MONITOR_PRIORITY);
  }

  private scheduleBeat(host: number, lease: Lease): void {
    const { nowMs } = this.kernel;
    while (lease.grid.beatAtMs(lease.next) < nowMs) lease.next++;
    lease.nextMs = lease.grid.beatAtMs(lease.next++);
    this.beat.schedule(lease.nextMs, host);
  }

  private beats(host: number): void {
    const lease = this.of(host);
    if (lease.nextMs !== this.kernel.nowMs) return;
    if (lease.beating && !lease.grid.isLost(lease.next - 1)) {
      lease.renewMs = this.kernel.nowMs;
      if (lease.stale || this.events.wantsBeat(host)) this.events.beat(host);
      lease.stale = false;
    }
    this.scheduleBeat(host, lease);
  }

  private monitor(): void {
    const { nowMs } = this.kernel;
    for (let host = 0; host < this.leases.length; host++) {
      const lease = this.of(host);
      if (lease.renewMs !== lease.seenRenewMs) {
        lease.seenRenewMs = lease.renewMs;
        lease.probeMs = this.config.graceFrom === 'observation' ? nowMs : lease.renewMs;
        lease.graceMs = this.config.monitorGraceMs;
      }
      if (!lease.stale && nowMs >= lease.probeMs + lease.graceMs) {
        lease.stale = true;
        this.events.stale(host);
      }
    }
    this.scheduleNextPass();
  }

  private of(host: number): Lease {
    const lease = this.leases[host];
    if (lease === undefined) throw new RangeError(`no host ${host}`);
    return lease;
  }
}
