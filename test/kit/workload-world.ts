// The workload loops over the real kernel and the real store, with truth driven by hand. The test plays node lifecycle: it
// marks nodes Unknown and taints them when it wants.

import { findCondition, withCondition } from '../../core/api/conditions.ts';
import { NODE, type Node, TAINT_UNREACHABLE, type Taint } from '../../core/api/node.ts';
import { type KubeObject, keyOf, keyString } from '../../core/api/object.ts';
import { formatTime } from '../../core/api/time.ts';
import { VIRTUAL_MACHINE_INSTANCE, VIRTUAL_MACHINE_INSTANCE_MIGRATION } from '../../core/api/virtual-machine.ts';
import { POD, type Pod, VOLUME_ATTACHMENT } from '../../core/api/workload.ts';
import { subjectOf } from '../../sim/api-server/change.ts';
import { KNOWN_KINDS } from '../../sim/api-server/known-kinds.ts';
import { KubeEvents } from '../../sim/api-server/kube-events.ts';
import { ObjectStore } from '../../sim/api-server/object-store.ts';
import type { SimConfig } from '../../sim/config.ts';
import { DEFAULT_KUBERNETES } from '../../sim/defaults.ts';
import { Kernel } from '../../sim/kernel/kernel.ts';
import { Draws, rootKey } from '../../sim/kernel/rng.ts';
import type { WorkloadResult } from '../../sim/result.ts';
import { WorkloadLoops } from '../../sim/workload/workload-loops.ts';
import { DrivenStorage, DrivenTruth } from './driven-truth.ts';
import { tinyWorld } from './tiny-world.ts';
import { node, WORLD_START_MS } from './workload-objects.ts';

/** From binding to Ready, once volumes are attached. */
export const POD_START_MS = 8_000;

export const NODES = ['a1', 'a2', 'b1', 'b2', 'c1', 'c2'] as const;

export class WorkloadWorld {
  readonly kernel = new Kernel(WORLD_START_MS);
  readonly truth: DrivenTruth;
  readonly storage = new DrivenStorage(1);
  readonly store: ObjectStore;
  readonly loops: WorkloadLoops;
  readonly events = new KubeEvents();
  /** Every write since the start: `+12.002 ADDED Pod app/web-x`. */
  readonly writes: string[] = [];
  readonly changedAvailability: string[] = [];

  /** @param status of owners and budgets: written as it changes, or when the test asks for it. */
  constructor(
    objects: readonly KubeObject[],
    change: Partial<SimConfig> = {},
    nodes: readonly string[] = NODES,
    status: 'followed' | 'settled' = 'followed',
  ) {
    this.truth = new DrivenTruth(
      nodes.map((name) => ({ nodeName: name, bareMetalHost: `metal/${name}`, rack: name.slice(0, 1) })),
    );
    const kubernetes = { ...DEFAULT_KUBERNETES, podStartMs: { kind: 'constant', value: POD_START_MS } as const };
    const config = tinyWorld({ startMs: WORLD_START_MS, kubernetes, ...change });
    const draws = new Draws(rootKey('workload'), 0);
    this.store = new ObjectStore(this.kernel, draws.stream('api-server', 'names'));
    for (const kind of KNOWN_KINDS) this.store.register(kind, { statusSubresource: true });
    const given = new Set(objects.filter(({ kind }) => kind === 'Node').map(({ metadata }) => metadata.name));
    const others = nodes.filter((name) => !given.has(name)).map((name) => node(name, name.slice(0, 1)));
    this.store.load([...others, ...objects]);
    const { kernel, store, truth, storage } = this;
    const { events } = this;
    this.loops = new WorkloadLoops({ store, kernel, config, draws, truth, storage, poolOfClaim: () => 0, events });
    this.loops.availability.onChange((name, unavailable) => {
      this.changedAvailability.push(`+${this.seconds()} ${name} ${unavailable ? 'unavailable' : 'available'}`);
    });
    if (status === 'followed') this.loops.followStatus();
    this.loops.start();
    this.store.tap((written) => {
      const object = subjectOf(written);
      this.writes.push(`+${this.seconds()} ${written.type} ${object.kind} ${keyString(keyOf(object))}`);
    });
  }

