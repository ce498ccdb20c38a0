// How much hangs on a node: the class of impact by which attempts are granted. Looked at when an attempt is asked for.

import { isControlPlaneNode } from '../api/node.ts';
import { controllerOwner } from '../api/object.ts';
import type { ClusterView } from '../ports/cluster-view.ts';
import { remainsOn } from './drained-node.ts';
import type { Scene } from './host-remediation.scene.ts';
import { PODS_BY_NODE } from './workload-release.ts';

const CONTROL_PLANE = 0;
/** Pods that cannot be replaced before the node is gone: their volumes are attached, or they do not go away. */
const STUCK = 1;
const OCCUPIED = 2;
/** Nothing but DaemonSets. */
const EMPTY = 3;

export function impactOf({ node, nodeName }: Pick<Scene, 'node' | 'nodeName'>, view: ClusterView): number {
  if (node !== undefined && isControlPlaneNode(node)) return CONTROL_PLANE;
  const { pods, attachments } = remainsOn(nodeName, view);
  if (pods + attachments > 0) return STUCK;
  const isOccupied = view.byIndex(PODS_BY_NODE, nodeName).some((pod) => controllerOwner(pod)?.kind !== 'DaemonSet');
  return isOccupied ? OCCUPIED : EMPTY;
}
