// The webhook of the node maintenance operator, of medik8s and of KubeVirt.
// Source: medik8s/node-maintenance-operator internal/webhook/v1beta1/nodemaintenance_webhook.go (main of 2026); medik8s/common
// pkg/etcd.
//
// Divergence from reality: a cluster counts as OpenShift when it has the budget of etcd's guards. Whether that budget allows a
// disruption is counted from the pods, not read from its status.

import { countOf } from '../../../core/api/int-or-percent.ts';
import { isControlPlaneNode, NODE } from '../../../core/api/node.ts';
import { KUBEVIRT_NODE_MAINTENANCE, NODE_MAINTENANCE } from '../../../core/api/node-maintenance.ts';
import type { Kind, NewObject } from '../../../core/api/object.ts';
import { matchesSelector } from '../../../core/api/selector.ts';
import { POD, POD_DISRUPTION_BUDGET, type Pod, type PodDisruptionBudget } from '../../../core/api/workload.ts';
import type { ClusterView } from '../../../core/ports/cluster-view.ts';
import { isPodReady } from '../disruption-budgets.ts';
import { textAt } from '../json-fields.ts';
import type { AdmissionRule } from './admission.ts';
import { denial } from './field-rules.ts';

const WEBHOOK = 'vnodemaintenance.kb.io';
const ETCD_NAMESPACE = 'openshift-etcd';
const ETCD_BUDGETS = ['etcd-guard-pdb', 'etcd-quorum-guard'];

/** A maintenance is of a node that exists, the only one of that node, and never endangers etcd's quorum. */
export const NODE_MAINTENANCE_WEBHOOK: AdmissionRule = {
  name: WEBHOOK,
  kinds: [NODE_MAINTENANCE, KUBEVIRT_NODE_MAINTENANCE],
  operations: ['CREATE', 'UPDATE'],
  validate: ({ kind, object: maintenance, old, view }) => {
    const node = textAt(maintenance, 'spec', 'nodeName');
    if (old !== undefined) {
      return node === textAt(old, 'spec', 'nodeName')
        ? undefined
        : denial(WEBHOOK, ["updating spec.NodeName isn't allowed"]);
    }
    return denial(WEBHOOK, [newProblem(kind, node, view)]);
  },
};

function newProblem(kind: Kind, name: string, view: ClusterView): string | undefined {
  const node = view.get(NODE, { namespace: '', name });
  if (node === undefined) return `invalid nodeName, no node with name ${name} found`;
  const others: readonly NewObject[] = view.list(kind);
  if (others.some((other) => textAt(other, 'spec', 'nodeName') === name)) {
    return `invalid nodeName, a NodeMaintenance for node ${name} already exists`;
  }
  if (!isControlPlaneNode(node) || allowsDisruption(name, view)) return undefined;
  return (
    'can not put master/control-plane node into maintenance at this moment, ' +
    `disrupting node ${name} will violate etcd quorum`
  );
}

/** True without a budget, while the budget has room, and when the node's own guard is down already. */
function allowsDisruption(node: string, view: ClusterView): boolean {
  const budget = ETCD_BUDGETS.map((name) => view.get(POD_DISRUPTION_BUDGET, { namespace: ETCD_NAMESPACE, name })).find(
    (found) => found !== undefined,
  );
  if (budget === undefined) return true;
  const guards = view
    .list(POD)
    .filter(
      ({ metadata }) =>
        metadata.namespace === ETCD_NAMESPACE && matchesSelector(budget.spec?.selector, metadata.labels),
    );
  const healthy = guards.filter(isPodReady).length;
  if (healthy > neededHealthy(budget, guards)) return true;
  return guards.some((guard) => guard.spec?.nodeName === node && !isPodReady(guard));
}

function neededHealthy({ spec }: PodDisruptionBudget, guards: readonly Pod[]): number {
  const rule = { rounding: 'ceil', plainString: 'error' } as const;
  if (spec?.maxUnavailable !== undefined) {
    return guards.length - (countOf(spec.maxUnavailable, guards.length, rule) ?? 0);
  }
  return countOf(spec?.minAvailable ?? 0, guards.length, rule) ?? 0;
}
