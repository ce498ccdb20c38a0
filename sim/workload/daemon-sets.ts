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
  /** By the index of the node; made when one is first looked at. */
  readonly places: (Place | undefined)[];
}

/** One node, as one set sees it. */
interface Place {
  readonly control: DaemonControl;
  readonly node: NodeRecord;
  /** A pod that is not bound yet. */
  pending: PodRecord | undefined;
  /** Which of the figures above it adds to. */
  adds: number;
}

export class DaemonSets {
  private readonly context: WorkloadContext;
  private readonly places: LaggedQueue<Place>;
  private readonly statuses: LaggedQueue;
  private readonly byUid = new Map<string, DaemonControl>();

  constructor(context: WorkloadContext) {
    this.context = context;
    const { kernel, config } = context;
    const lagMs = config.kubernetes.watchLagMs;
    this.places = new LaggedQueue(kernel, 'daemon set on a node', lagMs, (place) => this.sync(place));
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
        const place = placeOf(control, node);
        const pods = podsAt(place);
        const verdict = verdictOn(place);
        if (!isSettled(pods, verdict)) this.places.add(place);
        place.adds = addsOf(node, pods, verdict);
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
    for (const node of this.context.nodes.list) this.places.add(placeOf(control, node));
    this.statuses.add(control.uid);
  }

  /** Labels, taints or the cordon of a Node changed, or it came or went. */
  nodeChanged(node: NodeRecord): void {
    for (const control of this.byUid.values()) this.places.add(placeOf(control, node));
  }

  /** A pod of some DaemonSet came, went, was bound, finished, or turned Ready or not. */
  podChanged(record: PodRecord, gone: boolean): void {
    const uid = controllerOwner(record.object)?.uid ?? '';
    const control = this.byUid.get(uid);
    if (control === undefined) return;
    const node = record.node ?? this.askedNode(record);
    if (node === undefined) return;
    const place = placeOf(control, node);
    place.pending = gone || record.node !== undefined ? undefined : record;
    this.places.add(place);
  }

  private askedNode(record: PodRecord): NodeRecord | undefined {
    const name = askedNode(record.object.spec);
    return name === undefined ? undefined : this.context.nodes.at(name);
  }

  private add(object: DaemonSet): DaemonControl {
    const control: DaemonControl = {
      key: keyOf(object),
      uid: object.metadata.uid,
      object,
      tolerations: daemonTolerations(object.spec?.template?.spec),
      places: [],
    };
    this.byUid.set(control.uid, control);
    return control;
  }

  private notePending(record: PodRecord): void {
    if (!record.daemon || record.node !== undefined) return;
    const control = this.byUid.get(controllerOwner(record.object)?.uid ?? '');
    const node = this.askedNode(record);
    if (control !== undefined && node !== undefined) placeOf(control, node).pending = record;
  }

  private sync(place: Place): void {
    const { control, node } = place;
    if (this.byUid.get(control.uid) !== control || control.object.metadata.deletionTimestamp !== undefined) return;
    const verdict = verdictOn(place);
    this.act(place, podsAt(place), verdict);
    const adds = addsOf(node, podsAt(place), verdict);
    if (adds === place.adds) return;
    place.adds = adds;
    this.statuses.add(control.uid);
  }

  private act({ control, node }: Place, pods: readonly PodRecord[], { shouldRun, shouldContinue }: Verdict): void {
    if (!shouldContinue) {
      for (const record of pods) this.remove(record);
    } else if (pods.length === 0) {
      if (shouldRun) this.context.store.create(POD, daemonOf(control.object, node.name, control.tolerations));
    } else {
      const running = pods.filter((record) => !isTerminating(record) && !isFinished(record));
      for (const record of pods) if (isFinished(record)) this.remove(record);
      for (const record of running.slice(1)) this.remove(record);
    }
  }

  private remove(record: PodRecord): void {
    if (!isTerminating(record)) this.context.store.delete(POD, record.key, { onlyIf: { uid: record.uid } });
  }

  private writeStatus(uid: string): void {
    const control = this.byUid.get(uid);
    if (control === undefined) return;
    const count = { desired: 0, scheduled: 0, ready: 0, misplaced: 0 };
    for (const place of control.places) {
      const adds = place?.adds ?? 0;
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

function placeOf(control: DaemonControl, node: NodeRecord): Place {
  const known = control.places[node.index];
  if (known !== undefined) return known;
  const place: Place = { control, node, pending: undefined, adds: 0 };
  control.places[node.index] = place;
  return place;
}

/** Bound ones in order of binding, then one that waits to be bound. */
function podsAt({ control, node, pending }: Place): readonly PodRecord[] {
  const found: PodRecord[] = [];
  for (const record of node.pods) {
    if (record.daemon && controllerOwner(record.object)?.uid === control.uid) found.push(record);
  }
  if (pending !== undefined) found.push(pending);
  return found;
}

interface Verdict {
  /** Selector and affinity match, and all taints are tolerated. */
  readonly shouldRun: boolean;
  /** A pod that is there may stay: taints that evict are tolerated. */
  readonly shouldContinue: boolean;
}

const NOWHERE: Verdict = { shouldRun: false, shouldContinue: false };
const HERE: Verdict = { shouldRun: true, shouldContinue: true };
const IF_THERE: Verdict = { shouldRun: false, shouldContinue: true };

function verdictOn({ control: { object, tolerations }, node }: Place): Verdict {
  const template = object.spec?.template?.spec;
  if (node.object === undefined) return NOWHERE;
  if (template?.nodeName !== undefined && template.nodeName !== node.name) return NOWHERE;
  if (!matchesNode(template, node.object)) return NOWHERE;
  let verdict = HERE;
  for (const taint of node.blockingTaints) {
    if (toleratesOne(tolerations, taint)) continue;
    if (taint.effect === 'NoExecute') return NOWHERE;
    verdict = IF_THERE;
  }
  return verdict;
}

function isSettled(pods: readonly PodRecord[], { shouldRun, shouldContinue }: Verdict): boolean {
  if (pods.length === 0) return !shouldRun;
  return shouldContinue && pods.length === 1 && !pods.some(isFinished);
}

/** What a node adds to the figures of a set. */
function addsOf(node: NodeRecord, pods: readonly PodRecord[], { shouldRun }: Verdict): number {
  if (!shouldRun) return pods.length > 0 && node.object !== undefined ? MISPLACED : 0;
  if (pods.length === 0) return DESIRED;
  return DESIRED + SCHEDULED + (pods.some((record) => record.ready) ? READY : 0);
}
