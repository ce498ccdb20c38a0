// What the API knows of nodes: the kubelet's status posts, the lifecycle controller's Unknown and taints, pods' readiness.
// Source: kubernetes facts 2.1, measured there against a real 1.32 controller manager.
//
// Divergence from reality
// - Status post, NoSchedule taint and pod readiness of one detection happen at one instant; really within a second.
// - A kubelet whose Node object was deleted registers again at its next start only, as upstream; the cloud-node path is absent.
// - The label node.kubernetes.io/exclude-disruption is not read.

import { type Condition, withCondition, withConditions } from '../../core/api/conditions.ts';
import {
  NODE,
  type Node,
  readyCondition,
  TAINT_NOT_READY,
  TAINT_UNREACHABLE,
  type Taint,
} from '../../core/api/node.ts';
import type { NewObject } from '../../core/api/object.ts';
import { formatTime } from '../../core/api/time.ts';
import { POD, type Pod } from '../../core/api/workload.ts';
import type { IndexSpec } from '../../core/ports/cluster-view.ts';
import type { ObjectStore } from '../api-server/object-store.ts';
import type { SimConfig } from '../config.ts';
import type { HostFleet } from '../host/host-fleet.ts';
import type { Kernel, Opcode } from '../kernel/kernel.ts';
import type { Draws } from '../kernel/rng.ts';
import { ExplicitNodeMonitor } from './explicit-node-monitor.ts';
import { HeartbeatGrid, tickAfter } from './heartbeats.ts';
import { LazyNodeMonitor, MONITOR_PRIORITY, type MonitorEvents, type NodeMonitor } from './node-monitor.ts';
import { Zone } from './zones.ts';

/** Pods by the node that they are bound to. */
export const LIFECYCLE_PODS_BY_NODE: IndexSpec<Pod> = {
  name: 'lifecycle-pods-by-node',
  of: POD,
  part: (pod) => pod.spec?.nodeName,
  values: (pod) => (pod.spec?.nodeName === undefined ? [] : [pod.spec.nodeName]),
};

type Said = Omit<Condition, 'lastTransitionTime'>;

const PRESSURES = ['MemoryPressure', 'DiskPressure', 'PIDPressure'] as const;
const NO_PRESSURE: readonly Said[] = PRESSURES.map((type) => ({
  type,
  status: 'False',
  reason: `KubeletHasSufficient${type.replace('Pressure', '')}`,
}));
/** What a kubelet posts whose node can take pods, and one whose network is not up yet. */
const READY: readonly Said[] = [
  ...NO_PRESSURE,
  { type: 'Ready', status: 'True', reason: 'KubeletReady', message: 'kubelet is posting ready status' },
];
const NOT_READY: readonly Said[] = [
  ...NO_PRESSURE,
  { type: 'Ready', status: 'False', reason: 'KubeletNotReady', message: 'container runtime network not ready' },
];
const UNKNOWN: readonly Said[] = [...PRESSURES, 'Ready'].map((type) => ({
  type,
  status: 'Unknown',
  reason: 'NodeStatusUnknown',
  message: 'Kubelet stopped posting node status.',
}));

/** What the API says of a node: `missing` has no Node object. */
export type KnownReady = 'True' | 'False' | 'Unknown' | 'missing';

interface NodeRecord {
  readonly name: string;
  readonly key: { readonly namespace: ''; readonly name: string };
  readonly zone: Zone;
  /** What the kubelet registers with when its Node object is gone. */
  readonly template: NewObject<Node>;
  known: KnownReady;
  beating: boolean;
  bootEpoch: number;
  /** NoExecute taint: none, waiting for the rate limiter, or on the Node. */
  eviction: 'none' | 'queued' | 'tainted';
}

export interface LifecycleObserver {
  /** The API's knowledge of a node's readiness changed. */
  known(host: number, ready: KnownReady): void;
}

