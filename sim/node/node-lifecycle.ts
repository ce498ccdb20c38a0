// The node lifecycle controller: a silent node turns Unknown, taints follow, and zones say how fast NoExecute may go on. Its
// passes lie on a grid of the monitor period; one takes place only where something changed since the last.
// Source: kubernetes pkg/controller/nodelifecycle/node_lifecycle_controller.go (monitorNodeHealth, processTaintBaseEviction,
// handleDisruption, doNoExecuteTaintingPass), measured against a real 1.32 controller manager.
//
// Divergence from reality
// - Status post and pod readiness of one detection happen at one instant; really within a second. Nodes of one pass are
//   treated in the order of their hosts; upstream has eight workers.
// - The NoExecute queue is looked at when a token comes, not every 100 ms.
// - Nodes without a simulated host renew their lease for ever; their conditions are read, never written.

import { NODE, type Node } from '../../core/api/node.ts';
import { parseTime } from '../../core/api/time.ts';
import { PODS_BY_NODE } from '../../core/remediation/workload-release.ts';
import { KubeEvents } from '../api-server/kube-events.ts';
import type { ObjectStore } from '../api-server/object-store.ts';
import { isOf } from '../api-server/typed-change.ts';
import type { SimConfig } from '../config.ts';
import type { HostFleet } from '../host/host-fleet.ts';
import { HostRecords } from '../host/host-records.ts';
import type { Kernel, Opcode } from '../kernel/kernel.ts';
import type { Draws } from '../kernel/rng.ts';
import type { HeartbeatLossConfig } from '../network/network-config.ts';
import { concernsTaints, syncConditionTaints } from './condition-taints.ts';
import { ExplicitNodeMonitor } from './explicit-node-monitor.ts';
import { HeartbeatLosses } from './heartbeat-losses.ts';
import { type BeatGrids, HeartbeatGrid, tickAfter, tickFrom } from './heartbeats.ts';
import { KubeletStatus } from './kubelet-status.ts';
import { putNoExecute, taintKeyOf, takeOffNoExecute } from './no-execute-taints.ts';
import { type BookedNode, type KnownReady, NodeBook } from './node-book.ts';
import { silentConditions } from './node-conditions.ts';
import {
  LazyNodeMonitor,
  lostBeatsToNotice,
  MONITOR_PRIORITY,
  type MonitorEvents,
  type NodeMonitor,
} from './node-monitor.ts';
import { markPodsNotReady } from './not-ready-pods.ts';
import { byIndex, followDisruption, type Zone } from './zones.ts';

export interface LifecycleObserver {
  /** The API's knowledge of a node's readiness changed. */
  known(host: number, ready: KnownReady): void;
}

const PASS_PRIORITY = MONITOR_PRIORITY + 1;
const TAINT_PRIORITY = MONITOR_PRIORITY + 2;

export class NodeLifecycle implements MonitorEvents {
  private readonly kernel: Kernel;
  private readonly store: ObjectStore;
  private readonly config: SimConfig;
  private readonly fleet: HostFleet;
  private readonly events: KubeEvents;
  private readonly monitor: NodeMonitor;
  private readonly grids: BeatGrids;
  private readonly draws: Draws;
  private readonly kubelets: KubeletStatus;
  private readonly book: NodeBook;
  private readonly observers: LifecycleObserver[] = [];
  private readonly pass: Opcode;
  private readonly taint: Opcode;
  /** Nodes that the next pass looks at, by index. */
  private changed = new Set<number>();
  private running = true;
  private gridMs: number;
  private nextPassMs = -1;
  private lastPassMs = -1;

