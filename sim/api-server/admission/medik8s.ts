// What the products of medik8s share: their kinds, and the annotation that lets one escalation use several templates of a kind.
// Source: medik8s/common pkg/annotations; remediation facts 1.F to 1.J.

import { kindOf } from '../../../core/api/object.ts';

export const NODE_HEALTH_CHECK = kindOf('remediation.medik8s.io', 'NodeHealthCheck', 'Cluster');
export const NODE_MAINTENANCE = kindOf('nodemaintenance.medik8s.io', 'NodeMaintenance', 'Cluster');

const FAR_GROUP = 'fence-agents-remediation.medik8s.io';
export const FENCE_AGENTS_REMEDIATION = kindOf(FAR_GROUP, 'FenceAgentsRemediation', 'Namespaced');
export const FENCE_AGENTS_REMEDIATION_TEMPLATE = kindOf(FAR_GROUP, 'FenceAgentsRemediationTemplate', 'Namespaced');

export const ANNOTATION_MULTIPLE_TEMPLATES = 'remediation.medik8s.io/multiple-templates-support';
