// Whether a node that is out of service has let go of its workloads: no terminating pod and no VolumeAttachment names it.
// Pods that nobody deletes (they tolerate everything) do not count, as in the product.
// Source: cluster-api-provider-metal3, baremetal/metal3remediation_manager.go (IsNodeDrained).

import type { ChangeOf, ObjectKey } from '../api/object.ts';
import { POD, type Pod, VOLUME_ATTACHMENT, type VolumeAttachment } from '../api/workload.ts';
import type { ClusterView, IndexSpec } from '../ports/cluster-view.ts';
import type { Watch } from '../ports/reconciler.ts';

export const TERMINATING_PODS_BY_NODE: IndexSpec<Pod> = {
  name: 'terminating-pods-by-node',
  of: POD,
  values: ({ metadata, spec }) =>
    metadata.deletionTimestamp === undefined || spec?.nodeName === undefined ? [] : [spec.nodeName],
};

export const VOLUME_ATTACHMENTS_BY_NODE: IndexSpec<VolumeAttachment> = {
  name: 'volume-attachments-by-node',
  of: VOLUME_ATTACHMENT,
  values: ({ spec }) => (spec?.nodeName === undefined ? [] : [spec.nodeName]),
};

export interface Remains {
  readonly pods: number;
  readonly attachments: number;
}

export function remainsOn(node: string, view: ClusterView): Remains {
  return {
    pods: view.countByIndex(TERMINATING_PODS_BY_NODE, node),
    attachments: view.countByIndex(VOLUME_ATTACHMENTS_BY_NODE, node),
  };
}

/** Wakes `requestsOf(node)` when the last thing that was waited for on a node is gone; nothing before that matters. */
export function drainWatches(requestsOf: (node: string, view: ClusterView) => readonly ObjectKey[]): readonly Watch[] {
  const lastGone = (node: string | undefined, view: ClusterView): readonly ObjectKey[] => {
    if (node === undefined) return [];
    const { pods, attachments } = remainsOn(node, view);
    return pods + attachments > 0 ? [] : requestsOf(node, view);
  };
  return [
    {
      kind: POD,
      keysFor: ({ before, after }: ChangeOf<Pod>, view) =>
        after === undefined && before?.metadata.deletionTimestamp !== undefined
          ? lastGone(before.spec?.nodeName, view)
          : [],
    },
    {
      kind: VOLUME_ATTACHMENT,
      keysFor: ({ before, after }: ChangeOf<VolumeAttachment>, view) =>
        after === undefined ? lastGone(before?.spec?.nodeName, view) : [],
    },
  ];
}
