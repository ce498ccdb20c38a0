// WorkloadLoops: Kubernetes' own control of pods, put together. One tap keeps the tables in step with the store and tells each
// loop what concerns it; the loops act later, through the kernel, as watchers do. Healthy pods schedule nothing.
//
// Divergence from reality: each loop's file has its own list.

import { NODE, type Node } from '../../core/api/node.ts';
import type { Kind } from '../../core/api/object.ts';
import {
  DAEMON_SET,
  DEPLOYMENT,
  type Deployment,
  JOB,
  type PersistentVolumeClaim,
  POD,
  POD_DISRUPTION_BUDGET,
  type Pod,
  REPLICA_SET,
  STATEFUL_SET,
  VOLUME_ATTACHMENT,
} from '../../core/api/workload.ts';
import type { Change } from '../api-server/change.ts';
import { KubeEvents } from '../api-server/kube-events.ts';
import type { ObjectStore } from '../api-server/object-store.ts';
import { isOf } from '../api-server/typed-change.ts';
import type { SimConfig } from '../config.ts';
import type { Kernel } from '../kernel/kernel.ts';
import type { Draws } from '../kernel/rng.ts';
import type { HostTruth, StorageTruth } from '../truth.ts';
import { AttachDetach } from './attach-detach.ts';
import { Availability } from './availability.ts';
import { type Control, ControlTable } from './control-table.ts';
import { DaemonSets } from './daemon-sets.ts';
import { Deployments } from './deployments.ts';
import { DisruptionController } from './disruption-controller.ts';
import { type DrainOptions, Drains } from './drains.ts';
import { JobWork } from './job-work.ts';
import { Jobs } from './jobs.ts';
import { NodeTable } from './node-table.ts';
import { PendingPods } from './pending-pods.ts';
import { PodGarbage } from './pod-gc.ts';
import { isFinished, isTerminating, type PodRecord, PodTable } from './pod-table.ts';
import { Kubelets } from './pods.ts';
import { PressureEvictions } from './pressure-evictions.ts';
import { ReplicaSets } from './replica-sets.ts';
import { Scheduler } from './scheduler.ts';
import { type ProcessStep, Serving } from './serving.ts';
import { StatefulSets } from './stateful-sets.ts';
import { TaintEviction } from './taint-eviction.ts';
import { UnreplicatedPods } from './unreplicated-pods.ts';
import { VIRTUAL_MACHINE_KINDS, VirtualMachineLoops } from './virtual-machine-loops.ts';
import { VolumeTable } from './volume-table.ts';
import { type ExcludedWorkload, WorkloadAccounts } from './workload-accounts.ts';
import type { WorkloadContext } from './workload-context.ts';
import type { AvailabilityTotals } from './workload-totals.ts';

export interface WorkloadOptions {
  readonly store: ObjectStore;
  readonly kernel: Kernel;
  readonly config: SimConfig;
  readonly draws: Draws;
  readonly truth: HostTruth;
  readonly storage: StorageTruth;
  /** Index of the pool behind a claim, or -1. Asked once per claim. */
  readonly poolOfClaim: (claim: PersistentVolumeClaim) => number;
  /** Where the loops record their events; absent: nowhere. */
  readonly events?: KubeEvents;
}

const WATCHED_KINDS: readonly Kind[] = [
  POD,
  NODE,
  REPLICA_SET,
  STATEFUL_SET,
  DEPLOYMENT,
  DAEMON_SET,
  JOB,
  VOLUME_ATTACHMENT,
  POD_DISRUPTION_BUDGET,
  ...VIRTUAL_MACHINE_KINDS,
];

export class WorkloadLoops {
  readonly availability: Availability;
  private readonly context: WorkloadContext;
  private readonly unreplicated: UnreplicatedPods;
  private readonly pending: PendingPods;
  private readonly serving: Serving;
  private readonly kubelets: Kubelets;
  /** What kubelets do to their pods when their hosts run short of something. */
  readonly pressure: PressureEvictions;
  private readonly machines: VirtualMachineLoops;
  private readonly replicaSets: ReplicaSets;
  private readonly statefulSets: StatefulSets;
  private readonly deployments: Deployments;
  private readonly daemonSets: DaemonSets;
  private readonly jobs: Jobs;
  private readonly scheduler: Scheduler;
  private readonly taintEviction: TaintEviction;
  private readonly podGarbage: PodGarbage;
  private readonly attachDetach: AttachDetach;
  private readonly drains: Drains;
  private readonly disruption: DisruptionController;
  private readonly accounts: WorkloadAccounts;

