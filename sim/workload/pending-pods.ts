// How long pods wait: from the moment at which the API shows a pod as Pending until it runs, is deleted or is gone. Covers
// waiting for a node, for volumes and for the start of the containers.
//
// Divergence from reality: what waited before the start of the run counts from the start.

import type { Availability } from './availability.ts';
import { isTerminating, type PodRecord, workloadOf } from './pod-table.ts';

interface Wait {
  readonly workload: number;
  readonly bornMs: number;
  /** Until when the account has it. */
  sinceMs: number;
}

export class PendingPods {
  private readonly clock: { readonly nowMs: number };
  private readonly availability: Availability;
  /** By id of the pod, in the order in which they began to wait. */
  private readonly waits = new Map<number, Wait>();

  constructor(clock: { readonly nowMs: number }, availability: Availability) {
    this.clock = clock;
    this.availability = availability;
  }

  /** A pod appeared or has a new version. */
  podChanged(record: PodRecord): void {
    const waits = !isTerminating(record) && (record.object.status?.phase ?? 'Pending') === 'Pending';
    const known = this.waits.get(record.id);
    if (waits === (known !== undefined)) return;
    if (known !== undefined) {
      this.end(record.id, known);
      return;
    }
    const workload = workloadOf(record);
    if (workload < 0) return;
    const { nowMs } = this.clock;
    this.waits.set(record.id, { workload, bornMs: nowMs, sinceMs: nowMs });
  }

  podRemoved(record: PodRecord): void {
    const known = this.waits.get(record.id);
    if (known !== undefined) this.end(record.id, known);
  }

  /** Brings the accounts up to now. */
  settle(): void {
    for (const wait of this.waits.values()) this.account(wait);
  }

  private end(id: number, wait: Wait): void {
    this.account(wait);
    this.waits.delete(id);
  }

  private account(wait: Wait): void {
    const { nowMs } = this.clock;
    this.availability.waited(wait.workload, nowMs - wait.sinceMs, nowMs - wait.bornMs);
    wait.sinceMs = nowMs;
  }
}
