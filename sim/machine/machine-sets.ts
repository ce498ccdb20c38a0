// The MachineSet controller: counts its Machines, deleting ones included, creates what is missing and deletes what is too many. A
// replacement is therefore made only when the old Machine object is gone, after drain, detach and deprovisioning.
// Source: cluster-api core/reconcilers/machineset; machine-api-operator pkg/controller/machineset.
//
// Divergence from reality: no adoption of Machines by selector. A Machine counts as ready and available when its Node is Ready; the
// numbers are written when Machines come and go and until all are ready, and follow Nodes after that only where somebody reads them;
// minReadySeconds, the numbers of up-to-date replicas and the set's conditions are not written. OpenShift's control plane sets
// do not exist: a control plane Machine of OpenShift that is deleted is never made again.

import type { MachineSet } from '../../core/api/machine.ts';
import type { Node } from '../../core/api/node.ts';
import { controllerOwner, keyOf, type ObjectKey } from '../../core/api/object.ts';
import { preflight } from '../../core/remediation/machine-set-preflight.ts';
import { LaggedQueue } from '../kernel/lagged-queue.ts';
import { deletionOrderOf, machinesToDelete } from './deletion-order.ts';
import { gridAtMs } from './drain-passes.ts';
import { withoutFinalizer } from './finalizers.ts';
import type { MachineContext } from './machine-context.ts';
import type { MachineCreation } from './machine-creation.ts';
import type { StoredMachine } from './machine-objects.ts';
import { OwnedMachines } from './owned-machines.ts';
import { isPaused } from './paused.ts';

/** Source: cluster-api, MachineSetFinalizer. */
export const MACHINE_SET_FINALIZER = 'cluster.x-k8s.io/machineset';
/** Source: preflightFailedRequeueAfter: 15 s. */
const PREFLIGHT_RETRY_MS = 15_000;
export const NO_CREATION = 'cluster.x-k8s.io/disable-machine-create';

export class MachineSets {
  private readonly context: MachineContext;
  private readonly queue: LaggedQueue;
  private readonly creation: MachineCreation;
  private readonly owned: OwnedMachines;
  /** Set uid to its key. */
  private readonly keys = new Map<string, ObjectKey>();
  /** Sets whose preflight checks fail, and since when. */
  private readonly held = new Map<string, number>();
  /** Sets whose ready replicas somebody reads. */
  private readonly followed = new Set<string>();
  private followsAll = false;
  /** Sets whose status says that not all replicas are ready. */
  private readonly incomplete = new Set<string>();
  /** The set that is being worked on: what its own creations change is counted at the end. */
  private current = '';

  constructor(context: MachineContext, creation: MachineCreation) {
    this.context = context;
    this.creation = creation;
    const { kernel, config } = context;
    this.owned = new OwnedMachines(context, context.kinds.machineSet.kind);
    this.queue = new LaggedQueue(kernel, 'machine set sync', config.kubernetes.watchLagMs, (uid) => this.sync(uid));
  }

  load(): void {
    const { store, kinds } = this.context;
    for (const machine of store.list(kinds.machine)) this.owned.machineChanged(undefined, machine);
    for (const set of store.list(kinds.machineSet)) {
      this.keys.set(set.metadata.uid, keyOf(set));
      const isOfDeployment = controllerOwner(set)?.kind === 'MachineDeployment';
      const isStale = isOfDeployment && set.status?.replicas !== this.owned.count(set.metadata.uid);
      if (this.missing(set) !== 0 || isStale) this.queue.add(set.metadata.uid);
    }
  }

  machineChanged(before: StoredMachine | undefined, after: StoredMachine | undefined): void {
    const uid = this.owned.machineChanged(before, after);
    if (uid !== undefined && uid !== this.current) this.queue.add(uid);
  }

  nodeChanged(nodeName: string, node: Node | undefined): void {
    const uid = this.owned.nodeChanged(nodeName, node);
    if (uid !== undefined && (this.followsAll || this.followed.has(uid) || this.incomplete.has(uid)))
      this.queue.add(uid);
  }

  /** Whether the numbers of ready replicas in a set's status shall follow its Nodes, as a rollout needs them. */
  follow(uid: string, follows: boolean): void {
    if (!follows) this.followed.delete(uid);
    else if (!this.followed.has(uid)) {
      this.followed.add(uid);
      this.queue.add(uid);
    }
  }

  /** The same of all sets from now on. */
  followAll(): void {
    this.followsAll = true;
  }

