// The StatefulSet controller: at most one pod per identity, in ordinal order. While the old object of an ordinal exists, even
// terminating on a dead node, there is no second one: only its kubelet, a force delete, the deletion of the Node or the
// out-of-service taint lets the successor be made. Updates go from the highest ordinal down to the partition, each waiting for
// the one before; surplus ordinals go from the highest, too.
// Source: kubernetes pkg/controller/statefulset/stateful_set_control.go (updateStatefulSet, processReplica, processCondemned):
// the monotonic mode returns at the first replica that is terminating or not Ready.
//
// Divergence from reality: claims are not created and never deleted; availability is readiness (minReadySeconds is not
// waited for); maxUnavailable of a rolling update is not read.

import { POD, STATEFUL_SET, type StatefulSet } from '../../core/api/workload.ts';
import { LaggedQueue } from '../kernel/lagged-queue.ts';
import type { StatefulControl } from './control-table.ts';
import { isFinished, isTerminating, type PodRecord } from './pod-table.ts';
import { ordinalName, ordinalOf } from './pod-template.ts';
import { wantedReplicas } from './required-replicas.ts';
import { revisionOfPod, SetRevisions } from './set-revisions.ts';
import { saysSame } from './status-figures.ts';
import type { WorkloadContext } from './workload-context.ts';

export class StatefulSets {
  private readonly context: WorkloadContext;
  private readonly queue: LaggedQueue;
  private readonly revisions = new SetRevisions();
  /** Keys of the pods of a set by ordinal, made once. */
  private readonly texts = new Map<string, string[]>();

  constructor(context: WorkloadContext) {
    this.context = context;
    const { kernel, config } = context;
    this.queue = new LaggedQueue(kernel, 'stateful set sync', config.kubernetes.watchLagMs, (uid) => this.sync(uid));
  }

  /** Acts at the start only on sets that have too few pods or too many. */
  load(): void {
    for (const control of this.context.controls.all()) {
      if (control.kind !== 'StatefulSet') continue;
      this.revisions.of(control);
      if (control.pods.size !== wantedReplicas(control)) this.queue.add(control.uid);
    }
  }

  /** A pod of the set came, went, began to terminate or became ready, or the set changed. */
  changed(uid: string): void {
    this.queue.add(uid);
  }

  removed(uid: string): void {
    this.revisions.forget(uid);
    this.texts.delete(uid);
  }

  /** Writes every status that lags behind its pods. */
  settleStatus(): void {
    for (const control of this.context.controls.all()) if (control.kind === 'StatefulSet') this.writeStatus(control);
  }

  private sync(uid: string): void {
    const control = this.context.controls.get(uid);
    if (control?.kind !== 'StatefulSet') return;
    if (control.object.metadata.deletionTimestamp === undefined && this.fill(control) && this.shrink(control)) {
      this.roll(control);
    }
    if (this.context.status.followed) this.writeStatus(control);
  }

  /** Makes what is missing, lowest ordinal first; false where the rest has to wait. */
  private fill(control: StatefulControl): boolean {
    const ordered = isOrdered(control);
    const first = firstOrdinal(control);
    const end = first + wantedReplicas(control);
    for (let ordinal = first; ordinal < end; ordinal++) {
      const record = this.podOf(control, ordinal);
      if (record === undefined) {
        this.create(control, ordinal);
        if (ordered) return false;
      } else if (isFinished(record)) {
        this.remove(record);
        return false;
      } else if (ordered && !record.ready) {
        return false;
      }
    }
    return true;
  }

  /** Takes ordinals beyond the wanted ones away, highest first; false where the rest has to wait. */
  private shrink(control: StatefulControl): boolean {
    const ordered = isOrdered(control);
    const first = firstOrdinal(control);
    const end = first + wantedReplicas(control);
    const condemned = [...control.pods]
      .map((record) => ({ record, ordinal: ordinalOfPod(record) }))
      .filter(({ ordinal }) => ordinal < first || ordinal >= end)
      .sort((one, other) => other.ordinal - one.ordinal);
    // The lowest unhealthy one may go first where all wait for it.
    const unhealthy = condemned.findLast(({ record }) => !record.ready)?.record;
    for (const { record } of condemned) {
      if (isTerminating(record)) {
        if (ordered) return false;
        continue;
      }
      if (ordered && !record.ready && record !== unhealthy) return false;
      this.remove(record);
      if (ordered) return false;
    }
    return true;
  }

  /** Deletes one pod of a former revision, from the highest ordinal down to the partition; an unhealthy one is waited for. */
  private roll(control: StatefulControl): void {
    const { updateStrategy } = control.object.spec ?? {};
    if (updateStrategy?.type === 'OnDelete') return;
    const revisions = this.revisions.of(control);
    const first = firstOrdinal(control);
    const lowest = Math.max(first, updateStrategy?.rollingUpdate?.partition ?? 0);
    for (let ordinal = first + wantedReplicas(control) - 1; ordinal >= lowest; ordinal--) {
      const record = this.podOf(control, ordinal);
      if (record === undefined) return;
      if (revisionOfPod(record, revisions) !== revisions.update.name && !isTerminating(record)) {
        this.remove(record);
        return;
      }
      if (!record.ready) return;
    }
    if (lowest === first) this.revisions.completed(control);
  }

  private create(control: StatefulControl, ordinal: number): void {
    const { store, config } = this.context;
    const { current, update } = this.revisions.of(control);
    const { updateStrategy } = control.object.spec ?? {};
    const partition = updateStrategy?.type === 'OnDelete' ? 0 : (updateStrategy?.rollingUpdate?.partition ?? 0);
    const revision = ordinal < partition ? current : update;
    control.created += 1;
    store.create(POD, ordinalOf(control, ordinal, revision, config.kubernetes.tolerationMs));
  }

  private remove(record: PodRecord): void {
    if (!isTerminating(record)) this.context.store.delete(POD, record.key, { onlyIf: { uid: record.uid } });
  }

  private writeStatus(control: StatefulControl): void {
    const revisions = this.revisions.of(control);
    const count = { replicas: 0, ready: 0, current: 0, updated: 0 };
    for (const record of control.pods) {
      count.replicas += 1;
      if (record.ready) count.ready += 1;
      if (isTerminating(record)) continue;
      const revision = revisionOfPod(record, revisions);
      if (revision === revisions.current.name) count.current += 1;
      if (revision === revisions.update.name) count.updated += 1;
    }
    this.context.store.update<StatefulSet>(STATEFUL_SET, control.key, 'status', (object) => {
      const figures = {
        replicas: count.replicas,
        readyReplicas: count.ready,
        availableReplicas: count.ready,
        updatedReplicas: count.updated,
        observedGeneration: object.metadata.generation ?? 0,
      };
      if (saysSame(object.status, figures)) return object;
      const named = { currentRevision: revisions.current.name, updateRevision: revisions.update.name };
      return { ...object, status: { ...object.status, ...figures, currentReplicas: count.current, ...named } };
    });
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

function isOrdered({ object }: StatefulControl): boolean {
  return object.spec?.podManagementPolicy !== 'Parallel';
}

function firstOrdinal({ object }: StatefulControl): number {
  return object.spec?.ordinals?.start ?? 0;
}

/** -1 for a pod whose name has none. */
function ordinalOfPod({ object }: PodRecord): number {
  const { name } = object.metadata;
  const ordinal = Number(name.slice(name.lastIndexOf('-') + 1));
  return Number.isInteger(ordinal) ? ordinal : -1;
}
