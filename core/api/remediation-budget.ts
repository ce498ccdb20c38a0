// RemediationBudget (remediation.metaltwin.dev/v1alpha1, ours, cluster scoped): how many hosts may be out of service at a
// time, whoever took them out. Its status is the ledger: one entry per HostRemediation that may act. The ledger is written by
// one decision, the allocator's (core/budget), by compare-and-swap on the whole object; sums are derived from the entries.

import type { Condition } from './conditions.ts';
import type { LabelSelector } from './machine.ts';
import { type KubeObject, kindOf, type StringMap } from './object.ts';
import { OWN_GROUP, type StepAction } from './remediation-policy.ts';

/** Both bind where both are given. */
export interface CountAndPercent {
  readonly count?: number;
  /** Of the hosts that the budget expects, rounded down, but never below `floor`. 1 to 100. */
  readonly percent?: number;
  /** Small pools: a percentage that comes to less still allows this many. Default 1. */
  readonly floor?: number;
}

/** At most `burst` starts at once; one more every `refillEvery`, up to `burst`. */
export interface TokenBucket {
  readonly burst: number;
  readonly refillEvery: string;
}

/** At most `starts` in any window of this length. */
export interface SlidingWindow {
  readonly starts: number;
  readonly per: string;
}

/** Hosts that share what may fail together: a rack, a power feed, a failure domain of the storage. */
export interface DomainCap {
  /** Label of Nodes. A Node without it is a domain of its own. */
  readonly topologyKey: string;
  readonly maxInFlight: number;
}

export interface StorageGuard {
  /** CephClusters (ceph.rook.io) that must not be busy. */
  readonly cephClusters?: readonly { readonly namespace: string; readonly name: string }[];
  /**
   * Health codes that forbid a start. Default: PG_DEGRADED, PG_AVAILABILITY, PG_DAMAGED, OSD_FULL, OSD_BACKFILLFULL; a status
   * older than `staleAfter` forbids as well, for it proves nothing.
   */
  readonly forbiddenWhile?: readonly string[];
  readonly staleAfter?: string;
  /** Hosts that are themselves the cause (down, granted before) do not forbid the next attempt on the same host. Default true. */
  readonly allowSameHost?: boolean;
}

/** One HostRemediation that may act; key of the map is its name. */
export interface Grant {
  /** UID of the HostRemediation: a successor of the same name is not granted. */
  readonly uid: string;
  readonly node: string;
  readonly step: number;
  readonly action: StepAction;
  readonly attempt: number;
  /** With fractions of a second. */
  readonly grantedAt: string;
  /** `status.waitingSince` of the request that this answers: an older request, of an old view, never takes its place. */
  readonly requestedAt?: string;
  /** Label values of the node by `topologyKey` at the time of the grant: the node may be gone later. */
  readonly domains?: StringMap;
  readonly controlPlane?: boolean;
  /** The storage was busy when it was granted, which was taken for the doing of this very host. */
  readonly sameHost?: boolean;
}

export interface RemediationBudget extends KubeObject {
  readonly spec?: {
    /** Over Nodes: the pool. An empty selector selects all. */
    readonly selector?: LabelSelector;
    /**
     * Threshold: nothing starts while more hosts than this are out of service for any reason: not Ready, cordoned, under
     * maintenance, in the hands of any remediation.
     */
    readonly maxUnavailable?: CountAndPercent;
    /** Cap: so many hosts in flight at a time. */
    readonly maxInFlight?: CountAndPercent;
    readonly rate?: { readonly tokenBucket?: TokenBucket; readonly slidingWindow?: SlidingWindow };
    readonly domains?: readonly DomainCap[];
    /** Control-plane nodes: one at a time by default, and only while the others keep their quorum. */
    readonly controlPlane?: { readonly maxInFlight?: number; readonly keepQuorum?: boolean };
    readonly storage?: StorageGuard;
    /** Wait while the cluster is upgraded. Default true. */
    readonly waitForUpgrades?: boolean;
    /** After `maxUnavailable` was exceeded: this long below it before anything starts again. A Go duration. */
    readonly stormCoolDown?: string;
    /** When this share of the pool, and at least `atLeast` hosts, fails within one window, the signal is doubted. */
    readonly doubt?: { readonly percent?: number; readonly atLeast?: number; readonly within?: string };
    /** Order of grants: a waiting host rises one class of impact for every such time that it waited. A Go duration. */
    readonly ageEvery?: string;
    /** What an attempt counts in `status.spentCost`. */
    readonly costs?: Readonly<Partial<Record<StepAction, number>>>;
  };
  readonly status?: {
    readonly observedGeneration?: number;
    readonly grants?: Readonly<Record<string, Grant>>;
    /** Instants of starts that a limit of the rate still looks at, oldest first. */
    readonly recentStarts?: readonly string[];
    /** Token bucket: so many tokens (may be a fraction) at that instant. */
    readonly tokens?: { readonly left: number; readonly at: string };
    /** Hosts that the budget expects: Nodes of the pool, and granted hosts whose Node is gone. */
    readonly expectedHosts?: number;
    readonly unavailableHosts?: number;
    readonly inFlight?: number;
    readonly waiting?: number;
    /** What each waiting HostRemediation waits for, by its name: `CapReached`, `RateLimited`, `StorageBusy` ... */
    readonly waitingFor?: StringMap;
    /** Attempts granted, by action, since the budget exists, and their cost. */
    readonly spent?: Readonly<Partial<Record<StepAction, number>>>;
    readonly spentCost?: number;
    /** Since when more than maxUnavailable are out; `regained`: since when no longer. */
    readonly storm?: { readonly since: string; readonly regained?: string };
    /** `Storm`, `StorageBusy`, `Upgrading`, `RateLimited`, `CapReached`: what holds starts back now. */
    readonly conditions?: readonly Condition[];
  };
}

export const REMEDIATION_BUDGET = kindOf<RemediationBudget>(OWN_GROUP, 'RemediationBudget', 'Cluster');

export const CONDITION_STORM = 'Storm';
export const CONDITION_STORAGE_BUSY = 'StorageBusy';
export const CONDITION_UPGRADING = 'Upgrading';
export const CONDITION_RATE_LIMITED = 'RateLimited';
export const CONDITION_CAP_REACHED = 'CapReached';
