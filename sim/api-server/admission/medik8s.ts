// What the products of medik8s share: their kinds, and the annotation that lets one escalation use several templates of a kind.
// Source: medik8s/common pkg/annotations; remediation facts 1.F to 1.J.

import { kindOf } from '../../../core/api/object.ts';

export const NODE_HEALTH_CHECK = kindOf('remediation.medik8s.io', 'NodeHealthCheck', 'Cluster');

const SNR_GROUP = 'self-node-remediation.medik8s.io';
export const SELF_NODE_REMEDIATION = kindOf(SNR_GROUP, 'SelfNodeRemediation', 'Namespaced');
export const SELF_NODE_REMEDIATION_TEMPLATE = kindOf(SNR_GROUP, 'SelfNodeRemediationTemplate', 'Namespaced');
export const SELF_NODE_REMEDIATION_CONFIG = kindOf(SNR_GROUP, 'SelfNodeRemediationConfig', 'Namespaced');

const FAR_GROUP = 'fence-agents-remediation.medik8s.io';
export const FENCE_AGENTS_REMEDIATION = kindOf(FAR_GROUP, 'FenceAgentsRemediation', 'Namespaced');
export const FENCE_AGENTS_REMEDIATION_TEMPLATE = kindOf(FAR_GROUP, 'FenceAgentsRemediationTemplate', 'Namespaced');

export const ANNOTATION_MULTIPLE_TEMPLATES = 'remediation.medik8s.io/multiple-templates-support';
