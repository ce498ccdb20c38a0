// The hosts of a budget: how many there are, and which are out of service for whatever reason: not Ready, cordoned, drained for
// maintenance, fenced, being deleted, in the hands of any remediation. Indexes of the view: a decision costs what is out.

import { NODE, type Node } from '../api/node.ts';
import { type ChangeOf, keyOf, type ObjectKey } from '../api/object.ts';
import { REMEDIATION_BUDGET, type RemediationBudget } from '../api/remediation-budget.ts';
import { matchesSelector } from '../api/selector.ts';
import { MAINTENANCES_BY_NODE } from '../cluster/maintenance.ts';
import { CONTROL_PLANE_NODES, isOut } from '../cluster/serving-nodes.ts';
import type { ClusterView, IndexSpec } from '../ports/cluster-view.ts';

/** A budget is new, gone or selects differently: all nodes are placed again. Rare. */
const BUDGET_CHANGE = {
  kind: REMEDIATION_BUDGET,
  primaries: ({ before, after }: ChangeOf, view: ClusterView): readonly ObjectKey[] =>
    before !== undefined && after !== undefined && before.spec === after.spec ? [] : view.list(NODE).map(keyOf),
};

/** Every Node of the pool, under the budget's name: counted, and listed only while the storage is busy with a host that is down. */
export const POOL_NODES: IndexSpec<Node> = {
  name: 'remediation-budget/pool',
  of: NODE,
  part: ({ metadata }) => metadata.labels,
  values: (node, view) => budgetsOf(node, view).map(({ metadata }) => metadata.name),
  dependsOn: [BUDGET_CHANGE],
};

/** Those of them that are out of service by what the Node itself says. */
export const POOL_NODES_OUT: IndexSpec<Node> = {
  name: 'remediation-budget/out',
  of: NODE,
  values: (node, view) => (isOut(node) ? budgetsOf(node, view).map(({ metadata }) => metadata.name) : []),
  dependsOn: [BUDGET_CHANGE],
};

export const POOL_INDEXES: readonly IndexSpec[] = [
  POOL_NODES,
  POOL_NODES_OUT,
  CONTROL_PLANE_NODES,
  ...MAINTENANCES_BY_NODE,
];

export function isInPool({ spec }: RemediationBudget, node: Node): boolean {
  return matchesSelector(spec?.selector, node.metadata.labels);
}

function budgetsOf(node: Node, view: ClusterView): readonly RemediationBudget[] {
  return view.list(REMEDIATION_BUDGET).filter((budget) => isInPool(budget, node));
}