export class NodeLifecycle implements MonitorEvents {
  readonly #kernel: Kernel;
  readonly #store: ObjectStore;
  readonly #config: SimConfig;
  readonly #fleet: HostFleet;
  readonly #monitor: NodeMonitor;
  readonly #records: readonly NodeRecord[];
  readonly #zones = new Map<string, Zone>();
  readonly #observers: LifecycleObserver[] = [];
  readonly #zonePass: Opcode;
  readonly #zoneList: Zone[] = [];
  readonly #enqueue: Opcode;
  readonly #untaint: Opcode;

  constructor(kernel: Kernel, store: ObjectStore, config: SimConfig, fleet: HostFleet, draws: Draws) {
    this.#kernel = kernel;
    this.#store = store;
    this.#config = config;
    this.#fleet = fleet;
    store.addIndex(LIFECYCLE_PODS_BY_NODE);
    this.#records = fleet.hosts.map(({ config: { nodeName } }) => this.#recordOf(nodeName));
    const { leaseRenewMs, leaseJitterShare } = config.kubernetes;
    const grids = fleet.hosts.map((host) => {
      const phaseMs = Math.floor(draws.stream(host.bareMetalHost, 'heartbeat phase').at(0) * leaseRenewMs);
      return new HeartbeatGrid(
        { periodMs: leaseRenewMs, jitterShare: leaseJitterShare },
        kernel.nowMs - phaseMs,
        draws.stream(host.bareMetalHost, 'heartbeat jitter'),
      );
    });
    const Monitor = config.kubernetes.heartbeats === 'lazy' ? LazyNodeMonitor : ExplicitNodeMonitor;
    this.#monitor = new Monitor(kernel, config.kubernetes, grids, this);
    this.#zonePass = kernel.register('NoExecute taints of a zone', (zone) => this.#taintZone(zone));
    this.#enqueue = kernel.register('node queued for NoExecute', (host) => this.#queueForEviction(host));
    this.#untaint = kernel.register('NoExecute taint comes off', (host) => this.#takeOffNoExecute(host));
  }

  observe(observer: LifecycleObserver): void {
    this.#observers.push(observer);
  }

