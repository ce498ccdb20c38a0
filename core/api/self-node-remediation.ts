// Self node remediation (medik8s): its kinds, field by field as the CRDs have them, and the names that it puts on other
// objects. Source: medik8s/self-node-remediation 640aac50.

import type { Condition } from './conditions.ts';
import { type KubeObject, kindOf } from './object.ts';
import type { Toleration } from './workload.ts';

export type SelfNodeRemediationStrategy = 'Automatic' | 'ResourceDeletion' | 'OutOfServiceTaint';

interface SelfNodeRemediationSpec {
  readonly remediationStrategy?: SelfNodeRemediationStrategy;
}

export interface SelfNodeRemediation extends KubeObject {
  readonly spec?: SelfNodeRemediationSpec;
  readonly status?: {
    readonly phase?: string;
    /** The node is held for rebooted from this instant on, whatever is true of it. */
    readonly timeAssumedRebooted?: string;
    readonly lastError?: string;
    readonly conditions?: readonly Condition[];
  };
}

export interface SelfNodeRemediationTemplate extends KubeObject {
  readonly spec?: { readonly template?: { readonly spec?: SelfNodeRemediationSpec } };
}

export interface SelfNodeRemediationConfig extends KubeObject {
  readonly spec?: {
    readonly watchdogFilePath?: string;
    readonly safeTimeToAssumeNodeRebootedSeconds?: number;
    readonly peerApiServerTimeout?: string;
    readonly apiCheckInterval?: string;
    readonly peerUpdateInterval?: string;
    readonly apiServerTimeout?: string;
    readonly peerDialTimeout?: string;
    readonly peerRequestTimeout?: string;
    readonly maxApiErrorThreshold?: number;
    readonly isSoftwareRebootEnabled?: boolean;
    readonly endpointHealthCheckUrl?: string;
    readonly hostPort?: number;
    readonly customDsTolerations?: readonly Toleration[];
    readonly minPeersForRemediation?: number;
  };
}

const GROUP = 'self-node-remediation.medik8s.io';
export const SELF_NODE_REMEDIATION = kindOf<SelfNodeRemediation>(GROUP, 'SelfNodeRemediation', 'Namespaced');
export const SELF_NODE_REMEDIATION_TEMPLATE = kindOf<SelfNodeRemediationTemplate>(
  GROUP,
  'SelfNodeRemediationTemplate',
  'Namespaced',
);
export const SELF_NODE_REMEDIATION_CONFIG = kindOf<SelfNodeRemediationConfig>(
  GROUP,
  'SelfNodeRemediationConfig',
  'Namespaced',
);

/** The operator obeys the configuration of this name and no other. */
export const SELF_NODE_REMEDIATION_CONFIG_NAME = 'self-node-remediation-config';
/** The template that the operator makes at its start. */
export const SELF_NODE_REMEDIATION_TEMPLATE_NAME = 'self-node-remediation-automatic-strategy-template';

export const FINALIZER_SELF_NODE_REMEDIATION = 'self-node-remediation.medik8s.io/snr-finalizer';
/** NoSchedule, from the start of a remediation until the node is well. */
export const TAINT_SELF_NODE_REMEDIATION = 'remediation.medik8s.io/self-node-remediation';
/** On a Node, by its agent: `true` where it can reboot itself. */
export const ANNOTATION_REBOOT_CAPABLE = 'is-reboot-capable.self-node-remediation.medik8s.io';
/** On a Node, by its agent: whole seconds, `0` without a watchdog. */
export const ANNOTATION_WATCHDOG_TIMEOUT = 'self-node-remediation.medik8s.io/watchdog-timeout';

/** Labels of the agents' pods, one on each node. */
export const SELF_NODE_REMEDIATION_AGENT_LABELS = {
  'app.kubernetes.io/name': 'self-node-remediation',
  'app.kubernetes.io/component': 'agent',
} as const;

export function isSelfNodeRemediationAgent({ metadata: { labels } }: KubeObject): boolean {
  return (
    labels?.['app.kubernetes.io/component'] === 'agent' && labels['app.kubernetes.io/name'] === 'self-node-remediation'
  );
}