  constructor(options: WorkloadOptions) {
    const { store, kernel, config, draws, truth, storage, poolOfClaim, events = new KubeEvents() } = options;
    const controls = new ControlTable(store);
    const nodes = new NodeTable(truth);
    const volumes = new VolumeTable(store, poolOfClaim);
    const pods = new PodTable(controls, nodes, volumes);
    this.availability = new Availability(kernel, config.reportSlowness === true);
    const availability = this.availability;
    const jobWork = new JobWork(kernel, availability);
    const status = { followed: false };
    const tables = { controls, nodes, volumes, pods, availability, jobWork, status };
    const context = { store, kernel, config, draws, truth, storage, events, ...tables };
    this.context = context;
    this.accounts = new WorkloadAccounts(context);
    this.unreplicated = new UnreplicatedPods(availability, jobWork);
    this.pending = new PendingPods(kernel, availability);
    this.serving = new Serving(context);
    this.kubelets = new Kubelets(context, this.serving);
    this.pressure = new PressureEvictions(context, this.serving);
    this.machines = new VirtualMachineLoops(context, this.serving);
    this.replicaSets = new ReplicaSets(context, (control) => this.deployments.setSynced(control));
    this.statefulSets = new StatefulSets(context);
    this.deployments = new Deployments(context);
    this.daemonSets = new DaemonSets(context);
    this.jobs = new Jobs(context);
    this.scheduler = new Scheduler(context);
    this.taintEviction = new TaintEviction(context);
    this.podGarbage = new PodGarbage(context);
    this.attachDetach = new AttachDetach(context, (record) => this.kubelets.volumesAttached(record));
    this.drains = new Drains(context);
    this.disruption = new DisruptionController(context);
  }

  /**
   * Takes over what the store holds and begins to react. Call once, after the initial objects were loaded and host and
   * storage truth are set. Writes nothing at that moment, and nothing later while the initial state is consistent.
   */
  start(): void {
    const { store, controls, nodes, pods, truth, storage } = this.context;
    for (const node of store.list(NODE)) nodes.apply(node.metadata.name, node);
    controls.load();
    for (const control of controls.all()) this.accounts.declare(control);
    for (const pod of store.list(POD)) this.podAdded(pods.add(pod));
    this.attachDetach.load();
    this.kubelets.load();
    this.taintEviction.load();
    this.podGarbage.load();
    this.scheduler.load();
    this.replicaSets.load();
    this.statefulSets.load();
    this.deployments.load();
    this.daemonSets.load();
    this.jobs.load();
    this.disruption.load();
    this.machines.load();
    this.availability.begin();
    truth.onChange((host) => this.hostChanged(host));
    storage.onChange((pool) => this.serving.poolChanged(pool));
    store.tap((change) => this.apply(change), WATCHED_KINDS);
  }

  /** Before `start`, for a cluster that others look at: the status of owners and budgets is written whenever it changes. */
  followStatus(): void {
    this.context.status.followed = true;
  }

  /** Called whenever the containers of a pod begin to execute or end, from `start` on; one listener. */
  onProcess(listener: (record: PodRecord, step: ProcessStep) => void): void {
    this.serving.onProcess(listener);
  }

  /** Brings the status of owners and budgets up to date where it is not followed. */
  settleStatus(): void {
    this.replicaSets.settleStatus();
    this.deployments.settleStatus();
    this.statefulSets.settleStatus();
    this.disruption.settleStatus();
  }

  /** What users of the cluster lost up to now. */
  totals(): AvailabilityTotals {
    this.pending.settle();
    this.context.jobWork.settle();
    return this.availability.totals();
  }

  /** See Drains.drain. */
  drain(nodeName: string, options: DrainOptions, done: (drained: boolean) => void): readonly string[] {
    return this.drains.drain(nodeName, options, done);
  }

  uncordon(nodeName: string): void {
    this.drains.uncordon(nodeName);
  }

  /** Pods of counted workloads that found a new place since the start. */
  get podsMoved(): number {
    return this.scheduler.bound;
  }

  /** In the order in which they were found. */
  get excluded(): readonly ExcludedWorkload[] {
    return this.accounts.excluded;
  }

  private hostChanged(host: number): void {
    this.serving.hostChanged(host);
    this.kubelets.hostChanged(host);
    const node = this.context.nodes.ofHost(host);
    if (node !== undefined && this.context.nodes.acts(node)) this.attachDetach.nodeChanged(node);
  }

  private apply(change: Change): void {
    if (isOf(change, POD)) this.applyPod(change.before, change.after);
    else if (isOf(change, NODE)) this.applyNode(change.before, change.after);
    else if (isOf(change, REPLICA_SET)) this.applyOwner('ReplicaSet', change.before, change.after);
    else if (isOf(change, STATEFUL_SET)) this.applyOwner('StatefulSet', change.before, change.after);
    else if (isOf(change, DEPLOYMENT)) this.applyOwner('Deployment', change.before, change.after);
    else if (isOf(change, DAEMON_SET)) this.daemonSets.setChanged(change.before, change.after);
    else if (isOf(change, JOB)) this.jobs.jobChanged(change.before, change.after);
    else if (isOf(change, VOLUME_ATTACHMENT) && change.after === undefined && change.before !== undefined) {
      this.attachDetach.attachmentRemoved(change.before);
    } else if (isOf(change, POD_DISRUPTION_BUDGET)) {
      this.disruption.budgetChanged(change.before, change.after);
      this.drains.retryRefused((change.after ?? change.before)?.metadata.namespace ?? '');
    } else this.machines.apply(change);
  }

