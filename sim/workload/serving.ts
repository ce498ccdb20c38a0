// Whether a pod can really serve: its containers execute (and a virtual machine's guest has booted), clients reach its host,
// the pools behind its volumes accept I/O, and its host reaches them. Keeps each record's `process` and `serving` and tells Availability; writes
// nothing to the API.
//
// Divergence from reality: a pod whose object is gone no longer counts as serving, even where a dead kubelet leaves its
// containers running (endpoints have dropped it by then). A terminating pod counts until its containers stop. A pod without
// a simulated host is always reachable. A pod serves slowly whatever it does: how much of its work waits for what is slow is not known.

import { type PodRecord, workloadOf } from './pod-table.ts';
import type { WorkloadContext } from './workload-context.ts';

/** `abandoned`: the object of the pod is gone, and nobody has stopped its containers. */
export type ProcessStep = 'started' | 'ended' | 'abandoned';

export class Serving {
  private readonly context: WorkloadContext;
  private listener: ((record: PodRecord, step: ProcessStep) => void) | undefined;

  constructor(context: WorkloadContext) {
    this.context = context;
  }

  /** Called whenever the containers of a pod begin to execute or end; one listener. */
  onProcess(listener: (record: PodRecord, step: ProcessStep) => void): void {
    this.listener = listener;
  }

  /** The containers of a pod start to execute, or end. */
  setProcess(record: PodRecord, up: boolean): void {
    if (record.process !== up) this.listener?.(record, up ? 'started' : 'ended');
    record.process = up;
    if (up) record.bootEpoch = this.epochOf(record);
    this.judge(record);
  }

  /** Containers die with the operating system that ran them. */
  hostChanged(host: number): void {
    const node = this.context.nodes.ofHost(host);
    if (node === undefined) return;
    const { truth } = this.context;
    const executes = truth.podsExecute(host);
    const epoch = truth.bootEpoch(host);
    for (const record of node.pods) {
      if (record.process && (!executes || record.bootEpoch !== epoch)) {
        record.process = false;
        this.listener?.(record, 'ended');
        if (record.guest === 'up') record.guest = 'down';
      }
      this.judge(record);
    }
  }

  poolChanged(pool: number): void {
    for (const volume of this.context.volumes.ofPool(pool)) for (const record of volume.users) this.judge(record);
  }

  /** The pod's object is gone. */
  removed(record: PodRecord): void {
    if (record.process) this.listener?.(record, 'abandoned');
    record.process = false;
    this.judge(record);
    this.setReady(record, false);
  }

  /** The operating system of a virtual machine has booted in this launcher pod, or left it. */
  setGuest(record: PodRecord, guest: 'up' | 'down'): void {
    record.guest = guest;
    this.judge(record);
  }

  /** By the API: Ready and not terminating. */
  setReady(record: PodRecord, ready: boolean): void {
    if (record.ready === ready) return;
    record.ready = ready;
    const workload = workloadOf(record);
    if (workload >= 0) this.context.availability.ready(workload, ready ? 1 : -1);
  }

  private judge(record: PodRecord): void {
    this.context.jobWork.processChanged(record);
    const serving = record.process && record.guest !== 'down' && this.isReachable(record) && this.acceptsIo(record);
    const workload = workloadOf(record);
    if (serving !== record.serving) {
      record.serving = serving;
      if (workload >= 0) this.context.availability.serving(workload, serving ? 1 : -1);
    }
    if (this.context.config.reportSlowness === true) this.judgeSpeed(record, workload);
  }

  private judgeSpeed(record: PodRecord, workload: number): void {
    const slow = record.serving && this.isSlowed(record);
    if (slow === record.slow) return;
    record.slow = slow;
    if (workload >= 0) this.context.availability.slow(workload, slow ? 1 : -1);
  }

  private isSlowed(record: PodRecord): boolean {
    const host = record.node?.host ?? -1;
    if (host >= 0 && this.context.truth.slowsPods(host)) return true;
    return record.volumes.some(({ pool }) => pool >= 0 && this.context.storage.isSlow(pool));
  }

  private isReachable(record: PodRecord): boolean {
    const host = record.node?.host ?? -1;
    return host < 0 || this.context.truth.reachable(host);
  }

  private acceptsIo(record: PodRecord): boolean {
    const host = record.node?.host ?? -1;
    if (record.volumes.length > 0 && host >= 0 && !this.context.truth.reachesStorage(host)) return false;
    for (const { pool } of record.volumes) if (pool >= 0 && !this.context.storage.accepts(pool)) return false;
    return true;
  }

  private epochOf(record: PodRecord): number {
    const host = record.node?.host ?? -1;
    return host < 0 ? 0 : this.context.truth.bootEpoch(host);
  }
}
