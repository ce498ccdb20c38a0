// What would be left of a control plane after one of its Machines is removed, or a new one is added: may the step be taken? Worst
// cases are assumed: a new member is unhealthy, unless there is no other choice; a member that learns forbids every step.
//
//   etcd          healthy voters of the target >= floor(voters / 2) + 1, and no learner
//   components    at least one Machine with API server, controller manager, scheduler and etcd pod healthy is left
//
//   members now   tolerated beside the removed one: 3: 0, 5: 1, 7: 2
//
// Source: cluster-api controlplane/kubeadm remediation.go (targetEtcdClusterHealthy, targetKubernetesControlPlaneComponentsHealthy);
// cases C072 to C076. The product reads members from etcd; here they are what the control plane said of its Machines.
//
// Divergence from reality: a member without a Machine cannot be seen. etcd outside the control plane is not known.

import {
  API_SERVER_POD_HEALTHY,
  CONTROLLER_MANAGER_POD_HEALTHY,
  ETCD_CLUSTER_HEALTHY,
  ETCD_MEMBER_HEALTHY,
  ETCD_POD_HEALTHY,
  INSPECTION_FAILED,
  type KubeadmControlPlane,
  LEARNER_MESSAGE,
  NOT_INCLUDED_MESSAGE,
  SCHEDULER_POD_HEALTHY,
} from '../api/cluster.ts';
import { findCondition } from '../api/conditions.ts';
import type { Machine } from '../api/machine.ts';

const COMPONENTS = [
  API_SERVER_POD_HEALTHY,
  CONTROLLER_MANAGER_POD_HEALTHY,
  SCHEDULER_POD_HEALTHY,
  ETCD_POD_HEALTHY,
] as const;

/** One step: at most one Machine goes, or one comes. */
export interface Step {
  /** Name of the Machine that goes. */
  readonly removed?: string;
  readonly added?: boolean;
}

/** The member list of etcd can be read. */
export function membersAreKnown(controlPlane: KubeadmControlPlane, machines: readonly Machine[]): boolean {
  const cluster = findCondition(controlPlane.status?.conditions, ETCD_CLUSTER_HEALTHY);
  if (cluster?.status === 'Unknown' && cluster.reason === INSPECTION_FAILED) return false;
  return machines.some(isMember);
}

/** A Machine whose member the control plane has seen, healthy or not. */
function isMember(machine: Machine): boolean {
  const said = findCondition(machine.status?.conditions, ETCD_MEMBER_HEALTHY);
  if (machine.status?.nodeRef === undefined || said === undefined) return false;
  return said.reason !== INSPECTION_FAILED && said.message !== NOT_INCLUDED_MESSAGE;
}

/** etcd keeps its quorum through the step, whatever becomes of the new member. */
export function etcdAllows(machines: readonly Machine[], step: Step): boolean {
  const members = machines.filter(isMember);
  let voters = 0;
  let unhealthy = 0;
  if (step.added === true) {
    voters += 1;
    if (members.length > 1) unhealthy += 1;
  }
  for (const machine of members) {
    if (machine.metadata.name === step.removed) continue;
    const said = findCondition(machine.status?.conditions, ETCD_MEMBER_HEALTHY);
    if (said?.message === LEARNER_MESSAGE) return false;
    voters += 1;
    if (said?.status !== 'True') unhealthy += 1;
  }
  return voters - unhealthy >= Math.floor(voters / 2) + 1;
}

/** A fully working set of control plane components is left after the step. */
export function componentsAllow(machines: readonly Machine[], step: Step): boolean {
  if (machines.length === 0) return step.added === true;
  return machines.some((machine) => machine.metadata.name !== step.removed && componentsAreHealthy(machine));
}

export function componentsAreHealthy(machine: Machine): boolean {
  const { conditions } = machine.status ?? {};
  return COMPONENTS.every((type) => findCondition(conditions, type)?.status === 'True');
}

/** Every Machine has its Node, and its member and components are healthy. */
export function isStable(machine: Machine): boolean {
  if (machine.status?.nodeRef === undefined || !componentsAreHealthy(machine)) return false;
  return findCondition(machine.status.conditions, ETCD_MEMBER_HEALTHY)?.status === 'True';
}
