// What becomes of every kind of object in the input: simulated as it is, read for the model, taken for a policy, or ignored.
// One table; inventory and ledger both follow it.

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
import { NODE_HEALTH_CHECK } from '../../core/api/node-health-check.ts';
import { KUBEVIRT_NODE_MAINTENANCE, NODE_MAINTENANCE } from '../../core/api/node-maintenance.ts';
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
import { METAL3_MACHINE_TEMPLATE } from '../../sim/machine/machine-objects.ts';
import { HARDWARE_DATA } from './hardware-data.ts';
import { STORAGE_CLASS_KIND } from './storage-pools.ts';

export interface KindUse {
  /** `simulated`: in the virtual API server from the start. `read`: only to build the model. `policy`: forms `as-is`. */
  readonly as: 'simulated' | 'read' | 'policy';
  readonly used: string;
  readonly ignored: string;
  readonly assumed: string;
}

const POLICY: KindUse = {
  as: 'policy',
  used: 'policy as-is; replaced by the policies under test',
  ignored: 'status',
  assumed: '',
};
const REQUEST: KindUse = { as: 'simulated', used: 'remediations in progress', ignored: '', assumed: '' };
const MAINTENANCE: KindUse = {
  as: 'simulated',
  used: 'the node, and how far its drain is; the operator goes on with it, under every policy',
  ignored: 'what is done at the node',
  assumed: 'maintenance does not end by itself',
};

export const KIND_USES: Readonly<Record<string, KindUse>> = {
  [NODE.key]: {
    as: 'simulated',
    used: 'labels, taints, cordon, allocatable, Ready condition, provider id',
    ignored: 'images, addresses, other conditions',
    assumed: '',
  },
  [BARE_METAL_HOST.key]: {
    as: 'simulated',
    used: 'power, provisioning state, consumer, detached and reboot annotations, errors, hardware, operation history',
    ignored: 'BMC addresses and credentials, firmware settings',
    assumed: 'stage times of each hardware model',
  },
  [OPENSHIFT_MACHINE.key]: {
    as: 'simulated',
    used: 'labels, owner, phase, lifecycle hooks, node and host links',
    ignored: 'addresses',
    assumed: '',
  },
  [OPENSHIFT_MACHINE_SET.key]: {
    as: 'simulated',
    used: 'replicas, selector, template, host selector, delete policy',
    ignored: 'user data, image',
    assumed: '',
  },
  [CAPI_MACHINE.key]: {
    as: 'simulated',
    used: 'labels, owner, annotations, version, deletion hooks and time limits, node link',
    ignored: 'bootstrap data',
    assumed: '',
  },
  [CAPI_MACHINE_SET.key]: {
    as: 'simulated',
    used: 'replicas, selector, template, deletion order, maxInFlight',
    ignored: 'bootstrap data',
    assumed: '',
  },
  [CAPI_CLUSTER.key]: {
    as: 'simulated',
    used: 'pause, control plane reference, readiness',
    ignored: 'network, topology',
    assumed: '',
  },
  [CAPI_MACHINE_DEPLOYMENT.key]: {
    as: 'simulated',
    used: 'replicas, template, rollout strategy, maxInFlight',
    ignored: 'rollout.after, automatic scaling',
    assumed: '',
  },
  [KUBEADM_CONTROL_PLANE.key]: {
    as: 'simulated',
    used: 'replicas, version, machine template, rollout strategy, remediation limits',
    ignored: 'kubeadm configuration',
    assumed: 'size of etcd, and how fast a new member copies it',
  },
  [METAL3_MACHINE_TEMPLATE.key]: {
    as: 'simulated',
    used: 'host selector and image of new Machines',
    ignored: 'data templates',
    assumed: '',
  },
  [METAL3_MACHINE.key]: {
    as: 'simulated',
    used: 'host link, host selector',
    ignored: 'image, data templates',
    assumed: '',
  },
  [METAL3_REMEDIATION.key]: {
    as: 'simulated',
    used: 'remediations in progress, with phase and count',
    ignored: '',
    assumed: '',
  },
  [MACHINE_REMEDIATION.key]: {
    as: 'simulated',
    used: 'remediations in progress, with state',
    ignored: '',
    assumed: '',
  },
  [POD.key]: {
    as: 'simulated',
    used: 'owner, node, requests, claims, required affinity and spread rules, tolerations, readiness, deletion',
    ignored: 'containers beyond requests, preferred rules, priorities',
    assumed: 'time to start',
  },
  [DEPLOYMENT.key]: {
    as: 'simulated',
    used: 'replicas, selector, template, rollout strategy',
    ignored: 'deadlines',
    assumed: 'required replicas: the disruption budget, else 1',
  },
  [REPLICA_SET.key]: { as: 'simulated', used: 'replicas, selector, template, owner', ignored: '', assumed: '' },
  [STATEFUL_SET.key]: {
    as: 'simulated',
    used: 'replicas, selector, template, pod management, update strategy, claims',
    ignored: '',
    assumed: 'required replicas: the disruption budget, else a majority',
  },
  [DAEMON_SET.key]: {
    as: 'simulated',
    used: 'selector, template, where it runs',
    ignored: 'update strategy',
    assumed: '',
  },
  [JOB.key]: {
    as: 'simulated',
    used: 'template, parallelism, completions, limits, pods that ended so far',
    ignored: 'completion mode, failure policies',
    assumed: 'its pods run on until they are lost',
  },
  [POD_DISRUPTION_BUDGET.key]: {
    as: 'simulated',
    used: 'limits and selector; also the required replicas of its workload',
    ignored: '',
    assumed: '',
  },
  [PERSISTENT_VOLUME_CLAIM.key]: { as: 'simulated', used: 'volume, access modes, class', ignored: '', assumed: '' },
  [PERSISTENT_VOLUME.key]: {
    as: 'simulated',
    used: 'driver, capacity, claim; local ones as data disks',
    ignored: 'mount options',
    assumed: 'how full they are',
  },
  [VOLUME_ATTACHMENT.key]: { as: 'simulated', used: 'node and volume', ignored: '', assumed: '' },
  [VIRTUAL_MACHINE.key]: {
    as: 'simulated',
    used: 'run strategy, template: processors, memory, disks, eviction strategy; start failures',
    ignored: 'DataVolume templates, networks, instance types',
    assumed: 'time that a guest takes to boot; needs its one instance',
  },
  [VIRTUAL_MACHINE_INSTANCE.key]: {
    as: 'simulated',
    used: 'phase, node, whether it can migrate, evacuation',
    ignored: 'devices, networks, probes',
    assumed: 'memory that a migration copies per second',
  },
  [VIRTUAL_MACHINE_INSTANCE_MIGRATION.key]: {
    as: 'simulated',
    used: '',
    ignored: 'migrations under way stand still',
    assumed: '',
  },
  [KUBEVIRT.key]: {
    as: 'simulated',
    used: 'default eviction strategy, limits of migrations',
    ignored: 'everything else',
    assumed: '',
  },
  [CEPH_CLUSTER.key]: {
    as: 'simulated',
    used: 'interval of status checks; its health follows the pools on the hosts',
    ignored: 'daemons, placement, versions; health checks that are not about OSDs or placement groups',
    assumed: '',
  },
  [LEASE.key]: {
    as: 'read',
    used: 'the time of the dump; since when a node is silent; who holds the lease on a node (medik8s-leases)',
    ignored: 'other leases',
    assumed: '',
  },
  [HARDWARE_DATA.key]: {
    as: 'read',
    used: 'model and disks where the host itself does not say',
    ignored: 'processors, network cards',
    assumed: '',
  },
  [STORAGE_CLASS_KIND.key]: {
    as: 'read',
    used: 'provisioner and replica count, to find storage pools',
    ignored: 'other parameters',
    assumed: '',
  },
  [NODE_MAINTENANCE.key]: MAINTENANCE,
  [KUBEVIRT_NODE_MAINTENANCE.key]: MAINTENANCE,
  [SELF_NODE_REMEDIATION.key]: REQUEST,
  [FENCE_AGENTS_REMEDIATION.key]: REQUEST,
  [MACHINE_DELETION_REMEDIATION.key]: REQUEST,
  [HOST_REMEDIATION.key]: REQUEST,
  [REMEDIATION_POLICY.key]: POLICY,
  [REMEDIATION_BUDGET.key]: {
    as: 'policy',
    used: 'policy as-is; replaced by the policies under test',
    ignored: 'status, and with it the grants of attempts under way',
    assumed: '',
  },
  [NODE_HEALTH_CHECK.key]: POLICY,
  [SELF_NODE_REMEDIATION_TEMPLATE.key]: POLICY,
  [SELF_NODE_REMEDIATION_CONFIG.key]: POLICY,
  [FENCE_AGENTS_REMEDIATION_TEMPLATE.key]: POLICY,
  [MACHINE_DELETION_REMEDIATION_TEMPLATE.key]: POLICY,
  [OPENSHIFT_MACHINE_HEALTH_CHECK.key]: POLICY,
  [CAPI_MACHINE_HEALTH_CHECK.key]: POLICY,
  [METAL3_REMEDIATION_TEMPLATE.key]: {
    as: 'policy',
    used: 'policy as-is; replaced by the policies under test',
    ignored: '',
    assumed: '',
  },
  [MRO_MACHINE_HEALTH_CHECK.key]: POLICY,
  [MACHINE_DISRUPTION_BUDGET.key]: {
    as: 'policy',
    used: 'policy as-is; replaced by the policies under test',
    ignored: '',
    assumed: '',
  },
};