  /** A set came, is going, or its spec or annotations changed. */
  setChanged(set: MachineSet): void {
    this.keys.set(set.metadata.uid, keyOf(set));
    this.queue.add(set.metadata.uid);
  }

  /** A control plane changed: sets that it held look at it at their next try. */
  controlPlaneChanged(): void {
    const { kernel } = this.context;
    for (const [uid, sinceMs] of this.held) {
      kernel.call(gridAtMs(sinceMs, PREFLIGHT_RETRY_MS, kernel.nowMs), () => this.sync(uid));
    }
  }

  /** Positive: to be created; negative: too many. */
  private missing(set: MachineSet): number {
    return (set.spec?.replicas ?? 1) - this.owned.count(set.metadata.uid);
  }

  private sync(uid: string): void {
    const { store, kinds } = this.context;
    const key = this.keys.get(uid);
    const set = key === undefined ? undefined : store.get(kinds.machineSet, key);
    if (set === undefined || set.metadata.uid !== uid) return;
    if (set.metadata.deletionTimestamp !== undefined) {
      this.takeDown(set);
      return;
    }
    if (kinds.machineApi === 'cluster-api' && isPaused(set, store)) return;
    this.current = uid;
    const missing = this.missing(set);
    if (missing > 0) this.createMachines(set, missing);
    else if (missing < 0) this.deleteMachines(set, -missing);
    this.current = '';
    this.writeStatus(set);
  }

  /** A set that is being deleted: its Machines go first, then itself. */
  private takeDown(set: MachineSet): void {
    const { store, kinds } = this.context;
    const { uid, namespace = '' } = set.metadata;
    if (set.metadata.finalizers?.includes(MACHINE_SET_FINALIZER) !== true) return;
    for (const name of this.owned.names(uid)) {
      const machine = store.get(kinds.machine, { namespace, name });
      if (machine?.metadata.deletionTimestamp === undefined) store.delete(kinds.machine, { namespace, name });
    }
    if (this.owned.count(uid) > 0) return;
    store.update(kinds.machineSet, keyOf(set), 'main', (current) => withoutFinalizer(current, MACHINE_SET_FINALIZER));
  }

  private createMachines(set: MachineSet, count: number): void {
    const { kinds, store, kernel } = this.context;
    const { uid, annotations } = set.metadata;
    if (kinds.machineApi === 'cluster-api') {
      if (annotations?.[NO_CREATION] === 'true') return;
      if (preflight(set, store).failed.length > 0) {
        if (!this.held.has(uid)) this.held.set(uid, kernel.nowMs);
        return;
      }
      this.held.delete(uid);
    }
    const template = set.spec?.template;
    const { metadata, spec } = template ?? {};
    const made = {
      labels: { ...metadata?.labels },
      annotations: metadata?.annotations,
      apiVersion: set.apiVersion,
      spec,
    };
    for (let left = count; left > 0; left--) this.creation.create(set, made, this.owned.names(uid));
  }

  private deleteMachines(set: MachineSet, count: number): void {
    const { store, kinds, kernel } = this.context;
    const order = deletionOrderOf(set);
    if (order === undefined) return;
    const namespace = set.metadata.namespace ?? '';
    const machines = [...this.owned.names(set.metadata.uid)].flatMap((name) => {
      const machine = store.get(kinds.machine, { namespace, name });
      return machine === undefined ? [] : [machine];
    });
    for (const machine of machinesToDelete(machines, count, {
      machineApi: kinds.machineApi,
      order,
      nowMs: kernel.nowMs,
    })) {
      if (machine.metadata.deletionTimestamp === undefined) store.delete(kinds.machine, keyOf(machine));
    }
  }

  private writeStatus(set: MachineSet): void {
    const { store, kinds } = this.context;
    const { uid, namespace = '' } = set.metadata;
    const replicas = this.owned.count(uid);
    const ready = this.owned.readyCount(uid, namespace);
    if (ready < replicas) this.incomplete.add(uid);
    else this.incomplete.delete(uid);
    store.update(kinds.machineSet, keyOf(set), 'status', (current) => ({
      ...current,
      status: {
        ...current.status,
        replicas,
        readyReplicas: ready,
        availableReplicas: ready,
        ...(kinds.machineApi === 'openshift' ? { fullyLabeledReplicas: replicas } : {}),
        ...(current.metadata.generation === undefined ? {} : { observedGeneration: current.metadata.generation }),
      },
    }));
  }
}
