// The ReplicaSet controller: as many active pods as replicas. A terminating pod is not active, so its replacement is created
// while it still stands there; that is why a Deployment fails over where a StatefulSet waits.
// Source: kubernetes pkg/controller/replicaset/replica_set.go (syncReplicaSet, manageReplicas).
//
// Divergence from reality: no rollouts, no slow-start batches, no status writes; surplus pods go newest first after those that
// are not bound or not ready.

import { POD } from '../../core/api/workload.ts';
import { LaggedQueue } from '../kernel/lagged-queue.ts';
import { isFinished, isTerminating, type PodRecord } from './pod-table.ts';
import { replicaOf } from './pod-template.ts';
import { wantedReplicas } from './required-replicas.ts';
import type { WorkloadContext } from './workload-context.ts';

export class ReplicaSets {
  private readonly context: WorkloadContext;
  private readonly queue: LaggedQueue;

  constructor(context: WorkloadContext) {
    this.context = context;
    const { kernel, config } = context;
    this.queue = new LaggedQueue(kernel, 'replica set sync', config.kubernetes.watchLagMs, (uid) => this.sync(uid));
  }

  /** Acts at the start only on owners that do not have what they want. */
  load(): void {
    for (const control of this.context.controls.all()) {
      if (control.kind === 'StatefulSet') continue;
      if (activePods(control.pods) !== wantedReplicas(control)) this.queue.add(control.uid);
    }
  }

  /** A pod of the owner came, went or began to terminate, or the owner changed. */
  changed(uid: string): void {
    this.queue.add(uid);
  }

  private sync(uid: string): void {
    const { controls, store, config } = this.context;
    const control = controls.get(uid);
    if (control === undefined || control.kind === 'StatefulSet') return;
    if (control.object.metadata.deletionTimestamp !== undefined) return;
    const missing = wantedReplicas(control) - activePods(control.pods);
    for (let n = 0; n < missing; n++) {
      control.created += 1;
      store.create(POD, replicaOf(control, config.kubernetes.tolerationMs));
    }
    if (missing < 0) {
      for (const record of surplusFirst(control.pods).slice(0, -missing)) {
        store.delete(POD, record.key, { onlyIf: { uid: record.uid } });
      }
    }
  }
}

function activePods(pods: ReadonlySet<PodRecord>): number {
  let active = 0;
  for (const record of pods) if (!isTerminating(record) && !isFinished(record)) active += 1;
  return active;
}

function surplusFirst(pods: ReadonlySet<PodRecord>): readonly PodRecord[] {
  const rank = (record: PodRecord): number => (record.node === undefined ? 0 : record.ready ? 2 : 1);
  return [...pods]
    .filter((record) => !isTerminating(record) && !isFinished(record))
    .sort((one, other) => rank(one) - rank(other) || other.id - one.id);
}
