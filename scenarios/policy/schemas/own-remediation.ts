// Our own policy and budget, from the descriptions of their fields. A HostRemediation is nobody's manifest: the controller makes it.

import { REMEDIATION_BUDGET_SPEC } from '../../../core/api/remediation-budget.fields.ts';
import { REMEDIATION_BUDGET } from '../../../core/api/remediation-budget.ts';
import { REMEDIATION_POLICY_SPEC } from '../../../core/api/remediation-policy.fields.ts';
import { REMEDIATION_POLICY } from '../../../core/api/remediation-policy.ts';
import { described } from './described.ts';
import { manifest } from './manifest-parts.ts';

export const OWN_REMEDIATION_MANIFESTS = {
  [REMEDIATION_POLICY.key]: { v1alpha1: manifest(described(REMEDIATION_POLICY_SPEC), true) },
  [REMEDIATION_BUDGET.key]: { v1alpha1: manifest(described(REMEDIATION_BUDGET_SPEC), true) },
};
