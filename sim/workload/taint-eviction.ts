// The taint-eviction controller: pods leave a node with NoExecute taints once the shortest of their tolerations has run out,
// counted from the taint's arrival. A plain delete with the pod's own grace; no disruption budget is asked.
// Source: kubernetes pkg/controller/tainteviction/taint_eviction.go (processPodOnNode).
//
// Divergence from reality: a pod without a toleration of not-ready or unreachable is treated as if admission had added the
// default one, because generated and reduced clusters leave it out. A restart of this controller is not modelled.

import { withCondition } from '../../core/api/conditions.ts';
import type { Node, Taint } from '../../core/api/node.ts';
import { parseTime } from '../../core/api/time.ts';
import { POD, type Pod } from '../../core/api/workload.ts';
import type { Opcode } from '../kernel/kernel.ts';
import { LaggedQueue } from '../kernel/lagged-queue.ts';
import { evictingTaints } from './node-table.ts';
import { isTerminating, type PodRecord } from './pod-table.ts';
import { withDefaultTolerations } from './pod-template.ts';
import { toleratedMs } from './toleration.ts';
import type { WorkloadContext } from './workload-context.ts';

export class TaintEviction {
  private readonly context: WorkloadContext;
  private readonly nodeQueue: LaggedQueue;
  private readonly due: Opcode;

  constructor(context: WorkloadContext) {
    this.context = context;
    const { kernel, config } = context;
    this.nodeQueue = new LaggedQueue(kernel, 'taint eviction', config.kubernetes.watchLagMs, (name) => this.sync(name));
    this.due = kernel.register('pod evicted by taint', (id) => this.evict(id));
  }

  /** Taints of the start count from their own stamps. */
  load(): void {
    for (const node of this.context.nodes.list) {
      const taints = evictingTaints(node.object);
      if (taints.length === 0) continue;
      const sinceMs = earliestMs(taints, this.context.kernel.nowMs);
      for (const record of node.pods) this.judge(record, taints, sinceMs);
    }
  }

  nodeChanged(before: Node | undefined, after: Node | undefined): void {
    if (before?.spec?.taints === after?.spec?.taints || after === undefined) return;
    if (evictingTaints(before).length > 0 || evictingTaints(after).length > 0) this.nodeQueue.add(after.metadata.name);
  }

  podBound(record: PodRecord): void {
    const node = record.node;
    if (node !== undefined && evictingTaints(node.object).length > 0) this.nodeQueue.add(node.name);
  }

  podRemoved(record: PodRecord): void {
    this.cancel(record);
  }

  private sync(nodeName: string): void {
    const node = this.context.nodes.at(nodeName);
    const taints = evictingTaints(node.object);
    for (const record of node.pods) this.judge(record, taints, this.context.kernel.nowMs);
  }

  private judge(record: PodRecord, taints: readonly Taint[], sinceMs: number): void {
    const { kernel, config } = this.context;
    if (taints.length === 0 || isTerminating(record)) {
      this.cancel(record);
      return;
    }
    const tolerations = withDefaultTolerations(record.object.spec?.tolerations, config.kubernetes.tolerationMs);
    const limitMs = toleratedMs(tolerations, taints);
    if (limitMs === Number.POSITIVE_INFINITY) {
      this.cancel(record);
      return;
    }
    // A deletion that is due keeps its instant, whatever taints came since, unless one is not tolerated at all.
    if (record.eviction !== undefined && limitMs > 0) return;
    this.cancel(record);
    record.eviction = kernel.schedule(Math.max(kernel.nowMs, sinceMs + limitMs), this.due, record.id);
  }

  private evict(id: number): void {
    const record = this.context.pods.ofId(id);
    if (record === undefined) return;
    record.eviction = undefined;
    if (isTerminating(record)) return;
    const { store, kernel, events } = this.context;
    events.record({
      regarding: record.object,
      type: 'Normal',
      reason: 'TaintManagerEviction',
      message: `Marking for deletion Pod ${record.text}`,
      component: 'taint-eviction-controller',
    });
    store.update<Pod>(POD, record.key, 'status', (pod) => ({
      ...pod,
      status: {
        ...pod.status,
        conditions: withCondition(
          pod.status?.conditions,
          {
            type: 'DisruptionTarget',
            status: 'True',
            reason: 'DeletionByTaintManager',
            message: 'Taint manager: deleting due to NoExecute taint',
          },
          kernel.nowMs,
        ),
      },
    }));
    store.delete(POD, record.key, { onlyIf: { uid: record.uid } });
  }

  private cancel(record: PodRecord): void {
    if (record.eviction === undefined) return;
    this.context.kernel.cancel(record.eviction);
    record.eviction = undefined;
  }
}

/** When the first of the taints was added; now where none says so. */
function earliestMs(taints: readonly Taint[], nowMs: number): number {
  let earliest = nowMs;
  for (const { timeAdded } of taints) {
    const addedMs = timeAdded === undefined ? Number.NaN : parseTime(timeAdded);
    if (addedMs < earliest) earliest = addedMs;
  }
  return earliest;
}
