// Whether OpenShift is being upgraded: a node to another machine configuration, or the whole cluster to another version.
// Source: medik8s/node-healthcheck-operator dd444329; cases C194 to C196.

import { findCondition } from '../api/conditions.ts';
import type { Node } from '../api/node.ts';
import { ANNOTATION_CURRENT_CONFIG, ANNOTATION_DESIRED_CONFIG, CLUSTER_VERSION } from '../api/openshift-cluster.ts';
import type { ClusterView } from '../ports/cluster-view.ts';

/** A new machine configuration is being rolled out to this node. */
export function isChangingConfig({ metadata }: Node): boolean {
  const desired = metadata.annotations?.[ANNOTATION_DESIRED_CONFIG] ?? '';
  return desired !== '' && metadata.annotations?.[ANNOTATION_CURRENT_CONFIG] !== desired;
}

/** The cluster goes to another version of OpenShift. */
export function isVersionProgressing(view: ClusterView): boolean {
  if (!view.hasSynced(CLUSTER_VERSION)) return false;
  return view
    .list(CLUSTER_VERSION)
    .some(({ status }) => findCondition(status?.conditions, 'Progressing')?.status === 'True');
}
