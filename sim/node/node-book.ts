// Every Node of the cluster as the lifecycle controller knows it, in step with the store: readiness, zone, and how far its
// NoExecute taint is. Nodes of simulated hosts come first, under their host's index; others follow as they appear.

import { NODE, type Node, readyCondition } from '../../core/api/node.ts';
import type { ObjectKey } from '../../core/api/object.ts';
import type { ObjectStore } from '../api-server/object-store.ts';
import type { KubernetesConfig } from '../config.ts';
import type { HostTruth } from '../truth.ts';
import { isReadinessNoExecute } from './no-execute-taints.ts';
import { byIndex, TaintLimiter, Zone } from './zones.ts';

/** Takes a node out of the arithmetic of its zone. Source: kubernetes staging/src/k8s.io/api/core/v1/well_known_labels.go. */
const EXCLUDED_LABEL = 'node.kubernetes.io/exclude-disruption';

/** What the API says of a node: `missing` has no Node object. */
export type KnownReady = 'True' | 'False' | 'Unknown' | 'missing';

export interface BookedNode {
  readonly index: number;
  readonly key: ObjectKey;
  known: KnownReady;
  /** What observers were told last: a Node without a Ready condition is not told. */
  told: KnownReady;
  zone: Zone;
  /** Counts in its zone. */
  counts: boolean;
  /** The kubelet or the controller has posted a Ready condition. */
  posted: boolean;
  /** Queued for its NoExecute taint, or through the queue: not queued again until it is found Ready. */
  queued: boolean;
  /** Appeared since the last pass. */
  isNew: boolean;
  /** The pass that turned it Unknown, and what that pass had found. */
  silencedAtMs: number;
  foundBefore: KnownReady;
}

/** The simulated hosts and the names of their Nodes. */
export type NodeHosts = Pick<HostTruth, 'count' | 'indexOfNode' | 'nodeName'>;

const NO_ZONES: readonly Zone[] = [];

export class NodeBook {
  readonly zones: Zone[] = [];
  /** Zones whose counts moved since the last pass took them. */
  private readonly moved = new Set<Zone>();
  private readonly store: ObjectStore;
  private readonly config: KubernetesConfig;
  private readonly byZone = new Map<string, Zone>();
  private readonly hosts: NodeHosts;
  /** Those without a simulated host. */
  private readonly others = new Map<string, BookedNode>();
  private readonly nodes: BookedNode[] = [];

  constructor(store: ObjectStore, config: KubernetesConfig, hosts: NodeHosts) {
    this.store = store;
    this.config = config;
    this.hosts = hosts;
    for (let host = 0; host < hosts.count; host++) this.add(hosts.nodeName(host));
  }

  get all(): readonly BookedNode[] {
    return this.nodes;
  }

  of(index: number): BookedNode {
    const node = this.nodes[index];
    if (node === undefined) throw new RangeError(`no node ${index}`);
    return node;
  }

  /** The record of a name, made when it is new. */
  at(name: string): BookedNode {
    const host = this.hosts.indexOfNode(name);
    const known = host < 0 ? this.others.get(name) : this.nodes[host];
    if (known !== undefined) return known;
    const node = this.add(name);
    this.others.set(name, node);
    return node;
  }

  private add(name: string): BookedNode {
    const node: BookedNode = {
      index: this.nodes.length,
      key: { namespace: '', name },
      known: 'missing',
      told: 'missing',
      zone: this.zone(''),
      counts: false,
      posted: false,
      queued: false,
      isNew: false,
      silencedAtMs: -1,
      foundBefore: 'missing',
    };
    this.nodes.push(node);
    return node;
  }

  /** Takes over what the store holds; a taint that is there has been through the queue. */
  load(): void {
    for (const object of this.store.list(NODE)) {
      const node = this.at(object.metadata.name);
      this.follow(node, object);
      node.isNew = false;
      node.told = node.known;
      node.queued = object.spec?.taints?.some(isReadinessNoExecute) === true;
    }
    const present = this.zones.filter((zone) => zone.members > 0);
    const allDown = present.every((zone) => zone.computedState === 'fullDisruption');
    for (const zone of present) {
      zone.state = zone.computedState;
      zone.limiter = new TaintLimiter(allDown ? 0 : zone.rateIn(zone.computedState));
    }
  }

  /** A new version of a Node, or its deletion. Returns what was known before. */
  follow(node: BookedNode, object: Node | undefined): KnownReady {
    const before = node.known;
    this.count(node, -1);
    if (before !== 'missing' && object === undefined) {
      node.zone.queue.delete(node.index);
      node.queued = false;
    }
    const ready = object === undefined ? undefined : readyCondition(object);
    node.known = object === undefined ? 'missing' : (ready?.status ?? 'Unknown');
    node.posted = ready !== undefined;
    if (before === 'missing' && object !== undefined) node.isNew = true;
    if (object !== undefined) this.move(node, this.zone(object.metadata.labels?.[this.config.zoneLabel] ?? ''));
    node.counts = object !== undefined && object.metadata.labels?.[EXCLUDED_LABEL] === undefined;
    this.count(node, 1);
    return before;
  }

  private move(node: BookedNode, zone: Zone): void {
    if (zone === node.zone) return;
    if (node.zone.queue.delete(node.index)) zone.queue.add(node.index);
    node.zone = zone;
  }

  /** The controller that knew the zones is gone. */
  forgetZones(): void {
    for (const zone of this.zones) {
      zone.forget();
      this.moved.add(zone);
    }
  }

  /** Zones whose counts moved since the last call, in the order of zones. */
  takeMoved(): readonly Zone[] {
    if (this.moved.size === 0) return NO_ZONES;
    const moved = [...this.moved].sort(byIndex);
    this.moved.clear();
    return moved;
  }

  private count(node: BookedNode, by: 1 | -1): void {
    if (!node.counts) return;
    node.zone.members += by;
    if (node.known !== 'True') node.zone.notReady += by;
    this.moved.add(node.zone);
  }

  private zone(name: string): Zone {
    const known = this.byZone.get(name);
    if (known !== undefined) return known;
    const zone = new Zone(name, this.zones.length, this.config);
    this.byZone.set(name, zone);
    this.zones.push(zone);
    return zone;
  }
}
