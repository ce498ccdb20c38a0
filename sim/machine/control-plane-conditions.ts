// What a KubeadmControlPlane says of its Machines: the state of their etcd members, and of the static pods on their Nodes.
//
//   Machine                 EtcdMemberHealthy                     pods
//   being deleted           False Deleting                        False Deleting
//   no Node                 Unknown InspectionFailed              Unknown InspectionFailed
//   no quorum in etcd       Unknown InspectionFailed              as the Node says
//   Node unreachable        by the member                         Unknown InspectionFailed
//   else                    by the member                         True Running
//
// Source: cluster-api controlplane/kubeadm/pkg/workload_cluster_conditions.go.
//
// Divergence from reality: a member that is in the list but down is said to be unhealthy; the product may go on trusting the list.
// Static pods are not objects here: those of a reachable Node run. Alarms of etcd do not exist.

import {
  API_SERVER_POD_HEALTHY,
  CONTROLLER_MANAGER_POD_HEALTHY,
  ETCD_CLUSTER_HEALTHY,
  ETCD_MEMBER_HEALTHY,
  ETCD_POD_HEALTHY,
  INSPECTION_FAILED,
  LEARNER_MESSAGE,
  NOT_INCLUDED_MESSAGE,
  SCHEDULER_POD_HEALTHY,
} from '../../core/api/cluster.ts';
import { findCondition } from '../../core/api/conditions.ts';
import type { Machine } from '../../core/api/machine.ts';
import type { Said } from './machine-status.ts';

const POD_CONDITIONS = [
  API_SERVER_POD_HEALTHY,
  CONTROLLER_MANAGER_POD_HEALTHY,
  SCHEDULER_POD_HEALTHY,
  ETCD_POD_HEALTHY,
] as const;

/** What can be seen of one Machine of a control plane. */
export interface Seen {
  readonly hasQuorum: boolean;
  readonly role: 'voter' | 'learner' | undefined;
  readonly isUp: boolean;
  /** The Node's Ready, or `missing`. */
  readonly node: 'True' | 'False' | 'Unknown' | 'missing';
}

export function machineConditions(machine: Machine, seen: Seen): readonly Said[] {
  return [memberCondition(machine, seen), ...POD_CONDITIONS.map((type) => podCondition(type, machine, seen))];
}

function memberCondition(machine: Machine, { hasQuorum, role, isUp }: Seen): Said {
  const type = ETCD_MEMBER_HEALTHY;
  const unhealthy = (message: string): Said => ({ type, status: 'False', reason: 'NotHealthy', message });
  if (machine.metadata.deletionTimestamp !== undefined) return deleting(type);
  if (machine.status?.nodeRef === undefined) return unseen(type, waitsFor(machine));
  if (!hasQuorum) return unseen(type, 'Failed to connect to etcd');
  if (role === undefined) return unhealthy(NOT_INCLUDED_MESSAGE);
  if (role === 'learner') return unhealthy(LEARNER_MESSAGE);
  return isUp ? { type, status: 'True', reason: 'Healthy' } : unhealthy('Failed to connect to the etcd member');
}

function podCondition(type: string, machine: Machine, { node }: Seen): Said {
  if (machine.metadata.deletionTimestamp !== undefined) return deleting(type);
  if (machine.status?.nodeRef === undefined) return unseen(type, waitsFor(machine));
  if (node === 'missing') return unseen(type, `Node ${machine.status.nodeRef.name} does not exist`);
  if (node === 'Unknown') return unseen(type, `Node ${machine.status.nodeRef.name} is unreachable`);
  return { type, status: 'True', reason: 'Running' };
}

function deleting(type: string): Said {
  return { type, status: 'False', reason: 'Deleting', message: 'Machine is deleting' };
}

function unseen(type: string, message: string): Said {
  return { type, status: 'Unknown', reason: INSPECTION_FAILED, message };
}

function waitsFor({ spec }: Machine): string {
  return spec?.providerID === undefined
    ? 'Waiting for Metal3Machine to report spec.providerID'
    : `Waiting for a Node with spec.providerID ${spec.providerID} to exist`;
}

/** EtcdClusterHealthy of the control plane, from its Machines. */
export function clusterCondition(machines: readonly Machine[], hasQuorum: boolean): Said {
  const type = ETCD_CLUSTER_HEALTHY;
  if (!hasQuorum) return unseen(type, 'Failed to get Nodes hosting the etcd cluster');
  const said = machines.map(({ metadata, status }) => ({
    name: metadata.name,
    condition: findCondition(status?.conditions, ETCD_MEMBER_HEALTHY),
  }));
  for (const status of ['False', 'Unknown'] as const) {
    const sick = said.filter(({ condition }) => condition?.status === status);
    if (sick.length === 0) continue;
    const message = sick.map(({ name, condition }) => `* Machine ${name}: ${condition?.message ?? ''}`).join('\n');
    return { type, status, reason: status === 'False' ? 'NotHealthy' : 'HealthUnknown', message };
  }
  return { type, status: 'True', reason: 'Healthy' };
}
