// The kinds of the medik8s operators with the fields that checks and words need.

import { kindOf } from '../../core/api/object.ts';

const MDR_GROUP = 'machine-deletion-remediation.medik8s.io';
export const MACHINE_DELETION_REMEDIATION = kindOf(MDR_GROUP, 'MachineDeletionRemediation', 'Namespaced');
export const MACHINE_DELETION_REMEDIATION_TEMPLATE = kindOf(
  MDR_GROUP,
  'MachineDeletionRemediationTemplate',
  'Namespaced',
);
