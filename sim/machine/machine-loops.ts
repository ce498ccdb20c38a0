// MachineLoops: the Machine API of either kind put together: MachineSets, the provider that claims hosts, and deletion.
// One tap names the Machines that a change concerns; they are worked on later, through the kernel, and where the provider
// polls hosts instead of watching them, on its grid. Machines that run schedule nothing.
//
// Divergence from reality: each loop's file has its own list.

import { CAPI_CLUSTER, CAPI_MACHINE_DEPLOYMENT, KUBEADM_CONTROL_PLANE } from '../../core/api/cluster.ts';
import { parseKey } from '../../core/api/machine.ts';
import { NODE, type Node, readyCondition } from '../../core/api/node.ts';
import { type Kind, keyOf, keyString, type ObjectMeta } from '../../core/api/object.ts';
import { VOLUME_ATTACHMENT } from '../../core/api/workload.ts';
import { machineKeyOfHost } from '../../core/cluster/machine-links.ts';
import type { Change } from '../api-server/change.ts';
import type { ObjectStore } from '../api-server/object-store.ts';
import { isOf } from '../api-server/typed-change.ts';
import type { SimConfig } from '../config.ts';
import type { Kernel } from '../kernel/kernel.ts';
import { LaggedQueue } from '../kernel/lagged-queue.ts';
import type { Draws } from '../kernel/rng.ts';
import type { HostTruth } from '../truth.ts';
import { isControlPlaneMachine } from './control-plane-join.ts';
import { EtcdMembers } from './etcd-members.ts';
import { isAvailable } from './host-choice.ts';
import { HostClaims } from './host-claim.ts';
import { KubeadmControlPlanes } from './kubeadm-control-planes.ts';
import type { MachineContext, NodeDrain } from './machine-context.ts';
import { MachineCreation } from './machine-creation.ts';
import { MachineDeletions } from './machine-deletion.ts';
import { MachineDeployments } from './machine-deployments.ts';
import { MACHINE_KINDS, REQUEUE_MS, STORED_HOST, type StoredHost, type StoredMachine } from './machine-objects.ts';
import { MachineReadiness } from './machine-readiness.ts';
import { MachineSets } from './machine-sets.ts';
import { isPaused } from './paused.ts';

export interface MachineOptions {
  readonly store: ObjectStore;
  readonly kernel: Kernel;
  readonly config: SimConfig;
  readonly draws: Draws;
  readonly truth: HostTruth;
  readonly drain: NodeDrain;
}

export class MachineLoops {
  /** The members of etcd; who must know of the quorum listens here. */
  readonly etcd: EtcdMembers;
  private readonly context: MachineContext;
  private readonly creation: MachineCreation;
  private readonly sets: MachineSets;
  /** Cluster API only. */
  private readonly deployments: MachineDeployments | undefined;
  private readonly controlPlanes: KubeadmControlPlanes;
  private readiness: MachineReadiness | undefined;
  private readonly claims: HostClaims;
  private readonly deletions: MachineDeletions;
  private readonly queue: LaggedQueue;
  /** Machines (`namespace/name`) without a host, and since when they ask for one. */
  private readonly waitingForHost = new Map<string, number>();
  /** Machines that look at their host on a grid, and its origin. */
  private readonly polling = new Map<string, number>();

  constructor(options: MachineOptions) {
    const { store, kernel, config, draws, truth, drain } = options;
    this.context = { store, kernel, config, draws, truth, drain, kinds: MACHINE_KINDS[config.machineApi] };
    this.queue = new LaggedQueue(kernel, 'machine sync', config.kubernetes.watchLagMs, (text) => this.sync(text));
    this.creation = new MachineCreation(this.context);
    this.sets = new MachineSets(this.context, this.creation);
    if (config.machineApi === 'cluster-api')
      this.deployments = new MachineDeployments(this.context, (uid, follows) => this.sets.follow(uid, follows));
    this.etcd = new EtcdMembers(kernel, truth);
    this.controlPlanes = new KubeadmControlPlanes(this.context, this.creation, this.etcd);
    this.claims = new HostClaims(this.context);
    this.deletions = new MachineDeletions(
      this.context,
      (text) => this.queue.add(text),
      (machine, host) => this.claims.released(machine, host),
    );
  }