/** Kinds without which a simulation lacks something, with what it then lacks. Either machineApi's Machine kinds are enough. */
export const EXPECTED_KINDS: readonly { readonly kinds: readonly string[]; readonly lacking: string }[] = [
  { kinds: [NODE.key], lacking: 'no nodes to lose' },
  { kinds: [BARE_METAL_HOST.key], lacking: 'no hosts to power or provision' },
  { kinds: [OPENSHIFT_MACHINE.key, CAPI_MACHINE.key], lacking: 'health checks select nothing' },
  { kinds: [OPENSHIFT_MACHINE_SET.key, CAPI_MACHINE_SET.key], lacking: 'a deleted Machine is not replaced' },
  {
    kinds: [LEASE.key],
    lacking: 'silence is counted from the last heartbeat in the Node instead of the last lease renewal',
  },
  { kinds: [HARDWARE_DATA.key], lacking: 'model and disks are known only where the host itself says them' },
  { kinds: [POD.key], lacking: 'no pods move, and no workload is lost' },
  { kinds: [DEPLOYMENT.key, STATEFUL_SET.key], lacking: 'no workloads are measured' },
  { kinds: [POD_DISRUPTION_BUDGET.key], lacking: 'drains meet no budget; required replicas are a majority or 1' },
  { kinds: [PERSISTENT_VOLUME_CLAIM.key], lacking: 'no volumes hold pods back' },
  { kinds: [PERSISTENT_VOLUME.key], lacking: 'data disks and storage pools are unknown' },
  { kinds: [VOLUME_ATTACHMENT.key], lacking: 'volumes are attached where their pods run' },
  { kinds: [STORAGE_CLASS_KIND.key], lacking: 'storage pools are found by the drivers of volumes only' },
];
