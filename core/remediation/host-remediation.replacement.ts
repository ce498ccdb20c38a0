// Steps that delete the Machine: when they may, how the host is marked before, and when the owner is whole again.
//
//   step                 mark on the host                                       why
//   Replace              annotation capm3.metal3.io/unhealthy (Cluster API)     no Machine takes the host; a person takes it off
//   ReprovisionInPlace   label infrastructure.cluster.x-k8s.io/node-reuse with  only Machines of that deployment take the host,
//                        the name of the MachineDeployment (Cluster API)        and they prefer it
// OpenShift knows neither: a replaced host may be chosen again, and a reprovision in place is refused.
// Source: cluster-api-provider-metal3, baremetal/metal3machine_manager.go (chooseHost, Delete).

import { LABEL_DEPLOYMENT_NAME, LABEL_NODE_REUSE, machineKind } from '../api/machine.ts';
import { isReady } from '../api/node.ts';
import { controllerOwner, keyOf, keyString, type ObjectKey } from '../api/object.ts';
import { machineKeyOfNode } from '../cluster/machine-links.ts';
import type { ClusterView } from '../ports/cluster-view.ts';
import { REPLACING_BY_OWNER } from './host-remediation.indexes.ts';
import { type Scene, wipes } from './host-remediation.scene.ts';
import { storageOf, whyStorageForbids } from './host-remediation.storage.ts';
import { ANNOTATION_UNHEALTHY_HOST } from './names.ts';
import { NODES_BY_MACHINE_OWNER, OWNER_KINDS, type Replicated } from './owner-nodes.ts';

/**
 * Why the host must not be wiped now, or undefined. The storage must be clean although the host is off: only then is every copy
 * that it had elsewhere again (invariant D2). Where the storage cannot heal without the host, the wipe times out and a person is
 * called.
 */
export function whyNotWipe(scene: Scene): string | undefined {
  const { attempt, settings, budget } = scene;
  if (attempt === undefined || !wipes(attempt.action)) return undefined;
  if (!settings.mayWipe) return 'WipeNotAllowed';
  if (!settings.steps.some(({ action }) => action === attempt.action)) return 'PolicyChanged';
  if (budget === undefined) return 'BudgetMissing';
  return whyStorageForbids(storageOf(scene));
}

/** Whether the host carries the mark that the step wants; true where there is none. */
export function isMarkedFor(scene: Scene): boolean {
  const mark = markOf(scene);
  const { host } = scene;
  if (mark === undefined || host === undefined) return true;
  const found = mark.at === 'labels' ? host.metadata.labels?.[mark.name] : host.metadata.annotations?.[mark.name];
  return found === mark.value;
}

export interface HostMark {
  readonly at: 'labels' | 'annotations';
  readonly name: string;
  readonly value: string;
}

/** Value of the unhealthy annotation: whose doing it is. */
const UNHEALTHY_BY_US = 'metaltwin/replaced';

export function markOf({
  attempt,
  options,
  machine,
}: Pick<Scene, 'attempt' | 'options' | 'machine'>): HostMark | undefined {
  if (options.machineApi === 'openshift') return undefined;
  if (attempt?.action === 'Replace')
    return { at: 'annotations', name: ANNOTATION_UNHEALTHY_HOST, value: UNHEALTHY_BY_US };
  const deployment = machine?.metadata.labels?.[LABEL_DEPLOYMENT_NAME];
  if (attempt?.action !== 'ReprovisionInPlace' || deployment === undefined) return undefined;
  return { at: 'labels', name: LABEL_NODE_REUSE, value: deployment };
}

/** The Machine that is to go is gone, is going, or was never found. */
export function isMachineGoing({ machine, request }: Scene): boolean {
  if (machine === undefined || machine.metadata.deletionTimestamp !== undefined) return true;
  const old = request.status?.replacement?.machine;
  return old !== undefined && machine.metadata.uid !== old.uid;
}

/** The controlling owner of a Machine, where it has replicas. */
export function ownerOf(scene: Scene): Replicated | undefined {
  const replacement = scene.request.status?.replacement;
  const now = scene.machine === undefined ? undefined : controllerOwner(scene.machine);
  const owner = replacement?.owner ?? now;
  const namespace = replacement?.machine.namespace ?? scene.machine?.metadata.namespace ?? '';
  return owner === undefined ? undefined : replicatedOf(owner.kind, { namespace, name: owner.name }, scene);
}

function replicatedOf(
  kind: string,
  key: ObjectKey,
  { options, view }: { readonly options: Scene['options']; readonly view: ClusterView },
): Replicated | undefined {
  const known = OWNER_KINDS[options.machineApi][kind];
  return known === undefined ? undefined : view.get(known, key);
}

/**
 * The host itself serves again under another Machine, or the owner has as many Ready Nodes as the status wants, or all that it wants
 * itself now. A Node that was not Ready for another reason and has recovered cannot be told from a successor on another host: then this
 * one is called replaced too early. One that fails meanwhile hides such a successor until it is back.
 */
export function isReplaced(scene: Scene): boolean {
  const replacement = scene.request.status?.replacement;
  const owner = replacement === undefined ? undefined : ownerOf(scene);
  if (replacement === undefined || owner === undefined || !isMachineGone(scene)) return false;
  return isBackAnew(scene) || readyOf(scene, keyOf(owner)) >= wantedOf(owner, replacement.readyWanted);
}

/** The Node was registered anew, for a Machine that is not the one that went. */
function isBackAnew({ node, request, options: { machineApi }, view }: Scene): boolean {
  if (node === undefined || node.metadata.uid === request.spec?.node.uid || !isReady(node)) return false;
  const key = machineKeyOfNode(machineApi, node);
  const machine = key === undefined ? undefined : view.get(machineKind(machineApi), key);
  return machine !== undefined && machine.metadata.uid !== request.status?.replacement?.machine.uid;
}

function isMachineGone({ machine, request }: Scene): boolean {
  return machine === undefined || machine.metadata.uid !== request.status?.replacement?.machine.uid;
}

/** Other Machines of the owner that are being replaced: the next successors are theirs. */
export function replacingBeside({ request, view }: Scene, owner: ObjectKey): number {
  const replacing = view.byIndex(REPLACING_BY_OWNER, keyString(owner));
  return replacing.filter(({ metadata }) => metadata.uid !== request.metadata.uid).length;
}

/** Ready Nodes of the owner's Machines: the owner's own count of them comes later. */
export function readyOf({ options: { machineApi }, view }: Scene, owner: ObjectKey): number {
  const nodes = view.byIndex(NODES_BY_MACHINE_OWNER[machineApi], owner.name);
  return nodes.filter((node) => isReady(node) && machineKeyOfNode(machineApi, node)?.namespace === owner.namespace)
    .length;
}

export function wantedOf(owner: Replicated | undefined, readyWanted: number): number {
  return Math.min(owner?.spec?.replicas ?? 0, readyWanted);
}
