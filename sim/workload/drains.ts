// Drain as kubectl does it: cordon, then evict every pod that is neither a DaemonSet's nor a mirror pod, all at once; a
// refusal by a disruption budget is tried again on a grid of 5 s; the drain is done when all of them are gone. Pods without a
// controller are evicted too, and nobody makes them again. The node stays cordoned whatever the outcome.
// Source: facts 2.4 (kubernetes staging/src/k8s.io/kubectl/pkg/drain), with --force --ignore-daemonsets --delete-emptydir-data.
//
// Divergence from reality: retries of an eviction that nothing has changed for are left out, so a budget that never allows a
// pod costs no events; kubectl's poll of 1 s for a pod's disappearance is the watch itself; a pod under two budgets (500) is
// retried like a refused one instead of ending the drain.

import { NODE, type Node, readyCondition } from '../../core/api/node.ts';
import type { EventHandle } from '../kernel/kernel.ts';
import { EVICTION_RETRY_MS, UNREACHABLE_SKIP_MS } from './defaults.ts';
import type { NodeRecord } from './node-table.ts';
import { isTerminating, type PodRecord } from './pod-table.ts';
import type { WorkloadContext } from './workload-context.ts';

const MIRROR_POD = 'kubernetes.io/config.mirror';

export interface DrainOptions {
  /** Gives up after this; Infinity never. */
  readonly timeoutMs: number;
  /**
   * While the node's Ready is Unknown, a pod that has been terminating for a second is no longer waited for, as the
   * machine controllers do. Absent: every pod is waited for.
   */
  readonly skipWhenUnreachable?: boolean;
}

interface Drain {
  readonly nodeName: string;
  readonly skips: boolean;
  /** Ids of the pods that are not gone yet. */
  readonly left: Set<number>;
  readonly done: (drained: boolean) => void;
  timeout: EventHandle | undefined;
}

/** An eviction that a budget refused. */
interface Refused {
  readonly drain: Drain;
  readonly id: number;
  readonly sinceMs: number;
  retry: EventHandle | undefined;
}

export class Drains {
  private readonly context: WorkloadContext;
  private readonly running = new Set<Drain>();
  private readonly refused = new Set<Refused>();

  constructor(context: WorkloadContext) {
    this.context = context;
  }

  /** Cordons and drains; `done` is called once, later: true when every pod is gone, false at the time-out. */
  drain(nodeName: string, options: DrainOptions, done: (drained: boolean) => void): void {
    this.setUnschedulable(nodeName, true);
    const { kernel, nodes } = this.context;
    const node = nodes.at(nodeName);
    const drain: Drain = {
      nodeName,
      skips: options.skipWhenUnreachable === true,
      left: new Set(),
      done,
      timeout: undefined,
    };
    this.running.add(drain);
    const pods = [...node.pods].filter(isDrained);
    for (const record of pods) drain.left.add(record.id);
    if (options.timeoutMs !== Number.POSITIVE_INFINITY) {
      drain.timeout = kernel.call(kernel.nowMs + options.timeoutMs, () => this.finish(drain, false));
    }
    for (const record of pods) this.evict(drain, record.id);
    this.finishWhenEmpty(drain);
  }

  uncordon(nodeName: string): void {
    this.setUnschedulable(nodeName, false);
  }

  podRemoved(record: PodRecord): void {
    for (const drain of this.running) {
      if (drain.nodeName === record.node?.name && drain.left.delete(record.id)) this.finishWhenEmpty(drain);
    }
    this.retryRefused(record.key.namespace);
  }

  /** A pod, a budget or an owner of the namespace changed: a refused eviction may be granted now. */
  retryRefused(namespace: string): void {
    for (const refused of this.refused) {
      const record = this.context.pods.ofId(refused.id);
      if (record === undefined || record.key.namespace === namespace) this.scheduleRetry(refused);
    }
  }

  nodeChanged(node: NodeRecord): void {
    if (this.running.size === 0 || !isUnreachable(node)) return;
    for (const drain of this.running) {
      if (drain.nodeName !== node.name || !drain.skips) continue;
      for (const id of drain.left) this.skipSoon(drain, id);
    }
  }

  private evict(drain: Drain, id: number): void {
    const record = this.context.pods.ofId(id);
    if (record === undefined || !this.running.has(drain) || !drain.left.has(id)) return;
    const { store, kernel } = this.context;
    if (!isTerminating(record)) {
      const outcome = store.evict(record.key, { uid: record.uid });
      if (outcome.kind === 'refused' && outcome.code !== 404) {
        this.refused.add({ drain, id, sinceMs: kernel.nowMs, retry: undefined });
        return;
      }
    }
    if (drain.skips && isUnreachable(this.context.nodes.at(drain.nodeName))) this.skipSoon(drain, id);
  }

  /** At the next instant of the grid on which kubectl tries again. */
  private scheduleRetry(refused: Refused): void {
    if (refused.retry !== undefined) return;
    const { kernel } = this.context;
    const waitedMs = kernel.nowMs - refused.sinceMs;
    const atMs = refused.sinceMs + (Math.floor(waitedMs / EVICTION_RETRY_MS) + 1) * EVICTION_RETRY_MS;
    refused.retry = kernel.call(atMs, () => {
      this.refused.delete(refused);
      this.evict(refused.drain, refused.id);
    });
  }

  private skipSoon(drain: Drain, id: number): void {
    const { kernel, pods } = this.context;
    const record = pods.ofId(id);
    if (record === undefined || !isTerminating(record)) return;
    kernel.call(kernel.nowMs + UNREACHABLE_SKIP_MS, () => {
      if (drain.left.delete(id)) this.finishWhenEmpty(drain);
    });
  }

  /** Through the kernel, so that a caller is never called back before its own call returned. */
  private finishWhenEmpty(drain: Drain): void {
    if (drain.left.size > 0 || !this.running.has(drain)) return;
    const { kernel, config } = this.context;
    kernel.call(kernel.nowMs + config.kubernetes.watchLagMs, () => this.finish(drain, true));
  }

  private finish(drain: Drain, drained: boolean): void {
    if (!this.running.delete(drain)) return;
    if (drain.timeout !== undefined) this.context.kernel.cancel(drain.timeout);
    for (const refused of this.refused) {
      if (refused.drain !== drain) continue;
      if (refused.retry !== undefined) this.context.kernel.cancel(refused.retry);
      this.refused.delete(refused);
    }
    drain.done(drained);
  }

  private setUnschedulable(nodeName: string, unschedulable: boolean): void {
    this.context.store.update<Node>(NODE, { namespace: '', name: nodeName }, 'main', (node) =>
      (node.spec?.unschedulable ?? false) === unschedulable ? node : { ...node, spec: { ...node.spec, unschedulable } },
    );
  }
}

function isDrained(record: PodRecord): boolean {
  return !record.daemon && record.object.metadata.annotations?.[MIRROR_POD] === undefined;
}

function isUnreachable(node: NodeRecord): boolean {
  return node.object === undefined || readyCondition(node.object)?.status === 'Unknown';
}