  constructor(
    kernel: Kernel,
    store: ObjectStore,
    config: SimConfig,
    fleet: HostFleet,
    draws: Draws,
    events = new KubeEvents(),
  ) {
    this.kernel = kernel;
    this.store = store;
    this.config = config;
    this.fleet = fleet;
    this.events = events;
    this.gridMs = kernel.nowMs;
    store.addIndex(PODS_BY_NODE);
    this.book = new NodeBook(store, config.kubernetes, fleet);
    this.kubelets = new KubeletStatus(kernel, store, fleet, initialNodes(config, fleet));
    const { kubernetes } = config;
    this.draws = draws;
    const grids = beatGrids(config, fleet, draws);
    this.grids = grids;
    this.monitor =
      kubernetes.heartbeats === 'lazy'
        ? new LazyNodeMonitor(kernel, kubernetes, grids, this, config.startMs + config.durationMs)
        : new ExplicitNodeMonitor(kernel, kubernetes, grids, this);
    this.pass = kernel.register('node lifecycle pass', () => this.runPass());
    this.taint = kernel.register('NoExecute taints of a zone', (zone) => this.taintZone(zone));
  }

  observe(observer: LifecycleObserver): void {
    this.observers.push(observer);
  }

  /** Takes the initial Node objects over and starts watching hosts and Nodes. */
  start(): void {
    this.book.load();
    this.monitor.start(this.kubelets.start(this.config.kubernetes.monitorGraceMs));
    for (const node of this.book.all) {
      if (node.known === 'False' || node.known === 'Unknown') this.look(node);
    }
    this.fleet.onChange((host) => this.kubelets.hostChanged(host, this.monitor));
    this.store.tap(
      (change) => {
        if (isOf(change, NODE)) this.nodeChanged(change.before, change.after);
      },
      [NODE],
    );
  }

  known(host: number): KnownReady {
    return this.book.of(host).known;
  }

  /** When the lease of a host's node was last renewed, by the clock of the host. */
  leaseRenewedAtMs(host: number): number {
    return this.fleet.clockMs(host, this.monitor.lastBeatMs(host));
  }

  /** A share of this host's heartbeats gets lost from now on until an instant. */
  loseBeats(host: number, { share, untilMs }: { readonly share: number; readonly untilMs: number }): void {
    const { nowMs } = this.kernel;
    const grid = this.grids.of(host);
    const entity = this.fleet.host(host).bareMetalHost;
    grid.lose({ fromMs: nowMs, toMs: untilMs, share }, () => lossesOf({ share: 0 }, this.config, this.draws, entity));
    this.monitor.lossesChanged(host);
  }

  /**
   * The controller process dies now, with all that it observed: probe times, zone states, queues.
   * @param downForMs until a new one runs, an integer, 0 or more. It treats every node as new: readiness NoExecute taints
   * come off and are queued again, and every silence counts anew.
   */
  restartController(downForMs = 0): void {
    this.stopController();
    this.kernel.call(this.kernel.nowMs + downForMs, () => this.startController());
  }

  /** The controller process dies now, until `startController`. */
  stopController(): void {
    this.running = false;
    this.monitor.controllerStopped();
    this.changed = new Set();
    this.nextPassMs = -1;
    this.book.forgetZones();
  }

  // The kubelet's side

  wantsBeat(host: number): boolean {
    return this.kubelets.wantsBeat(host);
  }

  beat(host: number): void {
    this.kubelets.beat(host);
  }

  // The controller's side

  /** The monitor's pass found the node stale. */
  stale(host: number): void {
    const node = this.book.of(host);
    const found = node.known;
    if (found === 'missing' || (found === 'Unknown' && node.posted)) return;
    const { nowMs } = this.kernel;
    node.silencedAtMs = nowMs;
    node.foundBefore = found;
    this.look(node);
    this.store.update(NODE, node.key, 'status', (object) => ({
      ...object,
      status: { ...object.status, conditions: silentConditions(object, nowMs) },
    }));
    if (found !== 'True') return;
    const object = this.store.get(NODE, node.key);
    if (object !== undefined) this.record(object, 'NodeNotReady', `Node ${node.key.name} status is now: NodeNotReady`);
    markPodsNotReady(this.store, this.events, node.key.name, nowMs);
  }

