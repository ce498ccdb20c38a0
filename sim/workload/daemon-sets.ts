// The DaemonSet controller: one pod on every node that its template's selector, affinity and tolerations allow. A pod stays
// where a NoExecute taint does not drive it away, is made again where it is lost, and comes with every new Node.
// Source: kubernetes pkg/controller/daemon/daemon_controller.go (nodeShouldRunDaemonPod, podsShouldBeOnNode),
// util/daemonset_util.go (AddOrUpdateDaemonPodTolerations, ReplaceDaemonSetPodNodeNameNodeAffinity).
//
// Divergence from reality: no updates of pods whose template changed, no surge, no back-off for pods that fail; status has
// neither available nor updated pods.

import { controllerOwner, keyOf, type ObjectKey } from '../../core/api/object.ts';
import { DAEMON_SET, type DaemonSet, POD, type Toleration } from '../../core/api/workload.ts';
import { LaggedQueue } from '../kernel/lagged-queue.ts';
import { daemonOf, daemonTolerations } from './daemon-pod.ts';
import { askedNode, matchesNode } from './node-affinity.ts';
import type { NodeRecord } from './node-table.ts';
import { isFinished, isTerminating, type PodRecord } from './pod-table.ts';
import { toleratesOne } from './toleration.ts';
import type { WorkloadContext } from './workload-context.ts';

/** What one node adds to a set's status. */
const DESIRED = 1;
const SCHEDULED = 2;
const READY = 4;
const MISPLACED = 8;

interface DaemonControl {
  readonly key: ObjectKey;
  readonly uid: string;
  object: DaemonSet;
  tolerations: readonly Toleration[];
  /** By node name: which of the figures above it adds to. */
  readonly adds: Map<string, number>;
}

export class DaemonSets {
  private readonly context: WorkloadContext;
  private readonly places: LaggedQueue;
  private readonly statuses: LaggedQueue;
  private readonly byUid = new Map<string, DaemonControl>();
  /** Pods that are not bound yet, by `uid/node`. */
  private readonly pending = new Map<string, PodRecord>();

  constructor(context: WorkloadContext) {
    this.context = context;
    const { kernel, config } = context;
    const lagMs = config.kubernetes.watchLagMs;
    this.places = new LaggedQueue(kernel, 'daemon set on a node', lagMs, (text) => this.sync(text));
    this.statuses = new LaggedQueue(kernel, 'daemon set status', lagMs, (uid) => this.writeStatus(uid));
  }

  /** Acts at the start only where a pod is missing or out of place. */
  load(): void {
    const { store, pods, nodes } = this.context;
    for (const object of store.list(DAEMON_SET)) this.add(object);
    if (this.byUid.size === 0) return;
    for (const record of pods.all()) this.notePending(record);
    for (const control of this.byUid.values()) {
      for (const node of nodes.list) {
        if (!this.isSettled(control, node)) this.places.add(placeText(control, node.name));
        control.adds.set(node.name, this.addsOf(control, node));
      }
    }
  }

  setChanged(before: DaemonSet | undefined, after: DaemonSet | undefined): void {
    if (after === undefined) {
      if (before !== undefined) this.byUid.delete(before.metadata.uid);
      return;
    }
    const control = this.byUid.get(after.metadata.uid) ?? this.add(after);
    control.object = after;
    if (before?.spec === after.spec) return;
    control.tolerations = daemonTolerations(after.spec?.template?.spec);
    for (const node of this.context.nodes.list) this.places.add(placeText(control, node.name));
    this.statuses.add(control.uid);
  }

  /** Labels, taints or the cordon of a Node changed, or it came or went. */
  nodeChanged(node: NodeRecord): void {
    for (const control of this.byUid.values()) this.places.add(placeText(control, node.name));
  }

  /** A pod of some DaemonSet came, went, was bound, finished, or turned Ready or not. */
  podChanged(record: PodRecord, gone: boolean): void {
    const uid = controllerOwner(record.object)?.uid ?? '';
    const control = this.byUid.get(uid);
    if (control === undefined) return;
    const nodeName = record.node?.name ?? askedNode(record.object.spec);
    if (nodeName === undefined) return;
    const text = placeText(control, nodeName);
    if (gone || record.node !== undefined) this.pending.delete(text);
    else this.pending.set(text, record);
    this.places.add(text);
  }

  private add(object: DaemonSet): DaemonControl {
    const control: DaemonControl = {
      key: keyOf(object),
      uid: object.metadata.uid,
      object,
      tolerations: daemonTolerations(object.spec?.template?.spec),
      adds: new Map(),
    };
    this.byUid.set(control.uid, control);
    return control;
  }