  /** Runs until this many seconds after the start. */
  until(seconds: number): void {
    this.kernel.runUntil(WORLD_START_MS + Math.round(seconds * 1000));
  }

  seconds(): number {
    return (this.kernel.nowMs - WORLD_START_MS) / 1000;
  }

  /** What node lifecycle does to a silent node: Unknown, pods not Ready, and the taint that evicts. */
  markUnreachable(name: string, evicts: 'evicts' | 'keeps' = 'evicts'): void {
    this.setReady(name, 'Unknown');
    for (const pod of this.store.list(POD)) {
      if (pod.spec?.nodeName !== name) continue;
      this.store.update<Pod>(POD, keyOf(pod), 'status', (current) => ({
        ...current,
        status: {
          ...current.status,
          conditions: withCondition(current.status?.conditions, { type: 'Ready', status: 'False' }, this.kernel.nowMs),
        },
      }));
    }
    if (evicts === 'evicts') {
      this.setTaints(name, [{ key: TAINT_UNREACHABLE, effect: 'NoExecute', timeAdded: formatTime(this.kernel.nowMs) }]);
    }
  }

  markReady(name: string): void {
    this.setReady(name, 'True');
    this.setTaints(name, []);
  }

  setTaints(name: string, taints: readonly Taint[]): void {
    this.store.update<Node>(NODE, { namespace: '', name }, 'main', (current) => ({
      ...current,
      spec: { ...current.spec, taints },
    }));
  }

  deleteNode(name: string): void {
    this.store.delete(NODE, { namespace: '', name });
  }

  forceDelete(podName: string): void {
    this.store.delete(POD, { namespace: 'app', name: podName }, { gracePeriodMs: 0 });
  }

  /** `name@node state` of every pod whose name starts so, in key order. State: Running, Pending, NotReady, Terminating. */
  pods(prefix: string): readonly string[] {
    return this.store
      .list(POD)
      .filter(({ metadata }) => metadata.name.startsWith(prefix))
      .map((pod) => `${pod.spec?.nodeName ?? '-'} ${stateOf(pod)}`);
  }

  /** `node` of each VolumeAttachment. */
  attachedTo(): readonly string[] {
    return this.store.list(VOLUME_ATTACHMENT).map((object) => object.spec?.nodeName ?? '-');
  }

  /** `node phase Ready=status` of an instance, or what is missing. */
  instance(name: string): string {
    const found = this.store.get(VIRTUAL_MACHINE_INSTANCE, { namespace: 'app', name });
    if (found === undefined) return 'none';
    const { phase, nodeName, conditions } = found.status ?? {};
    return `${nodeName ?? '-'} ${phase ?? 'Pending'} Ready=${findCondition(conditions, 'Ready')?.status ?? '-'}`;
  }

  /** `phase` of every migration, in key order. */
  migrations(): readonly string[] {
    return this.store.list(VIRTUAL_MACHINE_INSTANCE_MIGRATION).map(({ status }) => status?.phase ?? 'Pending');
  }

  /** The account of a workload up to now. */
  lossOf(name: string): WorkloadResult | undefined {
    return this.loops.totals().workloads.find(({ workload }) => workload === `app/${name}`);
  }

  unavailableSeconds(name: string): number {
    const found = this.loops.availability.totals().workloads.find(({ workload }) => workload === `app/${name}`);
    return found === undefined ? Number.NaN : found.unavailableMs / 1000;
  }

  private setReady(name: string, status: 'True' | 'Unknown'): void {
    this.store.update<Node>(NODE, { namespace: '', name }, 'status', (current) => ({
      ...current,
      status: {
        ...current.status,
        conditions: withCondition(current.status?.conditions, { type: 'Ready', status }, this.kernel.nowMs),
      },
    }));
  }
}

function stateOf(pod: Pod): string {
  if (pod.metadata.deletionTimestamp !== undefined) return 'Terminating';
  if (pod.status?.phase !== 'Running') return 'Pending';
  return pod.status.conditions?.some(({ type, status }) => type === 'Ready' && status === 'True') === true
    ? 'Running'
    : 'NotReady';
}
