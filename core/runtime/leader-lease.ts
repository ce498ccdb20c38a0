// LeaderLease: which of several processes of one controller acts. The lock is a Lease; a holder renews it, and another takes it
// when it has not changed for its duration *on the other's own clock*: stamps of foreign clocks are compared only with each
// other. Every change of holder counts the term up, and a guarded action is refused unless a fresh read still names this holder
// and this term: what remains possible is the one request that is on its way.
// Source: client-go tools/leaderelection/leaderelection.go (tryAcquireOrRenew, isLeaseValid, renew).
//
// Divergence from reality
// - Retries come on the exact period; client-go draws each up to 1.2 times as long.
// - A holder that stops does not give the lease back (controller-runtime: LeaderElectionReleaseOnCancel is off by default).
// - Every try reads the Lease; client-go's holder skips that while its last version is still good.

import type { WriteAction } from '../actions.ts';
import { LEASE, type Lease } from '../api/lease.ts';
import { type KubeObject, kindKeyOf, type ObjectKey } from '../api/object.ts';
import { formatMicroTime } from '../api/time.ts';
import type { Outcome } from '../facts.ts';
import type { Clock } from '../ports/clock.ts';
import type { FreshAnswer, KubeWriter } from '../ports/kube-writer.ts';

const FIELD_MANAGER = 'leader-election';

/** Identifies the kind in a new object. */
const LEASE_TYPE = { apiVersion: 'coordination.k8s.io/v1', kind: 'Lease' };

/** Source: client-go, defaults of controller-runtime (pkg/manager/manager.go): 15 s, 10 s, 2 s. */
export const LEADER_ELECTION_TIMES = { leaseDurationMs: 15_000, renewDeadlineMs: 10_000, retryPeriodMs: 2_000 };

export interface LeaderElection {
  readonly lease: ObjectKey;
  /** Another one for every life of the process: a successor of the same name would take itself for the holder. */
  nextIdentity(): string;
  /** Others may take the lease when it has not changed for this long. Whole seconds. */
  readonly leaseDurationMs: number;
  /** A holder that could not renew for this long stops acting. Less than the duration. */
  readonly renewDeadlineMs: number;
  readonly retryPeriodMs: number;
}

/** Asked by the interpreter before a guarded action. */
export interface Leadership {
  /** Calls `then` with why this process must not act any more, or with undefined while it still leads. */
  check(then: (refusal: Outcome | undefined) => void): void;
}

export interface LeaderListener {
  /** This process leads from now on. */
  elected(): void;
  /** It does not any more, and campaigns again. */
  lost(): void;
}

/** What a candidate saw of a lease, and when it saw that first on its own clock. */
interface Observed {
  readonly text: string;
  readonly atMs: number;
}

export class LeaderLease implements Leadership {
  private readonly ports: { readonly clock: Clock; readonly writer: KubeWriter };
  private readonly election: LeaderElection;
  private readonly listener: LeaderListener;
  private identity: string | undefined = undefined;
  /** `leaseTransitions` of the lease that made this process the leader; undefined while it does not lead. */
  private term: number | undefined = undefined;
  private renewedAtMs = 0;
  private observed: Observed | undefined = undefined;
  private cancelWake: (() => void) | undefined = undefined;

  constructor(
    ports: { readonly clock: Clock; readonly writer: KubeWriter },
    election: LeaderElection,
    listener: LeaderListener,
  ) {
    this.ports = ports;
    this.election = election;
    this.listener = listener;
  }

  /** Tries to become the leader, and to stay it, until `stop`. */
  campaign(): void {
    this.identity = this.election.nextIdentity();
    this.observed = undefined;
    this.attempt(this.identity);
  }

  /** The process is gone; what it has asked for goes on. */
  stop(): void {
    this.identity = undefined;
    this.term = undefined;
    this.cancelWake?.();
    this.cancelWake = undefined;
  }

