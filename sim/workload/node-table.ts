// Nodes as the workload loops see them: the API object, the host behind the name, the pods bound to it and what they
// request. A record outlives its Node object, because pods and attachments can name a node that is gone.

import {
  isReady,
  type Node,
  readyCondition,
  TAINT_NOT_READY,
  TAINT_OUT_OF_SERVICE,
  TAINT_UNREACHABLE,
  TAINT_UNSCHEDULABLE,
  type Taint,
} from '../../core/api/node.ts';
import type { HostTruth } from '../truth.ts';
import { DEFAULT_PODS_PER_NODE } from './defaults.ts';
import type { PodRecord } from './pod-table.ts';
import { bytesOf, milliCores, quantityOf } from './quantity.ts';

const NO_TAINTS: readonly Taint[] = [];

/** Shared by all nodes that never had a pod: its place is taken by a set of the node's own before one is added. */
export const NO_PODS = new Set<PodRecord>();

export interface NodeRecord {
  readonly name: string;
  /** Undefined while there is no Node object. */
  object: Node | undefined;
  /**
   * Taints that keep pods away which do not tolerate them: all but PreferNoSchedule, and those that a cordon and a Ready
   * condition bring, also where nobody has written them yet.
   */
  blockingTaints: readonly Taint[];
  /** PreferNoSchedule taints: the node is taken last by pods that do not tolerate them. */
  discouragingTaints: readonly Taint[];
  /** Its object says what it has room for; without, it has room for everything. */
  hasAllocatable: boolean;
  /** Index in HostTruth, or -1 for a node without a simulated host, which never fails. */
  readonly host: number;
  /** Position in the table's list. */
  readonly index: number;
  readonly rack: string;
  /** Dense number of the rack. */
  readonly rackIndex: number;
  /** Pods bound to it whose objects exist, in order of binding. */
  pods: Set<PodRecord>;
  /** Size of `pods`, close to the other figures that a search for a node reads. */
  podCount: number;
  allocatableCpuMilli: number;
  allocatableBytes: number;
  allocatablePods: number;
  usedCpuMilli: number;
  usedBytes: number;
}

export class NodeTable {
  private readonly truth: HostTruth;
  private readonly byHost: (NodeRecord | undefined)[];
  /** Those without a simulated host, by name. */
  private readonly others = new Map<string, NodeRecord>();
  private readonly records: NodeRecord[] = [];
  private readonly racks = new Map<string, number>();

  constructor(truth: HostTruth) {
    this.truth = truth;
    this.byHost = new Array(truth.count).fill(undefined);
  }

  /** The record of a name, made when it is new. */
  at(name: string): NodeRecord {
    const host = this.truth.indexOfNode(name);
    const known = host < 0 ? this.others.get(name) : this.byHost[host];
    if (known !== undefined) return known;
    const rack = host < 0 ? '' : this.truth.rack(host);
    const record: NodeRecord = {
      name,
      object: undefined,
      blockingTaints: NO_TAINTS,
      discouragingTaints: NO_TAINTS,
      hasAllocatable: false,
      host,
      index: this.records.length,
      rack,
      rackIndex: this.rackIndexOf(rack),
      pods: NO_PODS,
      podCount: 0,
      allocatableCpuMilli: 0,
      allocatableBytes: 0,
      allocatablePods: 0,
      usedCpuMilli: 0,
      usedBytes: 0,
    };
    this.records.push(record);
    if (host >= 0) this.byHost[host] = record;
    else this.others.set(name, record);
    return record;
  }

  ofHost(host: number): NodeRecord | undefined {
    return this.byHost[host];
  }

  /** All records in the order in which their names became known; the initial ones in key order. */
  get list(): readonly NodeRecord[] {
    return this.records;
  }

  apply(name: string, object: Node | undefined): NodeRecord {
    const record = this.at(name);
    if (object !== undefined && object.status?.allocatable !== record.object?.status?.allocatable) {
      const allocatable = object.status?.allocatable;
      record.hasAllocatable = allocatable !== undefined;
      record.allocatableCpuMilli = milliCores(allocatable?.cpu);
      record.allocatableBytes = bytesOf(allocatable?.memory);
      record.allocatablePods = Math.floor(quantityOf(allocatable?.pods ?? String(DEFAULT_PODS_PER_NODE)));
    }
    if (object !== undefined && (object.spec !== record.object?.spec || isUp(record) !== isReady(object))) {
      record.blockingTaints = blockingTaints(object);
      const discouraging = object.spec?.taints?.filter(({ effect }) => effect === 'PreferNoSchedule');
      record.discouragingTaints = discouraging === undefined || discouraging.length === 0 ? NO_TAINTS : discouraging;
    }
    record.object = object;
    return record;
  }

  /** How many racks there are; the numbers of racks are below this. */
  get rackCount(): number {
    return this.racks.size;
  }

  private rackIndexOf(rack: string): number {
    const known = this.racks.get(rack);
    if (known !== undefined) return known;
    this.racks.set(rack, this.racks.size);
    return this.racks.size - 1;
  }

  /** The kubelet of this node runs and reaches the API server. */
  acts(record: NodeRecord): boolean {
    return record.host < 0 ? record.object !== undefined : this.truth.kubeletActs(record.host);
  }
}

/** Ready by the API; a node without object is not. */
export function isUp(record: NodeRecord): boolean {
  return record.object !== undefined && isReady(record.object);
}

export function isOutOfService(record: NodeRecord): boolean {
  return record.object?.spec?.taints?.some((taint) => taint.key === TAINT_OUT_OF_SERVICE) === true;
}

function blockingTaints(node: Node): readonly Taint[] {
  const taints = node.spec?.taints?.filter(({ effect }) => effect !== 'PreferNoSchedule') ?? [];
  const implied = node.spec?.unschedulable === true ? [TAINT_UNSCHEDULABLE] : [];
  if (!isReady(node)) implied.push(readyCondition(node)?.status === 'False' ? TAINT_NOT_READY : TAINT_UNREACHABLE);
  for (const key of implied) {
    if (!taints.some((taint) => taint.key === key && taint.effect === 'NoSchedule')) {
      taints.push({ key, effect: 'NoSchedule' });
    }
  }
  return taints.length === 0 ? NO_TAINTS : taints;
}

/** Taints that evict. The same empty array when there are none. */
export function evictingTaints(node: Node | undefined): readonly Taint[] {
  const taints = node?.spec?.taints;
  if (taints === undefined || !taints.some((taint) => taint.effect === 'NoExecute')) return NO_TAINTS;
  return taints.filter((taint) => taint.effect === 'NoExecute');
}
