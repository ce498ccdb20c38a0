// Which nodes serve, by what they say of themselves: Ready, not cordoned, drained, fenced or being deleted, in nobody's maintenance;
// and those of the control plane, of which a majority must.

import { isControlPlaneNode, isReady, NODE, type Node, TAINT_OUT_OF_SERVICE } from '../api/node.ts';
import type { ClusterView, IndexSpec } from '../ports/cluster-view.ts';
import { isDrained, isInMaintenance } from './maintenance.ts';

const CONTROL_PLANE = 'control-plane';

/** Nodes of the control plane, under one value: three or five. */
export const CONTROL_PLANE_NODES: IndexSpec<Node> = {
  name: 'remediation-budget/control-plane',
  of: NODE,
  part: ({ metadata }) => metadata.labels,
  values: (node) => (isControlPlaneNode(node) ? [CONTROL_PLANE] : []),
};

export function isOut(node: Node): boolean {
  return !isReady(node) || node.spec?.unschedulable === true || isTakenOut(node);
}

/** It may be Ready, and will not be for long, or must not be used. */
export function isTakenOut(node: Node): boolean {
  const { metadata, spec } = node;
  const isOutOfService = spec?.taints?.some(({ key }) => key === TAINT_OUT_OF_SERVICE) === true;
  return metadata.deletionTimestamp !== undefined || isOutOfService || isDrained(node);
}

export function controlPlaneNodes(view: ClusterView): readonly Node[] {
  return view.byIndex(CONTROL_PLANE_NODES, CONTROL_PLANE);
}

/** It serves, and nobody is about to take it out; a cordon does not stop etcd. */
export function isServing(node: Node, view: ClusterView): boolean {
  return isReady(node) && !isTakenOut(node) && !isInMaintenance(node.metadata.name, node, view);
}
