// What one decision of a node health check has before it, and what it collects while it goes through its steps.

import type { Action } from '../actions.ts';
import type { Lineage } from '../api/lineage.ts';
import type { NodeHealthCheck } from '../api/node-health-check.ts';
import type { ClusterView } from '../ports/cluster-view.ts';
import type { Because, Decision } from '../ports/reconciler.ts';
import { medik8sEvent } from '../remediation/medik8s-event.ts';
import type { Weighed } from '../state-table.ts';
import type { RequestBook } from './node-health-check.requests.ts';
import type { StatusDraft } from './node-health-check.status.ts';

/** Events that the last decision told: the product repeats them in every pass, here they are told once per episode. */
export interface Memory {
  readonly told: readonly string[];
}

export interface Scene {
  readonly check: NodeHealthCheck;
  readonly view: ClusterView;
  readonly nowMs: number;
  readonly lineage: Lineage;
  /** OpenShift has ClusterVersion, Machines of its own, MachineHealthChecks and an etcd guard; other clusters have not. */
  readonly isOpenshift: boolean;
  readonly requests: RequestBook;
  readonly status: StatusDraft;
  readonly work: Work;
}

/** The product comes back one second after an end that it waits for. Source: medik8s/node-healthcheck-operator dd444329. */
export const LOOK_LATE_MS = 1_000;

export type EventType = 'Normal' | 'Warning';

/**
 * Actions in the order in which they are performed: what must be done before the status says so, the status, events, and at
 * last what may be refused without holding up the rest.
 */
export class Work {
  private readonly check: NodeHealthCheck;
  private readonly toldBefore: ReadonlySet<string>;
  private readonly before: Action[] = [];
  private readonly events: Action[] = [];
  private readonly after: Action[] = [];
  private readonly told = new Set<string>();
  private recheckAtMs = Number.POSITIVE_INFINITY;
  private weighed: Weighed | undefined = undefined;

  constructor(check: NodeHealthCheck, memory: Memory | undefined) {
    this.check = check;
    this.toldBefore = new Set(memory?.told);
  }

  /** Before the status is written. */
  first(...actions: readonly Action[]): void {
    this.before.push(...actions);
  }

  /** After the status was written. */
  last(...actions: readonly Action[]): void {
    this.after.push(...actions);
  }

  /** An event about something that happens once. */
  tell(type: EventType, reason: string, text: string): void {
    this.events.push(this.event(type, reason, text));
  }

  /** An event about something that lasts. */
  tellOnce(type: EventType, reason: string, text: string): void {
    const mark = `${reason} ${text}`;
    if (this.told.has(mark)) return;
    this.told.add(mark);
    if (!this.toldBefore.has(mark)) this.tell(type, reason, text);
  }

  event(type: EventType, reason: string, text: string): Action {
    return medik8sEvent(this.check, type, reason, text);
  }

  /** The rule of this pass comes from a state table. */
  decidedBy(weighed: Weighed): void {
    this.weighed = weighed;
  }

  lookAgain(atMs: number): void {
    this.recheckAtMs = Math.min(this.recheckAtMs, atMs);
  }

  /** Then, whatever was asked for before. */
  lookAgainOnly(atMs: number): void {
    this.recheckAtMs = atMs;
  }

  decision(status: StatusDraft, because: Because): Decision<Memory> {
    const patch = status.patch();
    return {
      actions: [...this.before, ...(patch === undefined ? [] : [patch]), ...this.events, ...this.after],
      memory: this.told.size === 0 ? undefined : { told: [...this.told] },
      ...(this.recheckAtMs === Number.POSITIVE_INFINITY ? {} : { recheckAtMs: this.recheckAtMs }),
      because,
      ...(this.weighed === undefined ? {} : { weighed: this.weighed }),
    };
  }
}