  /** Takes the initial Node objects over and starts watching hosts and Nodes. */
  start(): void {
    this.#records.forEach((record) => {
      const node = this.#store.get(NODE, record.key);
      record.known = node === undefined ? 'missing' : (readyCondition(node)?.status ?? 'Unknown');
      if (node?.spec?.taints?.some((taint) => taint.effect === 'NoExecute' && isLifecycleTaint(taint))) {
        record.eviction = 'tainted';
      }
      if (record.known !== 'missing') record.zone.nodes++;
      if (record.known === 'False' || record.known === 'Unknown') record.zone.notReady++;
    });
    this.#monitor.start((host) => {
      const { initial } = this.#fleet.host(host).config;
      this.#record(host).beating = this.#fleet.kubeletBeats(host) && initial.state === 'serving';
      if (this.#record(host).beating) return undefined;
      return initial.state === 'silent'
        ? initial.silentSinceMs
        : this.#kernel.nowMs - this.#config.kubernetes.monitorGraceMs;
    });
    this.#records.forEach((record, host) => {
      if (record.known === 'Unknown' && record.eviction === 'none')
        this.#kernel.schedule(this.#nextPass(), this.#enqueue, host);
    });
    this.#fleet.onChange((host) => this.#hostChanged(host));
    this.#store.tap((change) => {
      if (change.type !== 'DELETED') return;
      const host = this.#fleet.indexOfNode(change.before?.metadata.name ?? '');
      if (host >= 0) this.#nodeDeleted(host);
    });
  }

  known(host: number): KnownReady {
    return this.#record(host).known;
  }

  // The kubelet's side

  #hostChanged(host: number): void {
    const record = this.#record(host);
    const beats = this.#fleet.kubeletBeats(host);
    const bootEpoch = this.#fleet.bootEpoch(host);
    const restarted = bootEpoch !== record.bootEpoch;
    if (!beats) {
      if (record.beating) this.#monitor.stopped(host);
      record.beating = false;
      return;
    }
    record.bootEpoch = bootEpoch;
    if (!record.beating || restarted) {
      record.beating = true;
      if (restarted && record.known === 'missing') this.#register(host, record);
      this.#monitor.returned(host, restarted);
    } else if (this.wantsBeat(host)) {
      this.beat(host);
    }
  }

  #wanted(host: number): 'True' | 'False' {
    return this.#fleet.kubeletActs(host) ? 'True' : 'False';
  }

  wantsBeat(host: number): boolean {
    const { known } = this.#record(host);
    return known !== 'missing' && known !== this.#wanted(host);
  }

  /** A status sync reached the API: the Node says what the kubelet says, and the taints follow. */
  beat(host: number): void {
    const record = this.#record(host);
    if (!record.beating || !this.wantsBeat(host)) return;
    const ready = this.#wanted(host);
    const nowMs = this.#kernel.nowMs;
    const bootID = bootId(record.name, record.bootEpoch);
    this.#store.update(NODE, record.key, 'status', (node) => ({
      ...node,
      status: {
        ...node.status,
        conditions: kubeletConditions(node.status?.conditions, ready, nowMs),
        nodeInfo: { ...node.status?.nodeInfo, bootID },
      },
    }));
    this.#setKnown(host, record, ready);
    if (ready === 'True') {
      this.#setNoSchedule(record, undefined);
      if (record.eviction !== 'none') this.#kernel.schedule(this.#nextPass(), this.#untaint, host, 0, MONITOR_PRIORITY);
    } else {
      this.#setNoSchedule(record, TAINT_NOT_READY);
      this.#swapNoExecute(record, TAINT_NOT_READY);
    }
  }

  #register(host: number, record: NodeRecord): void {
    const nowMs = this.#kernel.nowMs;
    const { template } = record;
    const outcome = this.#store.create(NODE, template);
    if (outcome.kind !== 'done') return;
    this.#store.update(NODE, record.key, 'status', (node) => ({
      ...node,
      status: {
        ...template.status,
        conditions: kubeletConditions([], 'False', nowMs),
        nodeInfo: { bootID: bootId(record.name, record.bootEpoch) },
      },
    }));
    this.#setKnown(host, record, 'False');
  }

  // The controller's side

  /** The monitor's pass found the node stale. */
  stale(host: number): void {
    const record = this.#record(host);
    if (record.known === 'missing' || record.known === 'Unknown') return;
    const nowMs = this.#kernel.nowMs;
    this.#store.update(NODE, record.key, 'status', (node) => ({
      ...node,
      status: { ...node.status, conditions: unknownConditions(node.status?.conditions, nowMs) },
    }));
    this.#setKnown(host, record, 'Unknown');
    this.#setNoSchedule(record, TAINT_UNREACHABLE);
    this.#swapNoExecute(record, TAINT_UNREACHABLE);
    this.#markPodsNotReady(record);
  }

  #setKnown(host: number, record: NodeRecord, ready: KnownReady): void {
    const before = record.known;
    if (before === ready) return;
    const wasDisrupted = this.#allDisrupted();
    record.known = ready;
    const isDown = ready === 'False' || ready === 'Unknown';
    const wasDown = before === 'False' || before === 'Unknown';
    if (isDown !== wasDown) record.zone.notReady += isDown ? 1 : -1;
    if (before === 'missing') record.zone.nodes++;
    if (ready === 'missing') record.zone.nodes--;
    for (const observer of this.#observers) observer.known(host, ready);
    this.#disruptionChanged(wasDisrupted);
    if (isDown && record.eviction === 'none') {
      this.#kernel.schedule(this.#nextPass(), this.#enqueue, host, 0, MONITOR_PRIORITY);
    }
  }

  #nodeDeleted(host: number): void {
    const record = this.#record(host);
    if (record.known === 'missing') return;
    record.eviction = 'none';
    this.#setKnown(host, record, 'missing');
  }

  #markPodsNotReady(record: NodeRecord): void {
    const nowMs = this.#kernel.nowMs;
    for (const pod of this.#store.byIndex(LIFECYCLE_PODS_BY_NODE, record.name)) {
      const namespace = pod.metadata.namespace ?? '';
      this.#store.update(POD, { namespace, name: pod.metadata.name }, 'status', (current) => {
        const conditions = current.status?.conditions;
        if (conditions?.some((condition) => condition.type === 'Ready' && condition.status === 'True') !== true)
          return current;
        return {
          ...current,
          status: {
            ...current.status,
            conditions: withCondition(conditions, { type: 'Ready', status: 'False' }, nowMs),
          },
        };
      });
    }
  }

  // Taints

  #setNoSchedule(record: NodeRecord, key: string | undefined): void {
    this.#changeTaints(record, (taints) => {
      let own = 0;
      let same = 0;
      const next: Taint[] = [];
      for (const taint of taints) {
        if (taint.effect !== 'NoSchedule' || !isLifecycleTaint(taint)) next.push(taint);
        else {
          own += 1;
          if (taint.key === key) same += 1;
        }
      }
      if (key === undefined ? own === 0 : own === 1 && same === 1) return taints;
      if (key !== undefined) next.push({ key, effect: 'NoSchedule', timeAdded: formatTime(this.#kernel.nowMs) });
      return next;
    });
  }

  /** The taint that is already there follows the condition at once; a node without one waits for the rate limiter. */
  #swapNoExecute(record: NodeRecord, key: string): void {
    if (record.eviction !== 'tainted') return;
    this.#changeTaints(record, (taints) => {
      const old = taints.find((taint) => taint.effect === 'NoExecute' && isLifecycleTaint(taint));
      if (old === undefined || old.key === key) return taints;
      return [
        ...taints.filter((taint) => taint !== old),
        { key, effect: 'NoExecute', timeAdded: formatTime(this.#kernel.nowMs) },
      ];
    });
  }

  #queueForEviction(host: number): void {
    const record = this.#record(host);
    if (record.eviction !== 'none' || (record.known !== 'False' && record.known !== 'Unknown')) return;
    if (this.#allDisrupted()) return;
    record.eviction = 'queued';
    record.zone.queue.push(host);
    this.#scheduleZone(record.zone);
  }

  #scheduleZone(zone: Zone): void {
    if (zone.passScheduled || zone.queue.length === 0 || zone.intervalMs === Infinity) return;
    zone.passScheduled = true;
    const atMs = Math.max(this.#kernel.nowMs, zone.nextTokenAtMs);
    this.#kernel.schedule(atMs, this.#zonePass, this.#zoneList.indexOf(zone), 0, MONITOR_PRIORITY + 1);
  }

  #taintZone(zoneIndex: number): void {
    const zone = this.#zoneList[zoneIndex];
    if (zone === undefined) return;
    zone.passScheduled = false;
    if (zone.intervalMs === Infinity || this.#allDisrupted()) return;
    while (zone.queue.length > 0 && this.#kernel.nowMs >= zone.nextTokenAtMs) {
      const host = zone.queue.shift();
      if (host === undefined) break;
      const record = this.#record(host);
      if (record.eviction !== 'queued') continue;
      record.eviction = 'tainted';
      zone.nextTokenAtMs = this.#kernel.nowMs + Math.round(zone.intervalMs);
      const key = record.known === 'Unknown' ? TAINT_UNREACHABLE : TAINT_NOT_READY;
      const timeAdded = formatTime(this.#kernel.nowMs);
      this.#changeTaints(record, (taints) => [...taints, { key, effect: 'NoExecute', timeAdded }]);
    }
    this.#scheduleZone(zone);
  }

  #takeOffNoExecute(host: number): void {
    const record = this.#record(host);
    if (record.known === 'True') this.#dropNoExecute(record);
  }

  #dropNoExecute(record: NodeRecord): void {
    if (record.eviction === 'tainted') {
      this.#changeTaints(record, (taints) => {
        const kept = taints.filter((taint) => taint.effect !== 'NoExecute' || !isLifecycleTaint(taint));
        return kept.length === taints.length ? taints : kept;
      });
    }
    record.eviction = 'none';
  }

  #changeTaints(record: NodeRecord, change: (taints: readonly Taint[]) => readonly Taint[]): void {
    this.#store.update(NODE, record.key, 'main', (node) => {
      const before = node.spec?.taints ?? [];
      const after = change(before);
      return after === before ? node : { ...node, spec: { ...node.spec, taints: after } };
    });
  }

  // Disruption of all zones

  #allDisrupted(): boolean {
    let some = false;
    for (const zone of this.#zoneList) {
      if (zone.nodes === 0) continue;
      if (zone.state !== 'fullDisruption') return false;
      some = true;
    }
    return some;
  }

  /** All zones down: every NoExecute taint comes off. Back: every silence counts anew, and the down nodes queue again. */
  #disruptionChanged(before: boolean): void {
    const now = this.#allDisrupted();
    if (now === before) {
      for (const zone of this.#zoneList) this.#scheduleZone(zone);
      return;
    }
    if (now) {
      for (const zone of this.#zoneList) zone.queue.length = 0;
      for (const record of this.#records) this.#dropNoExecute(record);
      return;
    }
    this.#monitor.restartGrace();
    this.#records.forEach((record, host) => {
      if (record.known === 'False' || record.known === 'Unknown') {
        this.#kernel.schedule(this.#nextPass(), this.#enqueue, host, 0, MONITOR_PRIORITY);
      }
    });
  }

  #nextPass(): number {
    const { startMs, kubernetes } = this.#config;
    return startMs + tickAfter(this.#kernel.nowMs - startMs, kubernetes.monitorPeriodMs);
  }

  #recordOf(name: string): NodeRecord {
    const node = this.#config.objects.find(
      (object): object is Node => object.kind === 'Node' && object.metadata.name === name && object.apiVersion === 'v1',
    );
    const zoneName = node?.metadata.labels?.[this.#config.kubernetes.zoneLabel] ?? '';
    let zone = this.#zones.get(zoneName);
    if (zone === undefined) {
      zone = new Zone(zoneName, this.#config.kubernetes);
      this.#zones.set(zoneName, zone);
      this.#zoneList.push(zone);
    }
    return {
      name,
      key: { namespace: '', name },
      zone,
      template: nodeTemplate(name, node),
      known: 'missing',
      beating: false,
      bootEpoch: 0,
      eviction: 'none',
    };
  }

  #record(host: number): NodeRecord {
    const record = this.#records[host];
    if (record === undefined) throw new RangeError(`no host ${host}`);
    return record;
  }
}

