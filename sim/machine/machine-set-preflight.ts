// What a Cluster API MachineSet looks at before it creates Machines: the control plane is settled, and the versions fit. Until all
// checks pass nothing is created; it looks again every 15 s.
// Source: cluster-api core/reconcilers/machineset/machineset_preflight.go; preflightFailedRequeueAfter.
//
// Divergence from reality: clusters with a managed topology are not known, so neither is the check ControlPlaneVersionSkew; a
// skip annotation is read from the MachineSet only, not from its bootstrap template.

import { CAPI_CLUSTER, KUBEADM_CONTROL_PLANE } from '../../core/api/cluster.ts';
import type { MachineSet } from '../../core/api/machine.ts';
import type { ClusterView } from '../../core/ports/cluster-view.ts';
import type { StoredMachine } from './machine-objects.ts';
import { minorVersion } from './minor-version.ts';

/** Source: preflightFailedRequeueAfter: 15 s. */
export const PREFLIGHT_RETRY_MS = 15_000;

const SKIP = 'machineset.cluster.x-k8s.io/skip-preflight-checks';
/** Source: the kubelet may be three minor versions older than the API server. */
const MINOR_SKEW = 3;

type Check = 'ControlPlaneIsStable' | 'KubernetesVersionSkew' | 'KubeadmVersionSkew';

/** Names of the checks that fail, in the order of the product. Empty: Machines may be created. */
export function failedPreflightChecks(set: MachineSet, view: ClusterView): readonly Check[] {
  const namespace = set.metadata.namespace ?? '';
  const template: StoredMachine['spec'] = set.spec?.template?.spec;
  const clusterName = template?.clusterName;
  const cluster = clusterName === undefined ? undefined : view.get(CAPI_CLUSTER, { namespace, name: clusterName });
  const { kind, name } = cluster?.spec?.controlPlaneRef ?? {};
  if (kind !== KUBEADM_CONTROL_PLANE.kind || name === undefined) return [];
  const controlPlane = view.get(KUBEADM_CONTROL_PLANE, { namespace, name });
  const version = controlPlane?.spec?.version;
  if (version === undefined) return [];
  const failed: Check[] = [];
  if (controlPlane?.status?.version !== version) failed.push('ControlPlaneIsStable');
  const own = minorVersion(template?.version);
  const theirs = minorVersion(version);
  if (own !== undefined && theirs !== undefined) {
    if (own > theirs || own < theirs - MINOR_SKEW) failed.push('KubernetesVersionSkew');
    if (template?.bootstrap?.configRef?.kind === 'KubeadmConfigTemplate' && own !== theirs) {
      failed.push('KubeadmVersionSkew');
    }
  }
  const skipped = (set.metadata.annotations?.[SKIP] ?? '').split(',').map((check) => check.trim());
  return skipped.includes('All') ? [] : failed.filter((check) => !skipped.includes(check));
}
