// Every pod object as one record with what the loops need at hand: owner, node, volumes, requests, and the truth about its
// process. Kept in step with the store by the tap; the loops read it instead of listing.

import { findCondition } from '../../core/api/conditions.ts';
import { controllerOwner, keyOf, keyString, type ObjectKey } from '../../core/api/object.ts';
import type { Pod } from '../../core/api/workload.ts';
import type { EventHandle } from '../kernel/kernel.ts';
import type { ReplicaRequests } from './availability.ts';
import type { Control, ControlTable } from './control-table.ts';
import { NO_PODS, type NodeRecord, type NodeTable } from './node-table.ts';
import { bytesOf, milliCores } from './quantity.ts';
import { claimNames, type Volume, type VolumeTable } from './volume-table.ts';

const NO_VOLUMES: readonly Volume[] = [];

export class PodRecord {
  /** Dense and never reused: an operand of kernel events. */
  readonly id: number;
  /** `namespace/name`. */
  readonly text: string;
  object: Pod;
  readonly control: Control | undefined;
  /** Owned by a DaemonSet: drains pass it by. */
  readonly daemon: boolean;
  readonly cpuMilli: number;
  readonly bytes: number;
  /** Account of a pod that is no replica of a control, or -1; see `workloadOf`. */
  workload = -1;
  /** A virtual machine's operating system inside its launcher pod; `none` in every other pod. */
  guest: 'none' | 'down' | 'up' = 'none';
  /** Undefined until bound. */
  node: NodeRecord | undefined = undefined;
  /** Resolved when it is bound. */
  volumes: readonly Volume[] = NO_VOLUMES;
  /** Truth: its containers execute. */
  process = false;
  /** Boot of the host in which they were started. */
  bootEpoch = 0;
  /** Truth: it can really serve. */
  serving = false;
  /** Truth: it serves, and slowly; kept where results say so. */
  slow = false;
  /** By the API: Ready and not terminating. */
  ready = false;
  /** Does not become ready for reasons of its own; left alone until its host boots. */
  broken = false;
  /** Its start or its termination is under way. */
  timer: EventHandle | undefined = undefined;
  /** `timer` is that of its termination. */
  stopping = false;
  /** Deletion by a taint is due. */
  eviction: EventHandle | undefined = undefined;

  constructor(id: number, object: Pod, control: Control | undefined) {
    this.id = id;
    this.text = keyString(keyOf(object));
    this.object = object;
    this.control = control;
    this.daemon = controllerOwner(object)?.kind === 'DaemonSet';
    let cpuMilli = 0;
    let bytes = 0;
    for (const container of object.spec?.containers ?? []) {
      cpuMilli += milliCores(container.resources?.requests?.cpu);
      bytes += bytesOf(container.resources?.requests?.memory);
    }
    this.cpuMilli = cpuMilli;
    this.bytes = bytes;
  }

  get key(): ObjectKey {
    return keyOf(this.object);
  }

  get uid(): string {
    return this.object.metadata.uid;
  }
}

export class PodTable {
  private readonly controls: ControlTable;
  private readonly nodes: NodeTable;
  private readonly volumes: VolumeTable;
  private readonly byText = new Map<string, PodRecord>();
  private readonly byUid = new Map<string, PodRecord>();
  private readonly byId: (PodRecord | undefined)[] = [];

  constructor(controls: ControlTable, nodes: NodeTable, volumes: VolumeTable) {
    this.controls = controls;
    this.nodes = nodes;
    this.volumes = volumes;
  }

  get(text: string): PodRecord | undefined {
    return this.byText.get(text);
  }

  /** The record of an object, whatever its version. */
  of(object: Pod): PodRecord | undefined {
    return this.byUid.get(object.metadata.uid);
  }

  /** The record of an id while its pod exists. */
  ofId(id: number): PodRecord | undefined {
    return this.byId[id];
  }

  /** In order of appearance; the initial ones in key order. */
  all(): IterableIterator<PodRecord> {
    return this.byText.values();
  }

  add(object: Pod): PodRecord {
    const record = new PodRecord(this.byId.length, object, this.controls.ofPod(object));
    this.byText.set(record.text, record);
    this.byUid.set(record.uid, record);
    this.byId.push(record);
    record.control?.pods.add(record);
    this.bindIfNamed(record);
    return record;
  }

  /** A new version of the object; true when this version is the first bound to a node. */
  update(record: PodRecord, object: Pod): boolean {
    record.object = object;
    return record.node === undefined && this.bindIfNamed(record);
  }

  remove(record: PodRecord): void {
    if (this.byText.get(record.text) === record) this.byText.delete(record.text);
    this.byUid.delete(record.uid);
    this.byId[record.id] = undefined;
    record.control?.pods.delete(record);
    const node = record.node;
    if (node === undefined) return;
    node.pods.delete(record);
    node.podCount -= 1;
    node.usedCpuMilli -= record.cpuMilli;
    node.usedBytes -= record.bytes;
    for (const volume of record.volumes) volume.users.delete(record);
  }

  private bindIfNamed(record: PodRecord): boolean {
    const nodeName = record.object.spec?.nodeName;
    if (nodeName === undefined || nodeName === '') return false;
    const node = this.nodes.at(nodeName);
    record.node = node;
    if (node.pods === NO_PODS) node.pods = new Set();
    node.pods.add(record);
    node.podCount += 1;
    node.usedCpuMilli += record.cpuMilli;
    node.usedBytes += record.bytes;
    record.volumes = this.volumesOf(record.object);
    for (const volume of record.volumes) volume.users.add(record);
    return true;
  }

  /** Known volumes of a pod's claims. */
  volumesOf(pod: Pod): readonly Volume[] {
    const claims = claimNames(pod);
    if (claims.length === 0) return NO_VOLUMES;
    const volumes: Volume[] = [];
    for (const claim of claims) {
      const volume = this.volumes.ofClaim(pod.metadata.namespace ?? '', claim);
      if (volume !== undefined && !volumes.includes(volume)) volumes.push(volume);
    }
    return volumes;
  }
}

/** The account in Availability to which the pod belongs, or -1. */
export function workloadOf(record: PodRecord): number {
  const own = record.control?.workload ?? -1;
  return own >= 0 ? own : record.workload;
}

export function requestsOf({ cpuMilli, bytes }: PodRecord): ReplicaRequests {
  return { cpuMilli, bytes };
}

export function isTerminating(record: PodRecord): boolean {
  return record.object.metadata.deletionTimestamp !== undefined;
}

/** Phase Succeeded or Failed: it will never run again. */
export function isFinished(record: PodRecord): boolean {
  const phase = record.object.status?.phase;
  return phase === 'Succeeded' || phase === 'Failed';
}

export function saysReady(pod: Pod): boolean {
  return findCondition(pod.status?.conditions, 'Ready')?.status === 'True';
}