  private nodeChanged(before: Node | undefined, after: Node | undefined): void {
    const object = after ?? before;
    if (object === undefined) return;
    const node = this.book.at(object.metadata.name);
    if (before !== undefined && after !== undefined && saysTheSame(before, after)) {
      this.syncTaints(node, before, after);
      return;
    }
    const wasCounted = node.counts;
    const zone = node.zone;
    const known = this.book.follow(node, after);
    if (after !== undefined) this.syncTaints(node, before, after);
    const host = node.index < this.fleet.count ? node.index : -1;
    if (known === 'missing' && host >= 0 && after !== undefined) {
      this.monitor.nodeAppeared(host, {
        ready: node.posted,
        createdAtMs: parseTime(object.metadata.creationTimestamp ?? ''),
      });
    }
    if (known !== node.known || wasCounted !== node.counts || zone !== node.zone) this.look(node);
    if (host < 0 || node.told === node.known || (after !== undefined && !node.posted)) return;
    node.told = node.known;
    for (const observer of this.observers) observer.known(host, node.known);
  }

  private syncTaints(node: BookedNode, before: Node | undefined, after: Node): void {
    if (!this.running || !node.posted || !concernsTaints(before, after)) return;
    syncConditionTaints(this.store, node.key.name, this.kernel.nowMs);
  }

  /** The next pass looks at the node; at this instant, if its pass is still to come. */
  private look(node: BookedNode): void {
    if (!this.running) return;
    this.changed.add(node.index);
    if (this.nextPassMs >= 0) return;
    const { nowMs } = this.kernel;
    const periodMs = this.config.kubernetes.monitorPeriodMs;
    const sinceMs = nowMs - this.gridMs;
    this.nextPassMs =
      this.gridMs + (this.lastPassMs === nowMs ? tickAfter(sinceMs, periodMs) : tickFrom(sinceMs, periodMs));
    this.kernel.schedule(this.nextPassMs, this.pass, 0, 0, PASS_PRIORITY);
  }

  private runPass(): void {
    const { nowMs } = this.kernel;
    if (nowMs !== this.nextPassMs) return;
    this.nextPassMs = -1;
    this.lastPassMs = nowMs;
    const indexes = [...this.changed].sort((one, other) => one - other);
    this.changed = new Set();
    for (const index of indexes) this.judge(this.book.of(index));
    const moved = this.book.takeMoved();
    const turn = followDisruption(this.book.zones, moved, nowMs);
    if (turn === 'left') this.monitor.restartGrace();
    if (turn === 'entered') {
      for (const node of this.book.all) {
        this.markReachable(node);
        if (node.known !== 'missing') this.look(node);
      }
    }
    for (const zone of turn === 'unchanged' ? this.zonesOf(indexes, moved) : this.book.zones) this.scheduleZone(zone);
  }

  /** Where a queue or its limiter may have changed in this pass. */
  private zonesOf(nodes: readonly number[], moved: readonly Zone[]): readonly Zone[] {
    const zones = new Set(moved);
    for (const index of nodes) zones.add(this.book.of(index).zone);
    return zones.size === 1 ? [...zones] : [...zones].sort(byIndex);
  }

  /** Acts on the readiness that this pass found, which a node silenced by it has only from the next pass on. */
  private judge(node: BookedNode): void {
    if (node.known === 'missing') return;
    if (node.isNew) {
      node.isNew = false;
      this.markReachable(node);
    }
    const silencedNow = node.silencedAtMs === this.kernel.nowMs;
    const found = silencedNow ? node.foundBefore : node.known;
    if (silencedNow) this.look(node);
    if (found === 'True') this.markReachable(node);
    else if (found !== 'missing' && node.posted) this.markForTainting(node, found);
  }

  private markReachable(node: BookedNode): void {
    takeOffNoExecute(this.store, node.key);
    node.zone.queue.delete(node.index);
    node.queued = false;
  }

