// RemediationPolicy (remediation.metaltwin.dev/v1alpha1, ours, cluster scoped): which nodes are watched, when one counts as
// unhealthy, and which steps are taken for it. What it asks for becomes a HostRemediation per node; how many of those may act
// at a time is a RemediationBudget's decision, never the policy's.

import { type Condition, findCondition } from './conditions.ts';
import type { LabelSelector } from './machine.ts';
import { type KubeObject, kindOf } from './object.ts';

export const OWN_GROUP = 'remediation.metaltwin.dev';
export const OWN_API_VERSION = `${OWN_GROUP}/v1alpha1`;

/**
 * What one step does.
 * - `Reboot`: power off, proof of off, release of the workloads, power on. The data stays.
 * - `ReprovisionInPlace`: the same until off, then the Machine is deleted so that its owner takes the same host again. Wipes.
 * - `Replace`: the same, but any host may take its place; the old one is marked so that no Machine takes it. Wipes.
 * - `Person`: somebody is called, and nothing more is done by a machine.
 */
export type StepAction = 'Reboot' | 'ReprovisionInPlace' | 'Replace' | 'Person';

export interface RemediationStep {
  readonly action: StepAction;
  /** Attempts before the next step; counted over `spec.memory`, not over one HostRemediation. Default 1. */
  readonly attempts?: number;
  /** Of one attempt, from its grant; waiting for the budget is not counted. A Go duration. Ignored by `Person`. */
  readonly timeout?: string;
}

export interface WatchedCondition {
  readonly type: string;
  readonly status: 'True' | 'False' | 'Unknown';
  /** Unhealthy when the condition has had this status for this long. A Go duration. */
  readonly duration: string;
}

/** Whom to ask when the BMC does not say whether the host is off. */
export type PowerUnknownPath =
  /** A person, and the workloads are not released. */
  | 'Person'
  /**
   * A SelfNodeRemediation is made: the node's own agent and watchdog turn it off. Rests on an assumption, which the status
   * names: that the agents of that product run on the node, and that its safeTimeToAssumeNodeRebooted is long enough.
   */
  | 'SelfNodeRemediation';

export interface RemediationPolicy extends KubeObject {
  readonly spec?: {
    /** Over Nodes. An empty selector selects none: nobody is fenced by an omission. */
    readonly selector?: LabelSelector;
    readonly unhealthyConditions?: readonly WatchedCondition[];
    /** A node must be healthy for this long before its remediation is closed and its place in the budget is free. */
    readonly healthyDelay?: string;
    /** Name of the RemediationBudget that grants the attempts. Required: there is no policy without a limit. */
    readonly budget?: string;
    /** In order. After the last one comes a person, whether it is written or not. */
    readonly steps?: readonly RemediationStep[];
    /** How long an attempt on a host is remembered: counts its attempts, and keeps its closed HostRemediations. */
    readonly memory?: string;
    /** Before another attempt on the same host: base x 2^(attempts within memory - 1), at most max. */
    readonly backOff?: { readonly base?: string; readonly max?: string };
    readonly whenPowerUnknown?: PowerUnknownPath;
    /** From the grant until the BMC counts as dead when it does not answer. */
    readonly powerTimeout?: string;
    /**
     * `Require`: the BMC must name the system UUID of the Node before the first power command. `WhenKnown`: only a different
     * one stops the attempt.
     */
    readonly identityCheck?: 'Require' | 'WhenKnown';
    /** A host that boots already is left alone for this long, instead of being powered off. */
    readonly bootGrace?: string;
    /** Steps that wipe disks need this to be true, and the budget's storage guard to agree. */
    readonly wipeAllowed?: boolean;
    /** Reasons why nothing new is started; attempts under way go on. */
    readonly pauseRequests?: readonly string[];
    /** Only decides: says in events and status what would be done, and makes nothing. */
    readonly dryRun?: boolean;
  };
  readonly status?: {
    readonly observedGeneration?: number;
    readonly observedNodes?: number;
    readonly unhealthyNodes?: number;
    /** `Paused`, `Doubtful` (an observer that sees too many fail at once), `BudgetMissing`, `DryRun`. */
    readonly conditions?: readonly Condition[];
    /** While the signal is doubted: since when. */
    readonly doubtedSince?: string;
    /** Since when the share is small again: the doubt ends when the budget's `stormCoolDown` has passed since. */
    readonly doubtRegained?: string;
  };
}

export const REMEDIATION_POLICY = kindOf<RemediationPolicy>(OWN_GROUP, 'RemediationPolicy', 'Cluster');

export const CONDITION_PAUSED = 'Paused';
export const CONDITION_DOUBTFUL = 'Doubtful';
export const CONDITION_BUDGET_MISSING = 'BudgetMissing';
export const CONDITION_DRY_RUN = 'DryRun';

/** The policy does not believe what it sees. */
export function isDoubted(policy: RemediationPolicy | undefined): boolean {
  return findCondition(policy?.status?.conditions, CONDITION_DOUBTFUL)?.status === 'True';
}

/** On a Node: why it must not be fenced, or a person's wish that it be. */
export const LABEL_EXCLUDE = `${OWN_GROUP}/exclude`;
/** On a Node: remediate it although no condition says that it is unhealthy, by the same rules. The value is the reason. */
export const ANNOTATION_REMEDIATE = `${OWN_GROUP}/remediate`;
