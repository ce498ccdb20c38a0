// Nodes as the workload loops see them: the API object, the host behind the name, the pods bound to it and what they
// request. A record outlives its Node object, because pods and attachments can name a node that is gone.

import { isReady, type Node, TAINT_OUT_OF_SERVICE, type Taint } from '../../core/api/node.ts';
import type { HostTruth } from '../truth.ts';
import { DEFAULT_PODS_PER_NODE } from './defaults.ts';
import type { PodRecord } from './pod-table.ts';
import { bytesOf, milliCores, quantityOf } from './quantity.ts';

export interface NodeRecord {
  readonly name: string;
  /** Undefined while there is no Node object. */
  object: Node | undefined;
  /** Its object says Ready and not unschedulable: pods may be bound to it. */
  isOpen: boolean;
  /** Index in HostTruth, or -1 for a node without a simulated host, which never fails. */
  readonly host: number;
  readonly rack: string;
  /** Pods bound to it whose objects exist, in order of binding. */
  readonly pods: Set<PodRecord>;
  allocatableCpuMilli: number;
  allocatableBytes: number;
  allocatablePods: number;
  usedCpuMilli: number;
  usedBytes: number;
}

export class NodeTable {
  private readonly truth: HostTruth;
  private readonly byName = new Map<string, NodeRecord>();
  private readonly byHost: (NodeRecord | undefined)[] = [];
  private readonly records: NodeRecord[] = [];

  constructor(truth: HostTruth) {
    this.truth = truth;
  }

  /** The record of a name, made when it is new. */
  at(name: string): NodeRecord {
    const known = this.byName.get(name);
    if (known !== undefined) return known;
    const host = this.truth.indexOfNode(name);
    const record: NodeRecord = {
      name,
      object: undefined,
      isOpen: false,
      host,
      rack: host < 0 ? '' : this.truth.rack(host),
      pods: new Set(),
      allocatableCpuMilli: 0,
      allocatableBytes: 0,
      allocatablePods: 0,
      usedCpuMilli: 0,
      usedBytes: 0,
    };
    this.byName.set(name, record);
    this.records.push(record);
    if (host >= 0) this.byHost[host] = record;
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
      record.allocatableCpuMilli = milliCores(allocatable?.cpu);
      record.allocatableBytes = bytesOf(allocatable?.memory);
      record.allocatablePods = Math.floor(quantityOf(allocatable?.pods ?? String(DEFAULT_PODS_PER_NODE)));
    }
    record.object = object;
    record.isOpen = object !== undefined && object.spec?.unschedulable !== true && isReady(object);
    return record;
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

const NO_TAINTS: readonly Taint[] = [];

/** Taints that evict. The same empty array when there are none. */
export function evictingTaints(node: Node | undefined): readonly Taint[] {
  const taints = node?.spec?.taints;
  if (taints === undefined || !taints.some((taint) => taint.effect === 'NoExecute')) return NO_TAINTS;
  return taints.filter((taint) => taint.effect === 'NoExecute');
}