  /** Takes over what the store holds and begins to react; Machines that run and sets that are complete are left alone. */
  start(): void {
    const { store, kinds } = this.context;
    const { machineApi } = kinds;
    this.etcd.start(this.context.config.hosts);
    this.claims.load();
    this.sets.load();
    if (machineApi === 'cluster-api') this.controlPlanes.load();
    this.deployments?.load();
    for (const machine of store.list(kinds.machine)) {
      if (isUnsettled(machine)) this.queue.add(keyString(keyOf(machine)));
    }
    const watched: Kind[] = [kinds.machine, STORED_HOST, NODE, kinds.machineSet, VOLUME_ATTACHMENT];
    if (machineApi === 'cluster-api') watched.push(KUBEADM_CONTROL_PLANE, CAPI_MACHINE_DEPLOYMENT, CAPI_CLUSTER);
    store.tap((change) => this.apply(change), watched);
  }

  /**
   * For a virtual cluster whose API somebody reads while it runs, before `start`: the ready replicas in the status of MachineSets
   * and MachineDeployments, and in Cluster API the readiness conditions of Machines, follow every change of a Node. Else the
   * numbers do so during rollouts only, and the conditions are not written.
   */
  followReadiness(): void {
    this.sets.followAll();
    if (this.context.kinds.machineApi === 'cluster-api') this.readiness ??= new MachineReadiness(this.context);
  }

  private apply(change: Change): void {
    const { kinds } = this.context;
    if (isOf(change, kinds.machine)) {
      this.sets.machineChanged(change.before, change.after);
      this.controlPlanes.machineChanged(change.before, change.after);
      this.readiness?.machineChanged(change.before, change.after);
      this.machineChanged(change.before, change.after);
    } else if (isOf(change, STORED_HOST)) {
      this.hostChanged(change.before, change.after);
    } else if (isOf(change, NODE)) {
      this.nodeChanged(change.before, change.after);
    } else if (isOf(change, kinds.machineSet)) {
      const { before, after } = change;
      if (after !== undefined && isAskedAnew(before, after)) this.sets.setChanged(after);
      this.deployments?.setChanged(before, after);
    } else if (isOf(change, KUBEADM_CONTROL_PLANE)) {
      const { before, after } = change;
      const isNew = isAskedAnew(before, after);
      if (after !== undefined && isNew) this.controlPlanes.changed(after);
      if (isNew || before?.status?.version !== after?.status?.version) this.sets.controlPlaneChanged();
    } else if (isOf(change, CAPI_MACHINE_DEPLOYMENT)) {
      const { before, after } = change;
      if (after !== undefined && isAskedAnew(before, after)) this.deployments?.changed(after);
    } else if (isOf(change, CAPI_CLUSTER)) {
      if (change.before?.spec?.paused === true && change.after?.spec?.paused !== true) this.resume();
    } else if (isOf(change, VOLUME_ATTACHMENT)) {
      if (change.after === undefined) this.deletions.attachmentGone(change.before?.spec?.nodeName ?? '');
    }
  }

  /** A Cluster is no longer paused: everything in it is looked at again. */
  private resume(): void {
    const { store, kinds } = this.context;
    for (const set of store.list(kinds.machineSet)) this.sets.setChanged(set);
    for (const deployment of store.list(CAPI_MACHINE_DEPLOYMENT)) this.deployments?.changed(deployment);
    for (const controlPlane of store.list(KUBEADM_CONTROL_PLANE)) this.controlPlanes.changed(controlPlane);
    for (const machine of store.list(kinds.machine)) {
      if (isUnsettled(machine)) this.queue.add(keyString(keyOf(machine)));
    }
  }

  private machineChanged(before: StoredMachine | undefined, after: StoredMachine | undefined): void {
    const nodeName = after?.status?.nodeRef?.name;
    if (nodeName !== undefined && before?.status?.nodeRef === undefined && isControlPlaneMachine(after)) {
      this.joinEtcd(nodeName);
    }
    if (after === undefined) {
      if (before === undefined) return;
      const gone = keyString(keyOf(before));
      this.deletions.forget(gone);
      this.waitingForHost.delete(gone);
      this.polling.delete(gone);
      return;
    }
    const goes = after.metadata.deletionTimestamp !== undefined;
    const began = goes && before?.metadata.deletionTimestamp === undefined;
    // Somebody who set a hook or paused it took that away.
    const isAnnotated = before?.metadata.annotations !== after.metadata.annotations;
    const unhooked = (isAnnotated && isUnsettled(after)) || (goes && before?.spec !== after.spec);
    if (before === undefined || began || unhooked) {
      const text = keyString(keyOf(after));
      this.waitingForHost.delete(text);
      this.polling.delete(text);
      this.queue.add(text);
    }
  }

