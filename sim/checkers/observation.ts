// What a checker sees of a run: plain data with an instant, so that a trace can be written by hand, kept and judged again.
// Hosts are named; nobody who judges needs a world. Truth, commands and the API stand beside each other: a checker says
// where they part.

import type { HostRemediationPhase } from '../../core/api/host-remediation.ts';
import type { StringMap } from '../../core/api/object.ts';
import type { RemediationBudget } from '../../core/api/remediation-budget.ts';
import type { StepAction } from '../../core/api/remediation-policy.ts';
import type { PowerCause } from '../host/host.ts';

/** Somebody's wish that a host be left as it is, or that it be remediated although it looks well. */
export type Intent = 'maintenance' | 'adminOff' | 'detached' | 'remediate';

/** How an attempt makes sure that the host no longer executes anything. */
export type Means =
  /** Off by command, then on again. */
  | 'power'
  /** One command that does both by itself. */
  | 'cycle'
  /** The host resets itself; a timer says when it must have. */
  | 'timer'
  /** Its Machine is deleted, and the host deployed anew. */
  | 'reprovision';

/** What a policy demands before a step that wipes disks. */
export interface WipeRule {
  readonly allowed: boolean;
  /** Attempts of softer steps that come first, and how many were made. */
  readonly softerWanted: number;
  readonly softerMade: number;
}

type Setting =
  | { readonly seen: 'settings'; readonly stalenessMs: number; readonly dryRun: boolean }
  | {
      readonly seen: 'host';
      readonly host: string;
      readonly rack: string;
      readonly controlPlane: boolean;
    }
  /** The hosts that the policies in force select. */
  | { readonly seen: 'scope'; readonly hosts: readonly string[] };

type Truth =
  /** `by` is who switched it; `start` at the beginning of the trace. */
  | { readonly seen: 'power'; readonly host: string; readonly on: boolean; readonly by: PowerCause | 'start' }
  | { readonly seen: 'bootStarted'; readonly host: string; readonly by: PowerCause }
  /** Its operating system executes, the network reaches it, and its kubelet acts. `epoch` counts the boots of a system. */
  | {
      readonly seen: 'state';
      readonly host: string;
      readonly runs: boolean;
      readonly reachable: boolean;
      readonly serves: boolean;
      readonly epoch: number;
    }
  /** Containers of a pod execute. `exclusive`: what only one host at a time may hold, volumes and ordinals of a set. */
  | {
      readonly seen: 'processStarted';
      readonly host: string;
      readonly pod: string;
      readonly exclusive: readonly string[];
    }
  | { readonly seen: 'processEnded'; readonly host: string; readonly pod: string }
  /** What the storage lacks: groups of data without all their replicas, and daemons that are down. Told when it changes. */
  | { readonly seen: 'storage'; readonly lacks: number }
  | { readonly seen: 'etcd'; readonly voters: readonly string[]; readonly up: readonly string[] }
  /** A management controller refused a login with this code. */
  | { readonly seen: 'loginRefused'; readonly host: string; readonly code: 401 | 403; readonly credentials: string }
  /** Which process of a controller holds the lease, and on which host it runs. */
  | { readonly seen: 'leader'; readonly controller: string; readonly holder: string; readonly host: string }
  /** The observer that says which Nodes are Ready has lost, or has again, its own way to them. */
  | { readonly seen: 'observerLink'; readonly up: boolean }
  /** No harm is done to anything from now on. */
  | { readonly seen: 'healed' };

type Command =
  /** `host` is meant; `reaches` is the host that this management controller really switches. */
  | {
      readonly seen: 'commandStarted';
      readonly id: string;
      readonly host: string;
      readonly reaches: string;
      readonly power: 'on' | 'off';
      readonly by: 'host-operator' | 'fence-agent';
    }
  | { readonly seen: 'commandEnded'; readonly id: string; readonly how: 'succeeded' | 'failed' | 'unknown' }
  | {
      readonly seen: 'reading';
      readonly host: string;
      readonly reaches: string;
      readonly power: 'on' | 'off' | 'unreachable';
      readonly askedAtMs: number;
    }
  /** `cleanElsewhere`: of all data with a copy on the host, the fewest whole copies that other hosts have; absent: no data. */
  | {
      readonly seen: 'wiped';
      readonly host: string;
      readonly cleanElsewhere?: number;
      /** Whole copies that data must keep, the pool's `minSize`. */
      readonly required?: number;
    };

