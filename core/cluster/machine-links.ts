// From a Machine to its host and its Node, and back, in both Machine APIs; with the indexes that the way back needs.

import { BARE_METAL_HOST, type BareMetalHost } from '../api/bare-metal-host.ts';
import {
  ANNOTATION_CAPI_MACHINE,
  ANNOTATION_CAPI_NAMESPACE,
  ANNOTATION_HOST,
  ANNOTATION_OPENSHIFT_MACHINE,
  CAPI_MACHINE,
  type Machine,
  type MachineApi,
  METAL3_MACHINE,
  OPENSHIFT_MACHINE,
  parseKey,
} from '../api/machine.ts';
import { NODE, type Node } from '../api/node.ts';
import { type Kind, type KubeObject, keyOf, type ObjectKey } from '../api/object.ts';
import type { ClusterView, IndexSpec } from '../ports/cluster-view.ts';

/** OpenShift writes the host on the Machine, Cluster API on the Metal3Machine that the Machine refers to. */
export function hostOfMachine(machineApi: MachineApi, machine: Machine, view: ClusterView): BareMetalHost | undefined {
  let carrier: KubeObject | undefined = machine;
  if (machineApi === 'cluster-api') {
    const name = machine.spec?.infrastructureRef?.name;
    carrier = name === undefined ? undefined : view.get(METAL3_MACHINE, { ...keyOf(machine), name });
  }
  const key = parseKey(carrier?.metadata.annotations?.[ANNOTATION_HOST]);
  return key === undefined ? undefined : view.get(BARE_METAL_HOST, key);
}

/** The Node that the Machine names, if it exists. */
export function nodeOfMachine(machine: Machine, view: ClusterView): Node | undefined {
  const name = machine.status?.nodeRef?.name;
  return name === undefined ? undefined : view.get(NODE, { namespace: '', name });
}

/** The Machine that a Node names by annotation. */
export function machineKeyOfNode(machineApi: MachineApi, node: KubeObject): ObjectKey | undefined {
  const { annotations } = node.metadata;
  if (machineApi === 'openshift') return parseKey(annotations?.[ANNOTATION_OPENSHIFT_MACHINE]);
  const name = annotations?.[ANNOTATION_CAPI_MACHINE];
  const namespace = annotations?.[ANNOTATION_CAPI_NAMESPACE];
  return name === undefined || namespace === undefined ? undefined : { namespace, name };
}

/** Machines by the Node that they name: finds them also after the Node, and its annotation, is gone. */
export const MACHINES_BY_NODE: Readonly<Record<MachineApi, IndexSpec<Machine>>> = {
  openshift: machinesByNode(OPENSHIFT_MACHINE),
  'cluster-api': machinesByNode(CAPI_MACHINE),
};

export function machinesByNode(machine: Kind<Machine>): IndexSpec<Machine> {
  return {
    name: 'machines-by-node',
    of: machine,
    part: ({ status }) => status?.nodeRef?.name,
    values: ({ status }) => (status?.nodeRef === undefined ? [] : [status.nodeRef.name]),
  };
}

/** The Machine whose host this is: the consumer itself, or in Cluster API the owner of the consuming Metal3Machine. */
export function machineKeyOfHost(
  machineApi: MachineApi,
  host: BareMetalHost,
  view: ClusterView,
): ObjectKey | undefined {
  const consumer = host.spec?.consumerRef;
  if (consumer?.name === undefined) return undefined;
  const key = { namespace: consumer.namespace ?? host.metadata.namespace ?? '', name: consumer.name };
  if (machineApi === 'openshift') return key;
  const owner = view.get(METAL3_MACHINE, key)?.metadata.ownerReferences?.find(({ kind }) => kind === 'Machine');
  return owner === undefined ? undefined : { ...key, name: owner.name };
}

/** Whether a change of a host could matter to a remediation: power, request or link; not its error counters. */
export function hostChangeMatters(before: BareMetalHost | undefined, after: BareMetalHost | undefined): boolean {
  return (
    before === undefined ||
    after === undefined ||
    before.status?.poweredOn !== after.status?.poweredOn ||
    before.spec !== after.spec ||
    before.metadata.annotations !== after.metadata.annotations
  );
}
