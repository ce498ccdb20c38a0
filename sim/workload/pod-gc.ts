// The pod garbage collector: every 20 s it force-deletes pods bound to a node that has been missing for the quarantine, and
// terminating pods on nodes that are not Ready and carry the out-of-service taint. A pass runs only where one has work.
// Source: kubernetes pkg/controller/podgc/gc_controller.go (E, measured) and 2.2.
//
// Divergence from reality: the threshold of 12500 terminated pods is not modelled; terminating pods that were never bound go
// with their delete, not with a pass; passes take no time.

import { withCondition } from '../../core/api/conditions.ts';
import type { Node } from '../../core/api/node.ts';
import { POD, type Pod } from '../../core/api/workload.ts';
import type { Opcode } from '../kernel/kernel.ts';
import { isOutOfService, isUp, type NodeRecord } from './node-table.ts';
import { isFinished, isTerminating, type PodRecord } from './pod-table.ts';
import type { WorkloadContext } from './workload-context.ts';

const ORPHANED = {
  type: 'DisruptionTarget',
  status: 'True',
  reason: 'DeletionByPodGC',
  message: 'PodGC: node no longer exists',
} as const;

export class PodGarbage {
  private readonly context: WorkloadContext;
  private readonly passed: Opcode;
  private readonly phaseMs: number;
  private nextPassAtMs = Number.POSITIVE_INFINITY;
  /** Missing nodes with pods, by name: end of their quarantine, or undefined until a pass has noticed them. */
  private readonly orphaned = new Map<string, number | undefined>();
  /** Nodes with the taint, by name. */
  private readonly outOfService = new Set<string>();

  constructor(context: WorkloadContext) {
    this.context = context;
    this.passed = context.kernel.register('pod garbage collection', () => this.pass());
    const { podGcPeriodMs } = context.config.kubernetes;
    this.phaseMs = Math.floor(context.draws.stream('pod-garbage-collector', 'phase').at(0) * podGcPeriodMs);
  }

  load(): void {
    for (const node of this.context.nodes.list) {
      this.noteTaint(node);
      for (const record of node.pods) this.podChanged(record);
    }
  }

  nodeChanged(node: NodeRecord, before: Node | undefined, after: Node | undefined): void {
    if (after === undefined) {
      this.outOfService.delete(node.name);
      if (node.pods.size > 0) this.noteOrphans(node);
      return;
    }
    if (before?.spec?.taints !== after.spec?.taints) this.noteTaint(node);
    if (this.outOfService.has(node.name) && hasTerminating(node)) this.scheduleNext();
  }

  /** A pod was bound, or began to terminate. */
  podChanged(record: PodRecord): void {
    const { node } = record;
    if (node === undefined) return;
    if (node.object === undefined) this.noteOrphans(node);
    else if (isTerminating(record) && this.outOfService.has(node.name)) this.scheduleNext();
  }

  private noteTaint(node: NodeRecord): void {
    if (isOutOfService(node)) this.outOfService.add(node.name);
    else this.outOfService.delete(node.name);
  }

  private noteOrphans(node: NodeRecord): void {
    if (!this.orphaned.has(node.name)) this.orphaned.set(node.name, undefined);
    this.scheduleNext();
  }

  private pass(): void {
    this.nextPassAtMs = Number.POSITIVE_INFINITY;
    let again = this.collectOutOfService();
    again = this.collectOrphans() || again;
    if (again) this.scheduleNext();
  }

  /** The taint alone does not do: the node must not be Ready either. A change of the node looks again. */
  private collectOutOfService(): boolean {
    for (const name of this.outOfService) {
      const node = this.context.nodes.at(name);
      if (isUp(node)) continue;
      for (const record of [...node.pods]) if (isTerminating(record)) this.forceDelete(record, 'keeps its conditions');
    }
    return false;
  }

  private collectOrphans(): boolean {
    const { kernel, nodes, config } = this.context;
    for (const [name, endsMs] of this.orphaned) {
      const node = nodes.at(name);
      if (node.object !== undefined || node.pods.size === 0) {
        this.orphaned.delete(name);
      } else if (endsMs === undefined) {
        this.orphaned.set(name, kernel.nowMs + config.kubernetes.podGcQuarantineMs);
      } else if (kernel.nowMs > endsMs) {
        // The name comes out of the delay queue just after the pass of the same instant: one pass later (measured 75 s).
        this.orphaned.delete(name);
        for (const record of [...node.pods]) this.forceDelete(record, 'lost its node');
      }
    }
    return this.orphaned.size > 0;
  }

  /** Failed first, so that nobody takes it for running; then gone, whatever its kubelet would have said. */
  private forceDelete(record: PodRecord, why: 'lost its node' | 'keeps its conditions'): void {
    const { store, kernel } = this.context;
    if (!isFinished(record)) {
      store.update<Pod>(POD, record.key, 'status', (pod) => {
        const conditions = pod.status?.conditions;
        const marked = why === 'lost its node' ? withCondition(conditions, ORPHANED, kernel.nowMs) : conditions;
        return {
          ...pod,
          status: { ...pod.status, phase: 'Failed', ...(marked === undefined ? {} : { conditions: marked }) },
        };
      });
    }
    store.delete(POD, record.key, { gracePeriodMs: 0, onlyIf: { uid: record.uid } });
  }

  /** The first instant of the grid after now, unless a pass is already due. */
  private scheduleNext(): void {
    if (this.nextPassAtMs !== Number.POSITIVE_INFINITY) return;
    const { kernel, config } = this.context;
    const originMs = config.startMs + this.phaseMs;
    const periodMs = config.kubernetes.podGcPeriodMs;
    this.nextPassAtMs = originMs + (Math.floor((kernel.nowMs - originMs) / periodMs) + 1) * periodMs;
    kernel.schedule(this.nextPassAtMs, this.passed);
  }
}

function hasTerminating(node: NodeRecord): boolean {
  for (const record of node.pods) if (isTerminating(record)) return true;
  return false;
}