function isLifecycleTaint(taint: Taint): boolean {
  return taint.key === TAINT_NOT_READY || taint.key === TAINT_UNREACHABLE;
}

/** Labels and capacity that the kubelet registers with; annotations and taints of others do not come back by themselves. */
function nodeTemplate(name: string, node: Node | undefined): NewObject<Node> {
  const labels = node?.metadata.labels ?? { 'kubernetes.io/hostname': name, 'node-role.kubernetes.io/worker': '' };
  return {
    apiVersion: 'v1',
    kind: 'Node',
    metadata: { name, labels },
    spec: {
      ...(node?.spec?.providerID === undefined ? {} : { providerID: node.spec.providerID }),
      // TaintNodesByCondition admission: a new Node starts with this taint.
      taints: [{ key: TAINT_NOT_READY, effect: 'NoSchedule' }],
    },
    status: {
      ...(node?.status?.capacity === undefined ? {} : { capacity: node.status.capacity }),
      ...(node?.status?.allocatable === undefined ? {} : { allocatable: node.status.allocatable }),
    },
  };
}

function bootId(name: string, bootEpoch: number): string {
  return `${name}/boot-${bootEpoch}`;
}

function kubeletConditions(
  conditions: readonly Condition[] | undefined,
  ready: 'True' | 'False',
  nowMs: number,
): readonly Condition[] {
  return withConditions(conditions, ready === 'True' ? READY : NOT_READY, nowMs);
}

function unknownConditions(conditions: readonly Condition[] | undefined, nowMs: number): readonly Condition[] {
  return withConditions(conditions, UNKNOWN, nowMs);
}