type Api =
  | {
      readonly seen: 'ready';
      readonly host: string;
      readonly ready: 'True' | 'False' | 'Unknown' | 'missing';
      /** Of the Node; empty where there is none. */
      readonly uid: string;
    }
  /** A Machine has the host: it is to serve. */
  | { readonly seen: 'claimed'; readonly host: string; readonly claimed: boolean }
  | { readonly seen: 'intent'; readonly host: string; readonly intent: Intent; readonly on: boolean }
  /** Somebody got the right to act on the host. `request` is the object behind it, and `uid` that of the Node. */
  | {
      readonly seen: 'attemptOpened';
      readonly attempt: string;
      readonly request: string;
      readonly host: string;
      readonly remediator: string;
      readonly means: Means;
      readonly wipe?: WipeRule;
    }
  /** It does, or asks for, the first thing that harms. `blocks`: groups of data that the loss of the host makes unavailable. */
  | { readonly seen: 'attemptStruck'; readonly attempt: string; readonly blocks?: number }
  | {
      readonly seen: 'attemptClosed';
      readonly attempt: string;
      readonly how: 'succeeded' | 'cancelled' | 'escalated' | 'over';
    }
  /** Something that lets others have the workloads of the host. */
  | {
      readonly seen: 'released';
      readonly host: string;
      readonly how: 'outOfServiceTaint' | 'nodeDeleted' | 'podForceDeleted' | 'volumeAttachmentDeleted';
      /** Controller, or empty for the cluster's own loops. */
      readonly by: string;
      /** UID of the Node that it concerned. */
      readonly uid: string;
    }
  /** A timer was trusted: the host counts as rebooted. */
  | {
      readonly seen: 'takenForRebooted';
      readonly host: string;
      readonly waitedMs: number;
      readonly requiredMs: number;
    }
  | { readonly seen: 'fenceLifted'; readonly host: string; readonly by: string }
  /** A taint, annotation or finalizer of an object. `by` is empty for everybody who is no controller under test. */
  | {
      readonly seen: 'mark';
      readonly object: string;
      readonly mark: string;
      readonly change: 'added' | 'changed' | 'removed';
      readonly by: string;
    }
  /** A mark or object of ours that somebody would have to tidy up, is there or gone. */
  | { readonly seen: 'litter'; readonly what: string; readonly host: string; readonly there: boolean }
  /** A request that changes something. `exact`: it carried the version that it was decided on. */
  | {
      readonly seen: 'write';
      readonly by: string;
      readonly verb: 'create' | 'patch' | 'delete' | 'evict';
      readonly object: string;
      readonly exact: boolean;
      readonly addsGrant: boolean;
    }
  /** A budget as its users wrote it, and the hosts that its selector selects, with the labels that its domains look at. */
  | {
      readonly seen: 'budget';
      readonly budget: string;
      readonly spec: NonNullable<RemediationBudget['spec']>;
      readonly pool: readonly { readonly host: string; readonly labels: StringMap }[];
    }
  | { readonly seen: 'budgetGone'; readonly budget: string }
  /** The ledger after a write. */
  | {
      readonly seen: 'ledger';
      readonly budget: string;
      readonly grants: readonly Granted[];
      readonly expectedHosts?: number;
      readonly unavailableHosts?: number;
      readonly inFlight?: number;
    }
  /** A request to the budget, and what became of it. */
  | {
      readonly seen: 'request';
      readonly request: string;
      readonly host: string;
      readonly budget: string;
      readonly phase: HostRemediationPhase | 'gone';
      /** Somebody has deleted it: it only gives back. */
      readonly withdrawn?: boolean;
    }
  /** Hosts that cannot be had: not Ready, cordoned, under maintenance. */
  | { readonly seen: 'unavailable'; readonly host: string; readonly unavailable: boolean };

/** An entry of the ledger. */
export interface Granted {
  /** UID of the request. */
  readonly request: string;
  readonly host: string;
  readonly step: number;
  readonly attempt: number;
  readonly action: StepAction;
  /** When it was decided, as the entry says. */
  readonly grantedAtMs?: number;
}

/** What happened, without its instant. */
export type Happening = Setting | Truth | Command | Api;

export type Observation = Happening & { readonly atMs: number };

/** Observations of one sort. */
export type Seen<Sort extends Happening['seen']> = Extract<Happening, { readonly seen: Sort }> & {
  readonly atMs: number;
};
