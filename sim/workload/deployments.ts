// The Deployment controller: one ReplicaSet per template. A changed template gets a new one, and replicas move over within
// maxSurge and maxUnavailable, or all at once under Recreate; a changed size goes to the ReplicaSets in proportion.
// Source: kubernetes pkg/controller/deployment (deployment_controller.go syncDeployment, sync.go, rolling.go, recreate.go,
// progress.go).
//
// Divergence from reality: a Deployment of the start without a ReplicaSet (partial dumps) is left to control-table.ts; a
// rollout has no deadline (progressDeadlineSeconds), so Progressing never turns False; no rollback, no adoption.

import { type Condition, withCondition } from '../../core/api/conditions.ts';
import { controllerOwner, keyOf } from '../../core/api/object.ts';
import { DEPLOYMENT, type Deployment, REPLICA_SET, type ReplicaSet } from '../../core/api/workload.ts';
import { LaggedQueue } from '../kernel/lagged-queue.ts';
import type { ReplicaControl } from './control-table.ts';
import { isFinished, isTerminating } from './pod-table.ts';
import {
  DESIRED_REPLICAS,
  MAX_REPLICAS,
  REVISION,
  revisionOf,
  revisionSet,
  sizeAnnotations,
  standsFor,
} from './revision-set.ts';
import { limitsOf, newReplicas, oldReplicas, proportional, type Revision, type RolloutLimits } from './rollout.ts';
import { saysSame } from './status-figures.ts';
import type { WorkloadContext } from './workload-context.ts';

/** Source: kubernetes pkg/apis/apps/v1/defaults.go. */
const HISTORY_LIMIT = 10;

interface Family {
  readonly deployment: Deployment;
  readonly limits: RolloutLimits;
  newest: ReplicaControl | undefined;
  /** In order of creation. */
  old: readonly ReplicaControl[];
}

export class Deployments {
  private readonly context: WorkloadContext;
  private readonly queue: LaggedQueue;
  /** By uid of the Deployment: its ReplicaSets' uids, in order of appearance. */
  private readonly sets = new Map<string, Set<string>>();
  private readonly byUid = new Map<string, Deployment>();

  constructor(context: WorkloadContext) {
    this.context = context;
    const { kernel, config } = context;
    this.queue = new LaggedQueue(kernel, 'deployment sync', config.kubernetes.watchLagMs, (uid) => this.sync(uid));
  }

  /** Acts at the start only where no ReplicaSet has the Deployment's template, or their sizes do not fit. */
  load(): void {
    const { store } = this.context;
    for (const object of store.list(REPLICA_SET)) this.note(object);
    for (const object of store.list(DEPLOYMENT)) {
      this.byUid.set(object.metadata.uid, object);
      const family = this.familyOf(object.metadata.uid);
      if (family === undefined) continue;
      const isWhole = family.newest !== undefined && sizeOf(family.newest) === family.limits.replicas;
      if (!isWhole || family.old.some((control) => sizeOf(control) > 0)) this.queue.add(object.metadata.uid);
    }
  }

  deploymentChanged(before: Deployment | undefined, after: Deployment | undefined): void {
    if (after === undefined) {
      if (before !== undefined) this.byUid.delete(before.metadata.uid);
      return;
    }
    this.byUid.set(after.metadata.uid, after);
    if (before?.spec !== after.spec) this.queue.add(after.metadata.uid);
  }

  replicaSetChanged(before: ReplicaSet | undefined, after: ReplicaSet | undefined): void {
    const object = after ?? before;
    const owner = object === undefined ? undefined : controllerOwner(object);
    if (object === undefined || owner === undefined || owner.kind !== 'Deployment') return;
    if (after === undefined) this.sets.get(owner.uid)?.delete(object.metadata.uid);
    else this.note(after);
    this.queue.add(owner.uid);
  }

  /** The pods of a ReplicaSet changed, and no status says so: a rollout under way goes on. */
  setSynced({ object }: ReplicaControl): void {
    const owner = controllerOwner(object);
    if (owner?.kind === 'Deployment' && this.isRolling(owner.uid)) this.queue.add(owner.uid);
  }

  /** Pods of more than one template are there, or fewer or more than are wanted. */
  isRolling(uid: string): boolean {
    const family = this.familyOf(uid);
    if (family === undefined) return false;
    const { newest, old, limits } = family;
    return newest === undefined || sizeOf(newest) !== limits.replicas || old.some((control) => sizeOf(control) > 0);
  }

