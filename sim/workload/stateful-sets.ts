// The StatefulSet controller: at most one pod per identity, in ordinal order. While the old object of an ordinal exists, even
// terminating on a dead node, there is no second one: only its kubelet, a force delete, the deletion of the Node or the
// out-of-service taint lets the successor be made.
// Source: kubernetes pkg/controller/statefulset/stateful_set_control.go (processReplica: the monotonic mode returns at the
// first replica that is terminating or not Ready).
//
// Divergence from reality: no updates, no scale-down, no spec.ordinals, no creation of claims, no status writes.

import { POD } from '../../core/api/workload.ts';
import { LaggedQueue } from '../kernel/lagged-queue.ts';
import type { StatefulControl } from './control-table.ts';
import { isFinished, isTerminating, type PodRecord } from './pod-table.ts';
import { ordinalName, ordinalOf } from './pod-template.ts';
import { wantedReplicas } from './required-replicas.ts';
import type { WorkloadContext } from './workload-context.ts';

export class StatefulSets {
  private readonly context: WorkloadContext;
  private readonly queue: LaggedQueue;
  /** Keys of the pods of a set by ordinal, made once. */
  private readonly texts = new Map<string, string[]>();

  constructor(context: WorkloadContext) {
    this.context = context;
    const { kernel, config } = context;
    this.queue = new LaggedQueue(kernel, 'stateful set sync', config.kubernetes.watchLagMs, (uid) => this.sync(uid));
  }

  /** Acts at the start only on sets that lack a pod. */
  load(): void {
    for (const control of this.context.controls.all()) {
      if (control.kind === 'StatefulSet' && control.pods.size < wantedReplicas(control)) this.queue.add(control.uid);
    }
  }

  /** A pod of the set came, went, began to terminate or became ready, or the set changed. */
  changed(uid: string): void {
    this.queue.add(uid);
  }

  private sync(uid: string): void {
    const control = this.context.controls.get(uid);
    if (control?.kind !== 'StatefulSet' || control.object.metadata.deletionTimestamp !== undefined) return;
    const ordered = control.object.spec?.podManagementPolicy !== 'Parallel';
    const wanted = wantedReplicas(control);
    for (let ordinal = 0; ordinal < wanted; ordinal++) {
      const record = this.podOf(control, ordinal);
      if (record === undefined) {
        this.create(control, ordinal);
        if (ordered) return;
      } else if (isFinished(record) && !isTerminating(record)) {
        this.context.store.delete(POD, record.key, { onlyIf: { uid: record.uid } });
        if (ordered) return;
      } else if (ordered && !record.ready) {
        return;
      }
    }
  }

  private create(control: StatefulControl, ordinal: number): void {
    const { store, config } = this.context;
    control.created += 1;
    store.create(POD, ordinalOf(control, ordinal, config.kubernetes.tolerationMs));
  }

  /** Whoever stands under the ordinal's name, owned or not: a name is taken once. */
  private podOf(control: StatefulControl, ordinal: number): PodRecord | undefined {
    let texts = this.texts.get(control.uid);
    if (texts === undefined) {
      texts = [];
      this.texts.set(control.uid, texts);
    }
    const text = texts[ordinal] ?? `${control.key.namespace}/${ordinalName(control, ordinal)}`;
    texts[ordinal] = text;
    return this.context.pods.get(text);
  }
}
