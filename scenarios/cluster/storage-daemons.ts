// Daemons of storage systems among the workloads. The storage model stands for them: a disk's daemon lives and dies with its
// host, so counting it as a workload of one replica would only count every host twice.

import type { KubeObject } from '../../core/api/object.ts';
import { kindKeyOf } from '../../core/api/object.ts';
import { DEPLOYMENT, POD, POD_DISRUPTION_BUDGET, REPLICA_SET } from '../../core/api/workload.ts';

const WORKLOAD_KINDS = new Set([DEPLOYMENT.key, REPLICA_SET.key, POD.key, POD_DISRUPTION_BUDGET.key]);

/** Rook's and Longhorn's own Deployments, ReplicaSets, Pods and disruption budgets. */
export function isStorageDaemon(object: KubeObject): boolean {
  if (!WORKLOAD_KINDS.has(kindKeyOf(object))) return false;
  const labels = object.metadata.labels ?? {};
  return (
    labels.rook_cluster !== undefined ||
    (labels.app ?? '').startsWith('rook-ceph-') ||
    object.metadata.name.startsWith('rook-ceph-') ||
    labels['longhorn.io/component'] !== undefined
  );
}