  /** A taint of the other key is swapped at once; a node without one waits for its zone's limiter. */
  private markForTainting(node: BookedNode, ready: 'False' | 'Unknown'): void {
    const other = taintKeyOf(ready === 'False' ? 'Unknown' : 'False');
    const taints = this.store.get(NODE, node.key)?.spec?.taints;
    if (taints?.some((taint) => taint.effect === 'NoExecute' && taint.key === other)) {
      putNoExecute(this.store, node.key, ready, this.kernel.nowMs);
    } else if (!node.queued) {
      node.queued = true;
      node.zone.queue.add(node.index);
    }
  }

  private scheduleZone(zone: Zone): void {
    const atMs = Math.max(this.kernel.nowMs, zone.limiter.tokenAtMs);
    if (zone.queue.size === 0 || atMs === Number.POSITIVE_INFINITY || zone.workAtMs === atMs) return;
    zone.workAtMs = atMs;
    this.kernel.schedule(atMs, this.taint, zone.index, 0, TAINT_PRIORITY);
  }

  private taintZone(index: number): void {
    const zone = this.book.zones[index];
    const { nowMs } = this.kernel;
    if (zone === undefined || zone.workAtMs !== nowMs) return;
    zone.workAtMs = -1;
    for (const waiting of zone.queue) {
      if (!zone.limiter.take(nowMs)) break;
      zone.queue.delete(waiting);
      const { key, known } = this.book.of(waiting);
      if (known === 'False' || known === 'Unknown') putNoExecute(this.store, key, known, nowMs);
    }
    this.scheduleZone(zone);
  }

  /** A new one runs; see `restartController`. */
  startController(): void {
    if (this.running) return;
    this.running = true;
    this.gridMs = this.kernel.nowMs;
    this.lastPassMs = -1;
    this.monitor.controllerStarted();
    for (const node of this.book.all) {
      if (node.known === 'missing') continue;
      node.isNew = true;
      this.look(node);
      syncConditionTaints(this.store, node.key.name, this.kernel.nowMs);
    }
  }

  private record(regarding: Node, reason: string, message: string): void {
    this.events.record({ regarding, type: 'Normal', reason, message, component: 'node-controller' });
  }
}

/** What the controller keeps of a Node: its readiness, its zone, and whether it counts there. Taints are none of these. */
function saysTheSame(before: Node, after: Node): boolean {
  return before.status?.conditions === after.status?.conditions && before.metadata.labels === after.metadata.labels;
}

/** By host. */
function initialNodes({ objects }: SimConfig, fleet: HostFleet): readonly (Node | undefined)[] {
  const nodes: (Node | undefined)[] = fleet.hosts.map(() => undefined);
  for (const object of objects) {
    const host = isNode(object) ? fleet.indexOfNode(object.metadata.name) : -1;
    if (host >= 0 && isNode(object)) nodes[host] = object;
  }
  return nodes;
}

function isNode(object: SimConfig['objects'][number]): object is Node {
  return object.kind === 'Node' && object.apiVersion === 'v1';
}

function beatGrids(config: SimConfig, fleet: HostFleet, draws: Draws): BeatGrids {
  const { leaseRenewMs, leaseJitterShare } = config.kubernetes;
  const rhythm = { periodMs: leaseRenewMs, jitterShare: leaseJitterShare };
  const loss = config.network?.heartbeatLoss;
  const grids = new HostRecords(fleet.count, (host) => {
    const entity = fleet.host(host).bareMetalHost;
    const losses = loss === undefined ? undefined : lossesOf(loss, config, draws, entity);
    const phaseMs = Math.floor(draws.at(entity, 'heartbeat phase', 0) * leaseRenewMs);
    return new HeartbeatGrid(rhythm, config.startMs - phaseMs, draws.stream(entity, 'heartbeat jitter'), losses);
  });
  return { count: fleet.count, mayLose: loss !== undefined, of: (host) => grids.of(host) };
}

function lossesOf(loss: HeartbeatLossConfig, config: SimConfig, draws: Draws, entity: string): HeartbeatLosses {
  const runLeast = lostBeatsToNotice(config.kubernetes);
  return new HeartbeatLosses(loss, { draws, entity, startMs: config.startMs, runLeast });
}
