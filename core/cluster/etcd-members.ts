// What the cluster says of the members of etcd. A Node can be Ready while its member is cut off from the others, and a majority is
// one of members: in OpenShift each has a pod that guards it and is Ready while it answers; in Cluster API the control plane writes
// on each Machine what it hears of its member. Where nothing is said, the Node is believed.
// Source: openshift/library-go pkg/operator/staticpod/controller/guard; cluster-api controlplane/kubeadm workload_cluster_conditions.go.

import { ETCD_MEMBER_HEALTHY } from '../api/cluster.ts';
import { findCondition } from '../api/conditions.ts';
import { CAPI_MACHINE, type Machine, type MachineApi } from '../api/machine.ts';
import type { Node } from '../api/node.ts';
import type { Kind, KubeObject } from '../api/object.ts';
import { POD } from '../api/workload.ts';
import type { ClusterView, IndexSpec } from '../ports/cluster-view.ts';
import { ETCD_INDEXES, etcdGuardOf } from './etcd-guards.ts';
import { MACHINES_BY_NODE } from './machine-links.ts';

/** What is read of the members. */
export function etcdIndexes(machineApi: MachineApi): readonly IndexSpec[] {
  return machineApi === 'openshift' ? ETCD_INDEXES : [MACHINES_BY_NODE['cluster-api']];
}

/** The object that speaks for the member on this node, with its kind; undefined where there is none. */
export function etcdWitnessOf(
  node: Node,
  machineApi: MachineApi,
  view: ClusterView,
): { readonly kind: Kind; readonly object: KubeObject } | undefined {
  const isOpenshift = machineApi === 'openshift';
  const object = isOpenshift ? etcdGuardOf(node, view) : machineOf(node, view);
  return object === undefined ? undefined : { kind: isOpenshift ? POD : CAPI_MACHINE, object };
}

/** Whoever asks the member on this node does not say that it answers: it says no, or that it cannot tell. */
export function isEtcdMemberLost(node: Node, machineApi: MachineApi, view: ClusterView): boolean {
  const said =
    machineApi === 'cluster-api'
      ? memberHealth(machineOf(node, view))
      : findCondition(etcdGuardOf(node, view)?.status?.conditions, 'Ready')?.status;
  return said !== undefined && said !== 'True';
}

/** Of a Machine of a control plane, what that says of its member. */
export function memberHealth(machine: Machine | undefined): string | undefined {
  return findCondition(machine?.status?.conditions, ETCD_MEMBER_HEALTHY)?.status;
}

function machineOf({ metadata }: Node, view: ClusterView): Machine | undefined {
  const [machine] = view.byIndex(MACHINES_BY_NODE['cluster-api'], metadata.name);
  return machine;
}
