// The scheduler: binds pods to the nodes that node-search.ts finds. What fits nowhere waits for an event that could change
// that, and then for the end of its back-off.
// Source: kubernetes pkg/scheduler/backend/queue/scheduling_queue.go (podInitialBackoffDuration 1 s, podMaxBackoffDuration
// 10 s).
//
// Divergence from reality: no priorities and no preemption; the flush of unschedulable pods after 5 min is left out, as nothing
// changes for them without an event; a binding never fails; PodScheduled=True is written only where it said False.

import { type Condition, withCondition } from '../../core/api/conditions.ts';
import type { Node } from '../../core/api/node.ts';
import { POD, type Pod } from '../../core/api/workload.ts';
import type { EventHandle } from '../kernel/kernel.ts';
import { LaggedQueue } from '../kernel/lagged-queue.ts';
import { NodeSearch } from './node-search.ts';
import { isTerminating, type PodRecord } from './pod-table.ts';
import type { WorkloadContext } from './workload-context.ts';

const BACKOFF_FIRST_MS = 1_000;
const BACKOFF_MAX_MS = 10_000;

/** A pod that fitted nowhere. */
interface Waiting {
  attempts: number;
  failedAtMs: number;
  retry: EventHandle | undefined;
}

export class Scheduler {
  private readonly context: WorkloadContext;
  private readonly queue: LaggedQueue;
  private readonly search: NodeSearch;
  /** By text, in the order in which they were found so. */
  private readonly unschedulable = new Map<string, Waiting>();
  private boundCount = 0;

  constructor(context: WorkloadContext) {
    this.context = context;
    const { kernel, config } = context;
    this.queue = new LaggedQueue(kernel, 'schedule pod', config.kubernetes.watchLagMs, (text) => this.place(text));
    this.search = new NodeSearch(context);
  }

  /** Pods of counted workloads and of virtual machines that were bound since the start. */
  get bound(): number {
    return this.boundCount;
  }

  /** Pods that already waited for a fitting node go on waiting for an event. */
  load(): void {
    for (const record of this.context.pods.all()) {
      if (!isUnbound(record)) continue;
      if (saysUnschedulable(record.object)) this.wait(record.text);
      else this.queue.add(record.text);
    }
  }

  podCreated(record: PodRecord): void {
    if (isUnbound(record)) this.queue.add(record.text);
  }

  podRemoved(record: PodRecord): void {
    this.stopWaiting(record.text);
    if (record.node !== undefined) this.retryAll();
  }

  nodeChanged(before: Node | undefined, after: Node | undefined): void {
    if (this.unschedulable.size > 0 && after !== undefined && couldFitMore(before, after)) this.retryAll();
  }

  /** Something changed: each waiting pod is tried again, at the end of its back-off. */
  private retryAll(): void {
    const { kernel, config } = this.context;
    for (const [text, waiting] of this.unschedulable) {
      if (waiting.retry !== undefined) continue;
      const backoffMs = Math.min(BACKOFF_FIRST_MS * 2 ** (waiting.attempts - 1), BACKOFF_MAX_MS);
      const atMs = Math.max(kernel.nowMs + config.kubernetes.watchLagMs, waiting.failedAtMs + backoffMs);
      waiting.retry = kernel.call(atMs, () => {
        waiting.retry = undefined;
        this.place(text);
      });
    }
  }

  private wait(text: string): void {
    const waiting = this.unschedulable.get(text);
    const { nowMs } = this.context.kernel;
    if (waiting === undefined) {
      this.unschedulable.set(text, { attempts: 1, failedAtMs: nowMs, retry: undefined });
      return;
    }
    waiting.attempts += 1;
    waiting.failedAtMs = nowMs;
  }

  private stopWaiting(text: string): void {
    const waiting = this.unschedulable.get(text);
    if (waiting === undefined) return;
    if (waiting.retry !== undefined) this.context.kernel.cancel(waiting.retry);
    this.unschedulable.delete(text);
  }

  private place(text: string): void {
    const record = this.context.pods.get(text);
    if (record === undefined || !isUnbound(record)) {
      this.stopWaiting(text);
      return;
    }
    const node = this.search.bestNode(record);
    if (node === undefined) {
      this.wait(text);
      this.reportUnschedulable(record);
    } else {
      this.stopWaiting(text);
      this.bind(record, node.name);
    }
  }

  private bind(record: PodRecord, nodeName: string): void {
    const { store, events } = this.context;
    if ((record.control?.workload ?? -1) >= 0 || record.guest !== 'none') this.boundCount += 1;
    if (saysUnschedulable(record.object)) this.report(record, { type: 'PodScheduled', status: 'True' });
    store.update<Pod>(POD, record.key, 'main', (pod) => ({ ...pod, spec: { ...pod.spec, nodeName } }));
    events.record({
      regarding: record.object,
      type: 'Normal',
      reason: 'Scheduled',
      message: `Successfully assigned ${record.text} to ${nodeName}`,
      component: 'default-scheduler',
    });
  }

  private reportUnschedulable(record: PodRecord): void {
    const { events, nodes } = this.context;
    events.record({
      regarding: record.object,
      type: 'Warning',
      reason: 'FailedScheduling',
      message: `0/${nodes.list.length} nodes are available.`,
      component: 'default-scheduler',
    });
    if (!saysUnschedulable(record.object)) {
      this.report(record, { type: 'PodScheduled', status: 'False', reason: 'Unschedulable' });
    }
  }

  private report(record: PodRecord, condition: Omit<Condition, 'lastTransitionTime'>): void {
    this.context.store.update<Pod>(POD, record.key, 'status', (pod) => {
      const conditions = withCondition(pod.status?.conditions, condition, this.context.kernel.nowMs);
      return { ...pod, status: { ...pod.status, phase: 'Pending', conditions } };
    });
  }
}

function isUnbound(record: PodRecord): boolean {
  return record.node === undefined && !isTerminating(record);
}

function saysUnschedulable(pod: Pod): boolean {
  return pod.status?.conditions?.some((one) => one.type === 'PodScheduled' && one.status === 'False') === true;
}

function couldFitMore(before: Node | undefined, after: Node): boolean {
  if (before === undefined) return true;
  if (before.metadata.labels !== after.metadata.labels) return true;
  if (before.spec !== after.spec) return true;
  if (before.status?.allocatable !== after.status?.allocatable) return true;
  return readiness(before) !== readiness(after);
}

function readiness(node: Node): string | undefined {
  return node.status?.conditions?.find((condition) => condition.type === 'Ready')?.status;
}
