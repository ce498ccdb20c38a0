// MachineDeletionRemediation (machine-deletion-remediation.medik8s.io/v1alpha1): remediates a node by deleting its Machine.
// Source: machine-deletion-remediation 34285c7e.

import type { Condition } from './conditions.ts';
import { type KubeObject, kindOf } from './object.ts';

/** Its spec is empty. */
export interface MachineDeletionRemediation extends KubeObject {
  readonly status?: { readonly conditions?: readonly Condition[] };
}

export interface MachineDeletionRemediationTemplate extends KubeObject {
  readonly spec?: { readonly template?: { readonly spec?: unknown } };
}

const GROUP = 'machine-deletion-remediation.medik8s.io';

export const MACHINE_DELETION_REMEDIATION = kindOf<MachineDeletionRemediation>(
  GROUP,
  'MachineDeletionRemediation',
  'Namespaced',
);
export const MACHINE_DELETION_REMEDIATION_TEMPLATE = kindOf<MachineDeletionRemediationTemplate>(
  GROUP,
  'MachineDeletionRemediationTemplate',
  'Namespaced',
);

/** Value `namespace/name`: the Machine that is deleted. */
export const ANNOTATION_DELETED_MACHINE = `${GROUP}/machineNameNamespace`;
/** Value `kind/name`: whose node count tells the end. */
export const ANNOTATION_MACHINE_OWNER = `${GROUP}/machineOwner`;
