// The accounts of workloads: time integrals over counts that change by one, so a change costs the same however many pods
// and workloads there are. By truth (process up, reachable, volumes accept I/O) and by API readiness, in two columns.
//
// Where results say so, also how long workloads served slowly: that is never unavailability.
//
// Divergence from reality: a replica counts as one whatever it serves; load, warm-up and quorum rules of the application are
// not known.

import { assert } from '../../core/assert.ts';
import type { WorkloadKind, WorkloadResult } from '../result.ts';
import { type AvailabilityTotals, totalsOf } from './workload-totals.ts';

/** `unavailable` by truth became true or false. */
export type AvailabilityListener = (workload: string, unavailable: boolean, serving: number, required: number) => void;

/** What one replica asks of a node. */
export interface ReplicaRequests {
  readonly cpuMilli: number;
  readonly bytes: number;
}

const NO_REQUESTS: ReplicaRequests = { cpuMilli: 0, bytes: 0 };
const GIB = 2 ** 30;

interface Account {
  readonly name: string;
  readonly kind: WorkloadKind;
  wanted: number;
  required: number;
  requests: ReplicaRequests;
  serving: number;
  /** Of those that serve. */
  slow: number;
  ready: number;
  /** Until when the integrals below are complete. */
  sinceMs: number;
  unavailableMs: number;
  unavailableApiMs: number;
  degradedMs: number;
  slowReplicaMs: number;
  lostReplicaMs: number;
  lostMilliCoreMs: number;
  lostByteMs: number;
  outages: number;
  /** Start of the outage that lasts; meaningless while it is available. */
  outageSinceMs: number;
  longestOutageMs: number;
  pendingPodMs: number;
  longestPendingMs: number;
  lostWorkMs: number;
}

export class Availability {
  private readonly clock: { readonly nowMs: number };
  private readonly accounts: Account[] = [];
  private readonly byName = new Map<string, number>();
  private listener: AvailabilityListener | undefined;
  private readonly servingListeners: ((workload: string) => void)[] = [];
  private begun = false;
  private readonly measuresSlowness: boolean;

  /** @param measuresSlowness somebody says who serves slowly, and totals have it. */
  constructor(clock: { readonly nowMs: number }, measuresSlowness = false) {
    this.clock = clock;
    this.measuresSlowness = measuresSlowness;
  }

  /** Called at every change of a workload's availability by truth from `begin` on; one listener. */
  onChange(listener: AvailabilityListener): void {
    this.listener = listener;
  }

  /** Called after the number of really serving replicas of a workload has changed. */
  onServing(listener: (workload: string) => void): void {
    this.servingListeners.push(listener);
  }

  /** Really serving replicas of all workloads of this name, whatever their kind. */
  servingReplicas(name: string): number {
    return this.accounts.reduce((sum, account) => (account.name === name ? sum + account.serving : sum), 0);
  }

  /** The initial state is complete: workloads that are unavailable now are told, and every change from here on. */
  begin(): void {
    this.begun = true;
    for (const account of this.accounts) this.tell(account, false);
  }

  /** The index of a workload, opened with nothing wanted when it is new. */
  open(name: string, kind: WorkloadKind): number {
    const text = `${kind} ${name}`;
    const known = this.byName.get(text);
    if (known !== undefined) return known;
    const index = this.accounts.length;
    this.accounts.push(emptyAccount(name, kind, this.clock.nowMs));
    this.byName.set(text, index);
    return index;
  }

  /** Replicas that the workload declares, how many of them it needs to be available, and what each asks for. */
  declare(index: number, wanted: number, required: number, requests: ReplicaRequests = NO_REQUESTS): void {
    const account = this.settled(index);
    const before = isUnavailable(account);
    account.wanted = wanted;
    account.required = required;
    account.requests = requests;
    this.tell(account, before);
  }

  /** One replica more or less really serves. */
  serving(index: number, by: 1 | -1): void {
    const account = this.settled(index);
    const before = isUnavailable(account);
    account.serving += by;
    assert(account.serving >= 0, 'a workload has no fewer than no serving replicas');
    this.tell(account, before);
    for (const listener of this.servingListeners) listener(account.name);
  }

  /** One of the serving replicas more or less serves slowly. Tell of one that stops to serve after that. */
  slow(index: number, by: 1 | -1): void {
    const account = this.settled(index);
    account.slow += by;
    assert(account.slow >= 0, 'a workload has no fewer than no slow replicas');
  }

