// Fencings and whether they were needed. A fencing is any power-off that a remediation starts, a reprovision's included, and
// any reset by which a host fences itself.
// It was needless when, on the same draws, the host would have served earlier had nobody touched it.

import type { Untouched, UntouchedState } from '../host/counterfactual.ts';

export interface Fencing {
  readonly host: number;
  readonly atMs: number;
  readonly reprovision: boolean;
  /** Judged when the host serves again, or when the run ends. */
  readonly untouched: Untouched;
}

export interface FencingCounts {
  fencings: number;
  selfFencings: number;
  reprovisionings: number;
  needlessHealthy: number;
  needlessSelfHealing: number;
  needlessBooting: number;
  mostInFlight: number;
}

export class FencingAccount {
  private readonly open = new Map<number, Fencing>();
  private readonly hostsInFlight = new Set<number>();
  readonly counts: FencingCounts = {
    fencings: 0,
    selfFencings: 0,
    reprovisionings: 0,
    needlessHealthy: 0,
    needlessSelfHealing: 0,
    needlessBooting: 0,
    mostInFlight: 0,
  };

  /** A remediation of the host is under way (asked for, not yet serving again). */
  begin(host: number): void {
    this.hostsInFlight.add(host);
    this.counts.mostInFlight = Math.max(this.counts.mostInFlight, this.hostsInFlight.size);
  }

  inFlight(host: number): boolean {
    return this.hostsInFlight.has(host);
  }

  fence(fencing: Fencing): void {
    this.begin(fencing.host);
    this.counts.fencings++;
    if (fencing.reprovision) this.counts.reprovisionings++;
    // A second fencing before the host served again: the first is judged with it, by what it found.
    if (!this.open.has(fencing.host)) this.open.set(fencing.host, fencing);
  }

  /** The slot of the fenced host serves again, here or elsewhere. Returns the fencing when it was needless. */
  serves(host: number, nowMs: number): Fencing | undefined {
    this.hostsInFlight.delete(host);
    const fencing = this.open.get(host);
    if (fencing === undefined) return undefined;
    this.open.delete(host);
    return this.judge(fencing, nowMs);
  }

  /** The slot moved to another host. */
  move(from: number, to: number): void {
    if (this.hostsInFlight.delete(from)) this.hostsInFlight.add(to);
    const fencing = this.open.get(from);
    if (fencing === undefined) return;
    this.open.delete(from);
    this.open.set(to, fencing);
  }

  /** The run ends: an open fencing was needless if the host would be serving by now. */
  finish(nowMs: number): void {
    for (const fencing of this.open.values()) this.judge(fencing, nowMs);
    this.open.clear();
  }

  private judge(fencing: Fencing, servesAtMs: number): Fencing | undefined {
    if (fencing.untouched.servesAtMs >= servesAtMs) return undefined;
    this.countNeedless(fencing.untouched.state);
    return fencing;
  }

  private countNeedless(state: UntouchedState): void {
    if (state === 'healthy') this.counts.needlessHealthy++;
    else if (state === 'selfHealing') this.counts.needlessSelfHealing++;
    else if (state === 'booting') this.counts.needlessBooting++;
  }
}
