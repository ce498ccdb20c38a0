// Whether the control plane can spare a host at the moment of the strike. The budget asked the same when it granted, and a grant
// may be a quarter of an hour old: a host that boots is left alone for so long.

import { isControlPlaneNode, type Node } from '../api/node.ts';
import { limitsOf } from '../budget/limits.ts';
import { isEtcdMemberLost } from '../cluster/etcd-members.ts';
import { controlPlaneNodes, isServing } from '../cluster/serving-nodes.ts';
import type { Scene } from './host-remediation.scene.ts';

/** The other nodes of the control plane that serve, their members of etcd with them; undefined where nobody asks for a quorum. */
export function othersOfControlPlane({ node, nodeName, budget, view, options }: Scene): readonly Node[] | undefined {
  if (node === undefined || budget === undefined || !isControlPlaneNode(node)) return undefined;
  if (!limitsOf(budget).controlPlane.keepQuorum) return undefined;
  return controlPlaneNodes(view).filter(
    (other) =>
      other.metadata.name !== nodeName && isServing(other, view) && !isEtcdMemberLost(other, options.machineApi, view),
  );
}

/** The others that serve are no majority of the control plane. */
export function isQuorumAtRisk(scene: Scene): boolean {
  const others = othersOfControlPlane(scene);
  if (others === undefined) return false;
  return others.length < Math.floor(controlPlaneNodes(scene.view).length / 2) + 1;
}
