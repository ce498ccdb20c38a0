// FenceAgentsRemediation (fence-agents-remediation.medik8s.io/v1alpha1): fences a node by running a fence agent against its
// management controller. Source: fence-agents-remediation 51f603e0.

import type { Condition } from './conditions.ts';
import { type KubeObject, kindOf, type StringMap } from './object.ts';

export interface FenceAgentsRemediationSpec {
  /** Name of the agent's program: `fence_ipmilan`. */
  readonly agent?: string;
  /** Tries in all, not retries. */
  readonly retrycount?: number;
  /** Duration from the end of a try to the start of the next. */
  readonly retryinterval?: string;
  /** Duration of one try. */
  readonly timeout?: string;
  /** Options of the agent to their values; a flag has the empty value. */
  readonly sharedparameters?: StringMap;
  /** Option to node to value. */
  readonly nodeparameters?: Readonly<Record<string, StringMap>>;
  readonly sharedSecretName?: string;
  /** Node to the Secret with its options. */
  readonly nodeSecretNames?: StringMap;
  readonly remediationStrategy?: 'ResourceDeletion' | 'OutOfServiceTaint';
}

export interface FenceAgentsRemediation extends KubeObject {
  readonly spec?: FenceAgentsRemediationSpec;
  readonly status?: { readonly conditions?: readonly Condition[]; readonly lastUpdateTime?: string };
}

export interface FenceAgentsRemediationTemplate extends KubeObject {
  readonly spec?: {
    /** For how many of its nodes the template is tried out with the agent's `status`: a number, or a percentage rounded up. */
    readonly statusValidationSample?: number | string;
    readonly template?: { readonly spec?: FenceAgentsRemediationSpec };
  };
  readonly status?: {
    readonly conditions?: readonly Condition[];
    /** Node to why its validation failed. */
    readonly validationFailed?: StringMap;
    readonly validationPassed?: StringMap;
  };
}

const GROUP = 'fence-agents-remediation.medik8s.io';

export const FENCE_AGENTS_REMEDIATION = kindOf<FenceAgentsRemediation>(GROUP, 'FenceAgentsRemediation', 'Namespaced');
export const FENCE_AGENTS_REMEDIATION_TEMPLATE = kindOf<FenceAgentsRemediationTemplate>(
  GROUP,
  'FenceAgentsRemediationTemplate',
  'Namespaced',
);

export const FINALIZER_FENCE_AGENTS_REMEDIATION = `${GROUP}/far-finalizer`;
/** NoSchedule, on the Node for as long as the remediation exists. */
export const TAINT_FENCE_AGENTS_REMEDIATION = 'remediation.medik8s.io/fence-agents-remediation';

export const CONDITION_FENCE_AGENT_ACTION_SUCCEEDED = 'FenceAgentActionSucceeded';
/** On a template. */
export const CONDITION_STATUS_VALIDATION_SUCCEEDED = 'FenceAgentStatusValidationSucceeded';
