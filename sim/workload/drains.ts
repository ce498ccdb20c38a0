// Drain as kubectl does it: cordon, choose the pods (drain-choice.ts), then evict all of them at once; a refusal by a
// disruption budget is tried again on a grid of 5 s; a pod is gone when the poll of 1 s finds it so. The node stays cordoned
// whatever the outcome.
// Source: kubernetes staging/src/k8s.io/kubectl/pkg/drain.
//
// Divergence from reality: retries of an eviction that nothing has changed for are left out, so a budget that never allows a
// pod costs no events; a poll takes place only where it finds something; a pod under two budgets (500) is retried like a
// refused one instead of ending the drain.

import { NODE, type Node, readyCondition } from '../../core/api/node.ts';
import { ALL_ALLOWED, type DrainFlags } from '../../core/maintenance/drain-filters.ts';
import type { EventHandle } from '../kernel/kernel.ts';
import { DRAIN_POLL_MS, EVICTION_RETRY_MS, UNREACHABLE_SKIP_MS } from './defaults.ts';
import { podsToDrain } from './drain-choice.ts';
import type { NodeRecord } from './node-table.ts';
import { isTerminating, type PodRecord } from './pod-table.ts';
import type { WorkloadContext } from './workload-context.ts';

export interface DrainOptions {
  /** Gives up after this; Infinity never. */
  readonly timeoutMs: number;
  /**
   * While the node's Ready is Unknown, a pod that has been terminating for a second is no longer waited for, as the
   * machine controllers do. Absent: every pod is waited for.
   */
  readonly skipWhenUnreachable?: boolean;
  /** What kubectl's flags allow; absent: everything, as `--force --ignore-daemonsets --delete-emptydir-data`. */
  readonly flags?: DrainFlags;
}

interface Drain {
  readonly nodeName: string;
  readonly skips: boolean;
  /** Pods that are not gone yet, by id, with the instant at which their eviction was granted. */
  readonly left: Map<number, number>;
  /** When the poll has found the last of those gone that are gone. */
  seenAtMs: number;
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

  /**
   * Cordons and drains; `done` is called once, later: true when every pod is gone, false at the time-out, or at once where the
   * flags do not allow a pod to go.
   * @returns what the flags do not allow, one line per reason; nothing is evicted then.
   */
  drain(nodeName: string, options: DrainOptions, done: (drained: boolean) => void): readonly string[] {
    this.setUnschedulable(nodeName, true);
    const { kernel, nodes } = this.context;
    const node = nodes.at(nodeName);
    const drain: Drain = {
      nodeName,
      skips: options.skipWhenUnreachable === true,
      left: new Map(),
      seenAtMs: kernel.nowMs,
      done,
      timeout: undefined,
    };
    this.running.add(drain);
    const { pods, problems } = podsToDrain([...node.pods], options.flags ?? ALL_ALLOWED, this.context);
    if (problems.length > 0) {
      kernel.call(kernel.nowMs, () => this.finish(drain, false));
      return problems;
    }
    for (const record of pods) drain.left.set(record.id, kernel.nowMs);
    if (options.timeoutMs !== Number.POSITIVE_INFINITY) {
      drain.timeout = kernel.call(kernel.nowMs + options.timeoutMs, () => this.finish(drain, false));
    }
    for (const record of pods) this.evict(drain, record.id);
    this.finishWhenEmpty(drain);
    return problems;
  }

  uncordon(nodeName: string): void {
    this.setUnschedulable(nodeName, false);
  }

  podRemoved(record: PodRecord): void {
    for (const drain of this.running) {
      const sinceMs = drain.nodeName === record.node?.name ? drain.left.get(record.id) : undefined;
      if (sinceMs === undefined) continue;
      drain.left.delete(record.id);
      const polls = Math.ceil((this.context.kernel.nowMs - sinceMs) / DRAIN_POLL_MS);
      drain.seenAtMs = Math.max(drain.seenAtMs, sinceMs + polls * DRAIN_POLL_MS);
      this.finishWhenEmpty(drain);
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
      for (const id of drain.left.keys()) this.skipSoon(drain, id);
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
      // A pod whose containers have ended is gone with the eviction itself.
      if (drain.left.has(id)) drain.left.set(id, kernel.nowMs);
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
    const atMs = Math.max(kernel.nowMs + config.kubernetes.watchLagMs, drain.seenAtMs);
    kernel.call(atMs, () => this.finish(drain, true));
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

function isUnreachable(node: NodeRecord): boolean {
  return node.object === undefined || readyCondition(node.object)?.status === 'Unknown';
}
