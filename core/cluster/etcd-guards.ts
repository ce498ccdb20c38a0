// Whether OpenShift's etcd can spare a node: its PodDisruptionBudget allows a disruption, or the node is itself the one that is
// lost already. Each member has a pod that guards it, and the budget is over those.
// Source: medik8s/common pkg/etcd, pkg/nodes; cases C188, C189; incident I33.

import { findCondition } from '../api/conditions.ts';
import type { Node } from '../api/node.ts';
import type { ChangeOf, ObjectKey } from '../api/object.ts';
import { ETCD_NAMESPACE } from '../api/openshift-cluster.ts';
import { matchesSelector } from '../api/selector.ts';
import { POD, POD_DISRUPTION_BUDGET, type Pod, type PodDisruptionBudget } from '../api/workload.ts';
import type { ClusterView, IndexSpec } from '../ports/cluster-view.ts';
import type { Watch } from '../ports/reconciler.ts';

/** Pods of etcd's namespace by their node: its guards among them. */
const ETCD_PODS: IndexSpec<Pod> = {
  name: 'node-health-check/etcd-pods',
  of: POD,
  part: ({ spec }) => spec?.nodeName,
  values: ({ metadata, spec }) => (metadata.namespace === ETCD_NAMESPACE ? [spec?.nodeName ?? ''] : []),
};

/** Budgets of etcd's namespace, under one value. */
const ETCD_BUDGETS: IndexSpec<PodDisruptionBudget> = {
  name: 'node-health-check/etcd-budgets',
  of: POD_DISRUPTION_BUDGET,
  part: ({ metadata }) => metadata.namespace,
  values: ({ metadata }) => (metadata.namespace === ETCD_NAMESPACE ? [ETCD_NAMESPACE] : []),
};

/** What is read of etcd. */
export const ETCD_INDEXES: readonly IndexSpec[] = [ETCD_PODS, ETCD_BUDGETS];

/** Whether etcd can do without this node. Without exactly one budget nobody knows, and the answer is no. */
export function etcdSpares({ metadata }: Node, view: ClusterView): boolean {
  const [budget, second] = view.byIndex(ETCD_BUDGETS, ETCD_NAMESPACE);
  if (budget === undefined || second !== undefined) return false;
  if ((budget.status?.disruptionsAllowed ?? 0) >= 1) return true;
  const guard = guardUnder(budget, metadata.name, view);
  return guard === undefined || !mayBeReady(guard);
}

/** The pod that guards the member of etcd on this node; undefined without exactly one budget over such pods. */
export function etcdGuardOf({ metadata }: Node, view: ClusterView): Pod | undefined {
  const [budget, second] = view.byIndex(ETCD_BUDGETS, ETCD_NAMESPACE);
  return budget === undefined || second !== undefined ? undefined : guardUnder(budget, metadata.name, view);
}

function guardUnder({ spec }: PodDisruptionBudget, nodeName: string, view: ClusterView): Pod | undefined {
  return view.byIndex(ETCD_PODS, nodeName).find((pod) => matchesSelector(spec?.selector, pod.metadata.labels));
}

/** Unknown counts as ready: such a node may be back at any moment. */
function mayBeReady({ status }: Pod): boolean {
  const ready = findCondition(status?.conditions, 'Ready')?.status;
  return ready === 'True' || ready === 'Unknown';
}

/** Wakes `keysOf` when etcd may be able to spare a node, or no longer: its budget, or the readiness of one of its guards. */
export function etcdWatches(keysOf: (view: ClusterView) => readonly ObjectKey[]): readonly Watch[] {
  return [
    {
      kind: POD_DISRUPTION_BUDGET,
      keysFor: ({ before, after }: ChangeOf<PodDisruptionBudget>, view) =>
        isOfEtcd(before ?? after) && before?.status?.disruptionsAllowed !== after?.status?.disruptionsAllowed
          ? keysOf(view)
          : [],
    },
    {
      kind: POD,
      keysFor: ({ before, after }: ChangeOf<Pod>, view) =>
        isOfEtcd(before ?? after) && readiness(before) !== readiness(after) ? keysOf(view) : [],
    },
  ];
}

function isOfEtcd(object: Pod | PodDisruptionBudget | undefined): boolean {
  return object?.metadata.namespace === ETCD_NAMESPACE;
}

function readiness(pod: Pod | undefined): string | undefined {
  return findCondition(pod?.status?.conditions, 'Ready')?.status;
}
