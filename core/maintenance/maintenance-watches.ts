// What wakes a maintenance: its Node and its lease, whose writes it awaits; the pods of the node that go; and whatever happens
// in the namespaces of the pods that wait for their budgets.

import { NODE, type Node } from '../api/node.ts';
import type { NodeMaintenance } from '../api/node-maintenance.ts';
import { type ChangeOf, keyOf, type ObjectKey } from '../api/object.ts';
import { POD, POD_DISRUPTION_BUDGET, type Pod } from '../api/workload.ts';
import type { ClusterView, IndexSpec } from '../ports/cluster-view.ts';
import type { Watch } from '../ports/reconciler.ts';
import { nodeLeaseWatch } from '../remediation/node-lease.ts';
import { PODS_BY_NODE } from '../remediation/workload-release.ts';
import type { MaintenanceProduct } from './products.ts';

type KeysOf = (name: string, view: ClusterView) => readonly ObjectKey[];

export function maintenanceWatches({ name, kind, excludesRemediation }: MaintenanceProduct): {
  readonly watches: readonly Watch[];
  readonly indexes: readonly IndexSpec[];
} {
  const byNode: IndexSpec<NodeMaintenance> = {
    name: `${name}-by-node`,
    of: kind,
    values: ({ spec }) => (spec?.nodeName === undefined ? [] : [spec.nodeName]),
  };
  const byNamespace: IndexSpec<NodeMaintenance> = {
    name: `${name}-by-namespace-of-pending-pods`,
    of: kind,
    part: ({ status }) => status?.pendingPodsRefs,
    values: ({ status }) => [...new Set((status?.pendingPodsRefs ?? []).map(({ namespace }) => namespace))],
  };
  const ofNode: KeysOf = (node, view) => view.byIndex(byNode, node).map(keyOf);
  const ofNamespace: KeysOf = (namespace, view) => view.byIndex(byNamespace, namespace).map(keyOf);
  return {
    watches: [
      nodeWatch(ofNode),
      podWatch(ofNode, ofNamespace),
      budgetWatch(ofNamespace),
      ...(excludesRemediation ? [nodeLeaseWatch(ofNode)] : []),
    ],
    indexes: [byNode, byNamespace, PODS_BY_NODE],
  };
}

/** Marks that come and go, and the Node itself; not its status. */
function nodeWatch(ofNode: KeysOf): Watch {
  return {
    kind: NODE,
    keysFor: ({ before, after }: ChangeOf<Node>, view) => {
      const node = after ?? before;
      const isSame = before?.spec === after?.spec && before?.metadata.labels === after?.metadata.labels;
      return node === undefined || isSame ? [] : ofNode(node.metadata.name, view);
    },
  };
}

/** A pod that is gone, and any change beside a pod that is held back: its budget may allow it now. */
function podWatch(ofNode: KeysOf, ofNamespace: KeysOf): Watch {
  return {
    kind: POD,
    keysFor: ({ before, after }: ChangeOf<Pod>, view) => {
      const node = after === undefined ? before?.spec?.nodeName : undefined;
      const held = ofNamespace((after ?? before)?.metadata.namespace ?? '', view);
      return node === undefined ? held : [...ofNode(node, view), ...held];
    },
  };
}

function budgetWatch(ofNamespace: KeysOf): Watch {
  return {
    kind: POD_DISRUPTION_BUDGET,
    keysFor: ({ before, after }, view) => ofNamespace((after ?? before)?.metadata.namespace ?? '', view),
  };
}
