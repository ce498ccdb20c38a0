// Cluster API leaves an object alone that carries the pause annotation, or whose Cluster is paused.
// Source: cluster-api util/annotations (IsPaused). OpenShift's controllers know no pause here.
//
// Divergence from reality: the condition Paused is not written.

import { ANNOTATION_CAPI_PAUSED, CAPI_CLUSTER, LABEL_CAPI_CLUSTER } from '../../core/api/cluster.ts';
import type { KubeObject } from '../../core/api/object.ts';
import type { ClusterView } from '../../core/ports/cluster-view.ts';

export function isPaused(object: KubeObject, view: ClusterView): boolean {
  const { namespace = '', annotations, labels } = object.metadata;
  if (annotations?.[ANNOTATION_CAPI_PAUSED] !== undefined) return true;
  const clusterName = labels?.[LABEL_CAPI_CLUSTER];
  return clusterName !== undefined && view.get(CAPI_CLUSTER, { namespace, name: clusterName })?.spec?.paused === true;
}