  /** Writes every status that lags behind its pods. */
  settleStatus(): void {
    for (const uid of this.byUid.keys()) this.writeStatus(uid);
  }

  /** Pods of an old revision are gone for good: Recreate goes on. */
  podGone(control: ReplicaControl): void {
    const owner = controllerOwner(control.object);
    if (owner?.kind === 'Deployment' && control.pods.size === 0) this.queue.add(owner.uid);
  }

  /** The ReplicaSets of a Deployment, in order of appearance. */
  forSets(uid: string, visit: (control: ReplicaControl) => void): void {
    for (const setUid of this.sets.get(uid) ?? []) {
      const control = this.context.controls.get(setUid);
      if (control?.kind === 'ReplicaSet') visit(control);
    }
  }

  private note(object: ReplicaSet): void {
    const owner = controllerOwner(object);
    if (owner?.kind !== 'Deployment') return;
    const uids = this.sets.get(owner.uid);
    if (uids === undefined) this.sets.set(owner.uid, new Set([object.metadata.uid]));
    else uids.add(object.metadata.uid);
  }

  private familyOf(uid: string): Family | undefined {
    const deployment = this.byUid.get(uid);
    // A Deployment that is a control itself stands for ReplicaSets that nobody has.
    if (deployment === undefined || this.context.controls.get(uid) !== undefined) return undefined;
    const controls: ReplicaControl[] = [];
    this.forSets(uid, (control) => controls.push(control));
    const newest = controls.find(({ object }) => standsFor(object, deployment));
    const limits = limitsOf(deployment.spec?.replicas ?? 1, deployment.spec?.strategy?.rollingUpdate);
    return { deployment, limits, newest, old: controls.filter((control) => control !== newest) };
  }

  private sync(uid: string): void {
    const family = this.familyOf(uid);
    if (family === undefined || family.deployment.metadata.deletionTimestamp !== undefined) return;
    if (family.deployment.spec?.paused === true || this.wasScaled(family)) this.scaleAll(family);
    else if (family.deployment.spec?.strategy?.type === 'Recreate') this.recreate(family);
    else this.roll(family);
    this.cleanUp(family);
    if (this.context.status.followed) this.writeStatus(uid);
  }

  // Sizes

  /** Another size than that for which the ReplicaSets were scaled last. */
  private wasScaled({ newest, old, limits }: Family): boolean {
    return [...old, ...(newest === undefined ? [] : [newest])].some(({ object }) => {
      const desired = object.metadata.annotations?.[DESIRED_REPLICAS];
      return (object.spec?.replicas ?? 1) > 0 && desired !== undefined && Number(desired) !== limits.replicas;
    });
  }

  private scaleAll(family: Family): void {
    const { newest, old, limits } = family;
    const active = [...old, ...(newest === undefined ? [] : [newest])].filter((control) => sizeOf(control) > 0);
    const [only] = active;
    if (active.length <= 1) {
      const target = only ?? newest;
      if (target !== undefined) this.scale(target, limits.replicas, limits);
      return;
    }
    const former = Number(active[0]?.object.metadata.annotations?.[MAX_REPLICAS] ?? 0);
    const sizes = proportional(active.map(sizeOf), former, limits);
    for (const [index, control] of active.entries()) this.scale(control, sizes[index] ?? 0, limits);
  }

  private roll(family: Family): void {
    const { limits, old } = family;
    if (family.newest === undefined) {
      this.createNewest(family, newReplicas(0, sumOf(old), limits));
      return;
    }
    const { newest } = family;
    const size = sizeOf(newest);
    const next = newReplicas(size, sumOf(old), limits);
    if (next !== size) {
      this.scale(newest, next, limits);
      return;
    }
    if (sumOf(old) === 0) return;
    const sizes = oldReplicas(revisionFigures(newest), old.map(revisionFigures), limits);
    for (const [index, control] of old.entries()) this.scale(control, sizes[index] ?? 0, limits);
  }

  /** Nothing of the new before nothing is left of the old. */
  private recreate(family: Family): void {
    const { newest, old, limits } = family;
    for (const control of old) this.scale(control, 0, limits);
    for (const { pods } of old) for (const record of pods) if (!isFinished(record)) return;
    if (newest === undefined) this.createNewest(family, limits.replicas);
    else this.scale(newest, limits.replicas, limits);
  }

