// Node-pressure eviction: a kubelet that is short of memory or disk ends pods, one after the other, until enough is free. It asks no
// disruption budget and gives no grace. The pods stay as Failed, reason Evicted; their owners make others, which go elsewhere while
// the node has the taint of the pressure.
// Source: kubernetes pkg/kubelet/eviction (eviction_manager.go synchronize, helpers.go rankMemoryPressure and rankDiskPressure);
// thresholds by default: memory.available<100Mi, nodefs.available<10%, imagefs.available<15%, none for process ids.
//
// Divergence from reality
// - What a pod uses is not known. A pod that requests neither processor nor memory uses more than it requests, any other does not; after
//   that and their priority pods go in the order of their names. How many have to go is a share of them.
// - Images and dead containers are not removed first. New pods of DaemonSets, which tolerate the taint, are admitted.
// - While the kubelet does not act nobody is evicted, and it goes on later.

import { withCondition } from '../../core/api/conditions.ts';
import { POD, type Pod } from '../../core/api/workload.ts';
import { isFinished, isTerminating, type PodRecord } from './pod-table.ts';
import type { Serving } from './serving.ts';
import type { WorkloadContext } from './workload-context.ts';

/** Source: kubelet --housekeeping-interval 10 s: the eviction manager looks so often, and ends one pod at a time. */
const LOOK_EVERY_MS = 10_000;

/** Source: kubernetes pkg/apis/scheduling/types.go, SystemCriticalPriority 2 * 10^9: such pods are never evicted. */
const CRITICAL_PRIORITY = 2_000_000_000;

const MIRROR = 'kubernetes.io/config.mirror';

export type ShortOf = 'memory' | 'ephemeral-storage';

export class PressureEvictions {
  private readonly context: WorkloadContext;
  private readonly serving: Serving;

  constructor(context: WorkloadContext, serving: Serving) {
    this.context = context;
    this.serving = serving;
  }

  /**
   * A host is short of something from now on.
   * @param share of the pods that could be evicted now: so many are, rounded up.
   * @returns what ends it.
   */
  begin(host: number, shortOf: ShortOf, share: number): () => void {
    const { kernel } = this.context;
    let left = Math.ceil(this.evictable(host).length * share);
    let isOver = false;
    const look = (): void => {
      if (isOver || left === 0) return;
      const [next] = this.ranked(host, shortOf);
      if (next !== undefined && this.context.truth.kubeletActs(host)) {
        this.evict(next, shortOf);
        left--;
      }
      kernel.call(kernel.nowMs + LOOK_EVERY_MS, look);
    };
    if (left > 0) kernel.call(kernel.nowMs + LOOK_EVERY_MS, look);
    return () => {
      isOver = true;
    };
  }

  private evictable(host: number): readonly PodRecord[] {
    const pods = this.context.nodes.ofHost(host)?.pods ?? [];
    return [...pods].filter(
      (record) => record.process && !isFinished(record) && !isTerminating(record) && !isCritical(record),
    );
  }

  private ranked(host: number, shortOf: ShortOf): readonly PodRecord[] {
    // Nobody requests ephemeral storage: all use more of it than they request.
    const exceeds = ({ cpuMilli, bytes }: PodRecord): boolean => shortOf !== 'memory' || cpuMilli + bytes === 0;
    return [...this.evictable(host)].sort(
      (one, other) =>
        Number(exceeds(other)) - Number(exceeds(one)) ||
        priorityOf(one) - priorityOf(other) ||
        (one.text < other.text ? -1 : 1),
    );
  }

  private evict(record: PodRecord, shortOf: ShortOf): void {
    const { store, kernel, events } = this.context;
    const message = `The node was low on resource: ${shortOf}.`;
    events.record({ regarding: record.object, type: 'Warning', reason: 'Evicted', message, component: 'kubelet' });
    this.serving.setProcess(record, false);
    store.update<Pod>(POD, record.key, 'status', (pod) => {
      const disrupted = { type: 'DisruptionTarget', status: 'True', reason: 'TerminationByKubelet', message } as const;
      const ready = { type: 'Ready', status: 'False', reason: 'PodFailed' } as const;
      const marked = withCondition(pod.status?.conditions, disrupted, kernel.nowMs);
      const conditions = withCondition(marked, ready, kernel.nowMs);
      return { ...pod, status: { ...pod.status, phase: 'Failed', reason: 'Evicted', message, conditions } };
    });
  }
}

function priorityOf({ object }: PodRecord): number {
  return object.spec?.priority ?? 0;
}

function isCritical(record: PodRecord): boolean {
  return priorityOf(record) >= CRITICAL_PRIORITY || record.object.metadata.annotations?.[MIRROR] !== undefined;
}
