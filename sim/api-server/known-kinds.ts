// The kinds that a virtual cluster serves from the start. Kinds of loaded objects are served besides.

import { BARE_METAL_HOST } from '../../core/api/bare-metal-host.ts';
import { CEPH_CLUSTER } from '../../core/api/ceph-cluster.ts';
import { CAPI_CLUSTER, CAPI_MACHINE_DEPLOYMENT, KUBEADM_CONTROL_PLANE } from '../../core/api/cluster.ts';
import {
  FENCE_AGENTS_REMEDIATION,
  FENCE_AGENTS_REMEDIATION_TEMPLATE,
} from '../../core/api/fence-agents-remediation.ts';
import { HOST_REMEDIATION } from '../../core/api/host-remediation.ts';
import { LEASE } from '../../core/api/lease.ts';
import {
  CAPI_MACHINE,
  CAPI_MACHINE_SET,
  METAL3_MACHINE,
  OPENSHIFT_MACHINE,
  OPENSHIFT_MACHINE_SET,
} from '../../core/api/machine.ts';
import {
  MACHINE_DELETION_REMEDIATION,
  MACHINE_DELETION_REMEDIATION_TEMPLATE,
} from '../../core/api/machine-deletion-remediation.ts';
import { NODE } from '../../core/api/node.ts';
import {
  NODE_HEALTH_CHECK,
  REMEDIATOR_TEMPLATES,
  requestKind,
  templateKind,
} from '../../core/api/node-health-check.ts';
import { KUBEVIRT_NODE_MAINTENANCE, NODE_MAINTENANCE } from '../../core/api/node-maintenance.ts';
import type { Kind } from '../../core/api/object.ts';
import {
  CAPI_MACHINE_HEALTH_CHECK,
  MACHINE_DISRUPTION_BUDGET,
  MACHINE_REMEDIATION,
  METAL3_REMEDIATION,
  METAL3_REMEDIATION_TEMPLATE,
  MRO_MACHINE_HEALTH_CHECK,
  OPENSHIFT_MACHINE_HEALTH_CHECK,
} from '../../core/api/remediation.ts';
import { REMEDIATION_BUDGET } from '../../core/api/remediation-budget.ts';
import { REMEDIATION_POLICY } from '../../core/api/remediation-policy.ts';
import {
  SELF_NODE_REMEDIATION,
  SELF_NODE_REMEDIATION_CONFIG,
  SELF_NODE_REMEDIATION_TEMPLATE,
} from '../../core/api/self-node-remediation.ts';
import {
  KUBEVIRT,
  VIRTUAL_MACHINE,
  VIRTUAL_MACHINE_INSTANCE,
  VIRTUAL_MACHINE_INSTANCE_MIGRATION,
} from '../../core/api/virtual-machine.ts';
import {
  DAEMON_SET,
  DEPLOYMENT,
  JOB,
  PERSISTENT_VOLUME,
  PERSISTENT_VOLUME_CLAIM,
  POD,
  POD_DISRUPTION_BUDGET,
  REPLICA_SET,
  STATEFUL_SET,
  VOLUME_ATTACHMENT,
} from '../../core/api/workload.ts';

import type { KindOptions } from './write-rules.ts';

export const KNOWN_KINDS: readonly Kind[] = [
  NODE,
  POD,
  POD_DISRUPTION_BUDGET,
  DEPLOYMENT,
  REPLICA_SET,
  STATEFUL_SET,
  DAEMON_SET,
  JOB,
  PERSISTENT_VOLUME,
  PERSISTENT_VOLUME_CLAIM,
  VOLUME_ATTACHMENT,
  BARE_METAL_HOST,
  OPENSHIFT_MACHINE,
  OPENSHIFT_MACHINE_SET,
  OPENSHIFT_MACHINE_HEALTH_CHECK,
  CAPI_CLUSTER,
  CAPI_MACHINE,
  CAPI_MACHINE_SET,
  CAPI_MACHINE_DEPLOYMENT,
  CAPI_MACHINE_HEALTH_CHECK,
  KUBEADM_CONTROL_PLANE,
  METAL3_MACHINE,
  METAL3_REMEDIATION,
  METAL3_REMEDIATION_TEMPLATE,
  MRO_MACHINE_HEALTH_CHECK,
  MACHINE_REMEDIATION,
  MACHINE_DISRUPTION_BUDGET,
  FENCE_AGENTS_REMEDIATION,
  FENCE_AGENTS_REMEDIATION_TEMPLATE,
  MACHINE_DELETION_REMEDIATION,
  MACHINE_DELETION_REMEDIATION_TEMPLATE,
  VIRTUAL_MACHINE,
  VIRTUAL_MACHINE_INSTANCE,
  VIRTUAL_MACHINE_INSTANCE_MIGRATION,
  KUBEVIRT,
  SELF_NODE_REMEDIATION,
  SELF_NODE_REMEDIATION_TEMPLATE,
  SELF_NODE_REMEDIATION_CONFIG,
  LEASE,
  CEPH_CLUSTER,
  NODE_HEALTH_CHECK,
  NODE_MAINTENANCE,
  KUBEVIRT_NODE_MAINTENANCE,
  REMEDIATION_POLICY,
  REMEDIATION_BUDGET,
  HOST_REMEDIATION,
  ...REMEDIATOR_TEMPLATES.flatMap((template) => [templateKind(template), requestKind(template)]),
];

/** Outside the core group too, a few kinds have no generation. Source: kubernetes pkg/registry/{storage,coordination} strategies. */
const UNGENERATED: ReadonlySet<string> = new Set([VOLUME_ATTACHMENT.key, LEASE.key]);

/** Kinds without a status. */
const STATUSLESS: ReadonlySet<string> = new Set([LEASE.key]);

/** How a virtual cluster serves a known kind. */
export function optionsOf(kind: Kind): KindOptions {
  return {
    statusSubresource: !STATUSLESS.has(kind.key),
    ...(UNGENERATED.has(kind.key) ? { generation: false } : {}),
  };
}
