// How many Nodes the owner of a Machine has, and how many it wants: the end of a remediation by deletion.
// Source: medik8s/machine-deletion-remediation internal/controller (getMachineOwnerNodes, getMachineOwnerSpecReplicas).

import { KUBEADM_CONTROL_PLANE } from '../api/cluster.ts';
import { CAPI_MACHINE_SET, type Machine, type MachineApi, machineKind, OPENSHIFT_MACHINE_SET } from '../api/machine.ts';
import { NODE, type Node } from '../api/node.ts';
import { type ChangeOf, type Kind, type KubeObject, kindOf, type ObjectKey } from '../api/object.ts';
import { machineKeyOfNode } from '../cluster/machine-links.ts';
import type { ClusterView, IndexSpec } from '../ports/cluster-view.ts';

export interface Replicated extends KubeObject {
  readonly spec?: { readonly replicas?: number };
  readonly status?: { readonly readyReplicas?: number };
}

export const CONTROL_PLANE_MACHINE_SET = kindOf<Replicated>(
  'machine.openshift.io',
  'ControlPlaneMachineSet',
  'Namespaced',
);

/** Owners by the kind that stands in the annotation. Of Cluster API the product knows nothing; its owners are added here. */
export const OWNER_KINDS: Readonly<Record<MachineApi, Readonly<Record<string, Kind<Replicated>>>>> = {
  openshift: { MachineSet: OPENSHIFT_MACHINE_SET, ControlPlaneMachineSet: CONTROL_PLANE_MACHINE_SET },
  'cluster-api': { MachineSet: CAPI_MACHINE_SET, KubeadmControlPlane: KUBEADM_CONTROL_PLANE },
};

/** The owner's replicas, 0 where it has none; undefined for an owner that is not there or has no replicas by its kind. */
export function replicasOf(
  machineApi: MachineApi,
  owner: { readonly kind: string; readonly key: ObjectKey },
  view: ClusterView,
): number | undefined {
  const kind = OWNER_KINDS[machineApi][owner.kind];
  const object = kind === undefined ? undefined : view.get(kind, owner.key);
  return object === undefined ? undefined : (object.spec?.replicas ?? 0);
}

/** Nodes by the name of the one owner of their Machine: of the name alone, as the product compares. */
function nodesByMachineOwner(machineApi: MachineApi): IndexSpec<Node> {
  return {
    name: `nodes-by-machine-owner.${machineApi}`,
    of: NODE,
    part: (node) => node.metadata.annotations,
    values: (node, view) => {
      const key = machineKeyOfNode(machineApi, node);
      const owners = key === undefined ? undefined : view.get(machineKind(machineApi), key)?.metadata.ownerReferences;
      return owners?.length === 1 ? owners.map(({ name }) => name) : [];
    },
    dependsOn: [
      {
        kind: machineKind(machineApi),
        primaries: ({ before, after }: ChangeOf<Machine>) => {
          if (before !== undefined && after !== undefined && isSameLink(before, after)) return [];
          const names = [before, after].flatMap((machine) => machine?.status?.nodeRef?.name ?? []);
          return [...new Set(names)].map((name) => ({ namespace: '', name }));
        },
      },
    ],
  };
}

function isSameLink(before: Machine, after: Machine): boolean {
  return (
    before.status?.nodeRef?.name === after.status?.nodeRef?.name &&
    before.metadata.ownerReferences === after.metadata.ownerReferences
  );
}

export const NODES_BY_MACHINE_OWNER: Readonly<Record<MachineApi, IndexSpec<Node>>> = {
  openshift: nodesByMachineOwner('openshift'),
  'cluster-api': nodesByMachineOwner('cluster-api'),
};