  private createNewest({ deployment, limits, old }: Family, replicas: number): void {
    const { store } = this.context;
    const revision = Math.max(0, ...old.map(({ object }) => revisionOf(object))) + 1;
    store.create(REPLICA_SET, revisionSet(deployment, revision, replicas, limits));
    store.update<Deployment>(DEPLOYMENT, keyOf(deployment), 'main', (current) => ({
      ...current,
      metadata: {
        ...current.metadata,
        annotations: { ...current.metadata.annotations, [REVISION]: String(revision) },
      },
    }));
  }

  private scale(control: ReplicaControl, replicas: number, limits: RolloutLimits): void {
    if (sizeOf(control) === replicas) return;
    this.context.store.update<ReplicaSet>(REPLICA_SET, control.key, 'main', (current) => ({
      ...current,
      metadata: { ...current.metadata, annotations: { ...current.metadata.annotations, ...sizeAnnotations(limits) } },
      spec: { ...current.spec, replicas },
    }));
  }

  /** Once the rollout is complete, the oldest empty revisions beyond the limit go. */
  private cleanUp({ deployment, newest, old, limits }: Family): void {
    if (newest === undefined || availableOf(newest) < limits.replicas || sumOf(old) > 0) return;
    const surplus = old.length - (deployment.spec?.revisionHistoryLimit ?? HISTORY_LIMIT);
    if (surplus <= 0) return;
    const oldest = [...old].sort((one, other) => revisionOf(one.object) - revisionOf(other.object)).slice(0, surplus);
    for (const control of oldest) if (control.pods.size === 0) this.context.store.delete(REPLICA_SET, control.key);
  }

  // Status

  private writeStatus(uid: string): void {
    const family = this.familyOf(uid);
    if (family === undefined) return;
    const { newest, old, limits, deployment } = family;
    const all = newest === undefined ? old : [...old, newest];
    const total = all.reduce((count, control) => count + podsOf(control), 0);
    const available = all.reduce((count, control) => count + availableOf(control), 0);
    const figures = {
      replicas: total,
      updatedReplicas: newest === undefined ? 0 : podsOf(newest),
      readyReplicas: available,
      availableReplicas: available,
      unavailableReplicas: Math.max(0, all.reduce((count, control) => count + sizeOf(control), 0) - available),
    };
    const isComplete = figures.updatedReplicas === limits.replicas && total === limits.replicas && available === total;
    const isEnough = available >= limits.replicas - limits.maxUnavailable;
    const { store, kernel } = this.context;
    store.update<Deployment>(DEPLOYMENT, keyOf(deployment), 'status', (current) => {
      const status = { ...figures, observedGeneration: current.metadata.generation ?? 0 };
      if (saysSame(current.status, status)) return current;
      const conditions = conditionsOf(current.status?.conditions, isEnough, isComplete, kernel.nowMs);
      return { ...current, status: { ...current.status, ...status, conditions } };
    });
  }
}

function conditionsOf(
  conditions: readonly Condition[] | undefined,
  isEnough: boolean,
  isComplete: boolean,
  nowMs: number,
): readonly Condition[] {
  const available = {
    type: 'Available',
    status: isEnough ? 'True' : 'False',
    reason: isEnough ? 'MinimumReplicasAvailable' : 'MinimumReplicasUnavailable',
    message: isEnough ? 'Deployment has minimum availability.' : 'Deployment does not have minimum availability.',
  } as const;
  const progressing = {
    type: 'Progressing',
    status: 'True',
    reason: isComplete ? 'NewReplicaSetAvailable' : 'ReplicaSetUpdated',
  } as const;
  return withCondition(withCondition(conditions, available, nowMs), progressing, nowMs);
}

function sizeOf({ object }: ReplicaControl): number {
  return object.spec?.replicas ?? 1;
}

function sumOf(controls: readonly ReplicaControl[]): number {
  return controls.reduce((total, control) => total + sizeOf(control), 0);
}

function podsOf({ pods }: ReplicaControl): number {
  let count = 0;
  for (const record of pods) if (!isTerminating(record) && !isFinished(record)) count += 1;
  return count;
}

function availableOf({ pods }: ReplicaControl): number {
  let count = 0;
  for (const record of pods) if (record.ready) count += 1;
  return count;
}

function revisionFigures(control: ReplicaControl): Revision {
  return { replicas: sizeOf(control), available: availableOf(control) };
}