  /** One replica more or less is ready by the API. */
  ready(index: number, by: 1 | -1): void {
    const account = this.settled(index);
    account.ready += by;
    assert(account.ready >= 0, 'a workload has no fewer than no ready replicas');
  }

  /** A pod was Pending for another `forMs`, and for `wholeMs` in all. */
  waited(index: number, forMs: number, wholeMs: number): void {
    const account = this.at(index);
    account.pendingPodMs += forMs;
    account.longestPendingMs = Math.max(account.longestPendingMs, wholeMs);
  }

  /** A pod had executed for this long when it ended without success. */
  lostWork(index: number, ms: number): void {
    this.at(index).lostWorkMs += ms;
  }

  /** Whether any workload of this `namespace/name` is unavailable by truth. */
  isUnavailable(name: string): boolean {
    return this.accounts.some((account) => account.name === name && isUnavailable(account));
  }

  /** The integrals up to now, every workload in the order of name and kind. May be called again later. */
  totals(): AvailabilityTotals {
    const workloads = this.accounts.map((_, index) => this.resultOf(this.settled(index)));
    return totalsOf(workloads.sort(byNameAndKind), this.measuresSlowness);
  }

  private resultOf(account: Account): WorkloadResult {
    const lastsMs = isUnavailable(account) && this.begun ? this.clock.nowMs - account.outageSinceMs : 0;
    return {
      kind: account.kind,
      workload: account.name,
      requiredReplicas: account.required,
      unavailableMs: account.unavailableMs,
      unavailableApiMs: account.unavailableApiMs,
      lostReplicaMs: account.lostReplicaMs,
      outages: account.outages,
      longestOutageMs: Math.max(account.longestOutageMs, lastsMs),
      lostCoreMs: Math.round(account.lostMilliCoreMs / 1000),
      lostMemoryGibMs: Math.round(account.lostByteMs / GIB),
      pendingPodMs: account.pendingPodMs,
      longestPendingMs: account.longestPendingMs,
      lostWorkMs: account.lostWorkMs,
      ...(this.measuresSlowness ? { degradedMs: account.degradedMs, slowReplicaMs: account.slowReplicaMs } : {}),
    };
  }

  private at(index: number): Account {
    const account = this.accounts[index];
    assert(account !== undefined, 'workload indexes come from open()');
    return account;
  }

  private settled(index: number): Account {
    const account = this.at(index);
    const elapsedMs = this.clock.nowMs - account.sinceMs;
    if (elapsedMs > 0) {
      if (account.serving < account.required) account.unavailableMs += elapsedMs;
      if (account.ready < account.required) account.unavailableApiMs += elapsedMs;
      if (account.slow > 0) {
        account.slowReplicaMs += elapsedMs * account.slow;
        if (!isUnavailable(account)) account.degradedMs += elapsedMs;
      }
      if (account.serving < account.wanted) {
        const lostMs = elapsedMs * (account.wanted - account.serving);
        account.lostReplicaMs += lostMs;
        account.lostMilliCoreMs += lostMs * account.requests.cpuMilli;
        account.lostByteMs += lostMs * account.requests.bytes;
      }
      account.sinceMs = this.clock.nowMs;
    }
    return account;
  }

  private tell(account: Account, before: boolean): void {
    const after = isUnavailable(account);
    if (!this.begun || after === before) return;
    const { nowMs } = this.clock;
    if (after) {
      account.outages += 1;
      account.outageSinceMs = nowMs;
    } else {
      account.longestOutageMs = Math.max(account.longestOutageMs, nowMs - account.outageSinceMs);
    }
    this.listener?.(account.name, after, account.serving, account.required);
  }
}

function emptyAccount(name: string, kind: WorkloadKind, sinceMs: number): Account {
  return {
    name,
    kind,
    wanted: 0,
    required: 0,
    requests: NO_REQUESTS,
    serving: 0,
    slow: 0,
    ready: 0,
    sinceMs,
    unavailableMs: 0,
    unavailableApiMs: 0,
    degradedMs: 0,
    slowReplicaMs: 0,
    lostReplicaMs: 0,
    lostMilliCoreMs: 0,
    lostByteMs: 0,
    outages: 0,
    outageSinceMs: 0,
    longestOutageMs: 0,
    pendingPodMs: 0,
    longestPendingMs: 0,
    lostWorkMs: 0,
  };
}

function byNameAndKind(one: WorkloadResult, other: WorkloadResult): number {
  if (one.workload !== other.workload) return one.workload < other.workload ? -1 : 1;
  return one.kind < other.kind ? -1 : 1;
}

function isUnavailable(account: Account): boolean {
  return account.serving < account.required;
}
