// The policy kinds as their CustomResourceDefinitions validate them, strictly: what `kubectl apply --validate=strict` refuses
// is refused here, with the same odd corners: a real API server 1.32 was asked, with the definitions of the products. What
// a definition fills in, the schema fills in. One file per product under schemas/.

import type * as z from 'zod/mini';
import { CLUSTER_API_MANIFESTS } from './schemas/cluster-api.ts';
import { FENCE_AGENTS_REMEDIATION_MANIFESTS } from './schemas/fence-agents-remediation.ts';
import { BUILT_IN_MANIFESTS } from './schemas/kubernetes.ts';
import { MACHINE_DELETION_REMEDIATION_MANIFESTS } from './schemas/machine-deletion-remediation.ts';
import { MACHINE_REMEDIATION_OPERATOR_MANIFESTS } from './schemas/machine-remediation-operator.ts';
import { METAL3_MANIFESTS } from './schemas/metal3.ts';
import { NODE_HEALTH_CHECK_MANIFESTS } from './schemas/node-health-check.ts';
import { NODE_MAINTENANCE_MANIFESTS } from './schemas/node-maintenance.ts';
import { OPENSHIFT_MANIFESTS } from './schemas/openshift.ts';
import { OWN_REMEDIATION_MANIFESTS } from './schemas/own-remediation.ts';
import { SELF_NODE_REMEDIATION_MANIFESTS } from './schemas/self-node-remediation.ts';

/** By `kind.group`, then by served version. */
export const MANIFEST_SCHEMAS: Readonly<Record<string, Readonly<Record<string, z.ZodMiniType>>>> = {
  ...OPENSHIFT_MANIFESTS,
  ...CLUSTER_API_MANIFESTS,
  ...METAL3_MANIFESTS,
  ...MACHINE_REMEDIATION_OPERATOR_MANIFESTS,
  ...NODE_HEALTH_CHECK_MANIFESTS,
  ...SELF_NODE_REMEDIATION_MANIFESTS,
  ...FENCE_AGENTS_REMEDIATION_MANIFESTS,
  ...MACHINE_DELETION_REMEDIATION_MANIFESTS,
  ...NODE_MAINTENANCE_MANIFESTS,
  ...OWN_REMEDIATION_MANIFESTS,
  ...BUILT_IN_MANIFESTS,
};
