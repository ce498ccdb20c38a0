// Work that Jobs lose: the time for which a pod of a Job had executed when its containers died with their host, or when the
// pod was failed or removed, without having succeeded. A new pod starts from nothing.
//
// Divergence from reality: no checkpoints, so all of a pod's execution is lost; execution before the start of the run is not
// known and not counted.

import type { Availability } from './availability.ts';
import { type PodRecord, workloadOf } from './pod-table.ts';

interface Execution {
  readonly record: PodRecord;
  /** Undefined while its containers do not execute. */
  sinceMs: number | undefined;
  /** Executed and cut short, while it is open whether the pod had succeeded. */
  cutMs: number;
}

export class JobWork {
  private readonly clock: { readonly nowMs: number };
  private readonly availability: Availability;
  /** By id of the pod. */
  private readonly executions = new Map<number, Execution>();

  constructor(clock: { readonly nowMs: number }, availability: Availability) {
    this.clock = clock;
    this.availability = availability;
  }

  /** A pod of a Job appeared. */
  watch(record: PodRecord): void {
    this.executions.set(record.id, { record, sinceMs: undefined, cutMs: 0 });
  }

  /** The containers of some pod may have started or ended. */
  processChanged(record: PodRecord): void {
    if (this.executions.size === 0) return;
    const execution = this.executions.get(record.id);
    if (execution === undefined || record.process === (execution.sinceMs !== undefined)) return;
    const { nowMs } = this.clock;
    if (execution.sinceMs === undefined) {
      this.lose(execution);
      execution.sinceMs = nowMs;
    } else {
      execution.cutMs = nowMs - execution.sinceMs;
      execution.sinceMs = undefined;
    }
  }

  /** A new version of the object: success keeps the work, failure loses it. */
  podChanged(record: PodRecord): void {
    const execution = this.executions.get(record.id);
    if (execution === undefined) return;
    const phase = record.object.status?.phase;
    if (phase === 'Succeeded') this.executions.delete(record.id);
    else if (phase === 'Failed') this.lose(execution);
  }

  /** Call after its process has ended. */
  podRemoved(record: PodRecord): void {
    const execution = this.executions.get(record.id);
    if (execution === undefined) return;
    this.lose(execution);
    this.executions.delete(record.id);
  }

  /** Brings the accounts up to now: what was cut short and has not succeeded is lost. */
  settle(): void {
    for (const execution of this.executions.values()) this.lose(execution);
  }

  private lose(execution: Execution): void {
    const workload = workloadOf(execution.record);
    if (execution.cutMs > 0 && workload >= 0) this.availability.lostWork(workload, execution.cutMs);
    execution.cutMs = 0;
  }
}