  private applyPod(before: Pod | undefined, after: Pod | undefined): void {
    const { pods } = this.context;
    this.jobs.podChanged(before, after);
    this.disruption.podChanged(before, after);
    if (after === undefined) {
      const gone = before === undefined ? undefined : pods.of(before);
      if (gone !== undefined) this.podRemoved(gone);
      return;
    }
    const record = pods.of(after);
    if (record === undefined) {
      const added = pods.add(after);
      this.podAdded(added);
      this.scheduler.podCreated(added);
      if (added.node !== undefined) this.podBound(added);
      this.kubelets.podChanged(added);
      if (added.daemon) this.daemonSets.podChanged(added, false);
      return;
    }
    const wasTerminating = isTerminating(record);
    const wasReady = record.ready;
    const wasFinished = isFinished(record);
    const bound = pods.update(record, after);
    this.pending.podChanged(record);
    this.context.jobWork.podChanged(record);
    this.unreplicated.podChanged(record);
    if (bound) this.podBound(record);
    this.kubelets.podChanged(record);
    this.machines.podChanged(record);
    const { control } = record;
    if (record.daemon && (bound || wasReady !== record.ready || wasFinished !== isFinished(record))) {
      this.daemonSets.podChanged(record, false);
    }
    if (wasReady !== record.ready) this.drains.retryRefused(record.key.namespace);
    if (!wasTerminating && isTerminating(record)) {
      this.podGarbage.podChanged(record);
      this.taintEviction.podRemoved(record);
      if (control !== undefined && control.kind !== 'StatefulSet') this.replicaSets.changed(control.uid);
    }
    if (control === undefined) return;
    if (wasReady !== record.ready && control.kind === 'ReplicaSet') {
      if (this.context.status.followed) this.replicaSets.changed(control.uid);
      else this.deployments.setSynced(control);
    }
    if (!wasFinished && isFinished(record)) this.ownedPodLost(control);
    if (control.kind === 'StatefulSet' && (wasReady !== record.ready || wasTerminating !== isTerminating(record))) {
      this.statefulSets.changed(control.uid);
    }
  }

  /** Opens its account before anything else is said of it. */
  private podAdded(record: PodRecord): void {
    this.machines.podAdded(record);
    this.unreplicated.podAdded(record);
    this.pending.podChanged(record);
  }

  private podBound(record: PodRecord): void {
    this.attachDetach.podBound(record);
    this.taintEviction.podBound(record);
    this.podGarbage.podChanged(record);
  }

  private podRemoved(record: PodRecord): void {
    const wasTerminating = isTerminating(record);
    const { stopping } = record;
    this.context.pods.remove(record);
    this.kubelets.podRemoved(record);
    this.machines.podRemoved(record, stopping);
    this.pending.podRemoved(record);
    this.context.jobWork.podRemoved(record);
    this.unreplicated.podRemoved(record);
    this.scheduler.podRemoved(record);
    this.taintEviction.podRemoved(record);
    this.attachDetach.podRemoved(record);
    this.drains.podRemoved(record);
    if (record.daemon) this.daemonSets.podChanged(record, true);
    const { control } = record;
    if (control !== undefined && (control.kind === 'StatefulSet' || !wasTerminating)) this.ownedPodLost(control);
    if (control !== undefined && control.kind !== 'StatefulSet') this.deployments.podGone(control);
  }

  private ownedPodLost(control: Control): void {
    if (control.kind === 'StatefulSet') this.statefulSets.changed(control.uid);
    else this.replicaSets.changed(control.uid);
  }

  private applyNode(before: Node | undefined, after: Node | undefined): void {
    const name = (after ?? before)?.metadata.name ?? '';
    const taintsBefore = this.context.nodes.at(name).blockingTaints;
    const node = this.context.nodes.apply(name, after);
    this.scheduler.nodeChanged(before, after);
    const isKnown = before !== undefined && after !== undefined;
    if (!isKnown || taintsBefore !== node.blockingTaints || before.metadata.labels !== after.metadata.labels) {
      this.daemonSets.nodeChanged(node);
    }
    this.taintEviction.nodeChanged(before, after);
    this.podGarbage.nodeChanged(node, before, after);
    this.attachDetach.nodeChanged(node);
    this.drains.nodeChanged(node);
  }

  private applyOwner(kind: Control['kind'], before: Deployment | undefined, after: Deployment | undefined): void {
    const { controls } = this.context;
    if (after === undefined) {
      if (before !== undefined) {
        controls.remove(before.metadata.uid);
        this.statefulSets.removed(before.metadata.uid);
      }
    } else {
      const control = controls.apply(kind, after);
      if (control !== undefined && before?.spec !== after.spec) {
        this.accounts.declare(control);
        this.ownedPodLost(control);
      }
    }
    if (kind === 'ReplicaSet') this.deployments.replicaSetChanged(before, after);
    if (kind !== 'Deployment') return;
    this.deployments.deploymentChanged(before, after);
    if (after !== undefined && before?.spec !== after.spec)
      this.deployments.forSets(after.metadata.uid, (control) => this.accounts.declare(control));
  }
}
