// Who else has a host in hand: requests of the other products, and Machines that are deleted or power-cycled by their own
// controller. One actor at a time (invariant S16), and whatever they took out of service counts (gap G4). Requests are as many as
// there are hosts in hand, so they are listed; Machines are indexed.

import { FENCE_AGENTS_REMEDIATION } from '../api/fence-agents-remediation.ts';
import {
  CAPI_MACHINE,
  isExternallyRemediated,
  type Machine,
  type MachineApi,
  machineKind,
  OPENSHIFT_MACHINE,
} from '../api/machine.ts';
import { MACHINE_DELETION_REMEDIATION } from '../api/machine-deletion-remediation.ts';
import { nodeNameOf } from '../api/medik8s.ts';
import { type ChangeOf, type Kind, type KubeObject, keyOf, type ObjectKey } from '../api/object.ts';
import { MACHINE_REMEDIATION, METAL3_REMEDIATION } from '../api/remediation.ts';
import { SELF_NODE_REMEDIATION } from '../api/self-node-remediation.ts';
import type { ClusterView, IndexSpec } from '../ports/cluster-view.ts';
import type { Watch } from '../ports/reconciler.ts';

/** Requests for a Node by name. */
const BY_NODE: readonly Kind<KubeObject>[] = [
  SELF_NODE_REMEDIATION,
  FENCE_AGENTS_REMEDIATION,
  MACHINE_DELETION_REMEDIATION,
];

const UNDER_WAY = 'under-way';

/** Machines that are deleted, or whose host their own controller power-cycles, under one value. */
const MACHINES_UNDER_WAY: Readonly<Record<MachineApi, IndexSpec<Machine>>> = {
  openshift: machinesUnderWay(OPENSHIFT_MACHINE),
  'cluster-api': machinesUnderWay(CAPI_MACHINE),
};

function machinesUnderWay(kind: Kind<Machine>): IndexSpec<Machine> {
  return {
    name: 'other-remediations/machines-under-way',
    of: kind,
    values: (machine) => (isUnderWay(machine) ? [UNDER_WAY] : []),
  };
}

function isUnderWay(machine: Machine | undefined): boolean {
  return machine !== undefined && (machine.metadata.deletionTimestamp !== undefined || isExternallyRemediated(machine));
}

export function otherRemediationIndexes(machineApi: MachineApi): readonly IndexSpec[] {
  return [MACHINES_UNDER_WAY[machineApi]];
}

/** Nodes that somebody else has in hand, and who: `FenceAgentsRemediation worker-01`. Requests of our own do not count. */
export function otherRemediations(machineApi: MachineApi, view: ClusterView): ReadonlyMap<string, string> {
  const actors = new Map<string, string>();
  const machines = machineKind(machineApi);
  const add = (machine: Machine | undefined, actor: string): void => {
    const node = machine?.status?.nodeRef?.name;
    if (node !== undefined) actors.set(node, actor);
  };
  for (const machine of view.byIndex(MACHINES_UNDER_WAY[machineApi], UNDER_WAY)) {
    add(machine, `Machine ${machine.metadata.name}`);
  }
  for (const request of view.list(METAL3_REMEDIATION)) {
    const { name, namespace = '', ownerReferences = [] } = request.metadata;
    const machine = ownerReferences.find(({ kind }) => kind === 'Machine')?.name ?? name;
    add(view.get(machines, { namespace, name: machine }), `Metal3Remediation ${name}`);
  }
  for (const { metadata, spec, status } of view.list(MACHINE_REMEDIATION)) {
    if (status?.state === 'Succeeded' || status?.state === 'Failed') continue;
    const { name, namespace = '' } = metadata;
    add(view.get(machines, { namespace, name: spec?.machineName ?? '' }), `MachineRemediation ${name}`);
  }
  for (const kind of BY_NODE) {
    for (const request of view.list(kind)) {
      if (!isOurs(request)) actors.set(nodeNameOf(request), `${kind.kind} ${request.metadata.name}`);
    }
  }
  return actors;
}

/** The second path of a HostRemediation. */
function isOurs({ metadata }: KubeObject): boolean {
  return metadata.ownerReferences?.some(({ kind }) => kind === 'HostRemediation') === true;
}

/** Wakes every policy or budget when somebody takes a host in hand or lets it go. */
export function otherRemediationWatches(machineApi: MachineApi, waked: Kind): readonly Watch[] {
  const all = (view: ClusterView): readonly ObjectKey[] => view.list(waked).map(keyOf);
  const machine: Watch = {
    kind: machineKind(machineApi),
    keysFor: ({ before, after }: ChangeOf<Machine>, view) =>
      isUnderWay(before) === isUnderWay(after) ? [] : all(view),
  };
  const requests = [...BY_NODE, METAL3_REMEDIATION, MACHINE_REMEDIATION].map(
    (kind): Watch => ({
      kind,
      keysFor: ({ before, after }: ChangeOf, view) =>
        before !== undefined && after !== undefined && before.status === after.status ? [] : all(view),
    }),
  );
  return [machine, ...requests];
}
