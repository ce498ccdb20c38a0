// The scheduler: binds pods to nodes. Filters: Ready, unschedulable, taints, nodeSelector, local volumes, cpu, memory and
// number of pods. Score: fewest pods of the same owner in the rack, then on the node, then the smallest share of cpu and
// memory requested, then the name. What fits nowhere waits for an event that could change that.
// Source: kubernetes facts 2.5 (pkg/scheduler/apis/config/v1/default_plugins.go) for which filters exist.
//
// Divergence from reality: no affinity, anti-affinity, topology spread constraints, priorities or preemption, no ports, no
// ReadWriteOncePod; spreading over racks stands for what most workloads ask for. As in the real scheduler, a ReadWriteOnce
// volume that is attached elsewhere does not keep a pod from being bound: it waits on its node for the attachment. Back-off
// is 1 s after an event instead of 1 s doubling to 10 s, and the flush after 5 min is left out, as nothing changes without
// an event.

import { withCondition } from '../../core/api/conditions.ts';
import type { Node, Taint } from '../../core/api/node.ts';
import { POD, type Pod } from '../../core/api/workload.ts';
import { LaggedQueue } from '../kernel/lagged-queue.ts';
import type { NodeRecord } from './node-table.ts';
import { isTerminating, type PodRecord } from './pod-table.ts';
import { toleratesOne } from './toleration.ts';
import type { WorkloadContext } from './workload-context.ts';

/** Source: kubernetes pkg/scheduler podInitialBackoffSeconds 1. */
const BACKOFF_MS = 1_000;

const NO_TAINTS: readonly Taint[] = [];

export class Scheduler {
  private readonly context: WorkloadContext;
  private readonly queue: LaggedQueue;
  private readonly retries: LaggedQueue;
  /** Texts of pods that fit nowhere, in the order in which they were found so. */
  private readonly unschedulable = new Set<string>();
  private boundCount = 0;

  constructor(context: WorkloadContext) {
    this.context = context;
    const { kernel, config } = context;
    this.queue = new LaggedQueue(kernel, 'schedule pod', config.kubernetes.watchLagMs, (text) => this.place(text));
    this.retries = new LaggedQueue(kernel, 'schedule pod again', BACKOFF_MS, (text) => this.place(text));
  }

  /** Pods of counted workloads and of virtual machines that were bound since the start. */
  get bound(): number {
    return this.boundCount;
  }

  /** Pods that already waited for a fitting node go on waiting for an event. */
  load(): void {
    for (const record of this.context.pods.all()) {
      if (!isUnbound(record)) continue;
      if (saysUnschedulable(record.object)) this.unschedulable.add(record.text);
      else this.queue.add(record.text);
    }
  }

  podCreated(record: PodRecord): void {
    if (isUnbound(record)) this.queue.add(record.text);
  }

  podRemoved(record: PodRecord): void {
    this.unschedulable.delete(record.text);
    if (record.node !== undefined) this.retryAll();
  }

  nodeChanged(before: Node | undefined, after: Node | undefined): void {
    if (this.unschedulable.size > 0 && after !== undefined && couldFitMore(before, after)) this.retryAll();
  }

  private retryAll(): void {
    for (const text of this.unschedulable) this.retries.add(text);
  }

  private place(text: string): void {
    const record = this.context.pods.get(text);
    if (record === undefined || !isUnbound(record)) {
      this.unschedulable.delete(text);
      return;
    }
    const node = this.bestNode(record);
    if (node === undefined) {
      this.unschedulable.add(text);
      this.reportUnschedulable(record);
      return;
    }
    this.unschedulable.delete(text);
    if ((record.control?.workload ?? -1) >= 0 || record.guest !== 'none') this.boundCount += 1;
    this.context.store.update<Pod>(POD, record.key, 'main', (pod) => ({
      ...pod,
      spec: { ...pod.spec, nodeName: node.name },
    }));
  }

  private bestNode(record: PodRecord): NodeRecord | undefined {
    const siblings: NodeRecord[] = [];
    for (const sibling of record.control?.pods ?? []) {
      if (sibling.node !== undefined && !isTerminating(sibling)) siblings.push(sibling.node);
    }
    const local = localNode(record, this.context);
    const nodes = this.context.nodes.list;
    let best: NodeRecord | undefined;
    let bestInRack = 0;
    let bestOnNode = 0;
    let bestShare = 0;
    for (let i = 0; i < nodes.length; i++) {
      const node = nodes[i];
      if (node === undefined || !node.isOpen || (local !== undefined && node.name !== local)) continue;
      let inRack = 0;
      let onNode = 0;
      for (let s = 0; s < siblings.length; s++) {
        const other = siblings[s];
        if (other?.rack === node.rack) inRack += 1;
        if (other === node) onNode += 1;
      }
      const share = requestedShare(node);
      if (best !== undefined) {
        if (inRack > bestInRack) continue;
        if (inRack === bestInRack) {
          if (onNode > bestOnNode) continue;
          if (onNode === bestOnNode) {
            if (share > bestShare) continue;
            if (share === bestShare && node.name >= best.name) continue;
          }
        }
      }
      if (!fits(record, node)) continue;
      best = node;
      bestInRack = inRack;
      bestOnNode = onNode;
      bestShare = share;
    }
    return best;
  }

  private reportUnschedulable(record: PodRecord): void {
    if (saysUnschedulable(record.object)) return;
    this.context.store.update<Pod>(POD, record.key, 'status', (pod) => {
      const conditions = withCondition(
        pod.status?.conditions,
        { type: 'PodScheduled', status: 'False', reason: 'Unschedulable' },
        this.context.kernel.nowMs,
      );
      return { ...pod, status: { ...pod.status, phase: 'Pending', conditions } };
    });
  }
}

function requestedShare(node: NodeRecord): number {
  const cpu = node.allocatableCpuMilli > 0 ? node.usedCpuMilli / node.allocatableCpuMilli : 0;
  const memory = node.allocatableBytes > 0 ? node.usedBytes / node.allocatableBytes : 0;
  return Math.max(cpu, memory);
}

/**
 * Whether an open node takes the pod. A node without allocatable figures (generated clusters may leave them out) has room for
 * everything.
 */
function fits(record: PodRecord, node: NodeRecord): boolean {
  const { object } = node;
  if (object === undefined) return false;
  const spec = record.object.spec;
  if (spec?.nodeSelector !== undefined) {
    for (const key of Object.keys(spec.nodeSelector)) {
      if (object.metadata.labels?.[key] !== spec.nodeSelector[key]) return false;
    }
  }
  for (const taint of object.spec?.taints ?? NO_TAINTS) {
    if (taint.effect !== 'PreferNoSchedule' && !toleratesOne(spec?.tolerations, taint)) return false;
  }
  if (node.object?.status?.allocatable === undefined) return true;
  if (node.pods.size >= node.allocatablePods) return false;
  if (record.cpuMilli > 0 && node.usedCpuMilli + record.cpuMilli > node.allocatableCpuMilli) return false;
  return record.bytes === 0 || node.usedBytes + record.bytes <= node.allocatableBytes;
}

function localNode(record: PodRecord, context: WorkloadContext): string | undefined {
  for (const volume of context.pods.volumesOf(record.object))
    if (volume.localNode !== undefined) return volume.localNode;
  return undefined;
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
