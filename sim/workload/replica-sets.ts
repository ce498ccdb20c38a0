// The ReplicaSet controller: as many active pods as replicas. A terminating pod is not active, so its replacement is created
// while it still stands there; that is why a Deployment fails over where a StatefulSet waits.
// Source: kubernetes pkg/controller/replicaset/replica_set.go (syncReplicaSet, manageReplicas), replica_set_utils.go
// (calculateStatus), pkg/controller/controller_utils.go (ActivePodsWithRanks).
//
// Divergence from reality: no slow-start batches, which make no difference where creates never fail; availability is readiness
// (minReadySeconds is not waited for); restarts of containers are no reason to go first.

import { findCondition } from '../../core/api/conditions.ts';
import { parseTime } from '../../core/api/time.ts';
import { POD, REPLICA_SET, type ReplicaSet } from '../../core/api/workload.ts';
import { LaggedQueue } from '../kernel/lagged-queue.ts';
import type { ReplicaControl } from './control-table.ts';
import type { NodeRecord } from './node-table.ts';
import { isFinished, isTerminating, type PodRecord } from './pod-table.ts';
import { replicaOf } from './pod-template.ts';
import { wantedReplicas } from './required-replicas.ts';
import { saysSame } from './status-figures.ts';
import type { WorkloadContext } from './workload-context.ts';

export class ReplicaSets {
  private readonly context: WorkloadContext;
  private readonly queue: LaggedQueue;
  private readonly onSynced: (control: ReplicaControl) => void;

  /** @param onSynced hears of every pass over a ReplicaSet whose status is not written. */
  constructor(context: WorkloadContext, onSynced: (control: ReplicaControl) => void) {
    this.context = context;
    this.onSynced = onSynced;
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

  /** Writes every status that lags behind its pods. */
  settleStatus(): void {
    for (const control of this.context.controls.all()) if (control.kind === 'ReplicaSet') this.writeStatus(control);
  }

  private sync(uid: string): void {
    const control = this.context.controls.get(uid);
    if (control === undefined || control.kind === 'StatefulSet') return;
    if (control.object.metadata.deletionTimestamp === undefined) this.manage(control);
    if (control.kind !== 'ReplicaSet') return;
    if (this.context.status.followed) this.writeStatus(control);
    else this.onSynced(control);
  }

  private manage(control: ReplicaControl): void {
    const { store, config } = this.context;
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

  private writeStatus({ key, pods }: ReplicaControl): void {
    let replicas = 0;
    let ready = 0;
    for (const record of pods) {
      if (isTerminating(record) || isFinished(record)) continue;
      replicas += 1;
      if (record.ready) ready += 1;
    }
    this.context.store.update<ReplicaSet>(REPLICA_SET, key, 'status', (current) => {
      const observedGeneration = current.metadata.generation ?? 0;
      const figures = { replicas, readyReplicas: ready, availableReplicas: ready, observedGeneration };
      if (saysSame(current.status, figures)) return current;
      return { ...current, status: { ...current.status, ...figures, fullyLabeledReplicas: replicas } };
    });
  }
}

function activePods(pods: ReadonlySet<PodRecord>): number {
  let active = 0;
  for (const record of pods) if (!isTerminating(record) && !isFinished(record)) active += 1;
  return active;
}

/**
 * Active pods, those first that go first: not bound, Pending, not Ready, cheapest to delete, most of the owner's pods on the
 * same node, Ready for the shortest time, newest.
 */
function surplusFirst(pods: ReadonlySet<PodRecord>): readonly PodRecord[] {
  const active = [...pods].filter((record) => !isTerminating(record) && !isFinished(record));
  const onNode = new Map<NodeRecord | undefined, number>();
  for (const { node } of active) onNode.set(node, (onNode.get(node) ?? 0) + 1);
  const doubled = (record: PodRecord): number => onNode.get(record.node) ?? 0;
  return active.sort(
    (one, other) =>
      stage(one) - stage(other) ||
      deletionCost(one) - deletionCost(other) ||
      doubled(other) - doubled(one) ||
      readySince(other) - readySince(one) ||
      other.id - one.id,
  );
}

function stage(record: PodRecord): number {
  if (record.node === undefined) return 0;
  if (record.object.status?.phase === 'Pending') return 1;
  return record.ready ? 3 : 2;
}

function deletionCost({ object }: PodRecord): number {
  const cost = Number(object.metadata.annotations?.['controller.kubernetes.io/pod-deletion-cost'] ?? 0);
  return Number.isNaN(cost) ? 0 : cost;
}

function readySince({ object }: PodRecord): number {
  const sinceMs = parseTime(findCondition(object.status?.conditions, 'Ready')?.lastTransitionTime ?? '');
  return Number.isNaN(sinceMs) ? 0 : sinceMs;
}
