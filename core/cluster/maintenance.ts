// Whether somebody works on a node, or is about to: by the taint of whoever drains it, or by a request for it.

import type { Node } from '../api/node.ts';
import { KUBEVIRT_NODE_MAINTENANCE, NODE_MAINTENANCE, type NodeMaintenance } from '../api/node-maintenance.ts';
import type { ClusterView, IndexSpec } from '../ports/cluster-view.ts';

/** Taints of maintenance operators. Source: medik8s/node-maintenance-operator 3a54cd15; their DrainerTaint. */
const DRAIN_TAINTS: readonly string[] = ['medik8s.io/drain', 'kubevirt.io/drain'];

export const MAINTENANCES_BY_NODE: readonly IndexSpec<NodeMaintenance>[] = [
  NODE_MAINTENANCE,
  KUBEVIRT_NODE_MAINTENANCE,
].map((kind) => ({
  name: 'node-maintenances-by-node',
  of: kind,
  values: ({ spec }) => (spec?.nodeName === undefined ? [] : [spec.nodeName]),
}));

/** Somebody drains it, by his taint. */
export function isDrained(node: Node | undefined): boolean {
  return node?.spec?.taints?.some(({ key }) => DRAIN_TAINTS.includes(key)) === true;
}

/** @param nodeName also of a Node that is not there. */
export function isInMaintenance(nodeName: string, node: Node | undefined, view: ClusterView): boolean {
  return isDrained(node) || MAINTENANCES_BY_NODE.some((index) => view.countByIndex(index, nodeName) > 0);
}
