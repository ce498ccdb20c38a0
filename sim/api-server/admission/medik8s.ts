// Kinds of the medik8s products that only their webhooks know so far. Source: remediation facts 1.G to 1.J.

import { kindOf } from '../../../core/api/object.ts';

const FAR_GROUP = 'fence-agents-remediation.medik8s.io';
export const FENCE_AGENTS_REMEDIATION = kindOf(FAR_GROUP, 'FenceAgentsRemediation', 'Namespaced');
export const FENCE_AGENTS_REMEDIATION_TEMPLATE = kindOf(FAR_GROUP, 'FenceAgentsRemediationTemplate', 'Namespaced');

export { ANNOTATION_MULTIPLE_TEMPLATES } from '../../../core/api/medik8s.ts';
