// HostRemediation (remediation.metaltwin.dev/v1alpha1, ours, cluster scoped): one episode of one node, from the request until
// the node is healthy again, or given up to a person. Its name is `NODE-N`, so that a second one for the same node cannot be
// made from an old cache: the API server refuses the name. A closed one stays as the memory of the host (spec.memory).

import type { Condition } from './conditions.ts';
import { type KubeObject, kindOf } from './object.ts';
import { OWN_GROUP, type StepAction } from './remediation-policy.ts';
import { parseTime } from './time.ts';

/** docs/generated/states has the diagram. `undefined` in the API is `Waiting`. */
export type HostRemediationPhase =
  /** Asks the budget for an attempt. */
  | 'Waiting'
  /** Granted: the host behind the BMC is identified, and whether it boots already. Nothing was done to it. */
  | 'Verifying'
  /** The intent is in the API: the host is held off by our reboot annotation. The point of no return. */
  | 'PoweringOff'
  /** The operator says off: a reading of our own must prove it. */
  | 'ProvingOff'
  /** Off is proven: the out-of-service taint lets the workloads go. */
  | 'Releasing'
  /** The hold is taken back. */
  | 'PoweringOn'
  /** Until the Node is Ready with another boot ID. */
  | 'AwaitingNode'
  /** Off and released: the Machine is deleted, and its owner makes another. */
  | 'DeletingMachine'
  /** Until the owner of the Machine is whole again. */
  | 'AwaitingReplacement'
  /** The BMC is dead: the second path of the policy runs. */
  | 'FencingItself'
  /** Ready; waits for healthyDelay, then it is Succeeded. */
  | 'Settling'
  /** A person is called. Ends when the node is healthy. */
  | 'Person'
  | 'Succeeded'
  /** Closed before anything was done to the host: it recovered, was excluded, is in maintenance, or its policy is gone. */
  | 'Cancelled';

/** One attempt, as it is remembered. */
export interface Attempt {
  readonly step: number;
  readonly action: StepAction;
  readonly attempt: number;
  readonly grantedAt: string;
  /** When the first command that harms was asked for; absent when it never came to that. */
  readonly struckAt?: string;
  readonly endedAt?: string;
  readonly outcome?:
    | 'Succeeded'
    | 'TimedOut'
    | 'PowerUnknown'
    | 'WrongIdentity'
    | 'Refused'
    | 'Interrupted'
    | 'Recovered';
}

/**
 * Proof that a host was off, as it is kept in the API. The only way to one is core/remediation/off-proof.ts: a reading `off`,
 * asked after the operator said off, of a BMC that names the right system, for this attempt.
 */
export interface StoredOffProof {
  readonly hostUid: string;
  readonly systemUuid?: string;
  readonly step: number;
  readonly attempt: number;
  readonly askedAt: string;
  readonly readAt: string;
}

export interface HostRemediation extends KubeObject {
  readonly spec?: {
    readonly policy: string;
    readonly budget: string;
    readonly node: {
      readonly name: string;
      readonly uid: string;
      readonly bootID?: string;
      readonly systemUUID?: string;
    };
    /** Why: the condition that was unhealthy for too long, or a person's annotation. */
    readonly reason: string;
  };
  readonly status?: {
    readonly observedGeneration?: number;
    readonly phase?: HostRemediationPhase;
    /** When the present phase began; with fractions of a second. */
    readonly phaseSince?: string;
    /** Index into the policy's steps, and attempt (from 1) of it, that is asked for or runs. */
    readonly step?: number;
    readonly attempt?: number;
    /** Class of impact for the order of grants: 0 control plane, 1 volumes or pods stuck, 2 others, 3 empty. */
    readonly impact?: number;
    /** Since when it waits for a grant; not counted in any timeout. */
    readonly waitingSince?: string;
    /** Not before this instant: back-off. */
    readonly notBefore?: string;
    readonly attempts?: readonly Attempt[];
    /** Boot ID of the Node before the strike, or before the first one that its taint is about: another one proves a boot. */
    readonly bootIDBefore?: string;
    readonly host?: { readonly namespace: string; readonly name: string; readonly uid: string };
    readonly identity?: { readonly systemUuid: string; readonly verifiedAt: string };
    readonly offProof?: StoredOffProof;
    /** Steps that delete the Machine: it, its owner, and how many ready Machines that had just before. */
    readonly replacement?: {
      readonly machine: { readonly namespace: string; readonly name: string; readonly uid: string };
      readonly owner: { readonly kind: string; readonly name: string };
      readonly readyWanted: number;
    };
    readonly closedAt?: string;
    /** `Granted`, `PowerProven`, `Released`, `NeedsPerson`, `Held`: each names what it waits for in its reason (L1). */
    readonly conditions?: readonly Condition[];
  };
}

export const HOST_REMEDIATION = kindOf<HostRemediation>(OWN_GROUP, 'HostRemediation', 'Cluster');

/** Keeps a HostRemediation until its host is no longer held off and its taint is gone. */
export const FINALIZER_HOST_HELD = `${OWN_GROUP}/host-held`;
/** Prefix of the reboot annotation that holds the host off; the uid of the HostRemediation follows. Only its own is ever removed. */
export const ANNOTATION_HOLD_OFF_PREFIX = 'reboot.metal3.io/metaltwin-';

export const CONDITION_GRANTED = 'Granted';
export const CONDITION_POWER_PROVEN = 'PowerProven';
export const CONDITION_RELEASED = 'Released';
export const CONDITION_NEEDS_PERSON = 'NeedsPerson';
export const CONDITION_HELD = 'Held';

/** When an attempt that is over took the host away last: one whose strike was refused did not. Infinitely long ago where none did. */
export function lastTouchMs(attempts: readonly Attempt[]): number {
  const touchedMs = attempts.flatMap(({ struckAt, outcome }) =>
    struckAt === undefined || outcome === undefined || outcome === 'Refused' ? [] : [parseTime(struckAt)],
  );
  return Math.max(Number.NEGATIVE_INFINITY, ...touchedMs);
}

export function hasTouched(attempts: readonly Attempt[]): boolean {
  return lastTouchMs(attempts) > Number.NEGATIVE_INFINITY;
}

/** A HostRemediation that is over. */
export function isClosed({ status }: HostRemediation): boolean {
  return status?.phase === 'Succeeded' || status?.phase === 'Cancelled';
}
