// How a remediator lets go of the workloads of a node that it holds for dead, so that they may start elsewhere: the
// out-of-service taint, on which Kubernetes deletes the pods and detaches the volumes, or the deletion of the pods without
// grace. Shared by the medik8s remediators. Whether the node is dead is not asked here.
// Source: medik8s/common pkg/resources (DeletePods); KEP-2268 non-graceful node shutdown.

import type { Action } from '../actions.ts';
import { NODE, type Node, TAINT_OUT_OF_SERVICE, type Taint } from '../api/node.ts';
import { keyOf } from '../api/object.ts';
import { formatTime } from '../api/time.ts';
import { POD, type Pod } from '../api/workload.ts';
import type { ClusterView, IndexSpec } from '../ports/cluster-view.ts';
import { patchExactly } from './object-patches.ts';

/** Pods by the node that they are bound to. */
export const PODS_BY_NODE: IndexSpec<Pod> = {
  name: 'pods-by-node',
  of: POD,
  part: (pod) => pod.spec?.nodeName,
  values: (pod) => (pod.spec?.nodeName === undefined ? [] : [pod.spec.nodeName]),
};

/** A taint without its time, as remediators ask for it. */
export type PlainTaint = Omit<Taint, 'timeAdded'>;

export const OUT_OF_SERVICE: PlainTaint = {
  key: TAINT_OUT_OF_SERVICE,
  value: 'nodeshutdown',
  effect: 'NoExecute',
};

export function hasTaint(node: Node, { key, effect }: PlainTaint): boolean {
  return node.spec?.taints?.some((taint) => taint.key === key && taint.effect === effect) === true;
}

/** Adds the taint; refused when anybody changed the Node meanwhile, as a patch replaces the whole list. */
export function addTaint(node: Node, taint: PlainTaint, nowMs: number): Action {
  const taints: readonly Taint[] = [...(node.spec?.taints ?? []), { ...taint, timeAdded: formatTime(nowMs) }];
  return patchExactly(NODE, node, 'main', { spec: { taints } });
}

/** Takes these taints off in one write; no action where the Node has none of them. */
export function removeTaints(node: Node, unwanted: readonly PlainTaint[]): readonly Action[] {
  const taints = node.spec?.taints ?? [];
  const kept = taints.filter(
    (taint) => !unwanted.some(({ key, effect }) => taint.key === key && taint.effect === effect),
  );
  if (kept.length === taints.length) return [];
  return [patchExactly(NODE, node, 'main', { spec: { taints: kept.length === 0 ? null : kept } })];
}

/** Deletes every pod that is bound to the node, in key order and without grace. */
export function deletePodsOf(nodeName: string, view: ClusterView): readonly Action[] {
  return view.byIndex(PODS_BY_NODE, nodeName).map((pod) => ({
    do: 'delete',
    kind: POD,
    key: keyOf(pod),
    gracePeriodSeconds: 0,
    onlyIf: { uid: pod.metadata.uid },
  }));
}