  private notePending(record: PodRecord): void {
    if (!record.daemon || record.node !== undefined) return;
    const name = askedNode(record.object.spec);
    if (name !== undefined) this.pending.set(`${controllerOwner(record.object)?.uid}/${name}`, record);
  }

  private sync(text: string): void {
    const slash = text.indexOf('/');
    const control = this.byUid.get(text.slice(0, slash));
    if (control === undefined || control.object.metadata.deletionTimestamp !== undefined) return;
    const node = this.context.nodes.at(text.slice(slash + 1));
    this.act(control, node);
    const adds = this.addsOf(control, node);
    if (adds === control.adds.get(node.name)) return;
    control.adds.set(node.name, adds);
    this.statuses.add(control.uid);
  }

  private act(control: DaemonControl, node: NodeRecord): void {
    const { store } = this.context;
    const pods = this.podsOn(control, node);
    const { shouldRun, shouldContinue } = verdict(control, node);
    if (!shouldContinue) {
      for (const record of pods) this.remove(record);
    } else if (pods.length === 0) {
      if (shouldRun) store.create(POD, daemonOf(control.object, node.name, control.tolerations));
    } else {
      const running = pods.filter((record) => !isTerminating(record) && !isFinished(record));
      for (const record of pods) if (isFinished(record)) this.remove(record);
      for (const record of running.slice(1)) this.remove(record);
    }
  }

  private remove(record: PodRecord): void {
    if (!isTerminating(record)) this.context.store.delete(POD, record.key, { onlyIf: { uid: record.uid } });
  }

  private isSettled(control: DaemonControl, node: NodeRecord): boolean {
    const pods = this.podsOn(control, node);
    const { shouldRun, shouldContinue } = verdict(control, node);
    if (pods.length === 0) return !shouldRun;
    return shouldContinue && pods.length === 1 && !pods.some(isFinished);
  }

  /** Bound ones in order of binding, then one that waits to be bound. */
  private podsOn(control: DaemonControl, node: NodeRecord): readonly PodRecord[] {
    const found: PodRecord[] = [];
    for (const record of node.pods) {
      if (record.daemon && controllerOwner(record.object)?.uid === control.uid) found.push(record);
    }
    const waiting = this.pending.get(placeText(control, node.name));
    if (waiting !== undefined) found.push(waiting);
    return found;
  }

  private addsOf(control: DaemonControl, node: NodeRecord): number {
    const { shouldRun } = verdict(control, node);
    const pods = this.podsOn(control, node);
    if (!shouldRun) return pods.length > 0 && node.object !== undefined ? MISPLACED : 0;
    if (pods.length === 0) return DESIRED;
    return DESIRED + SCHEDULED + (pods.some((record) => record.ready) ? READY : 0);
  }

  private writeStatus(uid: string): void {
    const control = this.byUid.get(uid);
    if (control === undefined) return;
    const count = { desired: 0, scheduled: 0, ready: 0, misplaced: 0 };
    for (const adds of control.adds.values()) {
      if (adds & DESIRED) count.desired += 1;
      if (adds & SCHEDULED) count.scheduled += 1;
      if (adds & READY) count.ready += 1;
      if (adds & MISPLACED) count.misplaced += 1;
    }
    this.context.store.update<DaemonSet>(DAEMON_SET, control.key, 'status', (current) => ({
      ...current,
      status: {
        ...current.status,
        currentNumberScheduled: count.scheduled,
        desiredNumberScheduled: count.desired,
        numberMisscheduled: count.misplaced,
        numberReady: count.ready,
        observedGeneration: current.metadata.generation ?? 0,
      },
    }));
  }
}

/** Where it should run: selector, affinity, and all taints tolerated; where it may stay: NoExecute taints tolerated. */
function verdict(
  { object, tolerations }: DaemonControl,
  node: NodeRecord,
): { readonly shouldRun: boolean; readonly shouldContinue: boolean } {
  const template = object.spec?.template?.spec;
  if (node.object === undefined) return NOWHERE;
  if (template?.nodeName !== undefined && template.nodeName !== node.name) return NOWHERE;
  if (!matchesNode(template, node.object)) return NOWHERE;
  const untolerated = node.blockingTaints.filter((taint) => !toleratesOne(tolerations, taint));
  return {
    shouldRun: untolerated.length === 0,
    shouldContinue: !untolerated.some(({ effect }) => effect === 'NoExecute'),
  };
}

const NOWHERE = { shouldRun: false, shouldContinue: false };

function placeText(control: DaemonControl, nodeName: string): string {
  return `${control.uid}/${nodeName}`;
}
