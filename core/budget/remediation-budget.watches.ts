// What wakes a budget: its HostRemediations and their policies, what takes a node out of service or brings it back, the storage
// that it guards, upgrades, and in OpenShift etcd's own budget. Never a heartbeat.

import type { CephCluster } from '../api/ceph-cluster.ts';
import { CEPH_CLUSTER } from '../api/ceph-cluster.ts';
import { KUBEADM_CONTROL_PLANE, type KubeadmControlPlane } from '../api/cluster.ts';
import { HOST_REMEDIATION, type HostRemediation } from '../api/host-remediation.ts';
import { CAPI_MACHINE, type Machine, type MachineApi } from '../api/machine.ts';
import { isControlPlaneNode, NODE, type Node, readyCondition } from '../api/node.ts';
import { KUBEVIRT_NODE_MAINTENANCE, NODE_MAINTENANCE } from '../api/node-maintenance.ts';
import { type ChangeOf, type Kind, keyOf, type ObjectKey } from '../api/object.ts';
import { CLUSTER_VERSION } from '../api/openshift-cluster.ts';
import { REMEDIATION_BUDGET, type RemediationBudget } from '../api/remediation-budget.ts';
import {
  ANNOTATION_REMEDIATE,
  isDoubted,
  REMEDIATION_POLICY,
  type RemediationPolicy,
} from '../api/remediation-policy.ts';
import { etcdWatches } from '../cluster/etcd-guards.ts';
import { memberHealth } from '../cluster/etcd-members.ts';
import { isDrained } from '../cluster/maintenance.ts';
import { otherRemediationWatches } from '../cluster/other-remediations.ts';
import { isOut, isTakenOut } from '../cluster/serving-nodes.ts';
import { isChangingConfig } from '../cluster/upgrades.ts';
import type { ClusterView } from '../ports/cluster-view.ts';
import type { Watch } from '../ports/reconciler.ts';
import { beginsToAct, isBetweenVersions, remediationChangeMatters } from './asks.ts';
import { isInPool } from './pool.ts';

export function budgetWatches(machineApi: MachineApi): readonly Watch[] {
  const isOpenshift = machineApi === 'openshift';
  return [
    REMEDIATION_WATCH,
    POLICY_WATCH,
    NODE_WATCH,
    CEPH_WATCH,
    maintenanceWatch(NODE_MAINTENANCE),
    maintenanceWatch(KUBEVIRT_NODE_MAINTENANCE),
    ...otherRemediationWatches(machineApi, REMEDIATION_BUDGET),
    ...(isOpenshift ? [VERSION_WATCH, ...etcdWatches(allBudgets)] : [CONTROL_PLANE_WATCH, MEMBER_WATCH]),
  ];
}

function allBudgets(view: ClusterView): readonly ObjectKey[] {
  return view.list(REMEDIATION_BUDGET).map(keyOf);
}

function named(name: string | undefined): readonly ObjectKey[] {
  return name === undefined ? [] : [{ namespace: '', name }];
}

const REMEDIATION_WATCH: Watch = {
  kind: HOST_REMEDIATION,
  keysFor: ({ before, after }: ChangeOf<HostRemediation>, view) =>
    remediationChangeMatters(before, after) && !isAsGranted(before, after, view)
      ? [...named(before?.spec?.budget), ...named(after?.spec?.budget)]
      : [],
};

/** It is made, and asks for nothing yet; or it uses the place that the ledger has for it. */
function isAsGranted(
  before: HostRemediation | undefined,
  after: HostRemediation | undefined,
  view: ClusterView,
): boolean {
  if (after === undefined || after.metadata.deletionTimestamp !== undefined) return false;
  if (before === undefined) return after.status === undefined;
  if (before.spec?.budget !== after.spec?.budget || !beginsToAct(before, after)) return false;
  const [key] = named(after.spec?.budget);
  const budget = key === undefined ? undefined : view.get(REMEDIATION_BUDGET, key);
  return budget?.status?.grants?.[after.metadata.name]?.uid === after.metadata.uid;
}

const POLICY_WATCH: Watch = {
  kind: REMEDIATION_POLICY,
  keysFor: ({ before, after }: ChangeOf<RemediationPolicy>) =>
    before?.spec === after?.spec &&
    isDoubted(before) === isDoubted(after) &&
    before?.metadata.deletionTimestamp === after?.metadata.deletionTimestamp
      ? []
      : [...named(before?.spec?.budget), ...named(after?.spec?.budget)],
};

const NODE_WATCH: Watch = {
  kind: NODE,
  keysFor: ({ before, after }: ChangeOf<Node>, view) => {
    if (!nodeChangeMatters(before, after)) return [];
    const [one, other] = [before ?? after, after ?? before];
    if (one === undefined || other === undefined) return [];
    if (isControlPlaneNode(one) || isControlPlaneNode(other)) return allBudgets(view);
    const concerns = (budget: RemediationBudget): boolean => isInPool(budget, one) || isInPool(budget, other);
    return view.list(REMEDIATION_BUDGET).filter(concerns).map(keyOf);
  },
};

/** Of a worker that is out already it is one whether it is silent or says itself that it is not Ready: nobody may start for that. */
function nodeChangeMatters(before: Node | undefined, after: Node | undefined): boolean {
  if (before === undefined || after === undefined) return true;
  return (
    isOut(before) !== isOut(after) ||
    (isControlPlaneNode(after) && hasServiceChanged(before, after)) ||
    isDrained(before) !== isDrained(after) ||
    before.metadata.labels !== after.metadata.labels ||
    before.metadata.deletionTimestamp !== after.metadata.deletionTimestamp ||
    isChangingConfig(before) !== isChangingConfig(after) ||
    isAskedFor(before) !== isAskedFor(after)
  );
}

function hasServiceChanged(before: Node, after: Node): boolean {
  return isTakenOut(before) !== isTakenOut(after) || readyCondition(before)?.status !== readyCondition(after)?.status;
}

function isAskedFor({ metadata }: Node): boolean {
  return metadata.annotations?.[ANNOTATION_REMEDIATE] !== undefined;
}

const CEPH_WATCH: Watch = {
  kind: CEPH_CLUSTER,
  keysFor: ({ before, after }: ChangeOf<CephCluster>, view) => {
    const { namespace, name } = (after ?? before)?.metadata ?? {};
    const guards = ({ spec }: RemediationBudget): boolean =>
      spec?.storage?.cephClusters?.some((one) => one.namespace === namespace && one.name === name) === true;
    return view.list(REMEDIATION_BUDGET).filter(guards).map(keyOf);
  },
};

function maintenanceWatch(kind: Kind): Watch {
  return {
    kind,
    keysFor: ({ before, after }: ChangeOf, view) =>
      before === undefined || after === undefined ? allBudgets(view) : [],
  };
}

const VERSION_WATCH: Watch = { kind: CLUSTER_VERSION, keysFor: (_change, view) => allBudgets(view) };

const CONTROL_PLANE_WATCH: Watch = {
  kind: KUBEADM_CONTROL_PLANE,
  keysFor: ({ before, after }: ChangeOf<KubeadmControlPlane>, view) =>
    before !== undefined && after !== undefined && isBetweenVersions(before) === isBetweenVersions(after)
      ? []
      : allBudgets(view),
};

const MEMBER_WATCH: Watch = {
  kind: CAPI_MACHINE,
  keysFor: ({ before, after }: ChangeOf<Machine>, view) =>
    memberHealth(before) === memberHealth(after) ? [] : allBudgets(view),
};