  /** A kubelet that registers makes its Machine's Node; readiness and cordon matter to deletions and counts. */
  private nodeChanged(before: Node | undefined, after: Node | undefined): void {
    const name = (after ?? before)?.metadata.name ?? '';
    if (before === undefined) {
      const { truth, config, store } = this.context;
      const index = truth.indexOfNode(name);
      const host = index < 0 ? undefined : config.hosts[index];
      if (host !== undefined) this.wakeConsumer(store.get(STORED_HOST, host));
      if (this.etcd.roleOf(index) !== undefined) this.etcd.join(index);
    }
    if (seemsSame(before, after)) return;
    this.deletions.nodeChanged(name);
    this.sets.nodeChanged(name, after);
    this.controlPlanes.nodeChanged(name, after);
    this.readiness?.nodeChanged(name);
  }

  private hostChanged(before: StoredHost | undefined, after: StoredHost | undefined): void {
    if (after === undefined) {
      this.wakeConsumer(before);
      return;
    }
    const { machineApi } = this.context.kinds;
    if (isAvailable(after, machineApi) && (before === undefined || !isAvailable(before, machineApi))) {
      for (const [text, sinceMs] of this.waitingForHost) this.queueOnGrid(text, sinceMs, REQUEUE_MS);
    }
    const state = after.status?.provisioning?.state;
    const moved = before?.status?.provisioning?.state !== state;
    if (moved && (state === 'deprovisioning' || state === 'provisioning')) {
      this.etcd.wiped(this.context.truth.indexOfHost(keyOf(after)));
    }
    if (moved || before?.status?.poweredOn !== after.status?.poweredOn) this.wakeConsumer(after);
  }

  private joinEtcd(nodeName: string): void {
    const index = this.context.truth.indexOfNode(nodeName);
    if (index >= 0) this.etcd.join(index);
  }

  private wakeConsumer(host: StoredHost | undefined): void {
    const { kinds, store } = this.context;
    const key = host === undefined ? undefined : machineKeyOfHost(kinds.machineApi, host, store);
    if (key === undefined) return;
    const text = keyString(key);
    const originMs = this.polling.get(text);
    if (originMs === undefined || kinds.hostPollMs === undefined) this.queue.add(text);
    else this.queueOnGrid(text, originMs, kinds.hostPollMs);
  }

  /** At the first instant of a polling grid at which the change is visible. */
  private queueOnGrid(text: string, originMs: number, periodMs: number): void {
    const { kernel, config } = this.context;
    const lagMs = config.kubernetes.watchLagMs;
    const polls = Math.ceil((kernel.nowMs + lagMs - originMs) / periodMs);
    const atMs = originMs + Math.max(1, polls) * periodMs - lagMs;
    if (atMs <= kernel.nowMs) this.queue.add(text);
    else kernel.call(atMs, () => this.queue.add(text));
  }

  private sync(text: string): void {
    const { store, kinds, kernel } = this.context;
    const key = parseKey(text);
    const machine = key === undefined ? undefined : store.get(kinds.machine, key);
    if (machine === undefined) return;
    if (kinds.machineApi === 'cluster-api' && isPaused(machine, store)) return;
    if (machine.metadata.deletionTimestamp !== undefined) {
      if (this.deletions.advance(machine)) this.pollFrom(text, kernel.nowMs);
      return;
    }
    const waitsFor = this.claims.advance(machine);
    if (waitsFor === 'host') {
      if (!this.waitingForHost.has(text)) this.waitingForHost.set(text, kernel.nowMs);
      return;
    }
    this.waitingForHost.delete(text);
    if (waitsFor === 'deployment') this.pollFrom(text, kernel.nowMs);
    else this.polling.delete(text);
  }

  private pollFrom(text: string, originMs: number): void {
    if (!this.polling.has(text)) this.polling.set(text, originMs);
  }
}

/** Not only its status changed. */
function isAskedAnew(
  before: { readonly spec?: unknown; readonly metadata: ObjectMeta } | undefined,
  after: { readonly spec?: unknown; readonly metadata: ObjectMeta } | undefined,
): boolean {
  return (
    before?.spec !== after?.spec ||
    before?.metadata.annotations !== after?.metadata.annotations ||
    before?.metadata.deletionTimestamp !== after?.metadata.deletionTimestamp
  );
}

/** Being deleted, or without its Node. */
function isUnsettled({ metadata, status }: StoredMachine): boolean {
  return metadata.deletionTimestamp !== undefined || status?.nodeRef === undefined;
}

function seemsSame(before: Node | undefined, after: Node | undefined): boolean {
  if (before === undefined || after === undefined) return false;
  return (
    before.spec?.unschedulable === after.spec?.unschedulable &&
    (before.status?.conditions === after.status?.conditions ||
      readyCondition(before)?.status === readyCondition(after)?.status)
  );
}
