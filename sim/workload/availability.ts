// Availability of workloads: time integrals over counts that change by one, so a change costs the same however many pods
// and workloads there are. By truth (process up, reachable, volumes accept I/O) and by API readiness, in two columns.
//
// Divergence from reality: a replica counts as one whatever it serves; load, warm-up and quorum rules of the application are
// not known. DaemonSets and bare pods have no replicas that could be missing elsewhere and do not count.

import { assert } from '../../core/assert.ts';
import type { WorkloadResult } from '../result.ts';

export interface AvailabilityTotals {
  readonly workloadUnavailableMs: number;
  readonly workloadUnavailableApiMs: number;
  readonly lostReplicaMs: number;
  readonly workloads: readonly WorkloadResult[];
}

/** `unavailable` by truth became true or false. */
export type AvailabilityListener = (workload: string, unavailable: boolean, serving: number, required: number) => void;

interface Account {
  readonly name: string;
  wanted: number;
  required: number;
  serving: number;
  ready: number;
  /** Until when the integrals below are complete. */
  sinceMs: number;
  unavailableMs: number;
  unavailableApiMs: number;
  lostReplicaMs: number;
}

export class Availability {
  private readonly clock: { readonly nowMs: number };
  private readonly accounts: Account[] = [];
  private readonly byName = new Map<string, number>();
  private listener: AvailabilityListener | undefined;
  private begun = false;

  constructor(clock: { readonly nowMs: number }) {
    this.clock = clock;
  }

  /** Called at every change of a workload's availability by truth from `begin` on; one listener. */
  onChange(listener: AvailabilityListener): void {
    this.listener = listener;
  }

  /** The initial state is complete: workloads that are unavailable now are told, and every change from here on. */
  begin(): void {
    this.begun = true;
    for (const account of this.accounts) this.tell(account, false);
  }

  /** The index of a workload, opened with nothing wanted when it is new. */
  open(name: string): number {
    const known = this.byName.get(name);
    if (known !== undefined) return known;
    const index = this.accounts.length;
    this.accounts.push({
      name,
      wanted: 0,
      required: 0,
      serving: 0,
      ready: 0,
      sinceMs: this.clock.nowMs,
      unavailableMs: 0,
      unavailableApiMs: 0,
      lostReplicaMs: 0,
    });
    this.byName.set(name, index);
    return index;
  }

  /** Replicas that the workload declares, and how many of them it needs to be available. */
  declare(index: number, wanted: number, required: number): void {
    const account = this.settled(index);
    const before = isUnavailable(account);
    account.wanted = wanted;
    account.required = required;
    this.tell(account, before);
  }

  /** One replica more or less really serves. */
  serving(index: number, by: 1 | -1): void {
    const account = this.settled(index);
    const before = isUnavailable(account);
    account.serving += by;
    assert(account.serving >= 0, 'a workload has no fewer than no serving replicas');
    this.tell(account, before);
  }

  /** One replica more or less is ready by the API. */
  ready(index: number, by: 1 | -1): void {
    const account = this.settled(index);
    account.ready += by;
    assert(account.ready >= 0, 'a workload has no fewer than no ready replicas');
  }

  isUnavailable(name: string): boolean {
    const account = this.accounts[this.byName.get(name) ?? -1];
    return account !== undefined && isUnavailable(account);
  }

  /** The integrals up to now, workloads in name order. May be called again later. */
  totals(): AvailabilityTotals {
    let workloadUnavailableMs = 0;
    let workloadUnavailableApiMs = 0;
    let lostReplicaMs = 0;
    const workloads: WorkloadResult[] = [];
    for (let index = 0; index < this.accounts.length; index++) {
      const account = this.settled(index);
      workloadUnavailableMs += account.unavailableMs;
      workloadUnavailableApiMs += account.unavailableApiMs;
      lostReplicaMs += account.lostReplicaMs;
      workloads.push({
        workload: account.name,
        requiredReplicas: account.required,
        unavailableMs: account.unavailableMs,
        unavailableApiMs: account.unavailableApiMs,
        lostReplicaMs: account.lostReplicaMs,
      });
    }
    workloads.sort((one, other) => (one.workload < other.workload ? -1 : 1));
    return { workloadUnavailableMs, workloadUnavailableApiMs, lostReplicaMs, workloads };
  }

  private settled(index: number): Account {
    const account = this.accounts[index];
    assert(account !== undefined, 'workload indexes come from open()');
    const elapsedMs = this.clock.nowMs - account.sinceMs;
    if (elapsedMs > 0) {
      if (account.serving < account.required) account.unavailableMs += elapsedMs;
      if (account.ready < account.required) account.unavailableApiMs += elapsedMs;
      if (account.serving < account.wanted) account.lostReplicaMs += elapsedMs * (account.wanted - account.serving);
      account.sinceMs = this.clock.nowMs;
    }
    return account;
  }

  private tell(account: Account, before: boolean): void {
    const after = isUnavailable(account);
    if (this.begun && after !== before) this.listener?.(account.name, after, account.serving, account.required);
  }
}

function isUnavailable(account: Account): boolean {
  return account.serving < account.required;
}