  check(then: (refusal: Outcome | undefined) => void): void {
    const { identity, term } = this;
    if (identity === undefined || term === undefined) {
      then(notLeader('this process does not lead'));
      return;
    }
    this.ports.writer.readFresh(LEASE, this.election.lease, (answer) => {
      if (answer.kind === 'unknown') then(answer);
      else then(holds(answer, identity, term) ? undefined : notLeader('another process leads'));
    });
  }

  /** One try to take or renew; the next comes a period after it began, answered or not. */
  private attempt(identity: string): void {
    const { clock, writer } = this.ports;
    const startedAtMs = clock.nowMs();
    this.cancelWake = clock.wakeAt(startedAtMs + this.election.retryPeriodMs, () => {
      if (this.identity !== identity) return;
      if (this.term === undefined || clock.nowMs() < this.renewedAtMs + this.election.renewDeadlineMs) {
        this.attempt(identity);
      } else this.lose();
    });
    writer.readFresh(LEASE, this.election.lease, (answer) => {
      if (this.identity !== identity || answer.kind === 'unknown') return;
      const lease = leaseIn(answer);
      if (this.isAnothers(lease, identity)) {
        if (this.term !== undefined) this.lose();
        return;
      }
      const write = this.claim(lease, identity, clock.nowMs());
      writer.submit(FIELD_MANAGER, write, (outcome) => {
        if (this.identity === identity && outcome.kind === 'done') this.confirmed(outcome.object, startedAtMs);
      });
    });
  }

  /** Held by somebody else who may still be alive, as far as this process could watch it. */
  private isAnothers(lease: Lease | undefined, identity: string): boolean {
    const { holderIdentity, leaseDurationSeconds = 0 } = lease?.spec ?? {};
    const nowMs = this.ports.clock.nowMs();
    const text = JSON.stringify(lease?.spec ?? {});
    if (this.observed?.text !== text) this.observed = { text, atMs: nowMs };
    if (holderIdentity === undefined || holderIdentity === '' || holderIdentity === identity) return false;
    return nowMs < this.observed.atMs + leaseDurationSeconds * 1000;
  }

  private claim(lease: Lease | undefined, identity: string, nowMs: number): WriteAction {
    const { lease: key, leaseDurationMs } = this.election;
    const isOurs = lease?.spec?.holderIdentity === identity;
    const now = formatMicroTime(nowMs);
    const spec = {
      holderIdentity: identity,
      leaseDurationSeconds: Math.ceil(leaseDurationMs / 1000),
      renewTime: now,
      ...(isOurs ? {} : { acquireTime: now, leaseTransitions: (lease?.spec?.leaseTransitions ?? -1) + 1 }),
    };
    if (lease === undefined) {
      return { do: 'create', kind: LEASE, object: { ...LEASE_TYPE, metadata: { ...key }, spec } };
    }
    const { uid, resourceVersion } = lease.metadata;
    return { do: 'patch', kind: LEASE, key, subresource: 'main', patch: { spec }, onlyIf: { uid, resourceVersion } };
  }

  private confirmed(stored: KubeObject | undefined, startedAtMs: number): void {
    const lease = stored !== undefined && isLease(stored) ? stored : undefined;
    this.renewedAtMs = startedAtMs;
    const led = this.term !== undefined;
    this.term = lease?.spec?.leaseTransitions ?? 0;
    if (!led) this.listener.elected();
  }

  private lose(): void {
    this.stop();
    this.listener.lost();
    this.campaign();
  }
}

function holds(answer: FreshAnswer, identity: string, term: number): boolean {
  const spec = leaseIn(answer)?.spec;
  return spec?.holderIdentity === identity && (spec.leaseTransitions ?? 0) === term;
}

function leaseIn(answer: FreshAnswer): Lease | undefined {
  return answer.kind === 'found' && isLease(answer.object) ? answer.object : undefined;
}

function isLease(object: KubeObject): object is Lease {
  return kindKeyOf(object) === LEASE.key;
}

function notLeader(message: string): Outcome {
  return { kind: 'refused', code: 412, reason: 'NotLeader', message };
}
